" One line to the person. All text is data: it is echoed as the value of an expression.

let s:waiting = [] " [highlight, text] of what is not shown yet
let s:timer = 0

function! sightline#message#info(text) abort
  call s:say('None', a:text)
endfunction

function! sightline#message#warning(text) abort
  call s:say('WarningMsg', a:text)
endfunction

function! sightline#message#error(text) abort
  call s:say('ErrorMsg', a:text)
endfunction

" A note, by how bad it is.
function! sightline#message#level(level, text) abort
  call s:say(a:level ==# 'ok' ? 'None' : a:level ==# 'warning' ? 'WarningMsg' : 'ErrorMsg', a:text)
endfunction

" Not at once: below a command line that is still shown, a line of full width asks for <Enter>.
function! s:say(highlight, text) abort
  call add(s:waiting, [a:highlight, 'Sightline: ' . tr(a:text, "\n\t", '  ')])
  if !s:timer
    let s:timer = timer_start(0, function('s:show'))
  endif
endfunction

" A command line that is being typed, and a prompt that waits for a key, are not written over.
function! s:show(timer) abort
  let s:timer = mode() =~# '^[cr]$\|^r[m?]$' ? timer_start(100, function('s:show')) : 0
  while !s:timer && !empty(s:waiting)
    call call('s:echo', remove(s:waiting, 0))
  endwhile
endfunction

" A prompt that waits for a key must not appear while somebody types, so a line that does not fit
" loses its middle, and a popup shows it whole for a while. The message list has it whole too.
function! s:echo(highlight, text) abort
  let [shortmess, &shortmess] = [&shortmess, &shortmess . 'T']
  redraw
  execute 'echohl' a:highlight
  echomsg a:text
  echohl None
  let &shortmess = shortmess
  if strdisplaywidth(a:text) > v:echospace
    call sightline#popup#show(a:highlight ==# 'None' ? 'Normal' : a:highlight, a:text)
  else
    call sightline#popup#close()
  endif
endfunction
