" How an answer and a rewrite grow with their lines. Run by editors.sh.

execute 'source' fnameescape($SOURCE_DIR . '/tests/bench/bench.vim')
let s:peer_body = $BENCH_RESULT . '.json'

" Where the simulator answers so.
function! s:url(how) abort
  return substitute($BENCH_URL, '/v1$', '/' . a:how . '&', '')
endfunction

function! s:ask() abort
  Sight ask what is this?
endfunction

function! s:rewrite(lines) abort
  execute '1,' . a:lines . 'Sight rewrite in capitals'
endfunction

function! s:rewrite_with_peer(lines) abort
  let question = "In capitals:\n<selection>\n" . join(getline(1, a:lines), "\n") . "\n</selection>"
  let body = {'model': 'step-3.7-flash', 'stream': v:true, 'messages': [{'role': 'user', 'content': question}]}
  call writefile([json_encode(body)], s:peer_body, 'b')
  call Peer(s:url('rewrite=upper'), s:peer_body, function('Ended'))
endfunction

function! s:fill(lines) abort
  call setline(1, map(range(a:lines), 'printf("line %d of a text that is to be rewritten", v:val)'))
endfunction

function! s:told_answer(lines, whose, times) abort
  call Sample('an answer, from the command to its final text', a:lines, 'ms', a:whose, a:times.whole)
endfunction

function! s:told_rewrite(lines, whose, times) abort
  call Sample('a rewrite, from the command to its request', a:lines, 'ms', a:whose, a:times.arrival)
  call Sample('a rewrite, from the last byte to its final text', a:lines, 'ms', a:whose, a:times.final)
  if a:whose ==# 'Sightline'
    Sight reject
  endif
endfunction

call Timed(function('s:ask'), {-> 0})
for s:lines in [1, 10, 100, 1000, 10000]
  let s:how = 'reasoning=0/lines=' . s:lines
  call Then(function('Serve', [s:url(s:how)]))
  for s:round in range($BENCH_ROUNDS)
    call Timed(function('s:ask'), function('s:told_answer', [s:lines, 'Sightline']))
    call Timed(function('Peer', [s:url(s:how), $BENCH_BODY, function('Ended')]),
          \ function('s:told_answer', [s:lines, g:bench_peer]))
  endfor
  call Then(function('Serve', [s:url('rewrite=upper')]))
  call Then(function('s:fill', [s:lines]))
  for s:round in range($BENCH_ROUNDS)
    call Timed(function('s:rewrite', [s:lines]), function('s:told_rewrite', [s:lines, 'Sightline']))
    call Timed(function('s:rewrite_with_peer', [s:lines]), function('s:told_rewrite', [s:lines, g:bench_peer]))
  endfor
endfor
call Serve($BENCH_URL)
call Run()
