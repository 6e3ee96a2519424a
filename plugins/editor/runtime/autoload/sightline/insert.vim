" An answer that goes below a line of the user's buffer, as one change once it is whole. Until then it
" is shown there as rows that are no text; what came of one that did not become whole stays so until it
" is accepted or rejected. Of several files or alternatives the first goes there; the others open in
" windows of their own.
"
" A view is the dictionary that task.vim describes, and here also:
"   conversation  its number, which the view holds
"   parts, at     what came, see s:part
"   came          whether any of it has come in this request
"   mark          the line that the answer goes below
"   state         running, left (not whole) or over
"   why           it is not whole
"   cut           whether the answer was cut at its length
"   shown         the rows, see paint.vim, which is so loaded before somebody types
"   drawing       the timer that will draw them, or 0

let s:views = []

function! sightline#insert#new(task, buffer, line, conversation) abort
  if !getbufvar(a:buffer, '&modifiable') || getbufvar(a:buffer, '&readonly')
    call sightline#conversation#forget(a:conversation)
    throw 'sightline: this buffer cannot be changed; use :Sight without ! for a window of its own'
  endif
  let view = {'task': a:task, 'buffer': a:buffer, 'conversation': a:conversation, 'state': 'running', 'why': '',
        \ 'parts': [s:part([])], 'at': {'0': 0}, 'mark': sightline#mark#set(a:buffer, a:line),
        \ 'came': 0, 'cut': 0, 'shown': sightline#paint#canvas(a:buffer), 'drawing': 0}
  call add(s:views, view)
  return extend(view, {
        \ 'holds': {buffer -> 0},
        \ 'place': {-> s:place(view)},
        \ 'text': {text, alternative -> s:text(view, text, alternative)},
        \ 'reasoning': {text, alternative -> 1},
        \ 'file': {name, language, alternative -> s:file(view, [name, language], alternative)},
        \ 'finish': {words -> s:finish(view, words)},
        \ 'fail': {words, code -> s:fail(view, words, code)},
        \ 'check_end': {-> s:check_line(view)},
        \ 'go_on': {-> extend(view, {'state': 'running', 'came': 0})},
        \ })
endfunction

" The one that comes or was left below the cursor line, or nothing.
function! sightline#insert#at_cursor() abort
  return get(filter(copy(s:views),
        \ {_, view -> s:has_text(view) && s:place(view) == [bufnr('%'), line('.')]}), 0, {})
endfunction

" Puts what came into the text. What still comes is not wanted any more.
function! sightline#insert#accept(view) abort
  call a:view.finish('')
  call sightline#task#stop_view(a:view)
endfunction

function! sightline#insert#reject(view) abort
  call s:end(a:view)
  call sightline#conversation#forget(a:view.conversation)
  call sightline#message#info('rejected what came of ' . a:view.task)
  call sightline#task#stop_view(a:view)
endfunction

function! s:place(view) abort
  let line = a:view.state ==# 'over' ? 0 : sightline#mark#line(a:view.mark)
  return line ? [a:view.buffer, line] : []
endfunction

function! s:check_line(view) abort
  if empty(s:place(a:view))
    throw 'sightline: the line that the answer was to follow is gone; :Sight retry asks again'
  endif
endfunction

" A part is {lines, file: its name and language, if it is one}. `at` tells which part an alternative's
" text goes to.
function! s:part(file) abort
  return {'lines': [''], 'file': a:file}
endfunction

function! s:text(view, text, alternative) abort
  if a:view.state ==# 'over'
    return 0
  elseif !has_key(a:view.at, a:alternative)
    call s:add_part(a:view, [], a:alternative)
  endif
  let part = a:view.parts[a:view.at[a:alternative]]
  let [first; others] = split(a:text, "\n", 1)
  let part.lines[-1] .= first
  call extend(part.lines, others)
  let a:view.came = 1
  call s:draw_soon(a:view)
  return 1
endfunction

function! s:file(view, file, alternative) abort
  let part = has_key(a:view.at, a:alternative) ? a:view.parts[a:view.at[a:alternative]] : {}
  if get(part, 'lines', []) == [''] && empty(part.file)
    let part.file = a:file
  else
    call s:add_part(a:view, a:file, a:alternative)
  endif
endfunction

function! s:add_part(view, file, alternative) abort
  let a:view.at[a:alternative] = len(a:view.parts)
  call add(a:view.parts, s:part(a:file))
endfunction

function! s:has_text(view) abort
  return !empty(filter(copy(a:view.parts), 'v:val.lines != [""]'))
endfunction

function! s:draw_soon(view) abort
  if !a:view.drawing && !sightline#option#get('plain')
    let a:view.drawing = timer_start(0, {-> s:draw(a:view)})
  endif
endfunction

" The last rows of what came, and of what was left also what can be done.
function! s:draw(view) abort
  let a:view.drawing = 0
  let place = s:place(a:view)
  if empty(place)
    return
  endif
  let [room, width] = sightline#rows#room(a:view.buffer)
  let rows = sightline#rows#streamed(sightline#rows#tail(a:view.parts[0].lines, width, room - 1))
  if a:view.state ==# 'left'
    call add(rows, sightline#rows#banner('not whole · :Sight accept puts it in · reject'
          \ . (a:view.cut ? ' · continue' : '') . ' · ' . a:view.why, width))
  endif
  call sightline#paint#rows(a:view.shown, place[1], rows)
  call sightline#rows#reveal(a:view.buffer, place[1], place[1], len(rows))
