" The words of a command: pictures first, then the instruction.

let s:pictures = 'png\|jpe\=g\|jpe\|webp\|gif\|bmp\|tiff\=\|heic\|heif\|avif\|svgz\='
let s:picture_ending = '\c\.\%(' . s:pictures . '\)$'
let s:media_ending = '\c\.\%(' . s:pictures . '\|mp4\|m4v\|mov\|mkv\|webm\|avi\|flv\|f4v\|wmv\|asf\|mpe\=g\|mts\|m2ts\|vob\|3gp\|ogv\|mxf\)$'
let s:address = '^\%(https\=\|stepfile\)://'
" That LaTeX lets one leave out; what cannot be read, the helper says.
let s:left_out_endings = ['.png', '.jpg', '.jpeg', '.webp', '.gif', '.svg', '.pdf', '.eps']
let s:sources = {'+': 'clipboard', 'grab': 'grab'} " see capture.vim

" {media: [absolute path, address or what is to be fetched, …], typed: [address, …], instruction}, from
" the words or, where a task needs media and none are named, from the cursor or else the clipboard.
" Needs() is asked only then for a pattern of the files that it takes, or nothing. What is typed may lead
" into the own network, which an address of a document may not.
function! sightline#media#parse(words, Needs) abort
  let asked = {'media': []}
  let rest = a:words
  while rest !=# ''
    let [word, after] = s:first_word(rest)
    if word ==# '--'
      let rest = after
      break
    endif
    let files = s:files(word)
    if empty(files)
      break
    endif
    let asked.media += files
    if word =~? s:address
      let asked.typed = get(asked, 'typed', []) + files
    endif
    let rest = after
  endwhile
  if rest !=# ''
    let asked.instruction = rest
  endif
  let needs = empty(asked.media) ? a:Needs() : ''
  if needs !=# ''
    let asked.media = [s:left_out(needs)]
  endif
  call sightline#confirm#files(asked.media)
  return asked
endfunction

" What a task needs when no media are named: a pattern, or nothing.
function! sightline#media#needs(task) abort
  return !get(a:task, 'min_media', 0) ? '' : a:task.videos ? s:media_ending : s:picture_ending
endfunction

" The one word that a command takes, without quotes or backslashes.
function! sightline#media#word(words, command) abort
  let [word, after] = a:words ==# '' ? ['', ''] : s:first_word(a:words)
  if word ==# '' || after !=# ''
    throw 'sightline: ' . a:command . ' takes one file; put a name with spaces in quotes'
  endif
  return word
endfunction

" Any files that continue `lead`.
function! sightline#media#complete_file(lead) abort
  return map(getcompletion(substitute(a:lead, '\\\(.\)', '\1', 'g'), 'file'),
        \ {_, path -> escape(path, " \t\\")})
endfunction

" What an answer is named by.
function! sightline#media#subject(media) abort
  let first = get(a:media, 0, '')
  return type(first) == v:t_dict ? first.source : strcharpart(fnamemodify(first, ':t'), 0, 60)
endfunction

