" Undo steps.

" Setting 'undolevels', to whatever value, ends the undo step that typing in Insert mode has open, so
" that what comes next is a step of its own with nothing of the user's in it. Only the current buffer
" can have one open.
function! sightline#undo#break(buffer) abort
  if a:buffer == bufnr('%')
    let [global, local] = [&g:undolevels, &l:undolevels]
    let &g:undolevels = global
    let &l:undolevels = local
  endif
endfunction
