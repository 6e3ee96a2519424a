" How far a request is, in words beside its text, with one timer while anything runs.

let s:timer = 0
let s:words = {
      \ 'preparing': 'preparing',
      \ 'uploading': 'uploading',
      \ 'checking': 'the server is fetching and checking',
      \ 'thinking': 'thinking',
      \ 'answering': 'answering',
      \ 'clipboard': 'the clipboard is read',
      \ 'grab': 'waiting for the screen grab',
      \ }
" Smaller ones have left before a percentage could be read.
let s:percentage_from = 1024 * 1024
" Before that nobody knows how fast it goes.
let s:left_after = 2.0

function! sightline#indicator#start(run) abort
  call sightline#indicator#show(a:run)
  if !s:timer
    let s:timer = timer_start(1000, function('s:tick'), {'repeat': -1})
  endif
endfunction

function! sightline#indicator#stop(run) abort
  call sightline#mark#hide(get(a:run, 'shown', {}))
  let a:run.shown = {}
  if s:timer && empty(sightline#task#runs())
    call timer_stop(s:timer)
    let s:timer = 0
  endif
  call sightline#indicator#redraw()
endfunction

" "uploading 45%, 3 s, about 4 s left, about 836 tokens", "part 2 of 5: thinking, 40 s, about 2 min left"
function! sightline#indicator#words(run) abort
  return printf('%s%s, %d s%s', s:part(a:run), s:phase(a:run), float2nr(s:since(a:run.started)),
        \ a:run.part && !a:run.looked ? s:left_of_parts(a:run) : s:left_of_phase(a:run, 1) . s:tokens(a:run))
endfunction

" What is being sent, until something comes of it. Of a long video a message says it.
function! s:tokens(run) abort
  return a:run.tokens && !a:run.parts && index(['uploading', 'checking'], a:run.phase) >= 0
        \ ? printf(', about %d tokens', a:run.tokens) : ''
endfunction

function! s:since(moment) abort
  return reltimefloat(reltime(a:moment))
endfunction

function! s:part(run) abort
  return !a:run.parts ? '' : a:run.part ? printf('part %d of %d: ', a:run.part, a:run.parts)
        \ : printf('putting %d parts together: ', a:run.parts)
endfunction

" How long the rest takes, if each part takes as long as those before it, and their putting together
" as long as one.
function! s:left_of_parts(run) abort
  if a:run.part < 2
    return a:run.phase ==# 'preparing' ? s:left_of_phase(a:run, a:run.parts) : ''
  endif
  let [all, this] = [s:since(a:run.started), s:since(a:run.part_started)]
  return s:left((all - this) / (a:run.part - 1) * (a:run.parts - a:run.part + 2) - this)
endfunction

" The same of what is prepared or sent, so often, if it goes on as it went until now.
function! s:left_of_phase(run, times) abort
  let since = s:since(a:run.phase_started)
  return s:has_percentage(a:run) && a:run.sent && since >= s:left_after
        \ ? s:left(since / a:run.sent * a:run.total * a:times - since) : ''
endfunction

function! s:left(seconds) abort
  let left = float2nr(a:seconds)
  return left < 1 ? '' : left < 60 ? printf(', about %d s left', left)
        \ : printf(', about %d min left', (left + 30) / 60)
endfunction

function! s:has_percentage(run) abort
  return index(['preparing', 'uploading'], a:run.phase) >= 0 && a:run.total > s:percentage_from
endfunction

" While the model looks at a part of a picture, that.
function! s:phase(run) abort
  if a:run.looks !=# ''
    return a:run.looks
  elseif a:run.phase ==# 'waiting'
    return a:run.wait_ms ? printf('waiting %d s, then it is sent again', (a:run.wait_ms + 999) / 1000)
          \ : 'waiting for its turn'
  elseif s:has_percentage(a:run)
    return printf('%s %d%%', a:run.phase, a:run.sent * 100 / a:run.total)
  endif
  return get(s:words, a:run.phase, a:run.phase)
endfunction

function! sightline#indicator#show(run) abort
  let place = a:run.view.place()
  if !empty(place)
    let a:run.shown = sightline#mark#show(get(a:run, 'shown', {}), place[0], place[1],
          \ sightline#indicator#words(a:run), 'SightlineStatus')
  endif
endfunction

" A statusline that shows sightline#status(). Lines that wait for <Enter> would be wiped off by it.
function! sightline#indicator#redraw() abort
  if mode() !~# '^r'
    redrawstatus!
  endif
endfunction

function! s:tick(timer) abort
  for run in sightline#task#runs()
    call sightline#indicator#show(run)
  endfor
  call sightline#indicator#redraw()
endfunction
