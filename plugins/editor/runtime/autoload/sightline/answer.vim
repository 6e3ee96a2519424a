" The window that an answer streams into: a scratch buffer for each answer, shown in the window of an
" earlier answer when this tab page has one that is complete. Answers of a conversation follow each
" other in one buffer; further answers to one question have buffers of their own. Code waits in a
" scratch buffer for its first file, and each file has an ordinary buffer (file.vim).
"
" A view is the dictionary that task.vim describes, and here also:
"   pages           by alternative, a list of pages (page.vim), the last of which grows
"   kind            what the task puts out: text, code, json or csv
"   conversation    its number, which the view holds
"   answered        whether the conversation has an answer that can be asked about
"   cut             whether the last answer was cut at its length
"   resumed         whether what comes now is the rest of one
" and what prompt.vim tells of.

let s:question_max = 4 " lines of a question that are shown unfolded
let s:idle_max = 32 " answers that are kept although nobody looks at them
let s:idle_slack = 8
let s:count = 0
let s:views = {} " by buffer

augroup sightline_answer
augroup END

function! sightline#answer#new(task, subject, mods, conversation) abort
  let view = s:create(a:task, a:subject, a:conversation)
  call s:show_or_discard(view, a:mods)
  return view
endfunction

" Whether new() is sure to find a window, or to make one.
function! sightline#answer#has_room() abort
  return s:reusable() || winheight(0) > 2 * (&winminheight + 2)
endfunction

function! s:show_or_discard(view, mods) abort
  let shown = 0
  try
    call s:show(a:view, a:mods)
    let shown = 1
  catch /^sightline: there is no room/
    throw v:exception . ', or use :Sight!'
  finally
    if !shown
      call s:discard(a:view)
    endif
  endtry
endfunction

" Shows text that has no other place to go; of a file its name and language come last. Where there is
" no room for a window, it is in its buffer.
function! sightline#answer#offer(task, text, conversation, ...) abort
  let view = s:create(a:task, '', a:conversation)
  try
    call s:show(view, '')
  catch /^sightline: there is no room/
  endtry
  if a:0
    call view.file(a:1, a:2, 0)
  endif
  call view.text(a:text, 0)
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
  let lines = a:turn.speaker ==# 'person' ? sightline#prompt#quote(a:turn.text) : split(a:turn.text, "\n", 1)
  call sightline#page#append(a:page, join(lines, "\n"))
  if a:turn.speaker ==# 'person' && len(lines) > s:question_max && has('folding')
    call sightline#fold#add(a:page.buffer, line, len(lines) - 1, 'Prompt')
  endif
endfunction

" The view that a buffer belongs to, or an empty dictionary.
function! sightline#answer#of(buffer) abort
  return get(s:views, a:buffer, {})
endfunction

" What was cut goes on only where it ended.
function! s:check_end(view) abort
  let page = a:view.pages[0][-1]
  if get(getbufline(page.buffer, '$'), 0) isnot# get(page, 'tail', 0)
    throw 'sightline: the last line of ' . sightline#file#name(page.buffer)
          \ . ' was changed since the answer was cut; undo that, or :Sight retry'
  endif
endfunction

" What was cut at its length goes on, without a seam.
function! s:go_on(view) abort
  call extend(a:view, {'cut': 0, 'resumed': 1})
  call sightline#page#resume(a:view.pages[0][-1])
endfunction

