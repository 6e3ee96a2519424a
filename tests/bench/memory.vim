" What the editor's memory grows by for 100 requests and for an answer of 3,000 lines, after 50 requests.
" Run by editors.sh, once for us and once for a plug-in that starts curls.

execute 'source' fnameescape($SOURCE_DIR . '/tests/bench/bench.vim')
let s:url = $BENCH_URL

function! s:ask() abort
  if $BENCH_WHOSE ==# 'Sightline'
    Sight ask what is this?
  else
    call Peer(s:url, $BENCH_BODY, function('Ended'))
  endif
endfunction

function! s:ask_often(count) abort
  for round in range(a:count)
    call Timed(function('s:ask'), {-> 0})
  endfor
endfunction

" What has grown since the last look.
function! s:look(case) abort
  let memory = Memory()
  if a:case !=# ''
    call Sample(a:case, '-', 'MB more', $BENCH_WHOSE, memory - s:memory)
  endif
  let s:memory = memory
endfunction

function! s:serve_long() abort
  let s:url = substitute(s:url, '/v1$', '/lines=3000/reasoning=0&', '')
  call Serve(s:url)
endfunction

call Serve(s:url)
call s:ask_often(50)
call Then({-> s:look('')})
call s:ask_often(100)
call Then({-> s:look('100 requests')})
call Then(function('s:serve_long'))
call s:ask_often(1)
call Then({-> s:look('an answer of 3,000 lines')})
call Run()
