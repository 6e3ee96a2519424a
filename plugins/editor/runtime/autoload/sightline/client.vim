" Requests to the helper process, and its events back to who asked. The process is started when the
" first message has to be sent, and anew after it ended.

let s:job = {}
let s:requests = {} " by number: {job, On_event}
let s:last = 0
let s:queue = []    " events that wait to be delivered
let s:delivering = 0
let s:held = 0      " how many hold() are under way
let s:helper_version = ''
let s:introduction = {} " what a process is told first

let s:terminal = ['done', 'failed', 'cancelled']

" Sends {method, …} with a number of its own, and returns the number. On_event gets each event, the
" last of which is done, failed or cancelled. Throws when there is no process to send to.
function! sightline#client#request(message, On_event) abort
  let job = sightline#client#connect()
  let s:last += 1
  let number = s:last
  call s:send(job, extend({'id': number}, a:message))
  let s:requests[number] = {'job': job, 'On_event': a:On_event}
  return number
endfunction

" Has nothing delivered before a function has returned, whatever it waits for.
function! sightline#client#hold(Do) abort
  let s:held += 1
  try
    call a:Do()
  finally
    let s:held -= 1
    call s:deliver_all()
  endtry
endfunction

" The events that answer a message, as they come. For what the process knows itself.
function! sightline#client#inquire(message) abort
  let events = []
  call sightline#client#request(a:message, {event -> add(events, event)})
  return events
endfunction

" Waits for the last of them, unless the process takes longer. For a command that has nothing to do before.
function! sightline#client#await(events, milliseconds) abort
  call sightline#job#wait({-> index(s:terminal, get(get(a:events, -1, {}), 'type', '')) >= 0}, a:milliseconds)
  return a:events
endfunction

function! sightline#client#ask(message, milliseconds) abort
  return sightline#client#await(sightline#client#inquire(a:message), a:milliseconds)
endfunction

function! s:send(job, message) abort
  call sightline#log#sent(a:message)
  call a:job.send(a:message)
endfunction

function! sightline#client#cancel(number) abort
  if has_key(s:requests, a:number) && s:requests[a:number].job.running()
    call s:send(s:requests[a:number].job, {'method': 'cancel', 'id': a:number})
  endif
endfunction

" Ends a request of which nobody wants to hear.
function! sightline#client#drop(number) abort
  call sightline#client#cancel(a:number)
  call filter(s:requests, {number, _ -> number != a:number})
endfunction

" Sends a message that is not answered. Without a process there is nobody to tell.
function! sightline#client#tell(message) abort
  if !empty(s:job) && s:job.running()
    call s:send(s:job, a:message)
  endif
endfunction

" What a process that is started from now on is told before anything else.
function! sightline#client#introduce(message) abort
  let s:introduction = a:message
endfunction

" The process's job, started if need be.
function! sightline#client#connect() abort
  if empty(s:job) || !s:job.running()
    let s:helper_version = ''
    let s:job = sightline#job#start(sightline#client#program(), function('sightline#client#receive'), function('s:exited'))
    call sightline#log#process('process ' . s:job.pid . ' started')
    call s:send(s:job, {'method': 'hello'})
    if !empty(s:introduction)
      let s:last += 1
      call s:send(s:job, extend({'id': s:last}, s:introduction))
    endif
  endif
  return s:job
endfunction

" Has the first process started by whoever has something else to do before it is needed. Why it cannot be,
" is told by the one who needs it.
function! sightline#client#prepare() abort
  if empty(s:job)
    try
      call sightline#client#connect()
    catch /^sightline: \|^Vim\%((\a\+)\)\=:E/
    endtry
  endif
endfunction

" The version that the process gave, or nothing before it answered.
function! sightline#client#helper_version() abort
  return s:helper_version
endfunction

" The program and its first arguments, as a list.
function! sightline#client#program() abort
  let program = sightline#option#get('command')
  let program = type(program) == v:t_list ? copy(program) : [substitute(program, '^\~', '\=$HOME', '')]
  if !executable(program[0])
    throw 'sightline: ' . program[0] . ' is not there or cannot be run; '
          \ . 'build it with ./dev build editor, or install it with ./dev install'
  endif
  return program
endfunction

" Takes an event; Neovim's helper calls this by name.
function! sightline#client#receive(event) abort
  call add(s:queue, a:event)
  call s:deliver_all()
endfunction

" Events keep their order, also when one has to wait because the editor forbids changes for the
" moment, as in the command-line window, or because CTRL-C was meant for something else.
function! s:deliver_all(...) abort
  if s:delivering || s:held
    return
  endif
  let s:delivering = 1
  try
    while !empty(s:queue)
      call s:deliver(s:queue[0])
      call remove(s:queue, 0)
    endwhile
  catch /^Vim:Interrupt$\|^Vim\%((\a\+)\)\=:E\%(11\|523\|565\|578\|788\):/
    call timer_start(20, function('s:deliver_all'))
  catch
    call s:give_up(remove(s:queue, 0), v:exception . ' in ' . v:throwpoint)
    call timer_start(0, function('s:deliver_all'))
  finally
    let s:delivering = 0
  endtry
endfunction

function! s:deliver(event) abort
  let number = get(a:event, 'id', 0)
  call sightline#log#received(a:event)
  if a:event.type ==# 'ready'
    let s:helper_version = a:event.version
  elseif a:event.type ==# 'error'
    call sightline#message#error(a:event.text)
  elseif has_key(s:requests, number)
    call s:requests[number].On_event(a:event)
    if index(s:terminal, a:event.type) >= 0
      call remove(s:requests, number)
    endif
  endif
endfunction

" An event that could not be carried out ends its request: going on would leave a hole in the text.
function! s:give_up(event, why) abort
  let number = get(a:event, 'id', 0)
  if !has_key(s:requests, number)
    return sightline#message#error(a:why)
  endif
  call sightline#client#cancel(number)
  let request = remove(s:requests, number)
  try
    call request.On_event({'id': number, 'type': 'failed', 'code': 'editor', 'text': a:why})
  catch
    call sightline#message#error(v:exception)
  endtry
endfunction

function! s:exited(job, how) abort
  if get(v:, 'exiting', v:null) isnot v:null
    return
  endif
  call sightline#log#process('process ' . a:job.pid . ' ended: ' . a:how)
  for number in sort(keys(filter(copy(s:requests), 'v:val.job is a:job')), 'N')
    call sightline#client#receive({'id': str2nr(number), 'type': 'failed', 'code': 'process',
          \ 'text': 'the Sightline process ended (' . a:how . '); the text that came is kept; '
          \ . 'the next command starts a new one'})
  endfor
endfunction
