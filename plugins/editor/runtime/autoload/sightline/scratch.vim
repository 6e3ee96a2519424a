" Scratch buffers named sightline://…, for what is shown and not kept: no file, no swap, no undo file,
" no modelines.

function! sightline#scratch#create(name) abort
  let buffer = bufadd(substitute(a:name, '[[:cntrl:]]', '?', 'g'))
  for [option, value] in [['buftype', 'nofile'], ['bufhidden', 'hide'], ['swapfile', 0], ['buflisted', 0]]
    call setbufvar(buffer, '&' . option, value)
  endfor
  noautocmd call bufload(buffer)
  for [option, value] in [['undofile', 0], ['modeline', 0], ['modifiable', 0]]
    call setbufvar(buffer, '&' . option, value)
  endfor
  return buffer
endfunction

" Shows a buffer in the window given, or with 0 in a new one. The cursor stays in its window.
function! sightline#scratch#show(buffer, mods, window, filetype) abort
  let here = win_getid()
  try
    silent execute win_gotoid(a:window) ? 'buffer' : a:mods . ' sbuffer' a:buffer
    " A new window starts with the options of the one it was split from.
    setlocal nodiff noscrollbind nocursorbind nolist nonumber norelativenumber
    setlocal wrap linebreak
    call sightline#scratch#set_filetype(a:buffer, a:filetype)
    call s:set_folds()
  catch /^Vim\%((\a\+)\)\=:E36:/
    throw 'sightline: there is no room for a window; close one'
  finally
    call win_gotoid(here)
  endtry
endfunction

" Shows another buffer in a window. What goes wrong in the user's autocommands is the user's to know.
function! sightline#scratch#switch(window, buffer) abort
  try
    call win_execute(a:window, 'silent keepalt buffer ' . a:buffer)
  catch
    call sightline#message#error(sightline#file#name(a:buffer) . ': ' . v:exception)
  endtry
endfunction

" What goes wrong in the user's autocommands for a filetype is the user's to know, and no reason to
" stop.
function! sightline#scratch#set_filetype(buffer, filetype) abort
  try
    call setbufvar(a:buffer, '&filetype', a:filetype)
  catch
    call sightline#message#error('FileType ' . a:filetype . ': ' . v:exception)
  endtry
endfunction

" Whatever the filetype's own settings made of them.
function! s:set_folds() abort
  if has('folding')
    setlocal foldmethod=manual foldenable foldlevel=0 foldtext=sightline#fold#text()
    let &l:fillchars = join(filter(split(&fillchars, ','), 'v:val !~# "^fold:"') + ['fold: '], ',')
    call sightline#fold#make()
  endif
endfunction

" Shows lines in the scratch buffer sightline://{name}, in the window that has it already or a new one.
function! sightline#scratch#report(name, filetype, lines, mods) abort
  let buffer = sightline#scratch#create('sightline://' . a:name)
  call sightline#scratch#put(buffer, 1, a:lines)
  try
    call sightline#scratch#show(buffer, a:mods, get(win_findbuf(buffer), 0), a:filetype)
    call sightline#scratch#fit(buffer)
  catch /^sightline: /
    call sightline#message#error(v:exception[len('sightline: '):])
  endtry
endfunction

" Puts lines from line `first` on, in place of what is there. Appending, when only the last line is
" replaced, costs as much as the text that is new.
function! sightline#scratch#put(buffer, first, lines) abort
  call setbufvar(a:buffer, '&modifiable', 1)
  try
    call setbufline(a:buffer, a:first, a:lines)
    silent call deletebufline(a:buffer, a:first + len(a:lines), '$')
  finally
    call setbufvar(a:buffer, '&modifiable', 0)
  endtry
endfunction

" Makes the windows of a buffer as tall as its text, up to two thirds of the screen.
function! sightline#scratch#fit(buffer) abort
  for window in win_findbuf(a:buffer)
    let width = winwidth(window)
    let rows = 0
    for line in getbufline(a:buffer, 1, '$')
      let rows += max([1, (strdisplaywidth(line) + width - 1) / width])
    endfor
    if rows > winheight(window)
      call win_execute(window, 'resize ' . min([rows + 1, &lines * 2 / 3]))
    endif
  endfor
endfunction