endfunction

" Nothing of it stays on the screen.
function! s:end(view) abort
  let a:view.state = 'over'
  call filter(s:views, 'v:val isnot a:view')
  call sightline#mark#remove(a:view.mark)
  call sightline#paint#clear(a:view.shown)
endfunction

function! s:finish(view, words) abort
  let line = sightline#mark#line(a:view.mark)
  call s:end(a:view)
  if !line
    return s:offer(a:view, a:words, 'the line it was to follow is gone')
  elseif !getbufvar(a:view.buffer, '&modifiable')
    return s:offer(a:view, a:words, 'the buffer cannot be changed any more')
  elseif !s:put(a:view.buffer, line, s:trim(a:view.parts[0].lines))
    return s:offer(a:view, a:words, 'the buffer did not take it')
  endif
  call sightline#message#info('inserted' . (a:words ==# '' ? '' : ' (' . a:words . ')'))
  for view in s:offer_parts(a:view, 1)
    call view.finish('')
  endfor
endfunction

" Line ends after the last line are no lines.
function! s:trim(lines) abort
  let last = len(a:lines) - 1
  while last > 0 && a:lines[last] ==# ''
    let last -= 1
  endwhile
  return a:lines[: last]
endfunction

" 0 when the buffer does not take the lines.
function! s:put(buffer, line, lines) abort
  let told = {}
  call sightline#undo#step(a:buffer, {-> extend(told, {'failed': appendbufline(a:buffer, a:line, a:lines)})})
  return !told.failed
endfunction

" Nothing is inserted, and what came is not lost either: it stays where it would have gone, or opens in
" windows where nobody can see it there.
function! s:fail(view, words, code) abort
  if a:view.state ==# 'over'
    return
  elseif !s:has_text(a:view)
    call s:end(a:view)
    return sightline#conversation#forget(a:view.conversation)
  endif
  let a:view.cut = a:code ==# 'length' || a:view.cut && !a:view.came
  if sightline#option#get('plain') || empty(s:place(a:view)) || empty(win_findbuf(a:view.buffer))
    return s:offer_left(a:view, a:words, a:code)
  endif
  call extend(a:view, {'state': 'left', 'why': a:words})
  call s:draw_soon(a:view)
endfunction

function! s:offer_left(view, words, code) abort
  call s:end(a:view)
  let offered = s:offer_parts(a:view, 0)
  for view in offered
    call view.fail(a:words, a:code)
  endfor
  let a:view.offered = offered[0]
endfunction

function! s:offer(view, words, why) abort
  let offered = s:offer_parts(a:view, 0)
  for view in offered
    call view.finish(a:words)
  endfor
  call sightline#message#error('the answer is in ' . sightline#file#name(offered[0].buffer) . ': ' . a:why)
endfunction

" The views of the parts from a number on, which hold the conversation instead.
function! s:offer_parts(view, from) abort
  let views = map(a:view.parts[a:from :],
        \ {_, part -> call('sightline#answer#offer', [a:view.task, join(part.lines, "\n"),
        \   sightline#conversation#hold(a:view.conversation)] + part.file)})
  call sightline#conversation#forget(a:view.conversation)
  return views
endfunction
