" :Sight preview: shows a page in the browser, from copies in a private folder that goes with the editor.

let s:folder = ''
let s:names = {} " of the folders in it, by what they hold
let s:jobs = {}  " openers that run, so that they are not forgotten

augroup sightline_preview
  autocmd!
  autocmd VimLeavePre * call delete(s:folder, 'rf')
augroup END

function! sightline#preview#open() abort
  let view = sightline#answer#of(bufnr('%'))
  let files = empty(view) ? [] : view.files()
  let files = empty(files) ? [{'buffer': bufnr('%'), 'name': expand('%:t')}] : files
  let pages = filter(copy(files), {_, file -> s:is_page(file)})
  if empty(pages)
    throw 'sightline: this is ' . (&filetype ==# '' ? 'no HTML' : &filetype . ', no HTML')
          \ . '; only a page in HTML can be shown in the browser'
  endif
  let opener = s:opener()
  let shown = get(filter(copy(pages), 'v:val.buffer == bufnr("%")'), 0, pages[0])
  let path = s:write(s:folder_for(files[0].buffer), files, shown)
  let s:jobs[path] = sightline#job#run(['sh', '-c', opener[1], 'sh', path], 1,
        \ {code, said -> s:opened(opener[0], path, code, said)})
endfunction

function! s:is_page(file) abort
  return getbufvar(a:file.buffer, '&filetype') =~# '^x\=html'
endfunction

" [program, script]; $1 is the page.
function! s:opener() abort
  for [here, program, script] in [
        \ [has('mac'), 'open', 'open "$1"'],
        \ [!empty($WSL_DISTRO_NAME), 'cmd.exe', 'cmd.exe /c start "" "$(wslpath -w "$1")"'],
        \ [!empty($DISPLAY) || !empty($WAYLAND_DISPLAY), 'xdg-open', 'xdg-open "$1"'],
        \ ]
    if here && executable(program)
      return [program, script]
    elseif here
      throw 'sightline: ' . program . ' is needed to open the browser'
            \ . (program ==# 'xdg-open' ? ': install the package xdg-utils' : ' and is not on the PATH')
    endif
  endfor
  throw 'sightline: there is no display here for a browser; write the file and open it elsewhere'
endfunction

" The same for the same result, so that the browser can load it again.
function! s:folder_for(buffer) abort
  if s:folder ==# ''
    let s:folder = tempname()
  endif
  let s:names[a:buffer] = get(s:names, a:buffer, s:folder . '/' . (len(s:names) + 1))
  return s:names[a:buffer]
endfunction

" Writes the files beside each other and returns the path of the one that is to be shown.
function! s:write(folder, files, shown) abort
  for file in a:files
    let path = a:folder . '/' . s:name(file)
    call mkdir(fnamemodify(path, ':h'), 'p', 0700)
    call writefile(getbufline(file.buffer, 1, '$'), path)
  endfor
  return a:folder . '/' . s:name(a:shown)
endfunction

" A browser knows a page by the ending of its name.
function! s:name(file) abort
  let name = a:file.name ==# '' ? 'file-' . a:file.buffer : a:file.name
  return s:is_page(a:file) && name !~? '\.x\=html\=$' ? name . '.html' : name
endfunction

function! s:opened(program, path, code, said) abort
  silent! call remove(s:jobs, a:path)
  if a:code != 0
    call sightline#message#error(a:program . ' did not open the page: '
          \ . (a:said ==# '' ? 'it ended with ' . a:code : a:said))
  endif
endfunction
