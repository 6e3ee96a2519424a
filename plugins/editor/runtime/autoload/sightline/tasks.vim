" What can be asked, as the process lists it: the library's tasks and the user's own, and what code
" can be written with.

let s:tasks = {}    " by name: {name, title, output, min_media, max_media, images, videos, own}
let s:stacks = {}   " by name: {name, title, filetype}
let s:asking = 0    " lists that are on their way
let s:waited = 0    " and were waited for
let s:warned = {}   " sentences that were said already
let s:patience = 300 " milliseconds; the process takes a few, the first time

" Has a task told of that is not known or the user's own, who may have written it a moment ago.
" Whatever is sent to the process after this is answered after the list.
function! sightline#tasks#expect(name) abort
  if get(get(s:tasks, a:name, {}), 'own', 1)
    call s:ask()
  endif
endfunction

" After a request: the user may have changed a task's file, and the answer's text is still to come. A
" list that is on its way already may be older than the change.
function! sightline#tasks#renew() abort
  call s:ask()
endfunction

" A task, or nothing when there is none of this name or the process takes too long to say so.
function! sightline#tasks#find(name) abort
  if !has_key(s:tasks, a:name) && s:asking && !s:waited
    call s:wait()
  endif
  return get(s:tasks, a:name, {})
endfunction

" What an answer of a task looks like: text, code, json or csv. A task is text unless the process has
" said something else.
function! sightline#tasks#output(name) abort
  let output = get(get(s:tasks, a:name, {}), 'output', 'text')
  return output ==# 'same' ? 'text' : output
endfunction

" All tasks that can be asked for, by name. One that goes on with an answer has a command of its own.
" What is known is given at once, and renewed for the next time.
function! sightline#tasks#all() abort
  try
    if !s:asking
      call s:ask()
    endif
  catch /^sightline: /
    " Without the process nothing is known, as the next command will say.
  endtry
  if empty(s:tasks) && s:asking && !s:waited
    call s:wait()
  endif
  return filter(copy(s:tasks), 'v:val.output !=# "same"')
endfunction

" The stacks by name, so far as they are known: they come with the tasks.
function! sightline#tasks#stacks() abort
  return s:stacks
endfunction

function! s:ask() abort
  let heard = {'tasks': {}, 'stacks': {}}
  call sightline#client#request({'method': 'tasks'}, {event -> s:take(heard, event)})
  let [s:asking, s:waited] = [s:asking + 1, 0]
endfunction

" Once: a process that hangs does not hold up every command.
function! s:wait() abort
  let s:waited = 1
  call sightline#job#wait({-> !s:asking}, s:patience)
endfunction

function! s:take(heard, event) abort
  if has_key(a:heard, a:event.type)
    for item in a:event.list
      let a:heard[a:event.type][item.name] = item
    endfor
  elseif a:event.type ==# 'note' && !has_key(s:warned, a:event.text)
    let s:warned[a:event.text] = 1
    call sightline#message#warning(a:event.text)
  elseif a:event.type ==# 'done'
    let [s:tasks, s:stacks] = [a:heard.tasks, a:heard.stacks]
  endif
  if index(['done', 'failed', 'cancelled'], a:event.type) >= 0
    let s:asking -= 1
  endif
endfunction