function! s:create(task, subject, conversation) abort
  let s:count += 1
  let base = join(['sightline:/', a:task, s:count] + (a:subject ==# '' ? [] : [a:subject]), '/')
  let view = {'task': a:task, 'base': base, 'kind': sightline#tasks#output(a:task), 'conversation': a:conversation,
        \ 'answered': 0, 'cut': 0, 'resumed': 0, 'question': 0, 'words': '', 'prompt': {},
        \ 'before': 0, 'pages': {}}
  let view.buffer = s:add_page(view, 0, base).buffer
  return extend(view, {
        \ 'holds': {buffer -> get(s:views, buffer, {}) is view},
        \ 'place': {-> s:place(view)},
        \ 'text': {text, alternative -> s:text(view, text, alternative)},
        \ 'reasoning': {text, alternative -> s:reasoning(view, text, alternative)},
        \ 'file': {name, language, alternative -> s:file(view, name, language, alternative)},
        \ 'finish': {words -> s:finish(view, words)},
        \ 'fail': {words, code -> s:fail(view, words, code)},
        \ 'check_end': {-> s:check_end(view)},
        \ 'go_on': {-> s:go_on(view)},
        \ 'buffers': {-> map(s:pages(view), 'v:val.buffer')},
        \ 'files': {-> map(filter(s:pages(view), 'v:val.kept'),
        \   {_, page -> {'buffer': page.buffer, 'name': page.file}})},
        \ })
endfunction

" An editor that runs for weeks does not keep all that was ever answered in it. Looking costs more than
" keeping a few more.
function! s:drop_oldest() abort
  if len(s:views) < s:idle_max + s:idle_slack
    return
  endif
  let idle = filter(range(1, bufnr('$')),
        \ 'has_key(s:views, v:val) && empty(filter(s:pages(s:views[v:val]), "!sightline#page#is_idle(v:val)"))')
  for buffer in idle[: -s:idle_max - 1]
    call map(filter(s:pages(s:views[buffer]), 'v:val.buffer == buffer'), 'sightline#page#wipe(v:val)')
  endfor
endfunction

function! s:filetype(kind) abort
  return get({'text': 'markdown', 'code': ''}, a:kind, a:kind)
endfunction

function! s:add_page(view, alternative, name) abort
  return s:add(a:view, a:alternative, sightline#page#new(s:free(a:name)))
endfunction

function! s:add(view, alternative, page) abort
  let page = a:page
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

" The last buffer of a view lets its conversation go.
function! s:gone(buffer) abort
  execute 'autocmd! sightline_answer * <buffer=' . a:buffer . '>'
  if has_key(s:views, a:buffer)
    let view = remove(s:views, a:buffer)
    if empty(filter(copy(s:views), 'v:val is view'))
      call sightline#conversation#forget(view.conversation)
    endif
  endif
endfunction

function! s:show(view, mods) abort
  let window = a:mods ==# '' && a:view.kind !=# 'code' ? s:reusable() : 0
  let a:view.before = window ? winbufnr(window) : 0
  call sightline#scratch#show(a:view.buffer, a:mods, window, s:filetype(a:view.kind))
  for shown in win_findbuf(a:view.buffer)
    call win_execute(shown, 'call sightline#prompt#map_enter()')
  endfor
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
  let kind = a:view.question ? a:view.kind : sightline#tasks#output(a:view.task)
  if kind !=# a:view.kind
    let a:view.kind = kind
    call sightline#scratch#set_filetype(a:view.buffer, s:filetype(kind))
  endif
endfunction

function! s:reasoning(view, text, alternative) abort
  call add(s:page(a:view, a:alternative).reasoning, a:text)
  return bufloaded(a:view.buffer)
endfunction

" A file begins. The first takes the place of what waited for it.
function! s:file(view, name, language, alternative) abort
  call s:settle(a:view)
  let waiting = s:page(a:view, a:alternative)
  if !bufloaded(waiting.buffer)
    return
  endif
  let name = a:view.base . (a:alternative ? '/' . (a:alternative + 1) : '')
  let page = s:add(a:view, a:alternative, sightline#page#of_file(sightline#file#create(a:name), name))
  let page.file = a:name
  if !waiting.kept
    call s:replace(a:view, a:alternative, waiting, page)
  endif
  call sightline#scratch#set_filetype(page.buffer, sightline#filetype#of(a:language, a:name))
endfunction

function! s:replace(view, alternative, waiting, page) abort
  let a:page.reasoning = a:waiting.reasoning
  call filter(a:view.pages[a:alternative], 'v:val isnot a:waiting')
  if a:view.buffer == a:waiting.buffer
    let a:view.buffer = a:page.buffer
  endif
  for window in win_findbuf(a:waiting.buffer)
    call sightline#scratch#switch(window, a:page.buffer)
  endfor
  execute 'silent bwipeout!' a:waiting.buffer
endfunction

function! s:pages(view) abort
  return filter(flatten(values(a:view.pages)), 'bufloaded(v:val.buffer)')
endfunction

function! s:finish(view, words) abort
  for page in s:pages(a:view)
    call s:settle(a:view)
    call sightline#page#reason(page, a:view.kind ==# 'text')
    call sightline#page#trim(page)
  endfor
  call extend(a:view, {'answered': 1, 'cut': 0, 'resumed': 0, 'question': 0, 'words': a:words})
  if a:view.kind ==# 'text'
    call sightline#prompt#show(a:view, '')
  else
    call s:show_words(a:view)
  endif
  call s:release(a:view)
  call s:tell_where(a:view, a:words)
  call s:drop_oldest()
endfunction

function! s:show_words(view) abort
  if bufloaded(a:view.buffer) && a:view.words !=# '' && !s:has_files(a:view)
    call sightline#page#words(a:view.pages[0][0], a:view.words, 'SightlineStatus')
  endif
endfunction

function! s:release(view) abort
  for page in filter(s:pages(a:view), {_, page -> getbufvar(page.buffer, 'sightline') ==# 'running'})
    call sightline#page#release(page)
  endfor
endfunction

" Names the buffers that hold what no window shows. Beside a file's text no words stay.
function! s:tell_where(view, words) abort
  let hidden = filter(s:pages(a:view), {_, page -> empty(win_findbuf(page.buffer))})
  let names = join(map(hidden, {_, page -> sightline#file#name(page.buffer)}), ', ')
  let words = s:has_files(a:view) ? a:words : ''
  if names !=# ''
    let all = bufloaded(a:view.buffer) && empty(win_findbuf(a:view.buffer))
    call sightline#message#info((all ? 'the answer is in ' : 'more of the answer is in ') . names
          \ . (words ==# '' ? '' : ' (' . words . ')'))
  elseif words !=# ''
    call sightline#message#info(sightline#file#name(a:view.buffer) . ': ' . words)
  endif
endfunction

function! s:has_files(view) abort
  return get(get(a:view.pages[0], 0, {}), 'kept', 0)
endfunction

function! s:fail(view, words, code) abort
  if !bufloaded(a:view.buffer)
    return s:release(a:view)
  endif
  let page = a:view.pages[0][-1]
  let a:view.cut = a:code ==# 'length'
        \ || a:view.resumed && empty(filter(s:pages(a:view), 'v:val.came'))
  let a:view.resumed = 0
  if a:view.cut
    call s:settle(a:view)
    let page.tail = get(getbufline(page.buffer, '$'), 0)
    call sightline#page#reason(page, a:view.kind ==# 'text')
    let a:view.answered = 1
  elseif a:view.question && !page.begun
    call sightline#prompt#take_back(a:view)
    return s:release(a:view)
  elseif getbufline(a:view.buffer, 1, '$') == ['']
    return s:discard(a:view)
  endif
  let a:view.question = 0
  call sightline#page#words(page, 'not whole: ' . a:words, 'SightlineFailed')
  call s:release(a:view)
  call s:tell_where(a:view, '')
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
