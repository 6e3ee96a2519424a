" Text that is remembered while the text around it changes. What counts is what the editor tells of
" changes, not marks: those are dropped by setline(), widened by :join and collapsed by :%!.
"
" A range is a dictionary:
"   buffer, kind     of the kind line, char or block
"   first            the number of its first line
"   lines            what is in it, row by row
"   before, after    by row: what its lines hold beside it
"   states           {lines, before, after} before and after each change of its owner's: what undo and
"                    redo bring back
"   alive            0 once its text was edited, or its buffer is gone
"   own              what changes now, its owner does
"   distinct         of kind char: it is found also where all that stands beside it in its line has
"                    changed, if the line has it once
"   touched, maybe   its lines changed, and it may begin at either of two; until that is settled
"   On_edit(range)   is called soon after the end of its life
"   On_touch(range)  is called soon after undo changed what is in it, or anything what is beside it

let s:ranges = {}    " by buffer
let s:listeners = {} " by buffer

augroup sightline_range
  autocmd! BufUnload * call s:unloaded(str2nr(expand('<abuf>')))
  autocmd! FileChangedShellPost * call sightline#range#replaced(str2nr(expand('<abuf>')))
augroup END

function! sightline#range#lines(buffer, first, last) abort
  return s:new(a:buffer, 'line', a:first, getbufline(a:buffer, a:first, a:last), {}, {})
endfunction

" From a byte of one line to before a byte of another; bytes count from 0.
function! sightline#range#chars(buffer, from, to) abort
  let lines = getbufline(a:buffer, a:from[0], a:to[0])
  let last = len(lines) - 1
  let after = {last: strpart(lines[last], a:to[1])}
  let lines[last] = strpart(lines[last], 0, a:to[1])
  let before = {0: strpart(lines[0], 0, a:from[1])}
  let lines[0] = strpart(lines[0], a:from[1])
  return s:new(a:buffer, 'char', a:from[0], lines, before, after)
endfunction

" The screen columns `left` to `right`, from 1, of some lines. A wide character or tab on the border
" belongs to it whole.
function! sightline#range#block(buffer, first, last, left, right) abort
  let [lines, before, after] = [[], {}, {}]
  for line in getbufline(a:buffer, a:first, a:last)
    let from = s:byte_at(line, a:left)
    let to = s:byte_at(line, a:right + 1)
    let [before[len(lines)], after[len(lines)]] = [strpart(line, 0, from), strpart(line, to)]
    call add(lines, strpart(line, from, to - from))
  endfor
  return s:new(a:buffer, 'block', a:first, lines, before, after)
endfunction

" Of the first character that ends at this screen column or beyond.
function! s:byte_at(line, column) abort
  let [byte, cells] = [0, 0]
  for char in split(a:line, '\zs')
    let cells += strdisplaywidth(char, cells)
    if cells >= a:column
      break
    endif
    let byte += len(char)
  endfor
  return byte
endfunction

function! s:new(buffer, kind, first, lines, before, after) abort
  let range = {'buffer': a:buffer, 'kind': a:kind, 'first': a:first, 'lines': a:lines,
        \ 'before': a:before, 'after': a:after, 'states': [], 'alive': 1, 'own': 0, 'distinct': 0, 'touched': 0,
        \ 'maybe': 0,
        \ 'On_edit': {range -> 0}, 'On_touch': {range -> 0}}
  call sightline#range#update(a:buffer)
  let s:ranges[a:buffer] = get(s:ranges, a:buffer, []) + [range]
  call s:listen(a:buffer)
  return range
endfunction

function! s:listen(buffer) abort
  if has_key(s:listeners, a:buffer)
    return
  endif
  let s:listeners[a:buffer] = exists('*listener_add')
        \ ? listener_add({buffer, start, end, added, changes -> s:heard(buffer, changes)}, a:buffer)
        \ : luaeval('require("sightline.changes").attach(_A)', a:buffer)
endfunction

" Forgets a range.
function! sightline#range#drop(range) abort
  let a:range.alive = 0
  call filter(get(s:ranges, a:range.buffer, []), 'v:val isnot a:range')
  if empty(get(s:ranges, a:range.buffer, [])) && exists('*listener_remove')
    call s:deafen(a:range.buffer)
  endif
endfunction

function! s:deafen(buffer) abort
  if has_key(s:listeners, a:buffer)
    let listener = remove(s:listeners, a:buffer)
    if exists('*listener_remove')
      call listener_remove(listener)
    endif
  endif
endfunction

" Where it ends.
function! sightline#range#last(range) abort
  return a:range.first + max([len(a:range.lines), 1]) - 1
endfunction

" Whether it holds a byte of a line, from 0; of whole lines and blocks, whether the line is one of them.
function! sightline#range#holds(range, line, byte) abort
  let last = sightline#range#last(a:range)
  if a:range.kind !=# 'char' || a:line < a:range.first || a:line > last
    return a:line >= a:range.first && a:line <= last
  endif
  let start = a:line == a:range.first ? len(a:range.before[0]) : 0
  let text = a:range.lines[a:line - a:range.first]
  return a:byte >= start && (a:line < last || a:byte < start + len(text))
