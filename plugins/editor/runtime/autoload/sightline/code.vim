" :Sight code: a picture as code, written with what the helper calls a stack.

" What suits a buffer's filetype; html where nothing here does.
let s:stacks = {
      \ 'css': 'html',
      \ 'dart': 'flutter',
      \ 'html': 'html',
      \ 'javascriptreact': 'react-tailwind',
      \ 'kotlin': 'jetpack-compose',
      \ 'mermaid': 'mermaid',
      \ 'plaintex': 'tikz',
      \ 'plantuml': 'plantuml',
      \ 'qml': 'qt-qml',
      \ 'svelte': 'svelte',
      \ 'svg': 'svg',
      \ 'swift': 'swiftui',
      \ 'tex': 'tikz',
      \ 'typescriptreact': 'react-tailwind',
      \ 'vue': 'vue',
      \ }

function! sightline#code#start(call) abort
  call sightline#tasks#expect('code')
  let task = sightline#tasks#find('code')
  let asked = sightline#media#parse(a:call.words, {-> sightline#media#needs(task)})
  call s:take_stack(asked, a:call.words)
  call sightline#task#begin('code', extend(asked, a:call.bang ? {'filetype': &filetype} : {}), a:call)
endfunction

" The first word after the media, unless "--" says that it belongs to the instruction.
function! s:take_stack(asked, words) abort
  let instruction = get(a:asked, 'instruction', '')
  let [_, word, rest; _] = matchlist(instruction, '^\(\S*\)\s*\(.*\)')
  let before = strpart(a:words, 0, strlen(a:words) - strlen(instruction))
  if !has_key(sightline#tasks#stacks(), word) || before =~# '\%(^\|\s\)--\s\+$'
    let a:asked.stack = s:default()
    return
  endif
  let a:asked.stack = word
  if rest ==# ''
    call remove(a:asked, 'instruction')
  else
    let a:asked.instruction = rest
  endif
endfunction

function! s:default() abort
  let stacks = extend(copy(s:stacks), sightline#option#get('stacks'))
  return get(stacks, &filetype, 'html')
endfunction

" Media, and then the names of stacks.
function! sightline#code#complete(lead, words) abort
  call sightline#tasks#all()
  return sightline#media#complete(a:lead, a:words)
        \ + filter(sort(keys(sightline#tasks#stacks())), 'stridx(v:val, a:lead) == 0')
endfunction
