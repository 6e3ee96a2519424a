" Questions to the person before anything leaves the machine. Whoever cannot answer has said no.

let s:patience = 1000 " milliseconds for the process to say what is configured
let s:agreed = 0      " what is configured needs no agreement, as far as is known
let s:inquiry = {'method': 'info'}
let s:inquiries = []  " the events that tell what is configured, where it was asked already
let s:looked_at = []  " the path that was looked at last, what it leads to, and the patterns of private files
let s:private = 0     " what came of that

" Does what asks the model, which has much to do before it knows what to send: meanwhile the process is
" started, where there is none, and says what is configured. Why it cannot be, the request says.
function! sightline#confirm#beforehand(Do) abort
  try
    call s:inquire()
    call a:Do()
  finally
    let s:inquiries = []
  endtry
endfunction

function! s:inquire() abort
  try
    if !s:agreed
      let s:inquiries = [sightline#client#inquire(s:inquiry)]
    endif
  catch /^sightline: \|^Vim\%((\a\+)\)\=:E/
  endtry
endfunction

" Before a request: whether it may go where it would go. Throws when the person says no. A process that
" takes too long holds nothing up again: what nobody has agreed to it refuses itself.
function! sightline#confirm#server() abort
  if s:agreed
    return
  endif
  let asked = empty(s:inquiries) ? sightline#client#inquire(s:inquiry) : remove(s:inquiries, 0)
  let events = sightline#client#await(asked, s:patience)
  if get(get(events, -1, {}), 'code', '') ==# 'process' " it ended since
    let events = sightline#client#ask(s:inquiry, s:patience)
  endif
  let info = get(get(events, -1, {}), 'info', {})
  if has_key(info, 'consent')
    call s:or_throw(info.consent . ' Send them there?', 'nothing goes to '
          \ . info.base_url . ' before you agree; a script sets "consent": true in the configuration, or '
          \ . 'SIGHTLINE_CONSENT=yes')
    call s:agree(info.base_url)
  endif
  let s:agreed = empty(events) || !empty(info)
endfunction

function! s:agree(address) abort
  let said = get(sightline#client#ask({'method': 'agree', 'base_url': a:address}, s:patience), -1, {})
  if get(said, 'type', '') ==# 'failed'
    throw 'sightline: ' . said.text
  endif
endfunction

" What is configured may have changed.
function! sightline#confirm#anew() abort
  let [s:agreed, s:inquiries] = [0, []]
endfunction

" Before a text of a buffer is sent.
function! sightline#confirm#buffer(buffer) abort
  call s:check(fnamemodify(bufname(a:buffer), ':p'), 'text of ')
endfunction

" Before files are sent, of a list of media.
function! sightline#confirm#files(media) abort
  for file in filter(copy(a:media), 'type(v:val) == v:t_string && v:val[0] ==# "/"')
    call s:check(file, '')
  endfor
endfunction

" Before something is deleted that cannot be had back.
function! sightline#confirm#deletion(question) abort
  call s:or_throw(a:question, 'nothing was deleted')
endfunction

" Whether a file is one that is asked about.
function! sightline#confirm#is_private(path) abort
  let asked = [a:path, resolve(a:path), copy(sightline#option#get('private'))]
  if asked !=# s:looked_at
    let [s:looked_at, s:private] = [asked, call('s:matches_any', asked)]
  endif
  return s:private
endfunction

function! s:matches_any(path, resolved, patterns) abort
  return a:path !=# '' && (s:matches(a:path, a:patterns)
        \ || a:resolved !=# a:path && s:matches(a:resolved, a:patterns))
endfunction

function! s:check(path, what) abort
  if !sightline#confirm#is_private(a:path)
    return
  endif
  let name = fnamemodify(a:path, ':t')
  call s:or_throw(printf('%s%s would be sent, and g:sightline_private says that such files are private. '
        \ . 'Send it this once?', a:what, fnamemodify(a:path, ':~:.')),
        \ 'nothing was sent: ' . name . ' is private by g:sightline_private')
  let s:inquiries = [] " what was configured before that may be long ago
endfunction

" A pattern with a slash is for the whole path, any other for the name.
function! s:matches(path, patterns) abort
  let name = fnamemodify(a:path, ':t')
  return !empty(filter(copy(a:patterns), '(stridx(v:val, "/") >= 0 ? a:path : name) =~? glob2regpat(v:val)'))
endfunction

function! s:or_throw(question, otherwise) abort
  if !s:is_somebody_there() || !s:ask('Sightline: ' . a:question)
    throw 'sightline: ' . a:otherwise
  endif
endfunction

" A word and <Enter>, so that no key that was meant for something else is a yes.
function! s:ask(question) abort
  let lines = sightline#popup#wrap(a:question, &columns - 1)
  echohl Question
  let answer = input(join(lines, "\n") . "\nyes/[no]: ")
  echohl None
  redraw
  return answer =~? '^\s*y\%(es\)\=\s*$'
endfunction

" A script has what it reads in Ex mode for itself, and Neovim may run without a screen.
function! s:is_somebody_there() abort
  return mode(1) !~# '^c[ve]' && (!has('nvim') || !empty(nvim_list_uis()) || getchar(1))
endfunction