endfunction

" Hears of changes that Vim has not told of yet, and takes in those that were told.
function! sightline#range#update(buffer) abort
  if exists('*listener_flush') && bufloaded(a:buffer)
    call listener_flush(a:buffer)
  endif
  call s:settle_all(a:buffer)
endfunction

" The lines that hold it, as they should be.
function! s:whole(range) abort
  return map(copy(a:range.lines),
        \ {row, text -> get(a:range.before, row, '') . text . get(a:range.after, row, '')})
endfunction

" Whether it is alive, and its buffer holds what it should.
function! sightline#range#intact(range) abort
  call sightline#range#update(a:range.buffer)
  return a:range.alive && bufloaded(a:range.buffer)
        \ && getbufline(a:range.buffer, a:range.first, sightline#range#last(a:range)) ==# s:whole(a:range)
endfunction

function! s:heard(buffer, changes) abort
  for change in a:changes
    call s:shift_all(a:buffer, change.lnum, change.end, change.added)
  endfor
  call s:settle_soon(a:buffer)
endfunction

" The lines from `first` to before `end` are others now, and `added` more of them. 0 when nobody wants
" to hear more.
function! sightline#range#changed(buffer, first, end, added) abort
  if empty(get(s:ranges, a:buffer, []))
    call s:deafen(a:buffer)
    return 0
  endif
  call s:shift_all(a:buffer, a:first, a:end, a:added)
  call s:settle_soon(a:buffer)
  return 1
endfunction

" Of the changes that an undo makes, both editors may tell one by one: no state is there before the last.
function! s:settle_soon(buffer) abort
  for range in s:touched(a:buffer)
    if empty(range.states)
      call s:settle(range)
    else
      call timer_start(0, {-> s:settle_all(a:buffer)})
    endif
  endfor
endfunction

function! s:touched(buffer) abort
  return filter(copy(get(s:ranges, a:buffer, [])), 'v:val.touched && v:val.alive')
endfunction

function! s:shift_all(buffer, first, end, added) abort
  for range in filter(copy(get(s:ranges, a:buffer, [])),
        \ '!v:val.own && v:val.first + max([len(v:val.lines), 1]) + !empty(v:val.states) > a:first')
    call s:shift(range, a:first, a:end, a:added)
  endfor
endfunction

function! s:shift(range, first, end, added) abort
  let undoable = !empty(a:range.states)
  if a:end <= a:range.first
    let a:range.touched = a:range.touched || undoable && a:end == a:range.first
    let a:range.maybe = a:range.touched ? a:range.first : 0
    let a:range.first += a:added
  elseif a:range.kind !=# 'line'
    call s:touch(a:range, a:first, a:end, a:added)
  elseif undoable && a:first >= a:range.first
    let a:range.touched = 1
  else
    call s:edited(a:range)
  endif
endfunction

" Beside what is in the range its lines may change. Where one line was broken in two, either may hold
" it now.
function! s:touch(range, first, end, added) abort
  let a:range.touched = 1
  if a:added && a:end - 1 <= a:range.first
    let a:range.maybe = a:range.first
    let a:range.first += a:added
  elseif a:added && a:first < sightline#range#last(a:range) && empty(a:range.states)
    call s:edited(a:range)
  endif
endfunction

function! s:settle_all(buffer) abort
  for range in s:touched(a:buffer)
    call s:settle(range)
  endfor
endfunction

function! s:settle(range) abort
  let found = s:find(a:range)
  if empty(found)
    call s:edited(a:range)
  elseif [found.lines, found.before, found.after] !=# [a:range.lines, a:range.before, a:range.after]
    call timer_start(0, {-> a:range.alive && a:range.On_touch(a:range)})
  endif
  call extend(extend(a:range, found), {'touched': 0, 'maybe': 0})
endfunction

" The state that the buffer holds where the range is, and the line it begins at. What undo took away
" comes back before what is left of it.
function! s:find(range) abort
  let found = {}
  for first in [a:range.first] + (a:range.maybe ? [a:range.maybe] : [])
    for state in [a:range] + a:range.states
      if empty(found) || len(state.lines) > len(found.lines)
        let found = extend(found, s:fit(a:range.buffer, first, state))
      endif
    endfor
  endfor
  return found
endfunction

" A state with what is beside it now, if the buffer holds it from a line on.
function! s:fit(buffer, first, state) abort
  let lines = a:first < 1 ? [] : getbufline(a:buffer, a:first, a:first + len(a:state.lines) - 1)
  if empty(lines) || len(lines) < len(a:state.lines)
    return {}
  endif
  let [before, after] = [{}, {}]
  for row in lines ==# a:state.lines && empty(a:state.before) ? [] : range(len(lines))
    let beside = s:beside(lines[row], a:state, row)
    if empty(beside)
      return {}
    endif
    call extend(before, has_key(a:state.before, row) ? {row: beside[0]} : {})
    call extend(after, has_key(a:state.after, row) ? {row: beside[1]} : {})
  endfor
  return {'first': a:first, 'lines': a:state.lines, 'before': before, 'after': after}
endfunction

" [what is before a row in its line, what is after it], of which one may have changed and only where
" there was something beside it from the beginning; or an empty list.
function! s:beside(line, state, row) abort
  let [before, after] = [get(a:state.before, a:row, ''), get(a:state.after, a:row, '')]
  let text = a:state.lines[a:row]
  if has_key(a:state.before, a:row) && s:ends_with(a:line, text . after)
    return [strpart(a:line, 0, len(a:line) - len(text . after)), after]
  elseif stridx(a:line, before . text) != 0
    return get(a:state, 'distinct') ? s:around(a:line, text) : []
  endif
  let rest = strpart(a:line, len(before . text))
  return rest ==# after || has_key(a:state.after, a:row) ? [before, rest] : []
endfunction

" What is around a text in a line that has it once, or an empty list.
function! s:around(line, text) abort
  let at = stridx(a:line, a:text)
  return at < 0 || stridx(a:line, a:text, at + 1) >= 0 ? []
        \ : [strpart(a:line, 0, at), strpart(a:line, at + len(a:text))]
endfunction

function! s:ends_with(text, end) abort
  return len(a:text) >= len(a:end) && strpart(a:text, len(a:text) - len(a:end)) ==# a:end
endfunction

" Its owner is told when the editor allows changes again.
function! s:edited(range) abort
  if a:range.alive
    let a:range.alive = 0
    call timer_start(0, {-> a:range.On_edit(a:range)})
  endif
endfunction

" All of the buffer's text is another's.
function! sightline#range#replaced(buffer) abort
  for range in get(s:ranges, a:buffer, [])
    call s:edited(range)
  endfor
endfunction

function! s:unloaded(buffer) abort
  call sightline#range#replaced(a:buffer)
  call s:deafen(a:buffer)
  call filter(s:ranges, {buffer, _ -> buffer != a:buffer})
endfunction

" Replaces rows of a range by others, as one undo step of its own. Each change is [row, count, rows],
" the last one first.
function! sightline#range#replace(range, changes) abort
  if !sightline#range#intact(a:range)
    call s:edited(a:range)
    throw 'sightline: these lines were changed meanwhile'
  endif
  let a:range.own = 1
  call s:remember(a:range)
  try
    call sightline#undo#step(a:range.buffer, {-> s:replace_all(a:range, a:changes)})
  finally
    call sightline#range#update(a:range.buffer)
    call s:remember(a:range)
    let a:range.own = 0
  endtry
endfunction

function! s:remember(range) abort
  let state = {'lines': a:range.lines, 'before': a:range.before, 'after': a:range.after}
  if !empty(state.lines) && index(a:range.states, state) < 0
    call add(a:range.states, state)
  endif
endfunction

function! s:replace_all(range, changes) abort
  for [row, replaced, rows] in a:changes
    call s:replace(a:range, row, replaced, rows)
  endfor
  call s:mend(a:range)
endfunction

function! s:replace(range, row, count, rows) abort
  let end = len(a:range.lines)
  let lines = (a:row ? a:range.lines[:a:row - 1] : []) + a:rows + a:range.lines[a:row + a:count :]
  if a:range.kind ==# 'char' && len(lines) != end
    let a:range.after = {len(lines) - 1: a:range.after[end - 1]}
  endif
  let a:range.lines = lines
  call s:put(a:range.buffer, a:range.first + a:row, a:count,
        \ empty(a:rows) ? [] : s:whole(a:range)[a:row : a:row + len(a:rows) - 1])
endfunction

" The lines from `first` on, `count` of them, become others. Lines that stay keep what hangs on them.
function! s:put(buffer, first, count, lines) abort
  let same = min([a:count, len(a:lines)])
  let failed = same && setbufline(a:buffer, a:first, a:lines[:same - 1])
  if len(a:lines) > a:count
    let failed += appendbufline(a:buffer, a:first + same - 1, a:lines[same :])
  elseif a:count > same
    silent let failed += deletebufline(a:buffer, a:first + same, a:first + a:count - 1)
  endif
  if failed
    throw 'sightline: the buffer did not take it'
  endif
endfunction

" What stands beside the first or last row may have come to another line.
function! s:mend(range) abort
  let lines = s:whole(a:range)
  for row in empty(lines) ? [] : [0, len(lines) - 1]
    if getbufline(a:range.buffer, a:range.first + row) !=# [lines[row]]
      call s:put(a:range.buffer, a:range.first + row, 1, [lines[row]])
    endif
  endfor
endfunction
