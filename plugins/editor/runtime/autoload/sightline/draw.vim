" How a proposal is shown: as rows below its original, or where they would fill more than half the
" window, in a window beside it; what differs, in both texts and by signs; and a line with what can be
" done. With g:sightline_plain there is nothing but the window.

let s:retry = 50 " milliseconds until the editor may allow changes again
let s:slice = 0.0015 " seconds of comparing or colouring at a time

augroup sightline_draw
  autocmd! VimResized,WinEnter,BufWinEnter * call s:resized()
augroup END

" Has a proposal drawn as it is by then.
function! sightline#draw#again(proposal) abort
  let a:proposal.todo = []
  if !a:proposal.drawing
    let a:proposal.drawing = timer_start(0, {-> s:draw(a:proposal)})
  endif
endfunction

" In some moments the editor forbids it, as in the command-line window.
function! s:draw(proposal) abort
  let a:proposal.drawing = 0
  if a:proposal.state ==# 'ended' || !a:proposal.range.alive || !bufloaded(a:proposal.buffer)
    return
  endif
  try
    call s:draw_now(a:proposal)
  catch /^Vim\%((\a\+)\)\=:E\%(11\|523\|565\|578\|788\):/
    let a:proposal.todo = []
    let a:proposal.drawing = timer_start(s:retry, {-> s:draw(a:proposal)})
  endtry
endfunction

function! s:draw_now(proposal) abort
  call sightline#range#update(a:proposal.buffer)
  if !a:proposal.range.alive || a:proposal.state ==# 'waiting' && a:proposal.had && a:proposal.parts[0] ==# ''
    return
  endif
  if sightline#option#get('plain') && !a:proposal.paged
    return
  elseif a:proposal.state !=# 'whole'
    call s:prepare(a:proposal)
    return s:draw_stream(a:proposal)
  elseif empty(a:proposal.todo)
    let a:proposal.todo = s:comparisons(a:proposal) + [function('s:draw_whole', [a:proposal])]
  endif
  call s:work(a:proposal)
endfunction

" Does what there is to do, as much as there is time for.
function! s:work(proposal) abort
  let [todo, started] = [a:proposal.todo, reltime()]
  while !empty(todo) && reltimefloat(reltime(started)) < s:slice
    call remove(todo, 0)()
  endwhile
  if !empty(todo)
    let a:proposal.drawing = timer_start(1, {-> s:draw(a:proposal)})
  endif
endfunction

" Finding the words that differ in lines that have become others, line by line.
function! s:comparisons(proposal) abort
  let todo = []
  for hunk in a:proposal.hunks
    let rows = filter(range(hunk.from, hunk.from + min([hunk.count, hunk.lines]) - 1),
          \ '!has_key(a:proposal.spans, v:val)')
    let todo += map(rows, {_, row -> function('s:compare', [a:proposal, row, hunk.to + row - hunk.from])})
  endfor
  return todo
endfunction

function! s:compare(proposal, row, line) abort
  let a:proposal.spans[a:row] = sightline#diff#words(a:proposal.range.lines[a:row], a:proposal.lines[a:line])
endfunction

" What an earlier state has drawn goes, unless more of the same text is to be shown.
function! s:prepare(proposal) abort
  if empty(a:proposal.shown)
    let a:proposal.shown = sightline#paint#canvas(a:proposal.buffer)
    call s:unfold(a:proposal)
  elseif a:proposal.state ==# 'whole' || a:proposal.shown.state !=# a:proposal.state
    call sightline#paint#clear(a:proposal.shown)
  endif
  let a:proposal.shown.state = a:proposal.state
  if !bufloaded(get(a:proposal.page, 'buffer', -1))
    let a:proposal.page = {}
  endif
endfunction

" Takes away all that is drawn, and the window.
function! sightline#draw#clear(proposal) abort
  if !empty(a:proposal.shown)
    call sightline#paint#clear(a:proposal.shown)
    let a:proposal.shown = {}
  endif
  if !empty(a:proposal.page)
    call sightline#paint#clear(a:proposal.page.canvas)
    call s:wipe(a:proposal.page.buffer)
    let a:proposal.page = {}
  endif
endfunction

function! s:wipe(buffer) abort
  try
    execute bufexists(a:buffer) ? 'silent bwipeout! ' . a:buffer : ''
  catch /^Vim\%((\a\+)\)\=:E\%(11\|565\|788\):/
    call timer_start(s:retry, {-> s:wipe(a:buffer)})
  endtry
endfunction

