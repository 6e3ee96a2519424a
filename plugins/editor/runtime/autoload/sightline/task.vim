" A task from its command to its end: what was asked, where the answer goes, what is said about it.
"
" A run is a dictionary:
"   task, number    what was asked, and the request's number, 0 before it has one
"   origin          the buffer it was asked from
"   view            where the answer goes: see answer.vim and insert.vim
"   begin           what a view that is there already does once the request is under way
"   fetch           where media come from the clipboard or the screen: see capture.vim
"   phase, sent, total, wait_ms, part, parts, looks
"   looked                      1 once the model has wanted to see something again
"   started, phase_started, part_started    moments, the last of the part of a long video that is asked about
" A view is a dictionary:
"   buffer                       the buffer that the answer goes to
"   holds(buffer)                whether this is one of its buffers
"   place()                      [buffer, line] for the indicator, or an empty list
"   text(text, alternative)      takes more of the answer; 0 when there is no place for it any more
"   reasoning(text, alternative) the same for what comes before it
"   file(name, language, alternative)   what comes now is another file
"   finish(words)                the answer is whole; words about it
"   fail(words, code)            it is not; words why, and the short name of why
"   buffers()                    where one has it: all buffers of the answer
"   asked                        what was asked, where it has buffers that were not there then
"   stopped                      what is said when it was stopped, if it is not the usual
"   cut                          whether it was cut at its length, and where it can be:
"   check_end()                  throws when it cannot go on
"   go_on()                      more of it comes
"   alt(event)                   of a picture: what is to stand at its alt
"   quiet                        whoever made it says itself how it ended
" What was asked is kept for :Sight retry:
"   task, message, subject       of a request of its own
"   shown                        the view of its answer
"   view                         where it was asked on, in an answer
"   again()                      asks again, in place of all that

let s:runs = []
let s:asked = {} " by buffer
let s:selection_max = 1024 * 1024 " bytes

" :Sight describe, and its like
function! sightline#task#start(name, call) abort
  call sightline#task#begin(a:name, s:parse(a:name, a:call), a:call)
endfunction

function! s:parse(name, call) abort
  call sightline#tasks#expect(a:name)
  return sightline#media#parse(a:call.words, {-> sightline#media#needs(sightline#tasks#find(a:name))})
endfunction

