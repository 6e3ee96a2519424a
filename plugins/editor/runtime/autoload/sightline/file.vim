" The buffers that the files of an answer go to: ordinary ones in the current folder, named as the
" model names the files, with nothing written. No buffer and no file that is there already is touched.

" `name` is a relative path without "..", as the process lets it through, or empty.
function! sightline#file#create(name) abort
  let path = a:name ==# '' ? '' : s:free(a:name)
  let buffer = bufadd(path)
  " Like other answers it has no swap file and sets no options. No template of the user's gets into it.
  noautocmd noswapfile call bufload(buffer)
  call setbufvar(buffer, '&buflisted', 1)
  call setbufvar(buffer, '&modeline', 0)
  if path !=# a:name
    call sightline#message#info(a:name . ' is there already; this one is ' . path)
  endif
  return buffer
endfunction

" What a buffer of an answer is called in a sentence.
function! sightline#file#name(buffer) abort
  let name = bufname(a:buffer)
  return name =~# '^sightline://' ? name : name ==# '' ? 'buffer ' . a:buffer : fnamemodify(name, ':~:.')
endfunction

" The path, or "index-2.html" and so on where it is in use.
function! s:free(path) abort
  let [start, ending] = matchlist(a:path, '^\(.\{-1,}\)\(\.[^./]\+\)\=$')[1:2]
  let [path, number] = [a:path, 1]
  while bufexists(path) || getftype(path) !=# ''
    let number += 1
    let path = start . '-' . number . ending
  endwhile
  return path
endfunction
