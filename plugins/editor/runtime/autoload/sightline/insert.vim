" An answer that goes below a line of the user's buffer, as one change once it is whole.

function! sightline#insert#new(task, buffer, line) abort
  if !getbufvar(a:buffer, '&modifiable') || getbufvar(a:buffer, '&readonly')
    throw 'sightline: this buffer cannot be changed; use :Sight without ! for a window of its own'
  endif
  let view = {'task': a:task, 'buffer': a:buffer, 'parts': [], 'mark': sightline#mark#set(a:buffer, a:line)}
  return extend(view, {
        \ 'place': {-> s:place(view)},
        \ 'append': {text -> !empty(add(view.parts, text))},
        \ 'finish': {words -> s:finish(view, words)},
        \ 'fail': {words -> s:fail(view, words)},
        \ })
endfunction

function! s:place(view) abort
  let line = sightline#mark#line(a:view.mark)
  return line ? [a:view.buffer, line] : []
endfunction

function! s:finish(view, words) abort
  let line = sightline#mark#line(a:view.mark)
  call sightline#mark#remove(a:view.mark)
  if !line
    return s:offer(a:view, a:words, 'the line it was to follow is gone')
  elseif !getbufvar(a:view.buffer, '&modifiable')
    return s:offer(a:view, a:words, 'the buffer cannot be changed any more')
  endif
  let lines = split(substitute(join(a:view.parts, ''), '\n\+$', '', ''), "\n", 1)
  if s:put(a:view.buffer, line, lines) != 0
    return s:offer(a:view, a:words, 'the buffer did not take it')
  endif
  call sightline#message#info('inserted' . (a:words ==# '' ? '' : ' (' . a:words . ')'))
endfunction

function! s:put(buffer, line, lines) abort
  call s:break_undo(a:buffer)
  let failed = appendbufline(a:buffer, a:line, a:lines)
  call s:break_undo(a:buffer)
  return failed
endfunction

" Setting 'undolevels', to whatever value, ends the undo step that typing in Insert mode has open, so
" that the answer is a step of its own with nothing of the user's in it. Only the current buffer can
" have one open.
function! s:break_undo(buffer) abort
  if a:buffer == bufnr('%')
    let [global, local] = [&g:undolevels, &l:undolevels]
    let &g:undolevels = global
    let &l:undolevels = local
  endif
endfunction

" On failure nothing is inserted, and what came is not lost either.
function! s:fail(view, words) abort
  call sightline#mark#remove(a:view.mark)
  if !empty(a:view.parts)
    call sightline#answer#offer(a:view.task, join(a:view.parts, '')).fail(a:words)
  endif
endfunction

function! s:offer(view, words, why) abort
  let offered = sightline#answer#offer(a:view.task, join(a:view.parts, ''))
  call offered.finish(a:words)
  call sightline#message#error('the answer is in ' . bufname(offered.buffer) . ': ' . a:why)
endfunction
