" What the user calls: the :Sight command, its completion, and the functions for a statusline or a
" script. The files beside this one are internal.

let s:version = '0.1.0'
let s:checked = 0 " whether this editor can run what is here

" The library's tasks that have a command of their own, and what bare :Sight says of them.
let s:tasks = {
      \ 'describe': 'what is in pictures',
      \ 'ocr': 'the text in pictures',
      \ 'critique': 'what is good in a picture, and what is not',
      \ 'compare': 'what differs between pictures',
      \ 'plan': 'a plan from a whiteboard',
      \ 'chart': 'the data of a chart, as JSON',
      \ 'receipt': 'a receipt as a table',
      \ 'video': 'what a video shows',
      \ 'diagnose': 'what goes wrong in a screen recording',
      \ 'timeline': 'what happens in a video, and when',
      \ }

" One row for each subcommand: what bare :Sight says, who runs it, who completes its words, whether it
" takes a bang, and lines, and whether it asks the model.
let s:commands = {
      \ 'accept': {
      \   'does': 'puts the proposal at the cursor into the text',
      \   'usage': 'accept [hunk]',
      \   'run': {call -> sightline#review#decide(call, 'accept')},
      \   'complete': {lead, words -> s:start_with(['hunk'], lead)},
      \   'lines': 1,
      \ },
      \ 'alt': {
      \   'does': 'alt text for the picture at the cursor',
      \   'usage': 'alt [force]',
      \   'run': {call -> sightline#alt#start(call)},
      \   'complete': {lead, words -> s:start_with(['force'], lead)},
      \   'lines': 1,
      \   'asks': 1,
      \ },
      \ 'ask': {
      \   'does': 'a question; in an answer''s window: about it',
      \   'usage': 'ask [media] {question}',
      \   'run': {call -> sightline#task#ask(call)},
      \   'complete': {lead, words -> sightline#media#complete(lead, words)},
      \   'bang': 1,
      \   'lines': 1,
      \   'asks': 1,
      \ },
      \ 'code': {
      \   'does': 'the code that gives what pictures show',
      \   'usage': 'code [media] [stack] [instruction]',
      \   'run': {call -> sightline#code#start(call)},
      \   'complete': {lead, words -> sightline#code#complete(lead, words)},
      \   'bang': 1,
      \   'lines': 1,
      \   'asks': 1,
      \ },
      \ 'continue': {
      \   'does': 'goes on with an answer that was cut',
      \   'usage': 'continue',
      \   'run': {call -> sightline#task#continue(call)},
      \ },
      \ 'diff': {
      \   'does': 'shows original and proposal side by side',
      \   'usage': 'diff',
      \   'run': {call -> sightline#review#diff()},
      \ },
      \ 'doctor': {
      \   'does': 'examines the set-up',
      \   'usage': 'doctor',
      \   'run': {call -> sightline#doctor#open(call.mods)},
      \ },
      \ 'files': {
      \   'does': 'lists the stored files, or deletes some',
      \   'usage': 'files [delete {id…|all}]',
      \   'run': {call -> sightline#files#command(call)},
      \   'complete': {lead, words -> sightline#files#complete(lead, words)},
      \   'lines': 1,
      \ },
      \ 'log': {
      \   'does': 'what happened, for a report; off at first',
      \   'usage': 'log [on|off|content]',
      \   'run': {call -> sightline#log#command(call)},
      \   'complete': {lead, words -> s:start_with(['content', 'off', 'on'], lead)},
      \ },
      \ 'model': {
      \   'does': 'lists the provider''s models, or uses one',
      \   'usage': 'model [name]',
      \   'run': {call -> sightline#provider#model(call)},
      \   'complete': {lead, words -> sightline#provider#complete_model(lead)},
      \ },
      \ 'next': {
      \   'does': 'goes to the next hunk of a proposal',
      \   'usage': 'next',
      \   'run': {call -> sightline#review#jump(1)},
      \ },
      \ 'open': {
      \   'does': 'shows a conversation that was saved',
      \   'usage': 'open {file}',
      \   'run': {call -> sightline#conversation#open(call.words, call.mods)},
      \   'complete': {lead, words -> sightline#media#complete_file(lead)},
      \ },
      \ 'preview': {
      \   'does': 'shows HTML in the browser',
      \   'usage': 'preview',
      \   'run': {call -> sightline#preview#open()},
      \ },
      \ 'prev': {
      \   'does': 'goes to the hunk before',
      \   'usage': 'prev',
      \   'run': {call -> sightline#review#jump(-1)},
      \ },
      \ 'provider': {
      \   'does': 'lists the providers, or uses one',
      \   'usage': 'provider [name]',
      \   'run': {call -> sightline#provider#command(call)},
      \   'complete': {lead, words -> sightline#provider#complete(lead)},
      \ },
      \ 'reject': {
      \   'does': 'takes the proposal at the cursor away',
      \   'usage': 'reject [hunk]',
      \   'run': {call -> sightline#review#decide(call, 'reject')},
      \   'complete': {lead, words -> s:start_with(['hunk'], lead)},
      \   'lines': 1,
      \ },
      \ 'retry': {
      \   'does': 'asks the last question again',
      \   'usage': 'retry',
      \   'run': {call -> sightline#task#retry(call)},
      \   'bang': 1,
      \ },
      \ 'rewrite': {
      \   'does': 'proposes other text for these lines',
      \   'usage': 'rewrite [media] {instruction}',
      \   'run': {call -> sightline#rewrite#command(call)},
      \   'complete': {lead, words -> sightline#media#complete(lead, words)},
      \   'lines': 1,
      \   'asks': 1,
      \ },
      \ 'run': {
      \   'does': 'any task, your own included',
      \   'usage': 'run {task} [media] [text]',
      \   'run': {call -> sightline#task#run(call)},
      \   'complete': {lead, words -> s:complete_run(lead, words)},
      \   'bang': 1,
      \   'lines': 1,
      \   'asks': 1,
      \ },
      \ 'save': {
      \   'does': 'keeps the conversation in a file',
      \   'usage': 'save {file}',
      \   'run': {call -> sightline#conversation#save(call.words)},
      \   'complete': {lead, words -> sightline#media#complete_file(lead)},
      \ },
      \ 'setup': {
      \   'does': 'asks for the key and stores it',
      \   'usage': 'setup',
      \   'run': {call -> sightline#setup#ask()},
      \ },
      \ 'stop': {
      \   'does': 'ends what runs here, or everything',
      \   'usage': 'stop [all]',
      \   'run': {call -> sightline#task#stop(call.words)},
      \   'complete': {lead, words -> s:start_with(['all'], lead)},
      \ },
      \ 'usage': {
      \   'does': 'what was used and what it cost',
      \   'usage': 'usage',
      \   'run': {call -> sightline#usage#open(call.mods)},
      \ },
      \ }
for s:name in keys(s:tasks)
  let s:commands[s:name] = {
        \ 'does': s:tasks[s:name],
        \ 'usage': s:name . ' [media] [instruction]',
        \ 'run': function('sightline#task#start', [s:name]),
        \ 'complete': {lead, words -> sightline#media#complete(lead, words)},
        \ 'bang': 1,
        \ 'asks': 1,
        \ }
endfor
let s:aliases = {'describe-image': 'describe', 'screenshot-to-code': 'code'}

function! sightline#version() abort
  return s:version
endfunction

" What runs, in a few words for a statusline, or nothing.
function! sightline#status() abort
  return sightline#task#status()
endfunction

" What counts where g:sightline_{name} is not set.
function! sightline#default(name) abort
  return deepcopy(sightline#option#default(a:name))
endfunction

" `ranged` is the number of line numbers that were given, of which `line` is the last.
function! sightline#command(bang, ranged, first, line, mods, arguments) abort
  try
    call s:check_editor()
    call sightline#popup#close()
    call s:dispatch({'bang': a:bang, 'ranged': a:ranged, 'first': a:first, 'line': a:line,
          \ 'mods': a:mods}, a:arguments)
  catch /^sightline: /
    call sightline#message#error(v:exception[len('sightline: '):])
  catch /^Vim\%((\a\+)\)\=:E/
    call sightline#message#error(substitute(v:exception, '^Vim\%((\a\+)\)\=:', '', ''))
  endtry
endfunction

" The runtime files are read by editors that cannot run them, which say so once a command is used.
function! s:check_editor() abort
  if s:checked
    return
  endif
  if !has('nvim-0.7') && !has('patch-9.0.1378')
    throw 'sightline: this editor is too old; Sightline needs Vim 9.0.1378 or Neovim 0.7'
  endif
  for feature in has('nvim') ? [] : ['channel', 'job', 'textprop', 'timers']
    if !has(feature)
      throw 'sightline: this Vim was built without +' . feature . '; install a full one (vim-nox, vim-gtk3)'
    endif
  endfor
  let s:checked = 1
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
  elseif a:call.ranged && !has_key(command, 'lines') && !a:call.bang
    throw 'sightline: ' . name . ' takes no lines'
  elseif words !=# '' && !has_key(command, 'complete')
    throw 'sightline: ' . name . ' takes no words'
  endif
  let l:Run = {-> s:run(name, extend({'words': words}, a:call))}
  if has_key(command, 'asks')
    call sightline#confirm#beforehand(l:Run)
  else
    call l:Run()
  endif
endfunction

function! s:run(name, call) abort
  call sightline#log#asked(a:name, a:call.bang, a:call.words)
  call s:commands[a:name].run(a:call)
endfunction

function! s:list() abort
  echo 'Sightline ' . s:version . ': with ! the answer is put here; :help sightline tells more'
  for name in sort(keys(s:commands))
    echo printf('  :Sight %-34s %s', s:commands[name].usage, s:commands[name].does)
  endfor
  for [name, task] in sort(items(filter(sightline#tasks#all(), 'v:val.own')))
    echo printf('  :Sight %-34s %s', 'run ' . name, task.title)
  endfor
endfunction

function! sightline#complete(lead, line, position) abort
  let before = strpart(a:line, 0, a:position)
  " After a range or a modifier, of which a mark's name is a letter.
  let arguments = matchstr(before, '\C\%(^\|\A\|''\a\)S\%[ight]!\=\s\+\zs.*')
  let [name, words] = matchlist(arguments, '^\%(\(\S*\)\s\+\)\=\(.*\)')[1:2]
  if name ==# ''
    return s:start_with(keys(s:commands), a:lead)
  endif
  let command = get(s:commands, get(s:aliases, name, name), {})
  if has_key(command, 'asks')
    call sightline#client#prepare()
  endif
  return has_key(command, 'complete') ? command.complete(a:lead, words) : []
endfunction

function! s:start_with(names, lead) abort
  return filter(sort(copy(a:names)), 'stridx(v:val, a:lead) == 0')
endfunction

function! s:complete_run(lead, words) abort
  let name = matchstr(a:words, '^\S\+\ze\s')
  return name ==# '' ? s:start_with(keys(sightline#tasks#all()), a:lead)
        \ : sightline#media#complete(a:lead, matchstr(a:words, '^\S\+\s\+\zs.*'))
endfunction
