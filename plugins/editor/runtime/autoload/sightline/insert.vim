" An answer that goes below a line of the user's buffer, as one change once it is whole. Of several
" files or alternatives the first does; the others open in windows of their own.

function! sightline#insert#new(task, buffer, line, conversation) abort
  if !getbufvar(a:buffer, '&modifiable') || getbufvar(a:buffer, '&readonly')
    throw 'sightline: this buffer cannot be changed; use :Sight without ! for a window of its own'
  endif
  let view = {'task': a:task, 'buffer': a:buffer, 'conversation': a:conversation,
        \ 'parts': [s:part([])], 'at': {'0': 0}, 'mark': sightline#mark#set(a:buffer, a:line)}
  return extend(view, {
        \ 'holds': {buffer -> 0},
        \ 'place': {-> s:place(view)},
        \ 'text': {text, alternative -> s:text(view, text, alternative)},
        \ 'reasoning': {text, alternative -> 1},
        \ 'file': {name, language, alternative -> s:file(view, [name, language], alternative)},
        \ 'finish': {words -> s:finish(view, words)},
        \ 'fail': {words, code -> s:fail(view, words, code)},
        \ })
endfunction

function! s:place(view) abort
  let line = sightline#mark#line(a:view.mark)
  return line ? [a:view.buffer, line] : []
endfunction

" A part is {text, file: its name and language, if it is one}. `at` tells which part an alternative's
" text goes to.
function! s:part(file) abort
  return {'text': '', 'file': a:file}
endfunction

function! s:text(view, text, alternative) abort
  if !has_key(a:view.at, a:alternative)
    call s:add_part(a:view, [], a:alternative)
  endif
  let a:view.parts[a:view.at[a:alternative]].text .= a:text
  return 1
endfunction

function! s:file(view, file, alternative) abort
  let part = has_key(a:view.at, a:alternative) ? a:view.parts[a:view.at[a:alternative]] : {}
  if get(part, 'text', 'none') ==# '' && empty(part.file)
    let part.file = a:file
  else
    call s:add_part(a:view, a:file, a:alternative)
  endif
endfunction

function! s:add_part(view, file, alternative) abort
  let a:view.at[a:alternative] = len(a:view.parts)
  call add(a:view.parts, s:part(a:file))
endfunction

function! s:finish(view, words) abort
  let line = sightline#mark#line(a:view.mark)
  call sightline#mark#remove(a:view.mark)
  if !line
    return s:offer(a:view, a:words, 'the line it was to follow is gone')
  elseif !getbufvar(a:view.buffer, '&modifiable')
    return s:offer(a:view, a:words, 'the buffer cannot be changed any more')
  endif
  let lines = split(substitute(a:view.parts[0].text, '\n\+$', '', ''), "\n", 1)
  if s:put(a:view.buffer, line, lines) != 0
    return s:offer(a:view, a:words, 'the buffer did not take it')
  endif
  call sightline#message#info('inserted' . (a:words ==# '' ? '' : ' (' . a:words . ')'))
  if len(a:view.parts) == 1
    return sightline#conversation#forget(a:view.conversation)
  endif
  for view in s:offer_parts(a:view, 1)
    call view.finish('')
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
  if join(map(copy(a:view.parts), 'v:val.text'), '') ==# ''
    return sightline#conversation#forget(a:view.conversation)
  endif
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

" The views of the parts from a number on.
function! s:offer_parts(view, from) abort
  let views = map(a:view.parts[a:from :],
        \ {_, part -> call('sightline#answer#offer',
        \   [a:view.task, part.text, sightline#conversation#hold(a:view.conversation)] + part.file)})
  call sightline#conversation#forget(a:view.conversation)
  return views
endfunction
