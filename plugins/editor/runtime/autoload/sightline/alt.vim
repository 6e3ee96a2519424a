" :Sight alt: alt texts for the pictures of a document. The helper finds the pictures, and writes an
" answer as the document's language wants it. What a picture gets is a proposal (proposal.vim); that of
" a single picture is accepted at once, unless the picture looks decorative.
"
" A search is a dictionary:
"   buffer, force, first, last
"   place       [line, byte] of the cursor; with a range an empty list
"   tick        the state of the text that was sent
"   pictures    as the helper tells of them, see wire.h
"   agreed      many requests were agreed to
"   tries       how often the text was sent
" A batch is the pictures that are asked about together:
"   buffer, single
"   waiting, running    proposals
"   written, proposed, decorative, same, skipped    how many
"   failures, stopped    sentences, of which those about what the user stopped are no failures
"   told        whether its end was

let s:note = 'machine-written: check before publishing'
let s:at_once = 16         " requests that the helper is given at a time; it has a queue of its own
let s:unasked = 10         " requests that are sent without a question
let s:most = 100           " pictures of one command
let s:text_max = 1024 * 1024 " bytes
let s:tries = 10           " to read a text that changes all the time

" :Sight alt
function! sightline#alt#start(call) abort
  if index(['', 'force'], a:call.words) < 0
    throw 'sightline: ' . a:call.words . ': only "force" can be named here'
  endif
  let [buffer, lines] = [bufnr('%'), a:call.ranged ? [a:call.first, a:call.line] : [line('.'), line('.')]]
  call sightline#proposal#check_buffer(buffer)
  call sightline#confirm#buffer(buffer)
  call sightline#confirm#server()
  call s:find({'buffer': buffer, 'force': a:call.words ==# 'force', 'first': lines[0], 'last': lines[1],
        \ 'place': a:call.ranged ? [] : [line('.'), col('.') - 1], 'agreed': 0, 'tries': 0})
  call sightline#task#remember(buffer, {'task': 'alt', 'again': {-> sightline#alt#start(a:call)}})
endfunction

function! s:find(search) abort
  let text = s:text(a:search.buffer)
  let a:search.tries += 1
  if a:search.tries > s:tries
    throw 'sightline: this text changes all the time; try again when it is still'
  endif
  call extend(a:search, {'tick': getbufvar(a:search.buffer, 'changedtick'), 'pictures': []})
  call sightline#client#request({'method': 'pictures', 'text': text, 'first': a:search.first,
        \ 'last': a:search.last, 'filetype': getbufvar(a:search.buffer, '&filetype')},
        \ {event -> s:take(a:search, event)})
endfunction

" A byte 0 of a text is a line break within a line; the helper gets a space in its place. JSON, which Vim
" sends, would make other bytes of what is no UTF-8, so that places would be wrong.
function! s:text(buffer) abort
  let lines = getbufline(a:buffer, 1, '$')
  let text = join(lines, "\n")
  if count(text, "\n") != len(lines) - 1
    let text = join(map(lines, 'tr(v:val, "\n", " ")'), "\n")
  endif
  if len(text) > s:text_max
    throw 'sightline: this text is over 1 MB; split it'
  elseif !has('nvim') && json_decode(json_encode(text)) !=# text
    throw 'sightline: this text is not in UTF-8; :edit ++enc=latin1 or its like reads it as what it is'
  endif
  return text
endfunction

function! s:take(search, event) abort
  try
    if a:event.type ==# 'picture'
      call add(a:search.pictures, a:event)
    elseif a:event.type ==# 'failed'
      call sightline#message#error(a:event.text)
    elseif a:event.type ==# 'done'
      call s:found(a:search, a:event)
    endif
  catch /^sightline: /
    call sightline#message#error(v:exception[len('sightline: '):])
  endtry
endfunction

" What was found in a text that has changed is looked for again.
function! s:found(search, document) abort
  if !bufloaded(a:search.buffer)
    return
  elseif getbufvar(a:search.buffer, 'changedtick') != a:search.tick
    return s:find(a:search)
  endif
  let single = !empty(a:search.place)
  let pictures = single ? s:at_place(a:search) : a:search.pictures
  if empty(pictures)
    throw 'sightline: no picture ' . (single ? 'under the cursor' : 'in these lines') . '; here it looks like '
          \ . a:document.looks
  endif
  let batch = s:batch(a:search.buffer, single)
  let chosen = filter(copy(pictures), {_, picture -> s:choose(batch, a:search, a:document, picture)})
  if len(chosen) > s:most
    throw printf('sightline: these are %d pictures; name lines with at most %d', len(chosen), s:most)
  elseif len(chosen) > s:unasked && !a:search.agreed
    return s:ask(a:search, a:document, len(chosen))
  endif
  for picture in chosen
    call s:propose(batch, a:document, picture)
  endfor
  call s:next(batch)
