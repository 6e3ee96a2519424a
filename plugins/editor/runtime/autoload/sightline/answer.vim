" The window that an answer streams into: a scratch buffer for each answer, shown in the window of an
" earlier answer when this tab page has one that is complete. Answers of a conversation follow each
" other in one buffer; the further files of an answer, and further answers to one question, have
" buffers of their own.
"
" A view is the dictionary that task.vim describes, and here also:
"   pages           by alternative, a list of pages (page.vim), the last of which grows
"   kind            what the task puts out: text, code, json or csv
"   conversation    its number
"   answered        whether the conversation has an answer that can be asked about
"   cut             whether the last answer was cut at its length
"   resumed         whether what comes now is the rest of one
"   words           about the last answer: what it used
"   prompt          a mark of the line below the text, where a question can be written
"   question        the line below which the question that is asked now stands, or 0

let s:question_max = 4 " lines of a question that are shown unfolded
let s:count = 0
let s:views = {} " by buffer

augroup sightline_answer
augroup END

function! sightline#answer#new(task, subject, mods, conversation) abort
  let view = s:create(a:task, a:subject, a:conversation)
  let shown = 0
  try
    call s:show(view, a:mods)
    let shown = 1
  catch /^sightline: there is no room/
    throw v:exception . ', or use :Sight!'
  finally
    if !shown
      call s:discard(view)
    endif
  endtry
  return view
endfunction

" Shows text that has no other place to go. Where there is no room for a window, it is in its buffer.
function! sightline#answer#offer(task, text, conversation) abort
  let view = s:create(a:task, '', a:conversation)
  call view.text(a:text, 0)
  try
    call s:show(view, '')
  catch /^sightline: there is no room/
  endtry
  return view
endfunction

" Shows the turns of a conversation that was kept in a file.
function! sightline#answer#opened(conversation, turns, subject, mods) abort
  let view = sightline#answer#new('conversation', a:subject, a:mods, a:conversation)
  let page = view.pages[0][0]
  for turn in a:turns
    call s:add_turn(page, turn)
  endfor
  call view.finish('')
  return view
endfunction

" A question is the whole prompt of its task, at whose end stands what the person asked.
function! s:add_turn(page, turn) abort
  call sightline#page#append(a:page, a:page.begun ? "\n\n" : '')
  let line = sightline#page#last(a:page)
  let lines = a:turn.speaker ==# 'person' ? s:quote(a:turn.text) : split(a:turn.text, "\n", 1)
  call sightline#page#append(a:page, join(lines, "\n"))
  if a:turn.speaker ==# 'person' && len(lines) > s:question_max && has('folding')
    call sightline#fold#add(a:page.buffer, line, len(lines) - 1, 'Prompt')
  endif
endfunction

" The view that a buffer belongs to, or an empty dictionary.
function! sightline#answer#of(buffer) abort
  return get(s:views, a:buffer, {})
endfunction

