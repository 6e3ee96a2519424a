" A proposal: what is to stand in the place of a range, from the first word to its end. It is the view
" (see task.vim) of a rewrite or of an alt text, and besides:
"   task            rewrite or alt
"   subject         what was changed when the range was: "these lines were"
"   note            what stands before the things that can be done with it
"   Again()         asks for it again
"   paged           with g:sightline_plain it has a window of its own
"   range           the original, see range.vim
"   state           waiting, whole or ended
"   parts           what came of the answer, a text for each file of it
"   lines, hunks    of one that is whole: its lines, and what differs (diff.vim)
"   spans           by row of the original: the words that differ, once they are known
"   asked, message  what the user said, and what was sent
"   refines         the last question was about an earlier state of it
"   conversation    its number, which the proposal holds, or 0
"   page            where it is in a window of its own, else empty
"   shown           what is drawn, see paint.vim
"   todo            calls that compare, draw and colour more of it
"   files           blocks of the answer that have begun
"   had             there was an earlier state, which comes back if the answer fails
"   told            where it is has been said, since no window shows it
"   drawing         the timer that will draw it, or 0
"   Kept            whether it can be asked for again after its end

let s:last = 0
let s:proposals = {} " by buffer

" With the number of a conversation that it takes, or 0.
function! sightline#proposal#new(task, range, asked, conversation) abort
  let s:last += 1
  let proposal = {'task': a:task, 'subject': 'these lines were', 'note': '', 'paged': 1, 'id': s:last,
        \ 'range': a:range, 'buffer': a:range.buffer, 'state': 'ended', 'parts': [''], 'files': 0, 'lines': [],
        \ 'hunks': [], 'spans': {}, 'asked': a:asked, 'message': {}, 'refines': 0, 'had': 0,
        \ 'page': {}, 'shown': {}, 'todo': [], 'drawing': 0, 'told': 0, 'stopped': '', 'Kept': {proposal -> 0}}
  call extend(proposal, {
        \ 'holds': {buffer -> get(proposal.page, 'buffer') == buffer},
        \ 'place': {-> s:place(proposal)},
        \ 'text': {text, alternative -> s:text(proposal, text)},
        \ 'reasoning': {text, alternative -> proposal.range.alive},
        \ 'file': {name, language, alternative -> s:file(proposal)},
        \ 'finish': {words -> s:finish(proposal, words)},
        \ 'fail': {words, code -> s:fail(proposal, words, code)},
        \ })
  let a:range.On_edit = {range -> s:edited(proposal)}
  let a:range.On_touch = {range -> s:touched(proposal)}
  return sightline#proposal#revive(proposal, a:conversation)
endfunction

" One that ended is asked for again.
function! sightline#proposal#revive(proposal, conversation) abort
  call extend(a:proposal, {'state': 'waiting', 'lines': [], 'hunks': [], 'refines': 0,
        \ 'conversation': a:conversation})
  let s:proposals[a:proposal.buffer] = get(s:proposals, a:proposal.buffer, []) + [a:proposal]
  return a:proposal
endfunction

" One that stands is asked for anew, in another conversation.
function! sightline#proposal#renew(proposal, conversation) abort
  call sightline#conversation#forget(a:proposal.conversation)
  let a:proposal.conversation = a:conversation
  return a:proposal
endfunction

" An answer is on its way. What was proposed before comes back if it fails.
function! sightline#proposal#wait(proposal) abort
  let a:proposal.had = a:proposal.state ==# 'whole'
  call extend(a:proposal, {'state': 'waiting', 'parts': [''], 'files': 0, 'told': 0, 'stopped': ''})
  call sightline#draw#again(a:proposal)
  return a:proposal
endfunction

function! sightline#proposal#all(buffer) abort
  call sightline#range#update(a:buffer)
  return get(s:proposals, a:buffer, [])
endfunction

function! sightline#proposal#every() abort
  return flatten(values(s:proposals), 1)
endfunction

