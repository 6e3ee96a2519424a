" The window that an answer streams into: a scratch buffer for each answer, shown in the window of an
" earlier answer when this tab page has one that is complete.

let s:count = 0
" A window that is not the current one does not scroll to its cursor, until asked for its first line.
let s:to_the_end = 'noautocmd call cursor("$", 1) | noautocmd call line("w0")'

function! sightline#answer#new(task, subject, mods) abort
  let view = s:create(a:task, a:subject)
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
function! sightline#answer#offer(task, text) abort
  let view = s:create(a:task, '')
  call view.append(a:text)
  try
    call s:show(view, '')
  catch /^sightline: there is no room/
  endtry
  return view
endfunction

function! s:create(task, subject) abort
  let s:count += 1
  let name = join(['sightline:/', a:task, s:count] + (a:subject ==# '' ? [] : [a:subject]), '/')
  let view = {'buffer': sightline#scratch#create(name), 'before': 0}
  " What streams in is not to be kept twice, for an undo that nobody wants.
  call s:set_undolevels(view.buffer, -1)
  call setbufvar(view.buffer, 'sightline', 'running')
  return extend(view, {
        \ 'place': {-> bufloaded(view.buffer) ? [view.buffer, s:last_line(view.buffer)] : []},
        \ 'append': {text -> s:append(view.buffer, text)},
        \ 'finish': {words -> s:finish(view, words)},
        \ 'fail': {words -> s:fail(view, words)},
        \ })
endfunction

function! s:show(view, mods) abort
  let window = a:mods ==# '' ? s:reusable() : 0
  let a:view.before = window ? winbufnr(window) : 0
  call sightline#scratch#show(a:view.buffer, a:mods, window)
endfunction

" A window follows the end of the text while its cursor is there.
function! s:append(buffer, text) abort
  if !bufloaded(a:buffer)
    return 0
  endif
  let following = filter(win_findbuf(a:buffer), {_, window -> s:is_at_end(window)})
  let lines = split(a:text, "\n", 1)
  let lines[0] = getbufline(a:buffer, '$')[0] . lines[0]
  call sightline#scratch#put(a:buffer, s:last_line(a:buffer), lines)
  for window in following
    call win_execute(window, s:to_the_end)
  endfor
  return 1
endfunction

" Not while something is selected there: it would grow.
function! s:is_at_end(window) abort
  return line('.', a:window) == line('$', a:window)
        \ && (a:window != win_getid() || mode() !~? "^[vs\<C-V>\<C-S>]")
endfunction

function! s:last_line(buffer) abort
  return getbufinfo(a:buffer)[0].linecount
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

" The text is the user's from here on, to change and to undo.
function! s:release(view) abort
  call setbufvar(a:view.buffer, '&modifiable', 1)
  call s:set_undolevels(a:view.buffer, -123456) " as the global value says
  call setbufvar(a:view.buffer, 'sightline', 'ended')
endfunction

" Vim refuses this on a screen of few rows, where no more than memory depends on it.
function! s:set_undolevels(buffer, value) abort
  try
    call setbufvar(a:buffer, '&undolevels', a:value)
  catch /^Vim\%((\a\+)\)\=:E593:/
  endtry
endfunction

function! s:finish(view, words) abort
  if !bufloaded(a:view.buffer)
    return
  endif
  call s:release(a:view)
  if a:words !=# ''
    call sightline#mark#show({}, a:view.buffer, s:last_line(a:view.buffer), a:words, 'SightlineStatus')
  endif
  if empty(win_findbuf(a:view.buffer))
    call sightline#message#info('the answer is in ' . bufname(a:view.buffer))
  endif
endfunction

function! s:fail(view, words) abort
  if !bufloaded(a:view.buffer)
    return
  endif
  call s:release(a:view)
  if getbufline(a:view.buffer, 1, '$') == ['']
    return s:discard(a:view)
  endif
  call sightline#mark#show({}, a:view.buffer, s:last_line(a:view.buffer), 'not whole: ' . a:words,
        \ 'SightlineFailed')
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
