" What differs between two texts: lines, and words within lines.
"
" A hunk is {from, count, to, lines}: `count` items from index `from` of the old list have become
" `lines` items from index `to` of the new one.

" How far is searched: at most so many differences in a row, and so many steps in all. Beyond that, all
" differs.
let s:line_search = {'most': 40, 'steps': 400}
let s:word_search = {'most': 12, 'steps': 100}
let s:words = '\%([[:alnum:]_]\+\|\s\+\|[^\x00-\x7f]\+\|.\)\zs'

" The hunks from one list of lines to another.
function! sightline#diff#lines(old, new) abort
  let [hunks, search] = [[], copy(s:line_search)]
  let [from, to] = [0, 0]
  for [old, new] in s:landmarks(a:old, a:new) + [[len(a:old), len(a:new)]]
    if from < old || to < new
      let hunks += s:between(a:old, from, old, a:new, to, new, search)
    endif
    let [from, to] = [old + 1, new + 1]
  endfor
  return s:join(hunks)
endfunction

" The hunks of lists of the same length whose items belong together one by one.
function! sightline#diff#rows(old, new) abort
  let changed = filter(range(len(a:old)), 'a:old[v:val] !=# a:new[v:val]')
  return s:join(map(changed, {_, row -> {'from': row, 'count': 1, 'to': row, 'lines': 1}}))
endfunction

" [spans of the old text, spans of the new one] that differ, each [byte, length]. Texts that have no
" word in common differ whole.
function! sightline#diff#words(old, new) abort
  let [old, new] = [split(a:old, s:words), split(a:new, s:words)]
  let hunks = s:between(old, 0, len(old), new, 0, len(new), copy(s:word_search))
  let same = copy(old)
  for hunk in reverse(copy(hunks))
    let same = (hunk.from ? same[:hunk.from - 1] : []) + same[hunk.from + hunk.count :]
  endfor
  if join(same, '') !~# '\S'
    return [[[0, len(a:old)]], [[0, len(a:new)]]]
  endif
  return [s:spans(old, map(copy(hunks), '[v:val.from, v:val.count]')),
        \ s:spans(new, map(copy(hunks), '[v:val.to, v:val.lines]'))]
endfunction

function! s:spans(words, runs) abort
  let [spans, byte, word] = [[], 0, 0]
  for [first, length] in filter(copy(a:runs), 'v:val[1]')
    let byte += len(join(a:words[word : first], '')) - len(a:words[first])
    let bytes = len(join(a:words[first : first + length - 1], ''))
    call add(spans, [byte, bytes])
    let [byte, word] = [byte + bytes, first + length]
  endfor
  return spans
endfunction

" Pairs of items that each list has once, as many as are in the same order in both.
function! s:landmarks(old, new) abort
  let [old, new] = [s:once(a:old), s:once(a:new)]
  let both = filter(range(len(a:old)), 'has_key(old, "=" . a:old[v:val]) && has_key(new, "=" . a:old[v:val])')
  return s:rising(map(both, '[v:val, new["=" . a:old[v:val]]]'))
endfunction

" The index of each item that is in a list once. The leading letter is for the empty item.
function! s:once(list) abort
  let [seen, twice] = [{}, {}]
  for index in range(len(a:list))
    let key = '=' . a:list[index]
    let twice[key] = has_key(seen, key)
    let seen[key] = index
  endfor
  return filter(seen, '!twice[v:key]')
endfunction

" A longest part of the list of pairs in which the second numbers rise.
function! s:rising(pairs) abort
  let ends = [] " by length, the chain with the lowest last pair: [pair, the chain before it]
  for pair in a:pairs
    let [low, high] = [0, len(ends)]
    if high && ends[-1][0][1] < pair[1]
      let low = high
    endif
    while low < high
      let middle = (low + high) / 2
      let [low, high] = ends[middle][0][1] < pair[1] ? [middle + 1, high] : [low, middle]
    endwhile
    let chain = [pair, low ? ends[low - 1] : []]
    if low == len(ends)
      call add(ends, chain)
    else
      let ends[low] = chain
    endif
  endfor
  let rising = []
  let chain = get(ends, -1, [])
  while !empty(chain)
    call add(rising, chain[0])
    let chain = chain[1]
  endwhile
  return reverse(rising)
