" What the user calls: the :Sight command, its completion, and the functions for a statusline or a
" script. The files beside this one are internal.

let s:version = '0.1.0'

" One row for each subcommand: what bare :Sight says, who runs it, who completes its words, and
" whether it takes a bang.
let s:commands = {
      \ 'describe': {
      \   'does': 'what is in a picture; ! puts it here',
      \   'usage': 'describe [pictures] [instruction]',
      \   'run': {call -> sightline#task#start('describe', call)},
      \   'complete': {lead, words -> sightline#media#complete(lead, words)},
      \   'bang': 1,
      \ },
      \ 'doctor': {
      \   'does': 'examines the set-up',
      \   'usage': 'doctor',
      \   'run': {call -> sightline#doctor#open(call.mods)},
      \ },
      \ 'setup': {
      \   'does': 'asks for the key and stores it',
      \   'usage': 'setup',
      \   'run': {call -> sightline#setup#ask()},
      \ },
      \ 'stop': {
      \   'does': 'ends what runs here; ! all that runs',
      \   'usage': 'stop',
      \   'run': {call -> sightline#task#stop(call.bang)},
      \   'bang': 1,
      \ },
      \ }
let s:aliases = {'describe-image': 'describe'}

function! sightline#version() abort
  return s:version
endfunction

" What runs, in a few words for a statusline, or nothing.
function! sightline#status() abort
  return sightline#task#status()
endfunction

function! sightline#command(bang, ranged, line, mods, arguments) abort
  try
    call s:check_editor()
    call sightline#popup#close()
    call s:dispatch({'bang': a:bang, 'ranged': a:ranged, 'line': a:line, 'mods': a:mods}, a:arguments)
  catch /^sightline: /
    call sightline#message#error(v:exception[len('sightline: '):])
  catch /^Vim\%((\a\+)\)\=:E/
    call sightline#message#error(substitute(v:exception, '^Vim\%((\a\+)\)\=:', '', ''))
  endtry
endfunction

" The runtime files are read by editors that cannot run them, which say so once a command is used.
function! s:check_editor() abort
  if !has('nvim-0.7') && !has('patch-9.0.1378')
    throw 'sightline: this editor is too old; Sightline needs Vim 9.0.1378 or Neovim 0.7'
  endif
  for feature in has('nvim') ? [] : ['channel', 'job', 'textprop', 'timers']
    if !has(feature)
      throw 'sightline: this Vim was built without +' . feature . '; install a full one (vim-nox, vim-gtk3)'
    endif
  endfor
endfunction

function! s:dispatch(call, arguments) abort
  let [name, words] = matchlist(a:arguments, '^\s*\(\S*\)\s*\(.*\)')[1:2]
  if name ==# ''
    return s:list()
  endif
  let name = get(s:aliases, name, name)
  if !has_key(s:commands, name)
    throw 'sightline: no command ' . name . '; :Sight lists them'
  endif
  let command = s:commands[name]
  if a:call.bang && !has_key(command, 'bang')
    throw 'sightline: ' . name . ' takes no !'
  elseif a:call.ranged && !(name ==# 'describe' && a:call.bang)
    throw 'sightline: ' . name . ' takes no lines'
  elseif words !=# '' && !has_key(command, 'complete')
    throw 'sightline: ' . name . ' takes no words'
  endif
  call command.run(extend({'words': words}, a:call))
endfunction

function! s:list() abort
  echo 'Sightline ' . s:version . ', a vision model in the editor. :help sightline tells more.'
  for name in sort(keys(s:commands))
    echo printf('  :Sight %-33s %s', s:commands[name].usage, s:commands[name].does)
  endfor
endfunction

function! sightline#complete(lead, line, position) abort
  let before = strpart(a:line, 0, a:position)
  " After a range or a modifier, of which a mark's name is a letter.
  let arguments = matchstr(before, '\C\%(^\|\A\|''\a\)S\%[ight]!\=\s\+\zs.*')
  let [name, words] = matchlist(arguments, '^\%(\(\S*\)\s\+\)\=\(.*\)')[1:2]
  if name ==# ''
    return filter(sort(keys(s:commands)), 'stridx(v:val, a:lead) == 0')
  endif
  let command = get(s:commands, get(s:aliases, name, name), {})
  return has_key(command, 'complete') ? command.complete(a:lead, words) : []
endfunction
