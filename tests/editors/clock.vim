" Milliseconds on the clock that the simulator's journal is written by, which is not Vim's: the moments
" at which the system's up-time turns over tell how far they are apart. The one that was
" seen soonest counts.
function! Now() abort
  if !exists('s:ahead')
    let s:ahead = min(map(range(5), 's:microseconds_ahead()')) / 1000.0
  endif
  return reltimefloat(reltime()) * 1000 - s:ahead
endfunction

function! s:microseconds_ahead() abort
  let before = s:uptime()
  while s:uptime() == before
  endwhile
  return float2nr((reltimefloat(reltime()) - s:uptime()) * 1000000)
endfunction

function! s:uptime() abort
  return str2float(split(readfile('/proc/uptime')[0])[0])
endfunction