" The text that came so far.
function! s:draw_stream(proposal) abort
  let rows = []
  if empty(a:proposal.page)
    let [room, width] = sightline#rows#room(a:proposal.buffer)
    let rows = sightline#option#get('plain') ? []
          \ : sightline#rows#of_lines(split(a:proposal.parts[0], "\n"), width, room + 1)
    if sightline#option#get('plain') || len(rows) > room
      call s:open_page(a:proposal)
    endif
  endif
  if !empty(a:proposal.page)
    call s:stream_page(a:proposal)
    let rows = []
  endif
  call sightline#paint#rows(a:proposal.shown, sightline#range#last(a:proposal.range),
        \ sightline#rows#streamed(rows))
  call s:reveal(a:proposal, rows)
endfunction

" An answer that begins anew begins on an empty page.
function! s:stream_page(proposal) abort
  let [page, text] = [a:proposal.page, a:proposal.parts[0]]
  if page.at > len(text) || page.whole
    call sightline#paint#clear(page.canvas)
    call sightline#scratch#put(page.buffer, 1, [''])
    call extend(page, {'at': 0, 'whole': 0})
  endif
  call sightline#page#append(page, strpart(text, page.at))
  let page.at = len(text)
endfunction

function! s:draw_whole(proposal) abort
  call s:prepare(a:proposal)
  let [room, width] = sightline#rows#room(a:proposal.buffer)
  let plain = sightline#option#get('plain')
  if !plain
    " Newer Neovims know how wide the first signs have made their column once they have drawn it.
    let widens = has('nvim') && mode() !~# '^r'
          \ && empty(sign_getplaced(a:proposal.buffer, {'group': '*'})[0].signs)
    call s:mark_original(a:proposal)
    if widens
      redraw
    endif
    let [room, width] = sightline#rows#room(a:proposal.buffer)
  endif
  let large = plain || !empty(a:proposal.page) || len(a:proposal.lines) > room
  let rows = large ? [] : s:whole_rows(a:proposal, width)
  if large || len(rows) > room
    let rows = []
    call s:fill_page(a:proposal)
  endif
  if !plain
    call insert(rows, sightline#rows#banner(sightline#draw#banner(a:proposal), width))
    call sightline#paint#rows(a:proposal.shown, sightline#range#last(a:proposal.range), rows)
    call s:reveal(a:proposal, rows)
  endif
  let a:proposal.fits = sightline#rows#room(a:proposal.buffer)
  call s:tell_where(a:proposal)
endfunction

" What can be done, in a line.
function! sightline#draw#banner(proposal) abort
  let hunks = len(a:proposal.hunks)
  if a:proposal.note !=# ''
    return a:proposal.note . ' · :Sight accept · reject · next · prev · retry'
  endif
  return (hunks == 1 ? '1 hunk' : hunks . ' hunks')
        \ . ' · :Sight accept [hunk] · reject [hunk] · next · prev · diff · retry'
endfunction

" What will go is coloured in the original, and signs beside it say the same.
function! s:mark_original(proposal) abort
  let [range, signs] = [a:proposal.range, []]
  for hunk in a:proposal.hunks
    let rows = range(hunk.from, hunk.from + hunk.count - 1)
    call extend(a:proposal.todo, map(copy(rows), {_, row -> function('s:colour_row', [a:proposal, row])}))
    let signs += hunk.count ? map(rows, {_, row -> [range.first + row, hunk.lines ? '~' : '-']})
          \ : [[sightline#draw#hunk_line(range, hunk), '+']]
  endfor
  call sightline#paint#signs(a:proposal.shown, signs)
endfunction

function! s:colour_row(proposal, row) abort
  let range = a:proposal.range
  for [byte, length] in get(a:proposal.spans, a:row, [[[0, len(range.lines[a:row])]]])[0]
    call sightline#paint#span(a:proposal.shown, range.first + a:row,
          \ len(get(range.before, a:row, '')) + byte, length, 'SightlineDelete')
  endfor
endfunction

" The line of the original at which a hunk is: what is added only is at the line before it.
function! sightline#draw#hunk_line(range, hunk) abort
  return a:range.first + max([a:hunk.from - !a:hunk.count, 0])
endfunction

" Of each line of the proposal its sign, and where it was another the row of the original.
function! s:kinds(proposal) abort
  let kinds = repeat([[' ', -1]], len(a:proposal.lines))
  for hunk in a:proposal.hunks
    for at in range(hunk.lines)
      let kinds[hunk.to + at] = at < hunk.count ? ['~', hunk.from + at] : ['+', -1]
    endfor
  endfor
  return kinds
endfunction

" The parts of a line, each [text, highlight].
function! s:parts(proposal, line, kind) abort
  let [sign, row] = a:kind
  let text = a:proposal.lines[a:line]
  return sign ==# '~' ? s:changed(text, a:proposal.spans[row][1])
        \ : [[text, sign ==# '+' ? 'SightlineAdd' : 'SightlineProposal']]
endfunction

function! s:changed(line, spans) abort
  let [parts, byte] = [[], 0]
  for [start, length] in a:spans
    let parts += [[strpart(a:line, byte, start - byte), 'SightlineAdd'],
          \ [strpart(a:line, start, length), 'SightlineText']]
    let byte = start + length
  endfor
  return filter(parts + [[strpart(a:line, byte), 'SightlineAdd']], 'v:val[0] !=# ""')
endfunction

" Vim gives a row the highlight of its last part: where words are told apart, that of the line.
function! s:whole_rows(proposal, width) abort
  let [rows, kinds] = [[], s:kinds(a:proposal)]
  for line in range(len(kinds))
    let sign = kinds[line][0]
    let gutter = sign . ' '
    for row in sightline#rows#of_parts(s:parts(a:proposal, line, kinds[line]), a:width)
      let one = has('nvim') ? row : [[join(map(copy(row), 'v:val[0]'), ''),
            \ sign ==# ' ' ? 'SightlineProposal' : 'SightlineAdd']]
      call add(rows, [[gutter, 'SightlineBanner']] + one)
      let gutter = '  '
    endfor
  endfor
  return rows
endfunction

function! s:unfold(proposal) abort
  let lines = a:proposal.range.first . ',' . sightline#range#last(a:proposal.range)
  for window in has('folding') ? win_findbuf(a:proposal.buffer) : []
    call win_execute(window, 'silent! ' . lines . 'foldopen!')
  endfor
endfunction

function! s:reveal(proposal, rows) abort
  call sightline#rows#reveal(a:proposal.buffer, a:proposal.range.first, sightline#range#last(a:proposal.range),
        \ len(a:rows))
endfunction

function! s:open_page(proposal) abort
  let name = fnamemodify(bufname(a:proposal.buffer), ':t')
  let name = 'sightline://proposal/' . a:proposal.id . (name ==# '' ? '' : '/' . name)
  let page = sightline#page#new(name)
  let a:proposal.page = extend(page, {'canvas': sightline#paint#canvas(page.buffer), 'at': 0, 'whole': 0})
  let window = bufwinid(a:proposal.buffer)
  let beside = sightline#option#get('plain') || winwidth(window) < 100 ? 'belowright' : 'belowright vertical'
  try
    if window > 0
      call win_execute(window, printf('call sightline#scratch#show(%d, %s, 0, %s)', page.buffer,
            \ string(beside), string(getbufvar(a:proposal.buffer, '&filetype'))))
    endif
  catch /^sightline: there is no room/
    " It is in its buffer, which is told when it is whole.
  endtry
endfunction

function! s:fill_page(proposal) abort
  if empty(a:proposal.page)
    call s:open_page(a:proposal)
  endif
  let page = a:proposal.page
  call sightline#paint#clear(page.canvas)
  call sightline#scratch#put(page.buffer, 1, empty(a:proposal.lines) ? [''] : a:proposal.lines)
  let kinds = s:kinds(a:proposal)
  let changed = filter(range(len(kinds)), 'kinds[v:val][0] !=# " "')
  call sightline#paint#signs(page.canvas, map(copy(changed), '[v:val + 1, kinds[v:val][0]]'))
  call extend(a:proposal.todo, map(changed,
        \ {_, line -> function('s:colour_line', [a:proposal, page, line, kinds[line]])}))
  if !page.whole
    call s:show_first(a:proposal)
  endif
  let page.whole = 1
endfunction

function! s:colour_line(proposal, page, line, kind) abort
  let byte = 0
  for [text, highlight] in bufloaded(a:page.buffer) ? s:parts(a:proposal, a:line, a:kind) : []
    call sightline#paint#span(a:page.canvas, a:line + 1, byte, len(text), highlight)
    let byte += len(text)
  endfor
endfunction

" What streamed in has left its windows at the end.
function! s:show_first(proposal) abort
  let line = empty(a:proposal.hunks) ? 1 : a:proposal.hunks[0].to + 1
  for window in filter(win_findbuf(a:proposal.page.buffer), 'v:val != win_getid()')
    call win_execute(window, printf('noautocmd call cursor(%d, 1) | noautocmd call line("w0")', line))
  endfor
endfunction

" Once, for one that no window shows.
function! s:tell_where(proposal) abort
  let buffer = get(a:proposal.page, 'buffer', a:proposal.buffer)
  if empty(win_findbuf(buffer)) && !a:proposal.told
    let a:proposal.told = 1
    call sightline#message#info('the proposal is in ' . bufname(buffer) . ': ' . sightline#draw#banner(a:proposal))
  endif
endfunction

" Rows are wrapped for the windows that are there.
function! s:resized() abort
  for proposal in filter(sightline#proposal#every(), 'v:val.state ==# "whole" && has_key(v:val, "fits")')
    if proposal.fits != sightline#rows#room(proposal.buffer)
      call sightline#draw#again(proposal)
    endif
  endfor
endfunction
