" Milliseconds on the clock that the simulator's journal is written by, which is not Vim's: the moment
" at which the system's up-time turns over tells how far they are apart.
function! Now() abort
  if !exists('s:ahead')
    let before = s:uptime()
    while s:uptime() == before
    endwhile
    let s:ahead = reltimefloat(reltime()) - s:uptime()
  endif
  return (reltimefloat(reltime()) - s:ahead) * 1000
endfunction

function! s:uptime() abort
  return str2float(split(readfile('/proc/uptime')[0])[0])
endfunction
