" How long the editor's loop was away while an answer streams in and somebody types: the gaps between
" the runs of a timer that wants to run each millisecond. Run by editors.sh, which types.

let &runtimepath = $SOURCE_DIR . '/plugins/editor/runtime,' . &runtimepath
set hidden noswapfile shortmess+=I nomore
runtime plugin/sightline.vim
let g:sightline_command = [$BENCH_BIN . '/sightline-editor']
let s:gaps = []
let s:rounds = 0

" The same piece of work again and again: what its gaps differ by is the machine's.
function! s:work() abort
  for round in range(s:rounds)
    call string(round)
  endfor
endfunction

" Makes a piece of work about two milliseconds long.
function! s:measure_work() abort
  let [s:rounds, started] = [1000, reltime()]
  for again in range(20)
    call s:work()
  endfor
  let s:rounds = float2nr(s:rounds * 0.04 / reltimefloat(reltime(started)))
endfunction

function! s:tick(timer) abort
  if $BENCH_COMMAND ==# 'work'
    call s:work()
  endif
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
  call timer_start(s:asks() ? 300 : 3000, function('s:ended'))
endfunction

function! s:asks() abort
  return index(['', 'work'], $BENCH_COMMAND) < 0
endfunction

function! s:start(timer) abort
  call setline(1, map(range(str2nr($BENCH_LINES)), 'printf("line %d of a text that is to be rewritten", v:val)'))
  call append('$', '')
  call s:measure_work()
  execute s:asks() ? $BENCH_COMMAND : ''
  call cursor('$', 1)
  if !s:asks()
    call s:on_end()
  endif
  let s:last = reltime()
  let s:timer = timer_start(1, function('s:tick'), {'repeat': -1})
  call feedkeys('A', 'n')
endfunction

" The typist says how many keys it has pressed.
function! Typed(count) abort
  let gaps = sort(s:gaps, 'f')
  let typed = len(getline('$'))
  call writefile([printf('| %s | %.1f | %.1f | %.1f | %d of %d |', $BENCH_WHAT, gaps[len(gaps) / 2],
        \ gaps[len(gaps) * 99 / 100], gaps[-1], a:count - typed, a:count)], $BENCH_RESULT)
  qall!
endfunction

autocmd User SightlineDone,SightlineFailed call s:on_end()
autocmd InsertEnter * ++once call timer_start(1, {-> writefile([], $BENCH_STARTED)})
autocmd VimEnter * call timer_start(50, function('s:start'))