endfunction

" The hunks between parts of two lists, without what is the same at their ends.
function! s:between(old, from, old_end, new, to, new_end, search) abort
  let [from, old_end, to, new_end] = [a:from, a:old_end, a:to, a:new_end]
  while from < old_end && to < new_end && a:old[from] ==# a:new[to]
    let [from, to] += [1, 1]
  endwhile
  while from < old_end && to < new_end && a:old[old_end - 1] ==# a:new[new_end - 1]
    let [old_end, new_end] -= [1, 1]
  endwhile
  let hunks = []
  let same = from == old_end || to == new_end ? []
        \ : s:same(a:old[from : old_end - 1], a:new[to : new_end - 1], a:search)
  for [old, new] in map(same, '[v:val[0] + from, v:val[1] + to]') + [[old_end, new_end]]
    call add(hunks, {'from': from, 'count': old - from, 'to': to, 'lines': new - to})
    let [from, to] = [old + 1, new + 1]
  endfor
  return s:join(hunks)
endfunction

" The pairs of items that stay. What the other list has nowhere is not looked at.
function! s:same(old, new, search) abort
  let [known, wanted] = [{}, {}]
  call map(copy(a:old), 'extend(known, {"=" . v:val : 1})')
  call map(copy(a:new), 'extend(wanted, {"=" . v:val : 1})')
  let old = filter(range(len(a:old)), 'has_key(wanted, "=" . a:old[v:val])')
  let new = filter(range(len(a:new)), 'has_key(known, "=" . a:new[v:val])')
  let pairs = s:path(map(copy(old), 'a:old[v:val]'), map(copy(new), 'a:new[v:val]'), a:search)
  return map(pairs, '[old[v:val[0]], new[v:val[1]]]')
endfunction

" The pairs on a shortest way from one list to the other (Myers, "An O(ND) Difference Algorithm"), or
" none where it is long.
function! s:path(old, new, search) abort
  let [n, m] = [len(a:old), len(a:new)]
  let limit = min([n + m, a:search.most])
  let middle = limit + 1
  let [reach, trace] = [repeat([0], 2 * limit + 3), []]
  for d in range(limit + 1)
    let a:search.steps -= d + 1
    if a:search.steps < 0
      return []
    endif
    call add(trace, copy(reach))
    for k in range(middle - d, middle + d, 2)
      let x = k == middle - d || k != middle + d && reach[k - 1] < reach[k + 1] ? reach[k + 1] : reach[k - 1] + 1
      let shift = middle - k
      while x < n && x + shift < m && a:old[x] ==# a:new[x + shift]
        let x += 1
      endwhile
      let reach[k] = x
      if x >= n && x + shift >= m
        return s:way_back(trace, n, m, middle)
      endif
    endfor
  endfor
  return []
endfunction

" Before each edit the way was at [px, py]; from there to [x, y] all is the same but the edit itself.
function! s:way_back(trace, n, m, middle) abort
  let [pairs, x, y] = [[], a:n, a:m]
  for d in range(len(a:trace) - 1, 0, -1)
    let [reach, k] = [a:trace[d], x - y + a:middle]
    let inserted = k == a:middle - d || k != a:middle + d && reach[k - 1] < reach[k + 1]
    let px = d ? reach[inserted ? k + 1 : k - 1] : 0
    let py = d ? px - (inserted ? k + 1 : k - 1) + a:middle : 0
    let first = px + (d && !inserted)
    let pairs += map(range(x - 1, first, -1), '[v:val, v:val - x + y]')
    let [x, y] = [px, py]
  endfor
  return reverse(pairs)
endfunction

" Hunks that touch are one.
function! s:join(hunks) abort
  let joined = []
  for hunk in filter(copy(a:hunks), 'v:val.count || v:val.lines')
    let last = get(joined, -1, {})
    if !empty(last) && last.from + last.count == hunk.from && last.to + last.lines == hunk.to
      let last.count += hunk.count
      let last.lines += hunk.lines
    else
      call add(joined, hunk)
    endif
  endfor
  return joined
endfunction
