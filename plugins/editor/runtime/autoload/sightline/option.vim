" The g:sightline_ variables: what there is, what each may be, and what counts without it. Everything
" that reads one goes through here.

let s:built_beside = expand('<sfile>:p:h:h:h') . '/bin/sightline-editor'
let s:private = ['.env*', '*.env', '*.pem', '*.key', '*.p12', '*.pfx', '*.jks', '*.keystore', '*.kdbx', '*.gpg',
      \ '*.age', '*.ovpn', 'id_*', '.netrc', '_netrc', '.pgpass', '.htpasswd', '.npmrc', '.pypirc',
      \ '.git-credentials', 'credentials*', '*secret*', '*password*', 'shadow', 'keys.json', '*.tfstate',
      \ '*/.ssh/*', '*/.gnupg/*', '*/.aws/*', '*/.password-store/*']

" By name: what it must be in words, whether a value is that, and the default.
let s:options = {
      \ 'command': {
      \   'must': 'a path, or a list of a path and first arguments',
      \   'Fits': {value -> value isnot '' && (type(value) == v:t_string || s:texts(value) && !empty(value))},
      \   'default': s:built_beside,
      \ },
      \ 'context_lines': {
      \   'must': 'a number of lines, 0 or more',
      \   'Fits': {value -> type(value) == v:t_number && value >= 0},
      \   'default': 40,
      \ },
      \ 'plain': {
      \   'must': '0 or 1',
      \   'Fits': {value -> type(value) == v:t_bool || value is 0 || value is 1},
      \   'default': 0,
      \ },
      \ 'private': {
      \   'must': 'a list of patterns of file names, such as [''.env*'', ''*.pem'']',
      \   'Fits': {value -> s:texts(value)},
      \   'default': s:private,
      \ },
      \ 'stacks': {
      \   'must': 'a dictionary of stacks by filetype, such as {''php'': ''bootstrap''}',
      \   'Fits': {value -> type(value) == v:t_dict && s:texts(values(value))},
      \   'default': {},
      \ },
      \ }
" What the plug-in sets itself.
let s:told = ['event']

function! s:texts(value) abort
  return type(a:value) == v:t_list && empty(filter(copy(a:value), 'type(v:val) != v:t_string'))
endfunction

function! sightline#option#names() abort
  return sort(keys(s:options))
endfunction

function! sightline#option#default(name) abort
  return s:options[a:name].default
endfunction

" The value that counts. Throws where it is not what it must be.
function! sightline#option#get(name) abort
  if !has_key(g:, 'sightline_' . a:name)
    return s:options[a:name].default
  endif
  let value = g:['sightline_' . a:name]
  let why = sightline#option#lacks(a:name, value)
  if why !=# ''
    throw 'sightline: g:sightline_' . why
  endif
  return value
endfunction

" What is wrong with a value of an option, or with its name, as the end of a sentence; or nothing.
function! sightline#option#lacks(name, value) abort
  if !has_key(s:options, a:name)
    return a:name . ' means nothing; did you mean ' . s:nearest(a:name) . '?'
  endif
  return s:options[a:name].Fits(a:value) ? '' : a:name . ' must be ' . s:options[a:name].must
endfunction

" [the value, what is wrong with it]. Lua does not tell an empty dictionary from an empty list.
function! sightline#option#from_lua(name, value) abort
  let is_dictionary = type(get(get(s:options, a:name, {}), 'default')) == v:t_dict
  let value = is_dictionary && type(a:value) == v:t_list && empty(a:value) ? {} : a:value
  return [value, sightline#option#lacks(a:name, value)]
endfunction

" What :Sight doctor says of all that are set.
function! sightline#option#findings() abort
  let set = map(filter(keys(g:), 'v:val =~# "^sightline_"'), 'v:val[strlen("sightline_"):]')
  let wrong = map(sort(filter(set, 'index(s:told, v:val) < 0')),
        \ {_, name -> sightline#option#lacks(name, g:['sightline_' . name])})
  return map(filter(wrong, 'v:val !=# ""'), {_, why -> {'level': 'warning', 'text': 'g:sightline_' . why}})
endfunction

function! s:nearest(name) abort
  let names = sightline#option#names()
  let distances = map(copy(names), {_, name -> s:distance(a:name, name)})
  return names[index(distances, min(distances))]
endfunction

" How many letters are to be changed, added or left out.
function! s:distance(from, to) abort
  let row = range(len(a:to) + 1)
  for i in range(len(a:from))
    let next = [i + 1]
    for j in range(len(a:to))
      call add(next, min([row[j + 1] + 1, next[j] + 1, row[j] + (a:from[i] !=# a:to[j])]))
    endfor
    let row = next
  endfor
  return row[-1]
endfunction
