" What the user does with proposals: :Sight accept, reject, next, prev and diff.

let s:deeds = {'accept': function('sightline#review#accept'), 'reject': function('sightline#review#reject')}
let s:deeds_below = {'accept': function('sightline#insert#accept'), 'reject': function('sightline#insert#reject')}

" :Sight accept and reject, the `deed`: the whole proposal at the cursor, or what came of an answer below
" the cursor line; with `hunk` the hunk under the cursor, with a range the hunks in it.
function! sightline#review#decide(call, deed) abort
  if a:call.words !=# '' && a:call.words !=# 'hunk'
    throw 'sightline: ' . a:call.words . ': only "hunk" can be named here'
  elseif a:call.ranged
    return s:decide_in(a:call.first, a:call.line, s:deeds[a:deed])
  endif
  let below = a:call.words ==# '' && empty(sightline#proposal#at_cursor()) ? sightline#insert#at_cursor() : {}
  if !empty(below)
    return s:deeds_below[a:deed](below)
  endif
  let proposal = s:here()
  let hunks = a:call.words ==# 'hunk' ? s:hunks_in(proposal, line('.'), line('.')) : proposal.hunks
  if empty(hunks)
    throw 'sightline: there is no hunk under the cursor; :Sight next goes to one'
  endif
  call s:decide_all([[proposal, hunks]], s:deeds[a:deed])
endfunction

function! s:decide_in(first, last, Decide) abort
  let chosen = filter(map(s:reviewed(), {_, proposal -> [proposal, s:hunks_in(proposal, a:first, a:last)]}),
        \ '!empty(v:val[1])')
  if empty(chosen)
    throw 'sightline: there is no hunk in these lines; :Sight next goes to one'
  endif
  call s:decide_all(chosen, a:Decide)
endfunction

" All of them is one undo step. Decide() returns what was done, as "accepted".
function! s:decide_all(chosen, Decide) abort
  let told = {'what': '', 'count': 0, 'left': 0}
  call sightline#undo#step(a:chosen[0][0].buffer, {-> s:decide_each(a:chosen, a:Decide, told)})
  call sightline#message#info(printf('%s %d %s', told.what, told.count, told.count == 1 ? 'hunk' : 'hunks')
        \ . (told.left ? ', ' . told.left . ' left' : ''))
endfunction

function! s:decide_each(chosen, Decide, told) abort
  for [proposal, hunks] in a:chosen
    let a:told.count += len(hunks)
    let a:told.what = a:Decide(proposal, hunks)
    let a:told.left += len(proposal.hunks)
  endfor
endfunction

" The proposal at the cursor, which must be whole.
function! s:here() abort
  let proposal = sightline#proposal#at_cursor()
  if empty(proposal)
    throw 'sightline: there is no proposal here' . (empty(s:reviewed()) ? '' : '; :Sight next goes to one')
  elseif proposal.state !=# 'whole'
    throw 'sightline: this proposal is not whole yet; wait for it, or stop it'
  endif
  return proposal
endfunction

