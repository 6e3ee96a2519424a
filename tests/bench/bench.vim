" What the scripts of editors.sh share: what is done one after the other, each timed, and with the editor
" waiting for a key in between, as it does between two commands of a person; and the rows of what came out.

let &runtimepath = $SOURCE_DIR . '/plugins/editor/runtime,' . &runtimepath
set hidden noswapfile shortmess+=I nomore
runtime plugin/sightline.vim
execute 'source' fnameescape($SOURCE_DIR . '/tests/editors/clock.vim')
execute 'source' fnameescape($SOURCE_DIR . '/tests/bench/peer.vim')
let g:sightline_command = [$BENCH_BIN . '/sightline-editor']
let g:bench_peer = 'a spawned curl each'
let s:rows = []
let s:steps = []

" Keeps a row as samples.awk reads it; `size` is '-' where nothing grows.
function! Sample(case, size, unit, whose, value) abort
  call add(s:rows, join([$BENCH_SUBJECT, a:case, a:size, a:unit, a:whose, printf('%.4f', a:value)], "\t"))
endfunction

" Where Sightline sends from now on.
function! Serve(url) abort
  let provider = {'base_url': a:url, 'ca_file': $BENCH_CA}
  call writefile([json_encode({'providers': {'simulator': provider}})], $SIGHTLINE_CONFIG)
endfunction

" Has something done that ends with Ended(). On_end is then called with milliseconds: `arrival`, from the
" call to the request at the server; `final`, from the last byte to the end; `whole`, from the call to the
" end.
function! Timed(Start, On_end) abort
  call add(s:steps, [a:Start, a:On_end])
endfunction

" Has something done that is over when it returns.
function! Then(Do) abort
  call add(s:steps, [{-> s:take({})}, {-> a:Do()}])
endfunction

" Resident memory, in MB.
function! Memory() abort
  return str2nr(matchstr(join(readfile('/proc/self/status'), "\n"), 'VmRSS:\s*\zs\d\+')) / 1024.0
endfunction

function! Write_rows() abort
  call writefile(s:rows, $BENCH_RESULT)
endfunction

function! Ended() abort
  let s:ended = Now()
  call timer_start(1, {-> s:take(s:times())})
endfunction

function! s:events(lines, name) abort
  return filter(map(filter(a:lines, 'v:val =~# "\"event\":\"' . a:name . '\""'), 'json_decode(v:val)'), '1')
endfunction

" The simulator says that an answer has ended when its last byte is out, and so perhaps after we have it,
" and the last line may not be whole yet.
function! s:times() abort
  let ends = []
  while empty(ends)
    let lines = readfile($BENCH_JOURNAL, 'b', -9)[: -2]
    let request = s:events(copy(lines), 'request')[-1]
    let ends = filter(s:events(lines, 'end'), 'v:val.id == request.id')
  endwhile
  return {'arrival': request.time_ms - s:started, 'final': s:ended - ends[0].time_ms, 'whole': s:ended - s:started}
endfunction

function! s:take(times) abort
  call s:On_end(a:times)
  call garbagecollect()
  call feedkeys("\<Esc>", 'n')
  call timer_start(20, function('s:step'))
endfunction

function! s:step(timer) abort
  if empty(s:steps)
    call Write_rows()
    qall!
  endif
  let [Start, s:On_end] = remove(s:steps, 0)
  let s:started = Now()
  call Start()
endfunction

" To be called by a script that has said what is to be done.
function! Run() abort
  autocmd User SightlineDone,SightlineFailed call Ended()
  autocmd VimEnter * call Now() | call timer_start(50, function('s:step'))
endfunction
