" Text that is remembered while the text around it changes. What counts is what the editor tells of
" changes, not marks: those are dropped by setline(), widened by :join and collapsed by :%!.
"
" A range is a dictionary:
"   buffer, kind     of the kind line, char or block
"   first            the number of its first line
"   lines            what is in it, row by row
"   before, after    by row: what its lines hold beside it
"   alive            0 once its text was edited, or its buffer is gone
"   own              what changes now, its owner does
"   distinct         of kind char: it is found also where all that stands beside it in its line has
"                    changed, if the line has it once
"   touched, maybe   its lines changed, and it may begin at either of two; until that is settled
"   On_edit(range)   is called soon after the end of its life
"   On_touch(range)  is called soon after its lines changed, but not what is in it

let s:ranges = {}    " by buffer
let s:listeners = {} " by buffer

augroup sightline_range
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
        \ 'before': a:before, 'after': a:after, 'alive': 1, 'own': 0, 'distinct': 0, 'touched': 0, 'maybe': 0,
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
  for [event, function] in [['BufUnload', 's:unloaded'], ['FileChangedShellPost', 'sightline#range#replaced']]
    execute printf('autocmd sightline_range %s <buffer=%d> call %s(%d)', event, a:buffer, function, a:buffer)
  endfor
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
    execute 'autocmd! sightline_range * <buffer=' . a:buffer . '>'
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

" Hears of changes that Vim has not told of yet.
function! sightline#range#update(buffer) abort
  if exists('*listener_flush') && bufloaded(a:buffer)
    call listener_flush(a:buffer)
  endif
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

" Vim tells of changes together, when the last one is made.
function! s:heard(buffer, changes) abort
  for change in a:changes
    call s:shift_all(a:buffer, change.lnum, change.end, change.added)
  endfor
  call s:settle_all(a:buffer)
endfunction

" The lines from `first` to before `end` are others now, and `added` more of them. 0 when nobody wants
" to hear more.
function! sightline#range#changed(buffer, first, end, added) abort
  if empty(get(s:ranges, a:buffer, []))
    call s:deafen(a:buffer)
    return 0
  endif
  call s:shift_all(a:buffer, a:first, a:end, a:added)
  call s:settle_all(a:buffer)
  return 1
endfunction

function! s:shift_all(buffer, first, end, added) abort
  for range in filter(copy(get(s:ranges, a:buffer, [])),
        \ '!v:val.own && v:val.first + max([len(v:val.lines), 1]) > a:first')
    call s:shift(range, a:first, a:end, a:added)
  endfor
endfunction

function! s:shift(range, first, end, added) abort
  if a:end <= a:range.first
    let a:range.first += a:added
  elseif a:range.kind ==# 'line'
    call s:edited(a:range)
  else
    call s:touch(a:range, a:first, a:end, a:added)
  endif
endfunction

" Beside what is in the range its lines may change. Where one line was broken in two, either may hold
" it now.
function! s:touch(range, first, end, added) abort
  let a:range.touched = 1
  if a:added && a:end - 1 <= a:range.first
    let a:range.maybe = a:range.first
    let a:range.first += a:added
  elseif a:added && a:first < sightline#range#last(a:range)
    call s:edited(a:range)
  endif
endfunction

function! s:settle_all(buffer) abort
  for range in filter(copy(get(s:ranges, a:buffer, [])), 'v:val.touched && v:val.alive')
    let range.touched = 0
    if s:settle(range, range.first) || range.maybe && s:settle(range, range.maybe)
      call timer_start(0, {-> range.alive && range.On_touch(range)})
    else
      call s:edited(range)
    endif
    let range.maybe = 0
  endfor
endfunction

" Finds each row in its line; the first row's line is given.
function! s:settle(range, first) abort
  let lines = getbufline(a:range.buffer, a:first, a:first + len(a:range.lines) - 1)
  if a:first < 1 || len(lines) < len(a:range.lines)
    return 0
  endif
  let [before, after] = [{}, {}]
  for row in range(len(lines))
    let beside = s:beside(lines[row], a:range, row)
    if empty(beside)
      return 0
    endif
    call extend(before, has_key(a:range.before, row) ? {row: beside[0]} : {})
    call extend(after, has_key(a:range.after, row) ? {row: beside[1]} : {})
  endfor
  call extend(a:range, {'first': a:first, 'before': before, 'after': after})
  return 1
endfunction

" [what is before a row in its line, what is after it], of which one may have changed and only where
" there was something beside it from the beginning; or an empty list.
function! s:beside(line, range, row) abort
  let [before, after] = [get(a:range.before, a:row, ''), get(a:range.after, a:row, '')]
  let text = a:range.lines[a:row]
  if has_key(a:range.before, a:row) && s:ends_with(a:line, text . after)
    return [strpart(a:line, 0, len(a:line) - len(text . after)), after]
  elseif stridx(a:line, before . text) != 0
    return a:range.distinct ? s:around(a:line, a:range, a:row) : []
  endif
  let rest = strpart(a:line, len(before . text))
  return rest ==# after || has_key(a:range.after, a:row) ? [before, rest] : []
endfunction

" What is around the only row of a range in a line that has its text once, or an empty list.
function! s:around(line, range, row) abort
  let text = a:range.lines[a:row]
  let at = stridx(a:line, text)
  return at < 0 || stridx(a:line, text, at + 1) >= 0 || len(a:range.lines) > 1 ? []
        \ : [strpart(a:line, 0, at), strpart(a:line, at + len(text))]
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
  silent! call remove(s:ranges, a:buffer)
endfunction

" Replaces rows of a range by others, as one undo step of its own. Each change is [row, count, rows],
" the last one first.
function! sightline#range#replace(range, changes) abort
  if !sightline#range#intact(a:range)
    call s:edited(a:range)
    throw 'sightline: these lines were changed meanwhile'
  endif
  let a:range.own = 1
  try
    call sightline#undo#step(a:range.buffer, {-> s:replace_all(a:range, a:changes)})
  finally
    call sightline#range#update(a:range.buffer)
    let a:range.own = 0
  endtry
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
