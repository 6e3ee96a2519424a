" How far a request is, in words beside its text, with one timer while anything runs.

let s:timer = 0
let s:words = {
      \ 'preparing': 'preparing',
      \ 'uploading': 'uploading',
      \ 'checking': 'the server is fetching and checking',
      \ 'thinking': 'thinking',
      \ 'answering': 'answering',
      \ 'clipboard': 'the clipboard is read',
      \ 'grab': 'waiting for the screen grab',
      \ }
" Smaller bodies have left before a percentage could be read.
let s:percentage_from = 1024 * 1024

function! sightline#indicator#start(run) abort
  call sightline#indicator#show(a:run)
  if !s:timer
    let s:timer = timer_start(1000, function('s:tick'), {'repeat': -1})
  endif
endfunction

function! sightline#indicator#stop(run) abort
  call sightline#mark#hide(get(a:run, 'shown', {}))
  let a:run.shown = {}
  if s:timer && empty(sightline#task#runs())
    call timer_stop(s:timer)
    let s:timer = 0
  endif
  call sightline#indicator#redraw()
endfunction

" "uploading 45%, 3 s"
function! sightline#indicator#words(run) abort
  return printf('%s, %d s', s:phase(a:run), float2nr(reltimefloat(reltime(a:run.started))))
endfunction

" While the model looks at a part of a picture, that.
function! s:phase(run) abort
  if a:run.looks !=# ''
    return a:run.looks
  elseif a:run.phase ==# 'waiting'
    return a:run.wait_ms ? printf('waiting %d s, then it is sent again', (a:run.wait_ms + 999) / 1000)
          \ : 'waiting for its turn'
  elseif a:run.phase ==# 'uploading' && a:run.total > s:percentage_from
    return printf('uploading %d%%', a:run.sent * 100 / a:run.total)
  endif
  return get(s:words, a:run.phase, a:run.phase)
endfunction

function! sightline#indicator#show(run) abort
  let place = a:run.view.place()
  if !empty(place)
    let a:run.shown = sightline#mark#show(get(a:run, 'shown', {}), place[0], place[1],
          \ sightline#indicator#words(a:run), 'SightlineStatus')
  endif
endfunction

" A statusline that shows sightline#status(). Lines that wait for <Enter> would be wiped off by it.
function! sightline#indicator#redraw() abort
  if mode() !~# '^r'
    redrawstatus!
  endif
endfunction

function! s:tick(timer) abort
  for run in sightline#task#runs()
    call sightline#indicator#show(run)
  endfor
  call sightline#indicator#redraw()
endfunction