" What was asked is a request's media, instruction, and so on.
function! sightline#task#begin(name, asked, call) abort
  let message = extend({'method': 'start', 'task': a:name}, a:asked)
  call s:begin({'task': a:name, 'message': extend(message, s:selection(a:call), 'keep'),
        \ 'subject': sightline#media#subject(a:asked.media)}, a:call)
endfunction

" :Sight run
function! sightline#task#run(call) abort
  let [name, words] = matchlist(a:call.words, '^\(\S*\)\s*\(.*\)')[1:2]
  if name ==# ''
    throw 'sightline: run needs the name of a task; <Tab> lists them'
  endif
  call sightline#task#start(name, extend({'words': words}, a:call, 'keep'))
endfunction

" :Sight ask, which goes on in the window of an answer
function! sightline#task#ask(call) abort
  let view = a:call.bang ? {} : sightline#answer#of(bufnr('%'))
  let asked = empty(view) ? s:parse('ask', a:call) : sightline#media#parse(a:call.words, {-> ''})
  if !has_key(asked, 'instruction')
    throw 'sightline: ask needs a question, as in :Sight ask photo.png how many boats are there?'
  elseif empty(view)
    return sightline#task#begin('ask', asked, a:call)
  endif
  if view.kind ==# 'code'
    call s:check_answered(view)
    return sightline#rewrite#ask(view.conversation, asked, a:call)
  endif
  let message = extend({'method': 'start', 'task': 'ask'}, asked)
  call s:ask_on(view, extend(message, s:selection(a:call)), a:call)
endfunction

" :Sight continue
function! sightline#task#continue(call) abort
  let view = s:cut_view()
  if empty(view)
    throw 'sightline: there is no answer here that was cut at its length'
  endif
  call view.check_end()
  let run = s:new_run('continue')
  let run.begin = view.go_on
  call s:start(run, {'method': 'start', 'task': 'continue', 'conversation': view.conversation, 'continues': v:true},
        \ {-> view}, 1)
endfunction

" The view of the answer in this buffer, or to what was asked from it, that was cut.
function! s:cut_view() abort
  let shown = get(s:asked_here(), 'shown', {})
  for view in [sightline#answer#of(bufnr('%')), shown, get(shown, 'offered', {})]
    if get(view, 'cut', 0)
      return view
    endif
  endfor
  return {}
endfunction

function! s:asked_here() abort
  return get(s:asked, bufnr('%'), get(sightline#answer#of(bufnr('%')), 'asked', {}))
endfunction

" :Sight retry
function! sightline#task#retry(call) abort
  let proposal = sightline#proposal#at_cursor()
  if !empty(proposal)
    return proposal.Again()
  endif
  let asked = s:asked_here()
  if empty(asked)
    throw 'sightline: nothing was asked in this buffer'
  elseif has_key(asked, 'again')
    call asked.again()
  elseif has_key(asked, 'view') && !a:call.bang
    call s:ask_on(asked.view, asked.message, a:call)
  else
    call s:begin(asked, a:call)
  endif
endfunction

" Sends a question about a buffer, and has another file make the view that its answer goes to, or get it
" ready: View() returns it. Throws where the question cannot be sent, and View() is not called then unless
" the question's media have yet to be fetched. The person has agreed before.
function! sightline#task#send(task, buffer, message, View) abort
  let run = s:new_run(a:task)
  let run.origin = a:buffer
  call s:start(run, a:message, a:View, 1)
endfunction

" What :Sight retry does in a buffer from now on.
function! sightline#task#remember(buffer, asked) abort
  let s:asked[a:buffer] = a:asked
endfunction

" Ends what runs for a view.
function! sightline#task#stop_view(view) abort
  for run in filter(copy(s:runs), 'v:val.view is a:view')
    call s:stop(run)
  endfor
endfunction

function! sightline#task#runs() abort
  return s:runs
endfunction

" :Sight stop
function! sightline#task#stop(words) abort
  if index(['', 'all'], trim(a:words)) < 0
    throw 'sightline: stop ends what runs here, and stop all everything'
  endif
  let runs = trim(a:words) ==# 'all' ? copy(s:runs) : s:runs_here()
  if empty(runs)
    throw 'sightline: nothing runs for this buffer'
          \ . (empty(s:runs) ? '' : '; :Sight stop all ends what runs for others')
  endif
  for run in runs
    call s:stop(run)
  endfor
endfunction

function! s:stop(run) abort
  if a:run.number
    call sightline#client#cancel(a:run.number)
  else
    call sightline#capture#stop(a:run.fetch)
  endif
endfunction

function! sightline#task#status() abort
  let here = s:runs_here()
  let shown = empty(here) ? s:runs : here
  return empty(shown) ? '' : shown[-1].task . ': ' . sightline#indicator#words(shown[-1])
endfunction

function! s:runs_here() abort
  let buffer = bufnr('%')
  return filter(copy(s:runs), 'v:val.origin == buffer || v:val.view.holds(buffer)')
endfunction

" The lines of a range, with where they are from. One line before a bang is the place of the answer.
function! s:selection(call) abort
  if !a:call.ranged || (a:call.bang && a:call.ranged == 1)
    return {}
  endif
  let text = sightline#task#selection(getline(a:call.first, a:call.line))
  call sightline#confirm#buffer(bufnr('%'))
  let name = expand('%:.')
  return extend({'selection': text, 'filetype': &filetype}, name ==# '' ? {} : {'context':
        \ a:call.first == a:call.line ? printf('%s, line %d', name, a:call.line)
        \ : printf('%s, lines %d to %d', name, a:call.first, a:call.line)})
endfunction

function! sightline#task#selection(lines) abort
  let text = join(a:lines, "\n")
  if len(text) > s:selection_max
    throw 'sightline: these lines are over 1 MB; name fewer'
  endif
  return text
endfunction

" A question of its own, in a conversation of its own.
function! s:begin(asked, call) abort
  let [run, conversation] = [s:new_run(a:asked.task), sightline#conversation#new()]
  let s:asked[run.origin] = a:asked
  try
    call sightline#confirm#server()
    call s:start(run, extend({'conversation': conversation}, a:asked.message),
          \ {-> s:view(run.origin, a:asked, a:call, sightline#conversation#hold(conversation))}, s:has_place(a:call))
  finally
    call sightline#conversation#forget(conversation)
  endtry
  call sightline#tasks#renew()
endfunction

" Whether there is sure to be a place for the answer.
function! s:has_place(call) abort
  return a:call.bang ? &modifiable && !&readonly : a:call.mods ==# '' && sightline#answer#has_room()
endfunction

function! s:view(origin, asked, call, conversation) abort
  let view = a:call.bang
        \ ? sightline#insert#new(a:asked.task, a:origin, a:call.line, a:conversation)
        \ : sightline#answer#new(a:asked.task, a:asked.subject, a:call.mods, a:conversation)
  let [a:asked.shown, view.asked] = [view, a:asked]
  call filter(s:asked, {buffer, _ -> bufexists(str2nr(buffer))})
  let s:asked[view.buffer] = a:asked
  return view
endfunction

" A question in the conversation of a view: in the same buffer where its text is Markdown, else in a
" window of its own.
function! s:ask_on(view, message, call) abort
  call s:check_answered(a:view)
  call sightline#confirm#server()
  let message = extend({'conversation': a:view.conversation, 'continues': v:true}, a:message)
  let question = get(a:message, 'instruction', a:message.task)
  let subject = sightline#media#subject(a:message.media)
  let asked = {'task': 'ask', 'message': a:message, 'view': a:view, 'subject': subject}
  let run = s:new_run('ask')
  if a:view.kind ==# 'text'
    let run.begin = {-> sightline#prompt#ask(a:view, question)}
    call s:start(run, message, {-> s:ask_in(a:view, asked)}, 1)
  else
    call s:start(run, message, {-> s:ask_in(sightline#answer#new('ask', subject, a:call.mods,
          \ sightline#conversation#hold(a:view.conversation)), asked)}, s:has_place(a:call))
  endif
endfunction

function! s:ask_in(view, asked) abort
  let a:view.asked = a:asked
  let s:asked[a:view.buffer] = a:asked
  return a:view
endfunction

function! s:check_answered(view) abort
  if !a:view.answered
    throw 'sightline: nothing was answered here yet; '
          \ . (empty(s:runs_here()) ? ':Sight retry asks again' : 'wait for it, or stop it')
  endif
endfunction

function! s:new_run(task) abort
  return {'task': a:task, 'view': {}, 'number': 0, 'origin': bufnr('%'), 'phase': 'preparing',
        \ 'sent': 0, 'total': 0, 'wait_ms': 0, 'tokens': 0, 'part': 0, 'parts': 0, 'looks': '', 'looked': 0, 'fetch': {},
        \ 'started': reltime(), 'phase_started': reltime(), 'part_started': reltime()}
endfunction

" Has the request under way and gives it a view. Where that is sure to be had the request leaves first: a
" view takes longer to make, and no answer comes before it is there. What throws leaves nothing behind.
function! s:start(run, message, View, sure) abort
  let steps = [{-> s:send(a:run, a:message)}, {-> extend(a:run, {'view': a:View()})}]
  let first = a:sure && !sightline#capture#wanted(get(a:message, 'media', []))
  call sightline#client#hold({-> s:go_through(a:run, first ? steps : reverse(steps))})
endfunction

function! s:go_through(run, steps) abort
  let started = 0
  try
    for l:Step in a:steps
      call l:Step()
    endfor
    let started = 1
  finally
    if !started
      call s:withdraw(a:run)
    endif
  endtry
  call add(s:runs, a:run)
  call sightline#indicator#start(a:run)
  call s:announce_start(a:run)
endfunction

function! s:withdraw(run) abort
  if a:run.number
    call sightline#client#drop(a:run.number)
  endif
  if !empty(a:run.view)
    call s:fail(a:run, '', '')
  endif
endfunction

" Media that are yet to be fetched come first.
function! s:send(run, message) abort
  let media = get(a:message, 'media', [])
  if sightline#capture#wanted(media)
    let a:run.fetch = sightline#capture#fetch(media, {source -> extend(a:run, {'phase': source})},
          \ {media, why, code -> s:fetched(a:run, extend({'media': media}, a:message, 'keep'), why, code)})
  else
    call s:post(a:run, a:message)
  endif
endfunction

function! s:post(run, message) abort
  let a:run.number = sightline#client#request(a:message, {event -> s:take(a:run, event)})
endfunction

function! s:announce_start(run) abort
  if a:run.number
    call s:announce('SightlineStarted', a:run, {})
  endif
endfunction

function! s:fetched(run, message, why, code) abort
  if a:code ==# 'cancelled'
    return s:cancelled(a:run, {})
  elseif a:why !=# ''
    return s:failed(a:run, {'text': a:why, 'code': a:code})
  endif
  try
    call s:post(a:run, a:message)
    call s:announce_start(a:run)
  catch /^sightline: /
    call s:failed(a:run, {'text': v:exception[len('sightline: '):], 'code': 'process'})
  endtry
endfunction

" A view that shows an answer already is left as it is until the client has taken the question.
function! s:take(run, event) abort
  if has_key(a:run, 'begin') && index(['failed', 'cancelled'], a:event.type) < 0
    call remove(a:run, 'begin')()
  endif
  if has_key(s:on, a:event.type)
    call s:on[a:event.type](a:run, a:event)
  endif
endfunction

function! s:progress(run, event) abort
  let passed = a:run.phase !=# a:event.phase || a:event.wait_ms
  if a:run.part != a:event.part
    let a:run.part_started = reltime()
  endif
  if a:run.phase !=# a:event.phase || a:run.total != a:event.total || a:run.sent > a:event.sent
    let a:run.phase_started = reltime()
  endif
  call extend(a:run, {'phase': a:event.phase, 'sent': a:event.sent, 'total': a:event.total,
        \ 'wait_ms': a:event.wait_ms, 'tokens': a:event.tokens, 'part': a:event.part, 'parts': a:event.parts})
  if a:event.part || index(['thinking', 'answering'], a:event.phase) >= 0
    let a:run.looks = ''
  endif
  call sightline#indicator#show(a:run)
  if passed
    call sightline#indicator#redraw()
  endif
endfunction

function! s:note(run, event) abort
  call sightline#message#level(a:event.level, a:event.text)
endfunction

function! s:tool(run, event) abort
  let [a:run.looks, a:run.looked] = [a:event.text, 1]
  call sightline#message#info('the model ' . a:event.text)
  call sightline#indicator#show(a:run)
endfunction

function! s:reasoning(run, event) abort
  if !a:run.view.reasoning(a:event.text, a:event.alternative)
    call sightline#client#cancel(a:run.number)
  endif
endfunction

function! s:file(run, event) abort
  call a:run.view.file(a:event.name, a:event.language, a:event.alternative)
endfunction

function! s:text(run, event) abort
  if a:run.view.text(a:event.text, a:event.alternative)
    call sightline#indicator#show(a:run)
  else
    call sightline#client#cancel(a:run.number)
  endif
endfunction

function! s:alt(run, event) abort
  call a:run.view.alt(a:event)
endfunction

function! s:done(run, event) abort
  call s:end(a:run)
  call a:run.view.finish(sightline#usage#words(a:event))
  call s:announce('SightlineDone', a:run, {'model': a:event.model, 'usage': get(a:event, 'usage', {}),
        \ 'cost': get(a:event, 'cost', {})})
endfunction

function! s:failed(run, event) abort
  if a:event.code ==# 'consent'
    call sightline#confirm#anew()
  endif
  call s:end(a:run)
  call s:fail(a:run, a:event.text, a:event.code)
  if !get(a:run.view, 'quiet', 0)
    call sightline#message#error(a:event.text)
  endif
  call s:announce('SightlineFailed', a:run, {'code': a:event.code, 'text': a:event.text})
endfunction

function! s:cancelled(run, event) abort
  call s:end(a:run)
  call s:fail(a:run, 'stopped', 'cancelled')
  if !get(a:run.view, 'quiet', 0)
    call sightline#message#info(get(a:run.view, 'stopped', '') ==# '' ? a:run.task . ' stopped' : a:run.view.stopped)
  endif
  call s:announce('SightlineFailed', a:run, {'code': 'cancelled', 'text': 'stopped'})
endfunction

function! s:fail(run, words, code) abort
  if !has_key(a:run, 'begin')
    call a:run.view.fail(a:words, a:code)
  endif
endfunction

let s:on = {
      \ 'progress': function('s:progress'),
      \ 'note': function('s:note'),
      \ 'tool': function('s:tool'),
      \ 'reasoning': function('s:reasoning'),
      \ 'file': function('s:file'),
      \ 'text': function('s:text'),
      \ 'alt': function('s:alt'),
      \ 'done': function('s:done'),
      \ 'failed': function('s:failed'),
      \ 'cancelled': function('s:cancelled'),
      \ }

function! s:end(run) abort
  call filter(s:runs, 'v:val isnot a:run')
  call sightline#capture#forget(a:run.fetch)
  call sightline#indicator#stop(a:run)
endfunction

" User events. <nomodeline>, since the current buffer may be anything. What goes wrong in them is the
" user's to know, and not the request's end.
function! s:announce(name, run, more) abort
  let buffer = a:run.view.buffer
  let g:sightline_event = extend({'id': a:run.number, 'task': a:run.task, 'buffer': buffer,
        \ 'buffers': get(a:run.view, 'buffers', {-> [buffer]})()}, a:more)
  if exists('#User#' . a:name)
    try
      call s:trigger(a:name)
    catch
      call sightline#message#error(a:name . ': ' . v:exception)
    endtry
  endif
endfunction

" Lua handlers are given the event as their data.
function! s:trigger(name) abort
  if has('nvim-0.8')
    call nvim_exec_autocmds('User', {'pattern': a:name, 'modeline': v:false, 'data': g:sightline_event})
  else
    execute 'doautocmd <nomodeline> User' a:name
  endif
endfunction