" Those that have a line among these.
function! sightline#proposal#in_lines(buffer, first, last) abort
  return filter(copy(sightline#proposal#all(a:buffer)), 'v:val.range.first <= a:last
        \ && v:val.range.first + max([len(v:val.range.lines), 1]) > a:first')
endfunction

" The one at the cursor, or whose window it is; or nothing. Of several in the line the one that the
" cursor is on, or else the first.
function! sightline#proposal#at_cursor() abort
  let here = sightline#proposal#in_lines(bufnr('%'), line('.'), line('.'))
  let held = filter(copy(here), 'sightline#range#holds(v:val.range, line("."), col(".") - 1)')
  return get(held + here, 0, sightline#proposal#of_page(bufnr('%')))
endfunction

function! sightline#proposal#check_buffer(buffer) abort
  call sightline#option#get('plain') " which drawing relies on
  if !getbufvar(a:buffer, '&modifiable') || getbufvar(a:buffer, '&readonly')
    throw 'sightline: this buffer cannot be changed; :set modifiable noreadonly if that is not meant'
  endif
endfunction

function! sightline#proposal#check_idle(proposal) abort
  if a:proposal.state ==# 'waiting'
    throw 'sightline: this proposal is not whole yet; wait for it, or stop it'
  endif
endfunction

" The one that a window of its own shows in this buffer, or nothing.
function! sightline#proposal#of_page(buffer) abort
  return get(filter(sightline#proposal#every(), {_, proposal -> proposal.holds(a:buffer)}), 0, {})
endfunction

" Where its text streams in.
function! s:place(proposal) abort
  call sightline#range#update(a:proposal.buffer)
  if bufloaded(get(a:proposal.page, 'buffer', -1))
    return [a:proposal.page.buffer, sightline#page#last(a:proposal.page)]
  endif
  return a:proposal.range.alive && bufloaded(a:proposal.buffer)
        \ ? [a:proposal.buffer, sightline#range#last(a:proposal.range)] : []
endfunction

function! s:text(proposal, text) abort
  let a:proposal.parts[-1] .= a:text
  call sightline#draw#again(a:proposal)
  return a:proposal.range.alive
endfunction

" Of several blocks the first is what was asked for.
function! s:file(proposal) abort
  let a:proposal.files += 1
  if a:proposal.files > 1
    call add(a:proposal.parts, '')
  endif
endfunction

function! s:finish(proposal, words) abort
  call sightline#range#update(a:proposal.buffer)
  if a:proposal.range.alive && a:proposal.files == 0 && a:proposal.parts[0] ==# ''
    call sightline#message#error('the model gave no replacement; :Sight retry asks again')
    return sightline#proposal#give_back(a:proposal)
  elseif !sightline#proposal#settle(a:proposal, s:split(a:proposal.range, a:proposal.parts[0]))
    return
  endif
  for text in a:proposal.parts[1:]
    call sightline#answer#offer('rewrite', text, sightline#conversation#new()).finish('')
  endfor
  call s:tell(a:proposal)
endfunction

" These lines are proposed. 0 where the original was changed meanwhile.
function! sightline#proposal#settle(proposal, lines) abort
  call sightline#range#update(a:proposal.buffer)
  call extend(a:proposal, {'state': 'whole', 'lines': a:lines})
  if !a:proposal.range.alive
    call s:edited(a:proposal)
    return 0
  endif
  call sightline#proposal#compare(a:proposal)
  return 1
endfunction

function! s:tell(proposal) abort
  if empty(a:proposal.hunks) && a:proposal.range.lines ==# a:proposal.lines
    call sightline#message#info('the model leaves it as it is')
    call sightline#proposal#end(a:proposal)
  elseif !sightline#proposal#fits(a:proposal)
    let [rows, lines] = [len(a:proposal.range.lines), len(a:proposal.lines)]
    let view = sightline#answer#offer('rewrite', a:proposal.parts[0], sightline#conversation#new())
    call view.finish('')
    call sightline#message#error(printf('the block has %d rows and the proposal %d lines, so that it cannot '
          \ . 'go back row by row; it is in %s', rows, lines, bufname(view.buffer)))
    call sightline#proposal#end(a:proposal)
  elseif sightline#option#get('plain')
    call sightline#message#info(sightline#draw#banner(a:proposal))
  endif
endfunction

" The line end at the end of code without a fence is none of its lines.
function! s:split(range, text) abort
  let text = a:range.lines[-1] ==# '' ? a:text : substitute(a:text, '\n\+$', '', '')
  return text ==# '' && a:range.kind ==# 'line' ? [] : split(text, "\n", 1)
endfunction

" A block's lines go back row by row.
function! sightline#proposal#fits(proposal) abort
  return a:proposal.range.kind !=# 'block' || len(a:proposal.range.lines) == len(a:proposal.lines)
endfunction

" What differs is looked at again.
function! sightline#proposal#compare(proposal) abort
  let a:proposal.spans = {}
  let [old, new] = [a:proposal.range.lines, a:proposal.lines]
  let a:proposal.hunks = a:proposal.range.kind !=# 'block' ? sightline#diff#lines(old, new)
        \ : len(old) == len(new) ? sightline#diff#rows(old, new) : []
  call sightline#draw#again(a:proposal)
endfunction

" The original is as it was. What came is offered, unless the user changed the original or has closed
" it, who is not to be disturbed by a window then.
function! s:fail(proposal, words, code) abort
  let text = join(a:proposal.parts, "\n")
  if text ==# '' || !a:proposal.range.alive
    return sightline#proposal#give_back(a:proposal)
  endif
  let conversation = a:proposal.had ? sightline#conversation#new() : a:proposal.conversation
  let a:proposal.conversation = a:proposal.had ? a:proposal.conversation : 0
  call sightline#proposal#give_back(a:proposal)
  let view = sightline#answer#offer('rewrite', text, conversation)
  call sightline#scratch#set_filetype(view.buffer, getbufvar(a:proposal.buffer, '&filetype'))
  call view.fail(a:words, a:code)
endfunction

" What was proposed before stands again, if anything was.
function! sightline#proposal#give_back(proposal) abort
  if a:proposal.had && a:proposal.range.alive
    let a:proposal.state = 'whole'
    call sightline#draw#again(a:proposal)
  else
    call sightline#proposal#end(a:proposal)
  endif
endfunction

function! s:edited(proposal) abort
  let gone = !bufloaded(a:proposal.buffer)
  let [what, stays] = gone ? ['its buffer is gone', '']
        \ : [a:proposal.subject . ' changed', ', your change stays']
  if a:proposal.state ==# 'waiting'
    let a:proposal.stopped = what . ': ' . a:proposal.task . ' stopped' . stays
    call sightline#task#stop_view(a:proposal)
    call sightline#draw#clear(a:proposal)
  elseif a:proposal.state ==# 'whole'
    call sightline#message#warning(what . ': proposal dropped' . stays)
    call sightline#proposal#end(a:proposal)
  endif
endfunction

function! s:touched(proposal) abort
  if a:proposal.state ==# 'whole'
    call sightline#proposal#compare(a:proposal)
  else
    call sightline#draw#again(a:proposal)
  endif
endfunction

" Nothing of it stays on the screen.
function! sightline#proposal#end(proposal) abort
  let a:proposal.state = 'ended'
  call sightline#draw#clear(a:proposal)
  call filter(get(s:proposals, a:proposal.buffer, []), 'v:val isnot a:proposal')
  if a:proposal.conversation
    call sightline#conversation#forget(a:proposal.conversation)
  endif
  if !a:proposal.Kept(a:proposal) || !a:proposal.range.alive
    call sightline#range#drop(a:proposal.range)
  endif
endfunction

" Nothing is drawn in the original while its lines are replaced, since an undo would bring that back
" with them.
function! sightline#proposal#hide(proposal) abort
  if !empty(a:proposal.shown)
    call sightline#paint#clear(a:proposal.shown)
  endif
endfunction
