" From a command to the request at the server, the first time, when the process has to be started, and
" then again and again; beside a curl that is started for each, as other plug-ins do; and how much memory the
" editor takes for a hundred requests and for an answer of 3,000 lines. Run by editors.sh.

let &runtimepath = $SOURCE_DIR . '/plugins/editor/runtime,' . &runtimepath
set hidden noswapfile shortmess+=I nomore
runtime plugin/sightline.vim
execute 'source' fnameescape($SOURCE_DIR . '/tests/editors/clock.vim')
let g:sightline_command = [$BENCH_BIN . '/sightline-editor']
let s:curl_rounds = 20
let s:url = $SIGHTLINE_BASE_URL
unlet $SIGHTLINE_BASE_URL

function! s:serve(url) abort
  call writefile([json_encode({'providers': {'simulator': {'base_url': a:url}}})], $SIGHTLINE_CONFIG)
endfunction

" When the last request arrived; its line is there before its answer.
function! s:arrival() abort
  return json_decode(filter(readfile($BENCH_JOURNAL, '', -4), 'v:val =~# "event.:.request"')[-1]).time_ms
endfunction

" Milliseconds from the call to the request's arrival.
function! s:time(Start) abort
  let s:ended = 0
  let started = Now()
  call a:Start()
  while !s:ended
    sleep 1m
  endwhile
  return s:arrival() - started
endfunction

function! s:ask() abort
  Sight ask what is this?
endfunction

function! s:curl() abort
  let command = ['curl', '-s', '-o', '/dev/null', '-d', '@' . $BENCH_BODY, '-H', 'Content-Type: application/json',
        \ s:url . '/chat/completions']
  call sightline#job#run(command, 0, {code, errors -> execute('let s:ended = 1')})
endfunction

" Resident memory, in KB.
function! s:memory() abort
  return str2nr(matchstr(join(readfile('/proc/self/status'), "\n"), 'VmRSS:\s*\zs\d\+'))
endfunction

function! s:median(times) abort
  return sort(copy(a:times), 'f')[len(a:times) / 2]
endfunction

" Between two steps the editor waits for a key, as it does between two commands of a person: that is when
" it collects what nothing refers to any more.
let s:told = {'later': []}
let s:Ten = {-> extend(s:told.later, map(range(10), 's:time(function("s:ask"))'))}
let s:steps = [
      \ {-> s:serve(s:url)},
      \ {-> extend(s:told, {'first': s:time(function('s:ask'))})},
      \ ] + repeat([s:Ten], 5) + [
      \ {-> extend(s:told, {'memory': s:memory()})},
      \ ] + repeat([s:Ten], 10) + [
      \ {-> extend(s:told, {'hundred': s:memory() - s:told.memory})},
      \ {-> extend(s:told, {'curl': map(range(s:curl_rounds), 's:time(function("s:curl"))')})},
      \ {-> s:serve(substitute(s:url, '/v1$', '/lines=3000/reasoning=0&', ''))},
      \ {-> extend(s:told, {'memory': s:memory(), 'long': s:time(function('s:ask'))})},
      \ {-> s:report()},
      \ ]

function! s:step(timer) abort
  call remove(s:steps, 0)()
  call garbagecollect()
  call feedkeys("\<Esc>", 'n')
  call timer_start(100, function('s:step'))
endfunction

function! s:report() abort
  call writefile([printf('| %s | %.2f | %.2f | %.2f | %d | %d |', $BENCH_WHAT, s:told.first, s:median(s:told.later),
        \ s:median(s:told.curl), s:told.hundred, s:memory() - s:told.memory)], $BENCH_RESULT)
  qall!
endfunction

autocmd User SightlineDone,SightlineFailed let s:ended = 1
autocmd VimEnter * call Now() | call timer_start(50, function('s:step'))
