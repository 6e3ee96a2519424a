" Undo steps.

let s:inside = 0

" Setting 'undolevels', to whatever value, ends the undo step that typing in Insert mode has open, so
" that what comes next is a step of its own with nothing of the user's in it. Only the current buffer
" can have one open.
function! sightline#undo#break(buffer) abort
  if a:buffer == bufnr('%') && !s:inside
    let [global, local] = [&g:undolevels, &l:undolevels]
    let &g:undolevels = global
    let &l:undolevels = local
  endif
endfunction

" What a function does is one step of its own, whatever steps it would make by itself.
function! sightline#undo#step(buffer, Do) abort
  call sightline#undo#break(a:buffer)
  let s:inside += 1
  try
    call a:Do()
  finally
    let s:inside -= 1
    call sightline#undo#break(a:buffer)
  endtry
endfunction