" Media files, then folders, then what stands for a picture, that continue `lead`, as the command line
" writes them. The words before the cursor tell whether it is part of a name in quotes.
function! sightline#media#complete(lead, words) abort
  let open = s:open_quote(a:words)
  if open ==# ''
    let [files, folders] = s:continue(substitute(a:lead, '\\\(.\)', '\1', 'g'))
    return map(files + folders, {_, path -> escape(path, " \t\\")})
          \ + filter(sort(keys(s:sources)), {_, word -> a:lead !=# '' && stridx(word, a:lead) == 0})
  endif
  let [files, folders] = s:continue(open[1:])
  let names = map(files, {_, path -> open[0] . path . open[0]}) + map(folders, {_, path -> open[0] . path})
  return map(names, {_, name -> name[strlen(open) - strlen(a:lead):]})
endfunction

" [media files, folders with a slash] whose paths start with what was typed.
function! s:continue(typed) abort
  let folder = matchstr(a:typed, '.*/')
  let start = a:typed[len(folder):]
  let [files, folders] = [[], []]
  for name in s:read_folder(folder ==# '' ? '.' : fnamemodify(folder, ':p'))
    if stridx(name, start) != 0 || (name[0] ==# '.' && start[0] !=# '.')
      continue
    endif
    if isdirectory(fnamemodify(folder . name, ':p'))
      call add(folders, folder . name . '/')
    elseif name =~# s:media_ending
      call add(files, folder . name)
    endif
  endfor
  return [files, folders]
endfunction

" The last word, if it starts with a quote that nothing closes.
function! s:open_quote(words) abort
  let rest = a:words
  while rest !=# ''
    if rest =~# '^["'']' && rest !~# '^\(["'']\).\{-}\1\%(\s\|$\)'
      return rest
    endif
    let rest = s:first_word(rest)[1]
  endwhile
  return ''
endfunction

function! s:read_folder(folder) abort
  try
    return isdirectory(a:folder) ? sort(readdir(a:folder)) : []
  catch /^Vim\%((\a\+)\)\=:E484/
    return []
  endtry
endfunction

" [the first word without quotes or backslashes, the text after it]
function! s:first_word(text) abort
  let quoted = a:text[0] !=# '"' && a:text[0] !=# "'" ? [] : matchlist(a:text, '^\(["'']\)\(.\{-}\)\1\%(\s\+\(.*\)\)\=$')
  if !empty(quoted)
    " As a terminal writes the name of a dropped file, with an apostrophe or a backslash in it.
    return [quoted[1] ==# '"' ? substitute(quoted[2], '\\\(["$`\\]\)', '\1', 'g')
          \ : substitute(quoted[2], "'\\\\''", "'", 'g'), quoted[3]]
  endif
  let [word, after] = matchlist(a:text, '^\s*\(\%(\\.\|\S\)*\)\s*\(.*\)')[1:2]
  return [stridx(word, '\') < 0 ? word : substitute(word, '\\\(.\)', '\1', 'g'), after]
endfunction

" The files that a word stands for, or none when it starts the instruction.
function! s:files(word) abort
  if a:word ==# '%'
    return [s:current_file()]
  elseif a:word ==# '<cfile>'
    return [s:under_cursor_or_throw(s:media_ending)]
  elseif has_key(s:sources, a:word)
    return [sightline#capture#of(s:sources[a:word])]
  endif
  if a:word !~# '[./]'
    return []
  elseif a:word =~? s:address
    return [a:word]
  endif
  let path = a:word =~? '^file://' ? sightline#media#decode(substitute(a:word, '\c^file://[^/]*', '', '')) : a:word
  if path ==# a:word && path !~# s:media_ending && path !~# '/'
    return []
  endif
  return s:existing(path)
endfunction

function! s:existing(path) abort
  let path = fnamemodify(a:path, ':p')
  if isdirectory(path)
    throw 'sightline: ' . a:path . ' is a folder; name files, as in '
          \ . substitute(a:path, '/*$', '', '') . '/*.png'
  elseif getftype(path) !=# ''
    return [path]
  endif
  let files = s:glob(path)
  if empty(files)
    throw 'sightline: ' . a:path . ': no such file; if it is no name, put -- before it'
  endif
  return files
endfunction

" glob() has backticks executed and gives quotes and braces to a shell, so it never sees them.
function! s:glob(pattern) abort
  if a:pattern !~# '[*?[]' || a:pattern =~# '[`''"{}$\\]'
    return []
  endif
  return filter(map(glob(a:pattern, 1, 1), {_, file -> fnamemodify(file, ':p')}),
        \ {_, file -> file =~# s:media_ending && !isdirectory(file)})
endfunction

function! s:current_file() abort
  let file = expand('%:p')
  if file ==# '' || &buftype !=# ''
    throw 'sightline: %: this buffer has no file; name a picture'
  endif
  return file
endfunction

function! s:left_out(needs) abort
  let file = s:under_cursor(a:needs)
  if file ==# '' && bufname('%') =~# a:needs && filereadable(expand('%:p'))
    let file = expand('%:p')
  endif
  if file !=# ''
    return file
  elseif a:needs !=# s:picture_ending
    throw 'sightline: no video here; name one, as in :Sight video clip.mp4'
  endif
  let why = sightline#capture#lacks('clipboard')
  if why !=# ''
    throw 'sightline: no picture here; name one, as in :Sight describe photo.png (' . why . ')'
  endif
  return sightline#capture#of('clipboard')
endfunction

function! s:under_cursor_or_throw(ending) abort
  let file = s:under_cursor(a:ending)
  if file ==# ''
    throw 'sightline: <cfile>: there is no picture under the cursor'
  endif
  return file
endfunction

" The picture whose name, address, Markdown or quoted attribute the cursor is on.
function! s:under_cursor(ending) abort
  let names = s:matches_at_cursor('!\[[^]]*\](\s*<\=\([^)>"]\{-}\)>\=\%(\s\+"[^"]*"\)\=\s*)')
        \ + s:matches_at_cursor('"\([^"]*\)"') + s:matches_at_cursor('''\([^'']*\)''')
        \ + [expand('<cfile>')]
  for name in filter(names, 'v:val =~# a:ending')
    let file = sightline#media#of_text(name, bufnr('%'), [])
    if file !=# ''
      return file
    endif
  endfor
  if !empty(names)
    throw 'sightline: ' . names[0] . ': no such file; check the name'
  endif
  return ''
endfunction

" The file or address that a name in a buffer's text means, or nothing where there is no such file. The
" text may name folders for its pictures.
function! sightline#media#of_text(name, buffer, folders) abort
  if a:name =~? s:address
    return a:name
  elseif a:name =~# '^//'
    return 'https:' . a:name
  endif
  let path = substitute(a:name, '\c^file://[^/]*', '', '')
  let without_query = substitute(path, '[?#].*', '', '')
  for name in [path, sightline#media#decode(path), sightline#media#decode(without_query)]
    for file in s:places(name, a:buffer, a:folders)
      for ending in fnamemodify(file, ':e') ==# '' ? [''] + s:left_out_endings : ['']
        if filereadable(file . ending)
          return fnamemodify(file . ending, ':p')
        endif
      endfor
    endfor
  endfor
  return ''
endfunction

" A name in a text is meant from the text's folder, or from those that it names; from the current one is
" a second guess, also of a name that begins at the root of a site.
function! s:places(name, buffer, folders) abort
  if a:name =~# '^\~'
    return [fnamemodify(a:name, ':p')]
  endif
  let own = bufname(a:buffer) ==# '' ? getcwd() : fnamemodify(bufname(a:buffer), ':p:h')
  if a:name =~# '^/'
    return [a:name, own . a:name, getcwd() . a:name]
  endif
  let folders = map(copy(a:folders), {_, folder -> folder =~# '^/' ? folder : own . '/' . folder})
  return map([own] + folders + [getcwd()], {_, folder -> simplify(folder . '/' . a:name)})
endfunction

function! s:matches_at_cursor(pattern) abort
  let [line, column, start] = [getline('.'), col('.') - 1, 0]
  while 1
    let [whole, from, to] = matchstrpos(line, a:pattern, start)
    if from < 0 || from > column
      return []
    elseif column < to
      return [matchlist(whole, a:pattern)[1]]
    endif
    let start = to
  endwhile
endfunction

" %20 and its like, undone.
function! sightline#media#decode(text) abort
  return substitute(a:text, '%\(00\)\@!\(\x\x\)', '\=eval("\"\\x" . submatch(2) . "\"")', 'g')
endfunction
