" Rows that are drawn below a line (paint.vim): how text is broken into them, and how many have room.

let s:gutter = 2 " cells before a row: whether it is new, or is another
let s:least_room = 3 " in a window of few lines
let s:wrapped = {}   " rows by line, at the width that was asked for last
let s:wrapped_max = 500
let s:width = 0

" The rows that lines need, up to `most` of them.
function! sightline#rows#of_lines(lines, width, most) abort
  let rows = []
  for line in a:lines
    let rows += s:wrap(line, a:width)
    if len(rows) >= a:most
      break
    endif
  endfor
  return rows[:a:most - 1]
endfunction

" The last rows that lines need, up to `most` of them.
function! sightline#rows#tail(lines, width, most) abort
  let rows = []
  for line in reverse(copy(a:lines[max([len(a:lines) - a:most, 0]) :]))
    let rows = s:wrap(strcharpart(line, strchars(line) - a:width * a:most), a:width) + rows
    if len(rows) >= a:most
      break
    endif
  endfor
  return rows[max([len(rows) - a:most, 0]) :]
endfunction

" While a text streams in, the same lines are wrapped again and again.
function! s:wrap(line, width) abort
  if a:width != s:width || len(s:wrapped) > s:wrapped_max
    let [s:width, s:wrapped] = [a:width, {}]
  endif
  if !has_key(s:wrapped, a:line)
    let s:wrapped[a:line] = map(sightline#rows#of_parts([[a:line, '']], a:width),
          \ 'join(map(v:val, "v:val[0]"), "")')
  endif
  return s:wrapped[a:line]
endfunction

" Parts of a line, broken where they reach the width; tabs are spaces from here on.
function! sightline#rows#of_parts(parts, width) abort
  let line = join(map(copy(a:parts), 'v:val[0]'), '')
  if stridx(line, "\t") < 0 && strdisplaywidth(line) <= a:width
    return [empty(a:parts) ? [['', 'SightlineProposal']] : a:parts]
  endif
  let [rows, row, cells] = [[], [], 0]
  for [text, highlight] in a:parts
    call add(row, ['', highlight])
    for char in split(text, '\zs')
      let char = char ==# "\t" ? repeat(' ', strdisplaywidth(char, cells)) : char
      if cells + strdisplaywidth(char) > a:width
        call add(rows, row)
        let [row, cells] = [[['', highlight]], 0]
      endif
      let row[-1][0] .= char
      let cells += strdisplaywidth(char)
    endfor
  endfor
  return add(rows, row)
endfunction

" [half the height, the width for text] of the smallest window that shows a buffer.
function! sightline#rows#room(buffer) abort
  let windows = filter(map(win_findbuf(a:buffer), 'get(getwininfo(v:val), 0, {})'), '!empty(v:val)')
  if empty(windows)
    return [&lines / 2, &columns - s:gutter]
  endif
  return [max([min(map(copy(windows), 'v:val.height')) / 2, s:least_room]),
        \ max([min(map(copy(windows), 'v:val.width - v:val.textoff')) - s:gutter, 8])]
endfunction

" Rows of text that still comes.
function! sightline#rows#streamed(rows) abort
  return map(copy(a:rows), '[["│ ", "SightlineBanner"], [v:val, "SightlineProposal"]]')
endfunction

" A row with what can be done, cut where it is too long.
function! sightline#rows#banner(text, width) abort
  return [[s:wrap(a:text, a:width + s:gutter)[0], 'SightlineBanner']]
endfunction

" Scrolls up to rows that were drawn below a line, as long as the cursor is in the lines from `first` to
" there.
function! sightline#rows#reveal(buffer, first, last, rows) abort
  if bufnr('%') != a:buffer || line('.') < a:first || line('.') > a:last
    return
  endif
  let view = winsaveview()
  let lacking = line('w0') <= a:last ? s:rows_to(a:last) + a:rows - winheight(0) : 0
  let top = min([view.topline + lacking, line('.') - &scrolloff])
  if top > view.topline
    call winrestview({'topline': top})
  endif
endfunction

" The rows of the current window down to the end of a line.
function! s:rows_to(line) abort
  let rows = 0
  for line in range(line('w0'), a:line)
    let rows += &wrap ? max([1, (virtcol([line, '$']) + winwidth(0) - 2) / winwidth(0)]) : 1
  endfor
  return rows
endfunction
