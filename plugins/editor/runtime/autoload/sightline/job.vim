" Starting the process and talking to it: the one file that knows how each editor does that.
"
" A job is a dictionary:
"   send(message)   hands a dictionary to the process; when it is gone, its end tells that
"   running()       whether it can be sent to
"   pid             its process number
"   errors          the last line it wrote to its standard error
" On_event is called with each event, On_exit with the job and words for how it ended, after its
" last event.

function! sightline#job#start(program, On_event, On_exit) abort
  let job = {'errors': '', 'On_event': a:On_event, 'On_exit': a:On_exit}
  return exists('*job_start') ? s:start_vim(a:program, job) : s:start_nvim(a:program, job)
endfunction

" Runs a program that reads nothing and whose output nobody wants. On_end is called with its exit code
" and the last line it wrote to its standard error; the result's stop() ends it and what it started.
" With `lasting` it may outlive the editor. The keys in the editor's environment are not in its own.
function! sightline#job#run(program, lasting, On_end) abort
  let job = {'errors': '', 'On_exit': {job, how -> a:On_end(job.code, job.errors)}}
  let program = sightline#client#program() + ['--run'] + a:program
  return exists('*job_start') ? s:run_vim(program, a:lasting, job) : s:run_nvim(program, a:lasting, job)
endfunction

" Waits for a condition while events are taken. Only where a command has nothing to do before.
function! sightline#job#wait(Condition, milliseconds) abort
  " Neovim's gives up at once, with -3, where an error was silenced before.
  let waited = exists('*wait') ? wait(a:milliseconds, a:Condition, 1) : -3
  if waited != -3
    return waited == 0
  endif
  let started = reltime()
  while !a:Condition()
    if reltimefloat(reltime(started)) * 1000 > a:milliseconds
      return 0
    endif
    sleep 1m
  endwhile
  return 1
endfunction

" A process that has just gone does not read what is written to it.
function! s:send(Write) abort
  try
    call a:Write()
  catch /^Vim\%((\a\+)\)\=:E\%(631\|906\|475: .*Channel\)/
  endtry
endfunction

function! s:start_vim(program, job) abort
  let a:job.handle = job_start(a:program + ['--vim'], {
        \ 'mode': 'json',
        \ 'err_mode': 'nl',
        \ 'noblock': 1,
        \ 'callback': {channel, event -> a:job.On_event(event)},
        \ 'err_cb': {channel, line -> extend(a:job, {'errors': line})},
        \ 'close_cb': {channel -> s:ended_vim(a:job, 'closed')},
        \ 'exit_cb': {handle, code -> s:ended_vim(a:job, 'exited')},
        \ })
  let info = job_info(a:job.handle)
  if info.status ==# 'fail'
    throw 'sightline: ' . a:program[0] . ' could not be started'
  endif
  let a:job.pid = info.process
  let a:job.running = {-> ch_status(a:job.handle) ==# 'open' && job_status(a:job.handle) ==# 'run'}
  let a:job.send = {message -> s:send({-> ch_sendexpr(a:job.handle, message)})}
  return a:job
endfunction

" The end of the process and the end of what it wrote come in any order.
function! s:ended_vim(job, part) abort
  let a:job[a:part] = 1
  if has_key(a:job, 'closed') && has_key(a:job, 'exited')
    let info = job_info(a:job.handle)
    let signal = toupper(info.termsig)
    call a:job.On_exit(a:job, s:how(a:job, signal ==# '' ? info.exitval : 0, signal))
  endif
endfunction

function! s:start_nvim(program, job) abort
  let channel = jobstart(a:program + ['--nvim'], {
        \ 'rpc': v:true,
        \ 'on_stderr': {channel, lines, name -> s:errors_nvim(a:job, lines)},
        \ 'on_exit': {channel, code, name -> s:ended_nvim(a:job, code)},
        \ })
  if channel <= 0
    throw 'sightline: ' . a:program[0] . ' could not be started'
  endif
  let a:job.pid = jobpid(channel)
  let a:job.running = {-> !has_key(a:job, 'exited')}
  let a:job.send = {message -> s:send({-> rpcnotify(channel, 'sightline', message)})}
  return a:job
endfunction

function! s:errors_nvim(job, lines) abort
  let said = filter(copy(a:lines), 'v:val !=# ""')
  if !empty(said)
    let a:job.errors = said[-1]
  endif
endfunction

" A code over 128 is how Neovim tells of a signal.
function! s:ended_nvim(job, code) abort
  let a:job.exited = 1
  call a:job.On_exit(a:job, s:how(a:job, a:code, a:code > 128 ? a:code - 128 : ''))
endfunction

function! s:run_vim(program, lasting, job) abort
  let a:job.handle = job_start(a:program, {
        \ 'in_io': 'null', 'out_io': 'null', 'err_mode': 'nl', 'stoponexit': a:lasting ? '' : 'kill',
        \ 'err_cb': {channel, line -> extend(a:job, {'errors': line})},
        \ 'close_cb': {channel -> s:ended_vim(a:job, 'closed')},
        \ 'exit_cb': {handle, code -> s:ended_vim(extend(a:job, {'code': code}), 'exited')},
        \ })
  let a:job.stop = {-> job_stop(a:job.handle, 'kill')}
  return a:job
endfunction

function! s:run_nvim(program, lasting, job) abort
  let channel = jobstart(a:program, {
        \ 'stdin': 'null', 'detach': a:lasting ? v:true : v:false,
        \ 'on_stderr': {channel, lines, name -> s:errors_nvim(a:job, lines)},
        \ 'on_exit': {channel, code, name -> s:ended_nvim(extend(a:job, {'code': code}), code)},
        \ })
  if channel <= 0
    throw 'sightline: ' . a:program[0] . ' could not be started'
  endif
  let a:job.stop = {-> jobstop(channel)}
  return a:job
endfunction

function! s:how(job, code, signal) abort
  let how = a:signal ==# '' ? 'exit code ' . a:code : 'signal ' . a:signal
  return a:job.errors ==# '' ? how : how . ': ' . a:job.errors
endfunction
