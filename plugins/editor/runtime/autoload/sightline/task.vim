" A task from its command to its end: what was asked, where the answer goes, what is said about it.
"
" A run is a dictionary:
"   task, number    what was asked, and the request's number
"   origin          the buffer it was asked from
"   view            where the answer goes: see answer.vim and insert.vim
"   phase, sent, total, started
" A view is a dictionary:
"   buffer          the buffer that the answer goes to
"   place()         [buffer, line] for the indicator, or an empty list
"   append(text)    takes more of the answer; 0 when there is no place for it any more
"   finish(words)   the answer is whole; words about it
"   fail(words)     it is not; words why

let s:runs = []

function! sightline#task#start(task, call) abort
  let asked = sightline#media#parse(a:call.words)
  let message = extend({'method': 'start', 'task': a:task}, asked)
  call sightline#client#connect()
  let run = {'task': a:task, 'origin': bufnr('%'), 'phase': 'preparing', 'sent': 0, 'total': 0,
        \ 'started': reltime()}
  let run.view = a:call.bang
        \ ? sightline#insert#new(a:task, bufnr('%'), a:call.line)
        \ : sightline#answer#new(a:task, fnamemodify(asked.media[0], ':t'), a:call.mods)
  try
    let run.number = sightline#client#request(message, {event -> s:take(run, event)})
  finally
    if !has_key(run, 'number')
      call run.view.fail('')
    endif
  endtry
  call add(s:runs, run)
  call s:announce('SightlineStarted', run, {})
  call sightline#indicator#start(run)
endfunction

function! sightline#task#runs() abort
  return s:runs
endfunction

function! sightline#task#stop(all) abort
  let buffer = bufnr('%')
  let runs = filter(copy(s:runs), 'a:all || v:val.origin == buffer || v:val.view.buffer == buffer')
  if empty(runs)
    throw 'sightline: nothing runs for this buffer'
          \ . (empty(s:runs) ? '' : '; :Sight! stop ends what runs for others')
  endif
  for run in runs
    call sightline#client#cancel(run.number)
  endfor
endfunction

function! sightline#task#status() abort
  let buffer = bufnr('%')
  let here = filter(copy(s:runs), 'v:val.origin == buffer || v:val.view.buffer == buffer')
  let shown = empty(here) ? s:runs : here
  return empty(shown) ? '' : shown[-1].task . ': ' . sightline#indicator#words(shown[-1])
endfunction

" Of the reasoning only the phase is shown.
function! s:take(run, event) abort
  if has_key(s:on, a:event.type)
    call s:on[a:event.type](a:run, a:event)
  endif
endfunction

function! s:progress(run, event) abort
  let passed = a:run.phase !=# a:event.phase
  call extend(a:run, {'phase': a:event.phase, 'sent': a:event.sent, 'total': a:event.total})
  call sightline#indicator#show(a:run)
  if passed
    call sightline#indicator#redraw()
  endif
endfunction

function! s:note(run, event) abort
  call sightline#message#warning(a:event.text)
endfunction

function! s:text(run, event) abort
  if a:run.view.append(a:event.text)
    call sightline#indicator#show(a:run)
  else
    call sightline#client#cancel(a:run.number)
  endif
endfunction

function! s:done(run, event) abort
  let words = s:usage(a:event)
  call s:end(a:run)
  call a:run.view.finish(words)
  call s:announce('SightlineDone', a:run, {'model': a:event.model, 'usage': get(a:event, 'usage', {})})
endfunction

function! s:failed(run, event) abort
  call s:end(a:run)
  call a:run.view.fail(a:event.text)
  call sightline#message#error(a:event.text)
  call s:announce('SightlineFailed', a:run, {'code': a:event.code, 'text': a:event.text})
endfunction

function! s:cancelled(run, event) abort
  call s:end(a:run)
  call a:run.view.fail('stopped')
  call sightline#message#info(a:run.task . ' stopped')
  call s:announce('SightlineFailed', a:run, {'code': 'cancelled', 'text': 'stopped'})
endfunction

let s:on = {
      \ 'progress': function('s:progress'),
      \ 'note': function('s:note'),
      \ 'text': function('s:text'),
      \ 'done': function('s:done'),
      \ 'failed': function('s:failed'),
      \ 'cancelled': function('s:cancelled'),
      \ }

function! s:end(run) abort
  call filter(s:runs, 'v:val isnot a:run')
  call sightline#indicator#stop(a:run)
endfunction

" "1,203 tokens in, 88 out"
function! s:usage(event) abort
  let usage = get(a:event, 'usage', {})
  let words = []
  for [name, form] in [['input_tokens', '%s tokens in'], ['output_tokens', '%s out']]
    if has_key(usage, name)
      call add(words, printf(form, s:thousands(usage[name])))
    endif
  endfor
  return join(words, ', ')
endfunction

function! s:thousands(number) abort
  return substitute(printf('%d', a:number), '\d\zs\ze\%(\d\{3}\)\+$', ',', 'g')
endfunction

" User events. <nomodeline>, since the current buffer may be anything. What goes wrong in them is the
" user's to know, and not the request's end.
function! s:announce(name, run, more) abort
  let g:sightline_event = extend({'id': a:run.number, 'task': a:run.task,
        \ 'buffer': a:run.view.buffer}, a:more)
  if exists('#User#' . a:name)
    try
      execute 'doautocmd <nomodeline> User' a:name
    catch
      call sightline#message#error(a:name . ': ' . v:exception)
    endtry
  endif
endfunction
