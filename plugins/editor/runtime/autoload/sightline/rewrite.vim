" :Sight rewrite and its operator: which text, by which instruction, and what the model is told of
" what stands around it.

let s:instruction = ''
let s:asks = 0  " the operator asks for an instruction; repeated by . it uses the last one
let s:open = 0  " the block of Visual mode goes to the ends of its lines
let s:last = {} " by buffer, the proposal that was asked for last

let s:to_end = 0x7fffffff " the column that $ wants
let s:changed = 'sightline: the lines that were to be rewritten have changed; name them again'

" :Sight rewrite
function! sightline#rewrite#command(call) abort
  let there = s:there(a:call)
  let asked = s:asked(a:call.words)
  if empty(there)
    call s:begin(sightline#range#lines(bufnr('%'), a:call.first, a:call.line), asked, 0)
  else
    call s:refine(there, asked)
  endif
endfunction

" :Sight ask in a buffer of code, which the conversation goes on about: with the lines of a range, or
" all of them.
function! sightline#rewrite#ask(conversation, asked, call) abort
  let lines = a:call.ranged ? [a:call.first, a:call.line] : [1, line('$')]
  let there = s:there(a:call)
  if empty(there)
    call s:begin(call('sightline#range#lines', [bufnr('%')] + lines), a:asked, a:conversation)
  else
    call s:refine(there, a:asked)
  endif
endfunction

function! s:asked(words) abort
  let asked = sightline#media#parse(a:words, {-> ''})
  if !has_key(asked, 'instruction')
    throw 'sightline: rewrite needs an instruction, as in :Sight rewrite use early returns'
  endif
  return asked
endfunction

" The proposal that stands where a command is given, or nothing.
function! s:there(call) abort
  if !a:call.ranged
    let proposal = sightline#proposal#at_cursor()
    if get(proposal, 'task', 'rewrite') !=# 'rewrite'
      throw 'sightline: a proposal of another kind stands here; accept or reject it first'
    endif
    return proposal
  endif
  for proposal in sightline#proposal#in_lines(bufnr('%'), a:call.first, a:call.line)
    if [proposal.range.first, sightline#range#last(proposal.range)] != [a:call.first, a:call.line]
      throw 'sightline: a proposal for other lines stands here; accept or reject it first'
    endif
    return proposal
  endfor
  return {}
endfunction

" <Plug>(sightline-rewrite), as an expression
function! sightline#rewrite#operator() abort
  let s:asks = 1
  let s:open = mode() ==# "\<C-V>" && getcurpos()[4] == s:to_end
  set operatorfunc=sightline#rewrite#motion
  return 'g@'
endfunction

" The text that an operator or a selection covers.
function! sightline#rewrite#motion(type) abort
  try
    call sightline#client#prepare()
    let range = s:covered(a:type)
    let words = s:asks ? input('Rewrite: ') : s:instruction
    if words !=# ''
      let [s:instruction, s:asks] = [words, 0]
      call s:begin(range, s:asked(words), 0)
    endif
  catch /^sightline: /
    call sightline#message#error(v:exception[len('sightline: '):])
  endtry
endfunction

function! s:covered(type) abort
  let [from, to] = [getpos("'["), getpos("']")]
  let buffer = bufnr('%')
  if a:type ==# 'line'
    return sightline#range#lines(buffer, from[1], to[1])
  elseif a:type ==# 'char'
    let last = matchstr(getline(to[1]), '.', to[2] - 1)
    return sightline#range#chars(buffer, [from[1], from[2] - 1], [to[1], to[2] - 1 + len(last)])
  endif
  let columns = sort(s:columns(from) + s:columns(to), 'n')
  return sightline#range#block(buffer, from[1], to[1], columns[0], s:open ? s:to_end - 1 : columns[-1])
endfunction

" The first and the last screen column of the character that has a byte.
function! s:columns(position) abort
  let [line, bytes, cells] = [getline(a:position[1]), 0, 0]
  for char in split(line, '\zs')
    let bytes += len(char)
    let width = max([strdisplaywidth(char, cells), 1])
    if bytes >= a:position[2]
      return [cells + 1, cells + width]
    endif
    let cells += width
  endfor
  return repeat([cells + a:position[2] - bytes + a:position[3]], 2)
endfunction

function! s:begin(range, asked, thread) abort
  let begun = 0
  try
    call s:check(a:range)
    call s:confirm(a:range)
    call s:converse(a:range.buffer, a:thread, s:message(a:range, a:asked, a:range.lines),
          \ {conversation -> s:new(a:range, a:asked, a:thread, conversation)})
    let begun = 1
  finally
    if !begun
      call sightline#range#drop(a:range)
    endif
  endtry
endfunction

function! s:new(range, asked, thread, conversation) abort
  let proposal = sightline#proposal#new('rewrite', a:range, a:asked, a:conversation)
  call extend(proposal, {'follows': a:thread, 'Again': {-> s:again(proposal)}})
  call s:keep(proposal)
  return proposal
endfunction

" Whoever has to agree is asked before anything of the text is taken, which may change meanwhile.
function! s:confirm(range) abort
  call sightline#confirm#buffer(a:range.buffer)
  call sightline#confirm#server()
  if !a:range.alive
    throw s:changed
  endif
endfunction

function! s:check(range) abort
  let first = a:range.first
  call sightline#proposal#check_buffer(a:range.buffer)
  if !empty(sightline#proposal#in_lines(a:range.buffer, first, sightline#range#last(a:range)))
    throw 'sightline: a proposal stands here already; accept or reject it first'
  endif
  call sightline#task#selection(a:range.lines)
endfunction

" The last one of a buffer can be asked for again when it is gone from the screen.
function! s:keep(proposal) abort
  call filter(s:last, {buffer, _ -> bufexists(str2nr(buffer))})
  let earlier = get(s:last, a:proposal.buffer, {})
  let s:last[a:proposal.buffer] = a:proposal
  if get(earlier, 'state', '') ==# 'ended'
    call sightline#range#drop(earlier.range)
  endif
  let a:proposal.Kept = {proposal -> get(s:last, proposal.buffer, {}) is proposal}
  call sightline#task#remember(a:proposal.buffer, {'task': 'rewrite', 'again': {-> s:again(a:proposal)}})
endfunction

" The same conversation, about what is proposed now.
function! s:refine(proposal, asked) abort
  call sightline#proposal#check_idle(a:proposal)
  call s:confirm(a:proposal.range)
  let message = extend(s:message(a:proposal.range, a:asked, a:proposal.lines), {'continues': v:true})
  call s:send(a:proposal.buffer, a:proposal.conversation, message, {-> extend(a:proposal, {'asked': a:asked, 'refines': 1})})
endfunction

" A question that refined is asked in the same conversation, any other in one of its own.
function! s:again(proposal) abort
  call sightline#proposal#check_idle(a:proposal)
  let range = a:proposal.range
  if !sightline#range#intact(range)
    throw s:changed
  elseif a:proposal.state ==# 'ended'
    call s:check(range)
  endif
  call s:confirm(range)
  if a:proposal.refines && a:proposal.state ==# 'whole'
    return s:send(a:proposal.buffer, a:proposal.conversation, a:proposal.message, {-> a:proposal})
  endif
  let l:Anew = function(a:proposal.state ==# 'ended' ? 'sightline#proposal#revive' : 'sightline#proposal#renew')
  call s:converse(a:proposal.buffer, a:proposal.follows, s:message(range, a:proposal.asked, range.lines),
        \ {conversation -> l:Anew(a:proposal, conversation)})
endfunction

" Asks in the conversation that it goes on with, or in one of its own.
function! s:converse(buffer, thread, message, Propose) abort
  let conversation = a:thread ? sightline#conversation#hold(a:thread) : sightline#conversation#new()
  try
    call s:send(a:buffer, conversation, extend(a:message, a:thread ? {'continues': v:true} : {}),
          \ {-> a:Propose(sightline#conversation#hold(conversation))})
  finally
    call sightline#conversation#forget(conversation)
  endtry
endfunction

" The proposal that Propose() returns waits for the answer.
function! s:send(buffer, conversation, message, Propose) abort
  call sightline#task#send('rewrite', a:buffer, extend({'conversation': a:conversation}, a:message),
        \ {-> sightline#proposal#wait(extend(a:Propose(), {'message': a:message}))})
endfunction

function! s:message(range, asked, lines) abort
  return extend({'method': 'start', 'task': 'rewrite', 'selection': sightline#task#selection(a:lines),
        \ 'filetype': getbufvar(a:range.buffer, '&filetype'), 'context': s:context(a:range)}, a:asked)
endfunction

" Where the text is from, how it is indented, and what stands around it.
function! s:context(range) abort
  let [first, last] = [a:range.first, sightline#range#last(a:range)]
  let words = [sightline#context#where(a:range.buffer, first, last), s:indentation(a:range.buffer)]
  if a:range.kind ==# 'block'
    let words += ['The selection is a block of ' . len(a:range.lines) . ' rows, a part of each of these lines:',
          \ sightline#context#bounded(getbufline(a:range.buffer, first, last), 0)]
  endif
  let [before, after] = sightline#context#around(a:range)
  let words += before ==# '' ? [] : ['Before the selection:', before]
  let words += after ==# '' ? [] : ['After the selection:', after]
  return join(words, "\n")
endfunction

function! s:indentation(buffer) abort
  let width = getbufvar(a:buffer, '&shiftwidth')
  let width = width ? width : getbufvar(a:buffer, '&tabstop')
  return getbufvar(a:buffer, '&expandtab') ? 'Indented by ' . width . ' spaces.'
        \ : 'Indented by tabs, a step is ' . width . ' columns.'
endfunction
