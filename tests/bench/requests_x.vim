profile start /tmp/prof.txt
profile func *
let &runtimepath = $SOURCE_DIR . '/plugins/editor/runtime,' . &runtimepath
set hidden noswapfile shortmess+=I nomore
runtime plugin/sightline.vim
execute 'source' fnameescape($SOURCE_DIR . '/tests/editors/clock.vim')
let g:sightline_command = [$BENCH_BIN . '/sightline-editor']
let s:n = 0
let s:out = []
function! s:arrival() abort
  return json_decode(filter(readfile($BENCH_JOURNAL, '', -4), 'v:val =~# "event.:.request"')[-1]).time_ms
endfunction
func! s:go(t)
  let s:ended = 0
  let s:t0 = Now()
  Sight ask what is this?
  let s:t1 = Now()
endfunc
func! s:ended()
  let t2 = Now()
  let s:out += [printf('cmd %.2f arrival %.2f end %.2f', s:t1 - s:t0, s:arrival() - s:t0, t2 - s:t0)]
  let s:n += 1
  if s:n == 30
    call writefile(s:out, $BENCH_RESULT)
    qall!
  endif
  call timer_start(30, function('s:go'))
endfunc
autocmd User SightlineDone,SightlineFailed call s:ended()
autocmd VimEnter * call Now() | call timer_start(50, function('s:go'))
