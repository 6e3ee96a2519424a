" The reasoning before an answer: kept in its text, below a closed fold that says how long it is.
" Folds belong to windows, so each window that comes to show the buffer gets them anew.

" The lines go above the line given. Nothing else is on its way into the buffer.
function! sightline#fold#insert(buffer, line, lines) abort
  call setbufvar(a:buffer, '&modifiable', 1)
  try
    call appendbufline(a:buffer, a:line - 1, a:lines + [''])
  finally
    call setbufvar(a:buffer, '&modifiable', 0)
  endtry
  let fold = {'mark': sightline#mark#set(a:buffer, a:line), 'length': len(a:lines) + 1}
  call setbufvar(a:buffer, 'sightline_folds', getbufvar(a:buffer, 'sightline_folds', []) + [fold])
  for window in win_findbuf(a:buffer)
    call win_execute(window, 'call sightline#fold#make()')
  endfor
endfunction

" Folds what the window of the current buffer does not have folded yet.
function! sightline#fold#make() abort
  for fold in &foldmethod ==# 'manual' ? get(b:, 'sightline_folds', []) : []
    let line = sightline#mark#line(fold.mark)
    if line && !foldlevel(line)
      execute line . ',' . min([line + fold.length - 1, line('$')]) . 'fold'
    endif
  endfor
endfunction

" For 'foldtext'. Folds that the user made look as they do elsewhere.
function! sightline#fold#text() abort
  for fold in get(b:, 'sightline_folds', [])
    if sightline#mark#line(fold.mark) == v:foldstart
      let count = v:foldend - v:foldstart
      return 'Reasoning, ' . count . (count == 1 ? ' line' : ' lines')
    endif
  endfor
  return foldtext()
endfunction