endfunction

function! s:batch(buffer, single) abort
  return {'buffer': a:buffer, 'single': a:single, 'waiting': [], 'running': [], 'written': 0, 'proposed': 0,
        \ 'decorative': 0, 'same': 0, 'skipped': 0, 'failures': [], 'stopped': [], 'told': 0}
endfunction

" The picture that the cursor is on, or the only one in its line.
function! s:at_place(search) abort
  let under = filter(copy(a:search.pictures), {_, picture -> s:holds(picture.markup, a:search.place)})
  return !empty(under) ? under[-1:] : len(a:search.pictures) == 1 ? a:search.pictures : []
endfunction

function! s:holds(span, place) abort
  return !s:is_before(a:place, a:span[:1]) && s:is_before(a:place, a:span[2:])
endfunction

function! s:is_before(place, other) abort
  return a:place[0] < a:other[0] || a:place[0] == a:other[0] && a:place[1] < a:other[1]
endfunction

" Whether a picture is to be asked about; its address becomes a file's where it is one.
function! s:choose(batch, search, document, picture) abort
  let name = s:name(a:picture)
  if a:picture.state !=# 'missing' && !a:search.force
    let a:batch.skipped += 1
    let a:batch.why = name . (a:picture.state ==# 'empty' ? ' is marked as decorative'
          \ : ' has an alt text') . '; :Sight alt force asks for another'
  elseif has_key(a:picture, 'fixed')
    call add(a:batch.failures, name . ': ' . a:picture.fixed)
  else
    let a:picture.media = sightline#media#of_text(a:picture.address, a:batch.buffer, a:document.folders)
    if a:picture.media ==# ''
      call add(a:batch.failures, a:picture.address . ': no such file; check the name')
    elseif sightline#confirm#is_private(a:picture.media)
      call add(a:batch.failures, name . ' is private by g:sightline_private and is not sent')
    else
      return 1
    endif
  endif
  return 0
endfunction

function! s:name(picture) abort
  return strcharpart(substitute(a:picture.address, '.*/\ze.', '', ''), 0, 60)
endfunction

" Not while something is typed: the question would take the keys.
function! s:ask(search, document, count) abort
  if mode() !=# 'n'
    return timer_start(100, {-> s:ask(a:search, a:document, a:count)})
  endif
  let cost = has_key(a:document, 'cost') ? printf(', about %.4f %s together',
        \ a:document.cost.amount * a:count, a:document.cost.currency) : ''
  let a:search.agreed = input(printf('Sightline: %d pictures take a request each%s. Send them? (y/n) ',
        \ a:count, cost)) =~? '^\s*y'
  if !a:search.agreed
    return sightline#message#info('nothing was sent')
  endif
  call s:take(a:search, a:document)
endfunction

function! s:propose(batch, document, picture) abort
  let [from, to] = [a:picture.markup[:1], a:picture.markup[2:]]
  for other in sightline#proposal#in_lines(a:batch.buffer, from[0], to[0])
    if other.range.kind !=# 'char' || sightline#range#holds(other.range, from[0], from[1])
      return add(a:batch.failures, s:name(a:picture) . ': a proposal stands there already; accept or reject it first')
    endif
  endfor
  let range = sightline#range#chars(a:batch.buffer, from, to)
  let range.distinct = 1
  let proposal = sightline#proposal#new('alt', range, a:picture, 0)
  call extend(proposal, {'quiet': 1, 'paged': 0, 'document': a:document, 'batch': a:batch,
        \ 'subject': 'the markup of ' . s:name(a:picture) . ' was',
        \ 'alt': {event -> extend(proposal, {'answer': event})},
        \ 'finish': {words -> s:finish(proposal.batch, proposal)},
        \ 'fail': {words, code -> s:fail(proposal.batch, proposal, s:sentence(proposal, words), code)},
        \ 'Again': {-> s:again(proposal)}})
  call add(a:batch.waiting, proposal)
endfunction

