" From a command to the request at the server, the first time, when a process has to be started, and then
" again and again, with a question and with a rewrite; and from the answer's last byte to the final text.
" Beside a process that does nothing but send it with libcurl, and beside a curl that is started for each.
" Run by editors.sh.

execute 'source' fnameescape($SOURCE_DIR . '/tests/bench/bench.vim')
let s:floor = 'libcurl in a helper process'

function! s:ask() abort
  Sight ask what is this?
endfunction

function! s:rewrite() abort
  1,8Sight rewrite in capitals
endfunction

function! s:peer() abort
  call Peer($BENCH_URL, $BENCH_BODY, function('Ended'))
endfunction

function! s:helper() abort
  let command = [$BENCH_BIN . '/sightline-bench-helper', $BENCH_URL, $BENCH_CA, $BENCH_BODY]
  if exists('*job_start')
    let s:job = exists('s:job') ? s:job : job_start(command, {'out_cb': {channel, line -> Ended()}})
    call ch_sendraw(s:job, "send\n")
  else
    let s:job = exists('s:job') ? s:job : jobstart(command, {'on_stdout': {job, lines, name -> s:heard(lines)}})
    call chansend(s:job, "send\n")
  endif
endfunction

function! s:heard(lines) abort
  if a:lines[0] !=# ''
    call Ended()
  endif
endfunction

function! s:told(case, whose, times) abort
  call Sample(a:case, '-', 'ms', a:whose, a:times.arrival)
  if a:case ==# 'later' && a:whose !=# s:floor
    call Sample('later, last byte to final text', '-', 'ms', a:whose, a:times.final)
  endif
endfunction

function! s:rewritten(times) abort
  call s:told('later', 'Sightline, a rewrite', a:times)
  1Sight reject
endfunction

call setline(1, map(range(80), 'printf("line %d of a text that is to be rewritten", v:val)'))

for s:case in ['first'] + repeat(['later'], $BENCH_ROUNDS)
  call Timed(function('s:ask'), function('s:told', [s:case, 'Sightline']))
  if s:case ==# 'later'
    call Timed(function('s:rewrite'), function('s:rewritten'))
  endif
  call Timed(function('s:helper'), function('s:told', [s:case, s:floor]))
  call Timed(function('s:peer'), function('s:told', [s:case, g:bench_peer]))
endfor
call Serve($BENCH_URL)
call Run()
