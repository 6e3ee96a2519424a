" An answer that goes below a line of the user's buffer, as one change once it is whole. Of several
" files or alternatives the first does; the others open in windows of their own.

function! sightline#insert#new(task, buffer, line, conversation) abort
  if !getbufvar(a:buffer, '&modifiable') || getbufvar(a:buffer, '&readonly')
    throw 'sightline: this buffer cannot be changed; use :Sight without ! for a window of its own'
  endif
  let view = {'task': a:task, 'buffer': a:buffer, 'conversation': a:conversation, 'parts': [''],
        \ 'at': {'0': 0}, 'mark': sightline#mark#set(a:buffer, a:line)}
  return extend(view, {
        \ 'holds': {buffer -> 0},
        \ 'place': {-> s:place(view)},
        \ 'text': {text, alternative -> s:text(view, text, alternative)},
        \ 'reasoning': {text, alternative -> 1},
        \ 'file': {name, language, alternative -> s:file(view, alternative)},
        \ 'finish': {words -> s:finish(view, words)},
        \ 'fail': {words, code -> s:fail(view, words, code)},
        \ })
endfunction

function! s:place(view) abort
  let line = sightline#mark#line(a:view.mark)
  return line ? [a:view.buffer, line] : []
endfunction

" `at` tells which part an alternative's text goes to.
function! s:text(view, text, alternative) abort
  if !has_key(a:view.at, a:alternative)
    call s:add_part(a:view, a:alternative)
  endif
  let a:view.parts[a:view.at[a:alternative]] .= a:text
  return 1
endfunction

function! s:file(view, alternative) abort
  if get(a:view.parts, get(a:view.at, a:alternative, -1), 'none') !=# ''
    call s:add_part(a:view, a:alternative)
  endif
endfunction

function! s:add_part(view, alternative) abort
  let a:view.at[a:alternative] = len(a:view.parts)
  call add(a:view.parts, '')
endfunction

function! s:finish(view, words) abort
  let line = sightline#mark#line(a:view.mark)
  call sightline#mark#remove(a:view.mark)
  if !line
    return s:offer(a:view, a:words, 'the line it was to follow is gone')
  elseif !getbufvar(a:view.buffer, '&modifiable')
    return s:offer(a:view, a:words, 'the buffer cannot be changed any more')
  endif
  let lines = split(substitute(a:view.parts[0], '\n\+$', '', ''), "\n", 1)
  if s:put(a:view.buffer, line, lines) != 0
    return s:offer(a:view, a:words, 'the buffer did not take it')
  endif
  call sightline#message#info('inserted' . (a:words ==# '' ? '' : ' (' . a:words . ')'))
  if len(a:view.parts) == 1
    return sightline#conversation#forget(a:view.conversation)
  endif
  for text in a:view.parts[1:]
    call sightline#answer#offer(a:view.task, text, a:view.conversation).finish('')
  endfor
endfunction

function! s:put(buffer, line, lines) abort
  call sightline#undo#break(a:buffer)
  let failed = appendbufline(a:buffer, a:line, a:lines)
  call sightline#undo#break(a:buffer)
  return failed
endfunction

" On failure nothing is inserted, and what came is not lost either.
function! s:fail(view, words, code) abort
  call sightline#mark#remove(a:view.mark)
  if join(a:view.parts, '') ==# ''
    return sightline#conversation#forget(a:view.conversation)
  endif
  let offered = map(copy(a:view.parts),
        \ {_, text -> sightline#answer#offer(a:view.task, text, a:view.conversation)})
  for view in offered
    call view.fail(a:words, a:code)
  endfor
  let a:view.offered = offered[0]
endfunction

function! s:offer(view, words, why) abort
  let offered = map(copy(a:view.parts),
        \ {_, text -> sightline#answer#offer(a:view.task, text, a:view.conversation)})
  for view in offered
    call view.finish(a:words)
  endfor
  call sightline#message#error('the answer is in ' . bufname(offered[0].buffer) . ': ' . a:why)
endfunction
