" How long the editor's loop was away while an answer streams in and somebody types: the gaps between
" the runs of a timer that wants to run each millisecond. Run by editors.sh, which types.

execute 'source' fnameescape($SOURCE_DIR . '/tests/bench/bench.vim')
let s:gaps = []

function! s:tick(timer) abort
  let now = reltime()
  call add(s:gaps, reltimefloat(reltime(s:last, now)) * 1000)
  let s:last = now
endfunction

function! s:ended(timer) abort
  call timer_stop(s:timer)
  call writefile([], $BENCH_ENDED)
endfunction

" What is measured goes on until its drawing is done.
function! s:on_end() abort
  call timer_start($BENCH_COMMAND ==# '' ? 3000 : 300, function('s:ended'))
endfunction

function! s:begin(timer) abort
  call setline(1, map(range(str2nr($BENCH_LINES)), 'printf("line %d of a text that is to be rewritten", v:val)'))
  call append('$', '')
  if $BENCH_COMMAND ==# 'peer'
    call Peer($BENCH_URL, $BENCH_BODY, function('s:on_end'))
  else
    execute $BENCH_COMMAND
  endif
  call cursor('$', 1)
  if $BENCH_COMMAND ==# ''
    call s:on_end()
  endif
  let s:last = reltime()
  let s:timer = timer_start(1, function('s:tick'), {'repeat': -1})
  call feedkeys('A', 'n')
endfunction

" The typist says how many keys it has pressed.
function! Typed(count) abort
  let gaps = sort(s:gaps, 'f')
  call Sample('99 of 100 are shorter', '-', 'ms', $BENCH_WHOSE, gaps[len(gaps) * 99 / 100])
  call Sample('the longest', '-', 'ms', $BENCH_WHOSE, gaps[-1])
  call Sample('lost', '-', 'keys', $BENCH_WHOSE, a:count - len(getline('$')))
  call Write_rows()
  qall!
endfunction

call Serve($BENCH_URL)
autocmd User SightlineDone,SightlineFailed call s:on_end()
autocmd InsertEnter * ++once call timer_start(1, {-> writefile([], $BENCH_STARTED)})
autocmd VimEnter * call timer_start(50, function('s:begin'))
