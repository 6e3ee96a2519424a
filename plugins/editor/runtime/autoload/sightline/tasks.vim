" What can be asked, as the process lists it: the library's tasks and the user's own, and what code
" can be written with.

let s:tasks = {}    " by name: {name, title, output, min_media, max_media, images, videos, own}
let s:stacks = {}   " by name: {name, title, filetype}
let s:asking = 0    " a list is on its way
let s:waited = 0    " and was waited for
let s:warned = {}   " sentences that were said already
let s:patience = 300 " milliseconds; the process takes a few, the first time

" The tasks by name, without waiting: what was heard so far.
function! sightline#tasks#known() abort
  return s:tasks
endfunction

" Has a task told of that is not known, since the user may have written it a moment ago. Whatever is
" sent to the process after this is answered after the list.
function! sightline#tasks#expect(name) abort
  if !has_key(s:tasks, a:name)
    call s:ask()
  endif
endfunction

" A task, or nothing when there is none of this name or the process takes too long to say so.
function! sightline#tasks#find(name) abort
  if !has_key(s:tasks, a:name) && s:asking && !s:waited
    call s:wait()
  endif
  return get(s:tasks, a:name, {})
endfunction

" All tasks by name. What is known is given at once, and renewed for the next time.
function! sightline#tasks#all() abort
  try
    call s:ask()
  catch /^sightline: /
    " Without the process nothing is known, as the next command will say.
  endtry
  if empty(s:tasks) && s:asking && !s:waited
    call s:wait()
  endif
  return s:tasks
endfunction

" The stacks by name, so far as they are known: they come with the tasks.
function! sightline#tasks#stacks() abort
  return s:stacks
endfunction

function! s:ask() abort
  if !s:asking
    let heard = {'task': {}, 'stack': {}}
    call sightline#client#request({'method': 'tasks'}, {event -> s:take(heard, event)})
    let [s:asking, s:waited] = [1, 0]
  endif
endfunction

" Once: a process that hangs does not hold up every command.
function! s:wait() abort
  let s:waited = 1
  call sightline#job#wait({-> !s:asking}, s:patience)
endfunction

function! s:take(heard, event) abort
  if has_key(a:heard, a:event.type)
    let a:heard[a:event.type][a:event.name] = a:event
  elseif a:event.type ==# 'note' && !has_key(s:warned, a:event.text)
    let s:warned[a:event.text] = 1
    call sightline#message#warning(a:event.text)
  elseif a:event.type ==# 'done'
    let [s:tasks, s:stacks] = [a:heard.task, a:heard.stack]
  endif
  if index(['done', 'failed', 'cancelled'], a:event.type) >= 0
    let s:asking = 0
  endif
endfunction