function! s:again(proposal) abort
  call sightline#proposal#check_idle(a:proposal)
  call sightline#confirm#server()
  let a:proposal.batch = s:batch(a:proposal.buffer, 0)
  let a:proposal.batch.waiting = [a:proposal]
  call s:next(a:proposal.batch)
endfunction

" Asks about as many as the helper is to have at a time; after the last answer all is told.
function! s:next(batch) abort
  while !empty(a:batch.waiting) && len(a:batch.running) < s:at_once
    call s:send(a:batch, remove(a:batch.waiting, 0))
  endwhile
  if empty(a:batch.running) && empty(a:batch.waiting) && !a:batch.told
    let a:batch.told = 1
    call s:tell(a:batch)
  endif
endfunction

function! s:send(batch, proposal) abort
  if !a:proposal.range.alive
    return s:give_up(a:batch.stopped, a:proposal, a:proposal.stopped)
  endif
  call add(a:batch.running, a:proposal)
  try
    call sightline#task#send('alt', a:proposal.buffer, s:message(a:proposal),
          \ {-> sightline#proposal#wait(a:proposal)})
  catch /^sightline: /
    call s:fail(a:batch, a:proposal, v:exception[len('sightline: '):], 'process')
  endtry
endfunction

function! s:message(proposal) abort
  let picture = a:proposal.asked
  let message = {'method': 'start', 'task': 'alt', 'media': [picture.media], 'selection': picture.text,
        \ 'filetype': getbufvar(a:proposal.buffer, '&filetype'), 'context': s:context(a:proposal),
        \ 'alt': picture.form}
  return extend(message, has_key(a:proposal.document, 'language')
        \ ? {'text_language': a:proposal.document.language} : {})
endfunction

function! s:context(proposal) abort
  let [range, picture] = [a:proposal.range, a:proposal.asked]
  let [before, after] = sightline#context#around(range)
  let words = [sightline#context#where(range.buffer, range.first, sightline#range#last(range))]
  let words += has_key(picture, 'link') ? ['The picture is a link to ' . picture.link] : []
  let words += picture.button ? ['The picture is a button, or in one.'] : []
  let words += has_key(picture, 'caption') ? ['Its caption: ' . picture.caption] : []
  let words += before ==# '' ? [] : ['Before the picture:', before]
  return join(words + (after ==# '' ? [] : ['After the picture:', after]), "\n")
endfunction

function! s:finish(batch, proposal) abort
  let [range, answer] = [a:proposal.range, a:proposal.answer]
  call filter(a:batch.running, 'v:val isnot a:proposal')
  let a:proposal.note = (answer.decorative ? 'looks decorative, ' : '') . s:note
  if sightline#proposal#settle(a:proposal, s:replaced(range.lines, a:proposal.asked, answer.text))
    call s:settled(a:batch, a:proposal)
  endif
  call s:next(a:batch)
endfunction

function! s:settled(batch, proposal) abort
  let a:batch.decorative += a:proposal.answer.decorative ? 1 : 0
  if empty(a:proposal.hunks)
    let a:batch.same += !a:proposal.answer.decorative
    call sightline#proposal#end(a:proposal)
  elseif a:batch.single && !a:proposal.answer.decorative && getbufvar(a:proposal.buffer, '&modifiable')
    call sightline#review#accept(a:proposal, a:proposal.hunks)
    let a:batch.written += 1
  else
    let a:batch.proposed += 1
    call timer_start(0, {-> s:arrange(a:proposal)})
  endif
endfunction

" Proposals for pictures of the same line are drawn in their order, whichever came first.
function! s:arrange(proposal) abort
  let [first, last] = [a:proposal.range.first, sightline#range#last(a:proposal.range)]
  let beside = filter(sightline#proposal#in_lines(a:proposal.buffer, first, last), 'v:val.state ==# "whole"')
  if len(beside) > 1
    call s:draw_in_turn(sort(beside, {a, b -> len(get(a.range.before, 0, '')) - len(get(b.range.before, 0, ''))}), 0)
  endif
endfunction

" Each once the one before it is drawn; of timers that are due together, the last may come first.
function! s:draw_in_turn(proposals, at) abort
  if a:proposals[a:at].drawing || a:at && a:proposals[a:at - 1].drawing
    return timer_start(10, {-> s:draw_in_turn(a:proposals, a:at)})
  endif
  call sightline#draw#again(a:proposals[a:at])
  if a:at < len(a:proposals) - 1
    call timer_start(10, {-> s:draw_in_turn(a:proposals, a:at + 1)})
  endif
endfunction

" The lines of a picture's markup with another text at the place of its alt.
function! s:replaced(lines, picture, text) abort
  let [first, first_byte] = a:picture.markup[:1]
  let [from, from_byte, to, to_byte] = a:picture.alt
  let from_byte -= from == first ? first_byte : 0
  let to_byte -= to == first ? first_byte : 0
  let [from, to] -= [first, first]
  let middle = strpart(a:lines[from], 0, from_byte) . a:text . strpart(a:lines[to], to_byte)
  return (from ? a:lines[:from - 1] : []) + split(middle, "\n", 1) + a:lines[to + 1 :]
endfunction

" What was stopped by the user stops those that wait, too; not what an edit stopped.
function! s:fail(batch, proposal, words, code) abort
  call filter(a:batch.running, 'v:val isnot a:proposal')
  if a:code !=# 'cancelled'
    call s:give_up(a:batch.failures, a:proposal, a:words)
  elseif a:proposal.stopped !=# ''
    call s:give_up(a:batch.stopped, a:proposal, a:proposal.stopped)
  else
    call s:give_up(a:batch.stopped, a:proposal, 'stopped')
    while !empty(a:batch.waiting)
      call sightline#proposal#end(remove(a:batch.waiting, 0))
    endwhile
  endif
  call s:next(a:batch)
endfunction

" Sentences about a file begin with its name.
function! s:sentence(proposal, words) abort
  let name = s:name(a:proposal.asked)
  return a:words ==# '' || stridx(a:words, name) == 0 ? a:words : name . ': ' . a:words
endfunction

function! s:give_up(sentences, proposal, why) abort
  call sightline#proposal#give_back(a:proposal)
  if a:why !=# '' && index(a:sentences, a:why) < 0
    call add(a:sentences, a:why)
  endif
endfunction

" How it ended, in one sentence.
function! s:tell(batch) abort
  let told = (a:batch.single ? s:tell_single(a:batch) : s:tell_all(a:batch)) + a:batch.stopped
  if !empty(a:batch.failures)
    call sightline#message#error(join(told + a:batch.failures, '; '))
  elseif !empty(told)
    call sightline#message#info(join(told, '; '))
  endif
  if a:batch.proposed && sightline#option#get('plain')
    call s:list(a:batch.buffer)
  endif
endfunction

" Where nothing is drawn, a window has what is proposed.
function! s:list(buffer) abort
  let list = sightline#scratch#create('sightline://alt/' . a:buffer)
  let whole = filter(copy(sightline#proposal#all(a:buffer)), 'v:val.task ==# "alt" && v:val.state ==# "whole"')
  let whole = sort(whole, {a, b -> a.range.first - b.range.first})
  call sightline#scratch#put(list, 1, map(whole,
        \ {_, proposal -> printf('line %d, %s: %s', proposal.range.first, proposal.note, join(proposal.lines, ' '))}))
  call sightline#scratch#show(list, '', get(win_findbuf(list), 0), '')
endfunction

function! s:tell_single(batch) abort
  if a:batch.skipped
    return [a:batch.why]
  elseif a:batch.written
    return ['alt text written (' . s:note . ')']
  elseif a:batch.proposed
    return [(a:batch.decorative ? 'it looks decorative; :Sight accept marks it as that'
          \ : 'the buffer cannot be changed any more; the alt text is proposed') . ' (' . s:note . ')']
  endif
  return a:batch.decorative ? ['it looks decorative, and is marked as that already']
        \ : a:batch.same ? ['the alt text stays as it is'] : []
endfunction

function! s:tell_all(batch) abort
  let told = a:batch.proposed ? [printf('%d alt %s proposed (%s)', a:batch.proposed,
        \ a:batch.proposed == 1 ? 'text is' : 'texts are', s:note)] : []
  let told += a:batch.decorative ? [a:batch.decorative . (a:batch.decorative == 1 ? ' looks' : ' look')
        \ . ' decorative'] : []
  let told += a:batch.same ? [a:batch.same . (a:batch.same == 1 ? ' stays as it is' : ' stay as they are')] : []
  return told + (a:batch.skipped ? [a:batch.skipped . ' skipped: ' . (a:batch.skipped == 1 ? a:batch.why
        \ : 'they have one; :Sight alt force asks for others')] : [])
endfunction
