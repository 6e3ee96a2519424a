" Parts of an answer's text that stay closed until they are wanted: the reasoning before it, and long
" prompts of a conversation from a file. Folds belong to windows, so each window that comes to show
" the buffer gets them anew.

" Lines from `line` on, to be called by `name`.
function! sightline#fold#add(buffer, line, length, name) abort
  let fold = {'mark': sightline#mark#set(a:buffer, a:line), 'length': a:length, 'name': a:name}
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

" For 'foldtext'. The empty line at the end does not count, and folds that the user made look as they
" do elsewhere.
function! sightline#fold#text() abort
  for fold in get(b:, 'sightline_folds', [])
    if sightline#mark#line(fold.mark) == v:foldstart
      let lines = v:foldend - v:foldstart + (getline(v:foldend) !=# '')
      return fold.name . ', ' . lines . (lines == 1 ? ' line' : ' lines')
    endif
  endfor
  return foldtext()
endfunction
