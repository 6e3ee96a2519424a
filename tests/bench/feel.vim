" How long the editor's loop was away while an answer streams in and somebody types: the gaps between
" the runs of a timer that wants to run each millisecond. Run by editors.sh, which types.

let &runtimepath = $SOURCE_DIR . '/plugins/editor/runtime,' . &runtimepath
set hidden noswapfile shortmess+=I nomore
runtime plugin/sightline.vim
let g:sightline_command = [$BENCH_BIN . '/sightline-editor']
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

function! s:start(timer) abort
  call setline(1, map(range(str2nr($BENCH_LINES)), 'printf("line %d of a text that is to be rewritten", v:val)'))
  call append('$', '')
  execute $BENCH_COMMAND
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
  let typed = len(getline('$'))
  call writefile([printf('| %s | %.1f | %.1f | %.1f | %d of %d |', $BENCH_WHAT, gaps[len(gaps) / 2],
        \ gaps[len(gaps) * 99 / 100], gaps[-1], a:count - typed, a:count)], $BENCH_RESULT)
  qall!
endfunction

autocmd User SightlineDone,SightlineFailed call s:on_end()
autocmd InsertEnter * ++once call timer_start(1, {-> writefile([], $BENCH_STARTED)})
autocmd VimEnter * call timer_start(50, function('s:start'))