" A question that is asked in a view begins there: below the text, quoted.
function! sightline#answer#ask_on(view, question) abort
  let page = a:view.pages[0][0]
  if !bufloaded(page.buffer)
    return
  endif
  let typed = s:typed(a:view)
  call sightline#page#lock(page)
  if s:prompt_line(a:view) && (trim(typed) ==# '' || trim(typed) ==# trim(a:question))
    call sightline#page#cut(page, s:prompt_line(a:view))
  endif
  call s:end_prompt(a:view)
  let a:view.pages = {'0': [page]}
  let a:view.question = sightline#page#last(page)
  call sightline#page#append(page, "\n\n" . join(s:quote(a:question), "\n") . "\n\n")
  call extend(page, {'first': sightline#page#last(page), 'begun': 0})
  if a:view.words !=# '' " where there is room for them, in the empty line
    let a:view.earlier = sightline#mark#show({}, page.buffer, a:view.question + 1, a:view.words,
          \ 'SightlineStatus')
  endif
endfunction

" What was cut at its length goes on, without a seam.
function! sightline#answer#go_on(view) abort
  call extend(a:view, {'cut': 0, 'resumed': 1})
  call sightline#page#resume(a:view.pages[0][-1])
endfunction

" <CR> in the window of an answer: on the last line, below the answer, it asks on.
function! sightline#answer#enter(count) abort
  let view = sightline#answer#of(bufnr('%'))
  let prompt = empty(view) ? 0 : s:prompt_line(view)
  if !prompt || line('.') < prompt || line('.') != line('$')
    execute 'normal! ' . a:count . "\<CR>"
    return
  endif
  let question = trim(s:typed(view))
  if question ==# ''
    let question = trim(input('Ask: '))
    redraw
  endif
  if question !=# ''
    call sightline#command(0, 0, line('.'), line('.'), '', 'ask -- ' . question)
  endif
endfunction

function! s:quote(text) abort
  return map(split(a:text, "\n", 1), {_, line -> line ==# '' ? '>' : '> ' . line})
endfunction

function! s:create(task, subject, conversation) abort
  let s:count += 1
  let base = join(['sightline:/', a:task, s:count] + (a:subject ==# '' ? [] : [a:subject]), '/')
  let view = {'task': a:task, 'base': base, 'kind': s:kind(a:task), 'conversation': a:conversation,
        \ 'answered': 0, 'cut': 0, 'resumed': 0, 'question': 0, 'words': '', 'before': 0, 'prompt': {}, 'pages': {}}
  let view.buffer = s:add_page(view, 0, base).buffer
  return extend(view, {
        \ 'holds': {buffer -> get(s:views, buffer, {}) is view},
        \ 'place': {-> s:place(view)},
        \ 'text': {text, alternative -> s:text(view, text, alternative)},
        \ 'reasoning': {text, alternative -> s:reasoning(view, text, alternative)},
        \ 'file': {name, language, alternative -> s:file(view, name, language, alternative)},
        \ 'finish': {words -> s:finish(view, words)},
        \ 'fail': {words, code -> s:fail(view, words, code)},
        \ })
endfunction

" Known at once unless the process has not yet said what tasks there are.
function! s:kind(task) abort
  return get(get(sightline#tasks#known(), a:task, {}), 'output', 'text')
endfunction

function! s:filetype(kind) abort
  return get({'text': 'markdown', 'code': ''}, a:kind, a:kind)
endfunction

function! s:add_page(view, alternative, name) abort
  let page = sightline#page#new(s:free(a:name))
  let a:view.pages[a:alternative] = get(a:view.pages, a:alternative, []) + [page]
  let s:views[page.buffer] = a:view
  execute 'autocmd sightline_answer BufUnload <buffer=' . page.buffer . '> call s:gone(' . page.buffer . ')'
  execute 'autocmd sightline_answer BufWinEnter <buffer=' . page.buffer . '> call sightline#fold#make()'
  return page
endfunction

" The name, or another like it where it is in use.
function! s:free(name) abort
  let [name, number] = [a:name, 1]
  while bufexists(name)
    let number += 1
    let name = a:name . '-' . number
  endwhile
  return name
endfunction

" The last buffer of a conversation takes it along.
function! s:gone(buffer) abort
  execute 'autocmd! sightline_answer * <buffer=' . a:buffer . '>'
  if has_key(s:views, a:buffer)
    let view = remove(s:views, a:buffer)
    if empty(filter(copy(s:views), 'v:val.conversation == view.conversation'))
      call sightline#conversation#forget(view.conversation)
    endif
  endif
endfunction

function! s:show(view, mods) abort
  let window = a:mods ==# '' ? s:reusable() : 0
  let a:view.before = window ? winbufnr(window) : 0
  call sightline#scratch#show(a:view.buffer, a:mods, window, s:filetype(a:view.kind))
  for shown in win_findbuf(a:view.buffer)
    call win_execute(shown, 'call sightline#answer#map_enter()')
  endfor
endfunction

" A mapping of the user's for this filetype stays.
function! sightline#answer#map_enter() abort
  if !get(maparg('<CR>', 'n', 0, 1), 'buffer', 0)
    nmap <buffer> <silent> <CR> <Plug>(sightline-enter)
  endif
endfunction

function! s:place(view) abort
  let page = a:view.pages[0][-1]
  return bufloaded(page.buffer) ? [page.buffer, sightline#page#last(page)] : []
endfunction

" A window of this tab page whose answer is complete, or 0.
function! s:reusable() abort
  for number in range(1, winnr('$'))
    if getbufvar(winbufnr(number), 'sightline') ==# 'ended'
      return win_getid(number)
    endif
  endfor
  return 0
endfunction

" The page that an alternative's text goes to.
function! s:page(view, alternative) abort
  if !has_key(a:view.pages, a:alternative)
    let page = s:add_page(a:view, a:alternative, a:view.base . '/' . (a:alternative + 1))
    call sightline#scratch#set_filetype(page.buffer, s:filetype(a:view.kind))
  endif
  return a:view.pages[a:alternative][-1]
endfunction

function! s:text(view, text, alternative) abort
  let page = s:page(a:view, a:alternative)
  if !page.begun
    call s:settle(a:view)
  endif
  if bufloaded(page.buffer)
    call sightline#page#reason(page, a:view.kind ==# 'text')
  endif
  return sightline#page#append(page, a:text)
endfunction

" By the time that text comes, the process has said what kind it is of.
function! s:settle(view) abort
  let kind = a:view.question ? a:view.kind : s:kind(a:view.task)
  if kind !=# a:view.kind
    let a:view.kind = kind
    call sightline#scratch#set_filetype(a:view.buffer, s:filetype(kind))
  endif
endfunction

function! s:reasoning(view, text, alternative) abort
  call add(s:page(a:view, a:alternative).reasoning, a:text)
  return bufloaded(a:view.buffer)
endfunction

" A file begins: the first in the buffer that waits for it, each further one in its own.
function! s:file(view, name, language, alternative) abort
  call s:settle(a:view)
  let page = s:page(a:view, a:alternative)
  let name = a:view.base . (a:alternative ? '/' . (a:alternative + 1) : '') . '/'
        \ . (a:name ==# '' ? 'file-' . len(a:view.pages[a:alternative]) : a:name)
  if page.begun
    let page = s:add_page(a:view, a:alternative, name)
  elseif a:name !=# ''
    call sightline#scratch#rename(page.buffer, s:free(name))
  endif
  call sightline#scratch#set_filetype(page.buffer, sightline#filetype#of(a:language, a:name))
endfunction

function! s:pages(view) abort
  return filter(flatten(values(a:view.pages)), 'bufloaded(v:val.buffer)')
endfunction

function! s:finish(view, words) abort
  for page in s:pages(a:view)
    call s:settle(a:view)
    call sightline#page#reason(page, a:view.kind ==# 'text')
    call sightline#page#trim(page)
    if a:view.resumed && a:view.kind ==# 'code'
      call sightline#page#drop_fence(page)
    endif
  endfor
  call extend(a:view, {'answered': 1, 'cut': 0, 'resumed': 0, 'question': 0, 'words': a:words})
  if a:view.kind ==# 'text'
    call s:prompt(a:view, '')
  else
    call s:show_words(a:view)
  endif
  call s:release(a:view)
  call s:tell_where(a:view)
endfunction

function! s:show_words(view) abort
  if bufloaded(a:view.buffer) && a:view.words !=# ''
    call sightline#page#words(a:view.pages[0][0], a:view.words, 'SightlineStatus')
  endif
endfunction

function! s:release(view) abort
  for page in filter(s:pages(a:view), {_, page -> getbufvar(page.buffer, 'sightline') ==# 'running'})
    call sightline#page#release(page)
  endfor
endfunction

" Names the buffers that hold what no window shows.
function! s:tell_where(view) abort
  let names = map(filter(s:pages(a:view), {_, page -> empty(win_findbuf(page.buffer))}),
        \ {_, page -> bufname(page.buffer)})
  if !empty(names)
    call sightline#message#info((bufloaded(a:view.buffer) && empty(win_findbuf(a:view.buffer))
          \ ? 'the answer is in ' : 'more of the answer is in ') . join(names, ', '))
  endif
endfunction

function! s:fail(view, words, code) abort
  if !bufloaded(a:view.buffer)
    return s:release(a:view)
  endif
  let page = a:view.pages[0][-1]
  let a:view.cut = a:code ==# 'length' || a:view.resumed && !page.begun
  let a:view.resumed = 0
  if a:view.cut
    call sightline#page#reason(page, a:view.kind ==# 'text')
    let a:view.answered = 1
  elseif a:view.question && !page.begun
    return s:take_back(a:view)
  elseif getbufline(a:view.buffer, 1, '$') == ['']
    return s:discard(a:view)
  endif
  let a:view.question = 0
  call sightline#page#words(page, 'not whole: ' . a:words, 'SightlineFailed')
  call s:release(a:view)
endfunction

" A question that nothing came back for stands on the prompt line again.
function! s:take_back(view) abort
  let page = a:view.pages[0][0]
  let asked = filter(getbufline(page.buffer, a:view.question + 1, '$'), 'v:val =~# "^>"')
  call sightline#mark#hide(get(a:view, 'earlier', {}))
  call sightline#page#cut(page, a:view.question + 1)
  let a:view.question = 0
  call s:prompt(a:view, join(map(asked, 'substitute(v:val, "^> \\=", "", "")'), "\n"))
  call s:release(a:view)
endfunction

" The line below the text where a question can be written. It is empty, so that words about the
" answer have room beside it.
function! s:prompt(view, question) abort
  if !bufloaded(a:view.buffer)
    return
  endif
  let page = a:view.pages[0][0]
  call sightline#page#append(page, "\n" . a:question)
  let line = sightline#page#last(page) - count(a:question, "\n")
  let a:view.prompt = {'mark': sightline#mark#set_before(page.buffer, line),
        \ 'shown': sightline#mark#show({}, page.buffer, line,
        \ join(filter([a:view.words, '<CR> asks on'], 'v:val !=# ""'), '; '), 'SightlineStatus')}
endfunction

" Its number, or 0 when the user has taken it away.
function! s:prompt_line(view) abort
  return empty(a:view.prompt) ? 0 : sightline#mark#line(a:view.prompt.mark)
endfunction

function! s:typed(view) abort
  let line = s:prompt_line(a:view)
  return line ? join(getbufline(a:view.buffer, line, '$'), "\n") : ''
endfunction

function! s:end_prompt(view) abort
  if !empty(a:view.prompt)
    call sightline#mark#hide(a:view.prompt.shown)
    call sightline#mark#remove(a:view.prompt.mark)
    let a:view.prompt = {}
  endif
endfunction

" An answer that never began leaves no empty window behind, and an earlier one comes back.
function! s:discard(view) abort
  if a:view.before && bufloaded(a:view.before)
    for window in win_findbuf(a:view.buffer)
      call win_execute(window, 'buffer ' . a:view.before)
    endfor
  endif
  execute 'bwipeout!' a:view.buffer
endfunction