" The whole proposals that the current buffer has, or is the window of.
function! s:reviewed() abort
  let page = sightline#proposal#of_page(bufnr('%'))
  let all = empty(page) ? copy(sightline#proposal#all(bufnr('%'))) : [page]
  return filter(all, 'v:val.state ==# "whole"')
endfunction

" Those of its hunks that have a line among these lines of the current buffer.
function! s:hunks_in(proposal, first, last) abort
  return filter(copy(a:proposal.hunks), {_, hunk -> s:first_line(a:proposal, hunk) <= a:last
        \ && s:last_line(a:proposal, hunk) >= a:first})
endfunction

" Where a hunk begins in the current buffer, which is that of the original or of the proposal.
function! s:first_line(proposal, hunk) abort
  return a:proposal.holds(bufnr('%')) ? max([a:hunk.to + !!a:hunk.lines, 1])
        \ : sightline#draw#hunk_line(a:proposal.range, a:hunk)
endfunction

function! s:last_line(proposal, hunk) abort
  let lines = a:proposal.holds(bufnr('%')) ? a:hunk.lines : a:hunk.count
  return s:first_line(a:proposal, a:hunk) + max([lines, 1]) - 1
endfunction

" Puts hunks into the text, as one undo step of its own.
function! sightline#review#accept(proposal, hunks) abort
  if !getbufvar(a:proposal.buffer, '&modifiable')
    throw 'sightline: this buffer cannot be changed; :set modifiable if that is not meant'
  endif
  let changes = map(copy(a:hunks), {_, hunk -> [hunk.from, hunk.count, s:slice(a:proposal.lines, hunk)]})
  let range = a:proposal.range
  for proposal in sightline#proposal#in_lines(a:proposal.buffer, range.first, sightline#range#last(range))
    call sightline#proposal#hide(proposal)
    call sightline#draw#again(proposal)
  endfor
  call sightline#range#replace(range, reverse(changes))
  call s:decided(a:proposal)
  return 'accepted'
endfunction

function! s:slice(lines, hunk) abort
  return a:hunk.lines ? a:lines[a:hunk.to : a:hunk.to + a:hunk.lines - 1] : []
endfunction

" Takes hunks out of the proposal.
function! sightline#review#reject(proposal, hunks) abort
  for hunk in reverse(copy(a:hunks))
    let lines = a:proposal.lines
    let original = hunk.count ? a:proposal.range.lines[hunk.from : hunk.from + hunk.count - 1] : []
    let a:proposal.lines = (hunk.to ? lines[: hunk.to - 1] : []) + original + lines[hunk.to + hunk.lines :]
  endfor
  call s:decided(a:proposal)
  return 'rejected'
endfunction

" After the last hunk the proposal goes.
function! s:decided(proposal) abort
  call sightline#proposal#compare(a:proposal)
  if empty(a:proposal.hunks)
    call sightline#proposal#end(a:proposal)
  endif
endfunction

" :Sight next and prev: `step` is 1 or -1. After the last hunk comes the first.
function! sightline#review#jump(step) abort
  let places = []
  for proposal in s:reviewed()
    let places += map(copy(proposal.hunks), {_, hunk -> s:hunk_place(proposal, hunk)})
  endfor
  let places = uniq(sort(places, {a, b -> a[0] == b[0] ? a[1] - b[1] : a[0] - b[0]}))
  if empty(places)
    throw 'sightline: there is no proposal in this buffer'
  endif
  let ahead = filter(copy(places), {_, place -> s:is_ahead(place, a:step)})
  let place = a:step > 0 ? get(ahead, 0, places[0]) : get(ahead, -1, places[-1])
  normal! m'
  call cursor(place[0], max([place[1], 1]))
  execute 'normal!' place[1] ? 'zv' : '^zv'
  call sightline#message#info(printf('hunk %d of %d', index(places, place) + 1, len(places)))
endfunction

" [line, column] of a hunk, of which the column is 0 for whole lines.
function! s:hunk_place(proposal, hunk) abort
  let [range, line] = [a:proposal.range, s:first_line(a:proposal, a:hunk)]
  let within = range.kind ==# 'char' && !a:proposal.holds(bufnr('%')) && line == range.first
  return [line, within ? len(range.before[0]) + 1 : 0]
endfunction

function! s:is_ahead(place, step) abort
  let lines = (a:place[0] - line('.')) * a:step
  return lines > 0 || lines == 0 && a:place[1] && (a:place[1] - col('.')) * a:step > 0
endfunction

" :Sight diff: the original and the proposal side by side, in a tab page. Closing it changes nothing.
function! sightline#review#diff() abort
  let proposal = s:here()
  let filetype = getbufvar(proposal.buffer, '&filetype')
  tabnew
  setlocal bufhidden=wipe
  call s:show('original', proposal, proposal.range.lines, filetype)
  rightbelow vertical new
  setlocal bufhidden=wipe
  call s:show('proposal', proposal, proposal.lines, filetype)
endfunction

function! s:show(name, proposal, lines, filetype) abort
  let buffer = sightline#scratch#create(printf('sightline://diff/%d/%s', a:proposal.id, a:name))
  call sightline#scratch#put(buffer, 1, empty(a:lines) ? [''] : a:lines)
  execute 'silent buffer' buffer
  setlocal bufhidden=wipe
  call sightline#scratch#set_filetype(buffer, a:filetype)
  diffthis
endfunction
