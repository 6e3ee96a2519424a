" How a proposal is shown: as rows below its original, or where they would fill more than half the
" window, in a window beside it; what differs, in both texts and by signs; and a line with what can be
" done. With g:sightline_plain there is nothing but the window.

let s:retry = 50 " milliseconds until the editor may allow changes again
let s:slice = 0.002 " seconds of comparing or colouring at a time

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
  elseif !empty(a:proposal.todo)
    return s:colour(a:proposal)
  elseif a:proposal.state ==# 'whole' && !s:compare_words(a:proposal)
    return s:go_on(a:proposal)
  endif
  call s:prepare(a:proposal)
  if a:proposal.state ==# 'whole'
    call s:draw_whole(a:proposal)
    call s:colour(a:proposal)
  else
    call s:draw_stream(a:proposal)
  endif
endfunction

function! s:go_on(proposal) abort
  let a:proposal.drawing = timer_start(1, {-> s:draw(a:proposal)})
endfunction

" Colours parts of lines, as many as there is time for.
function! s:colour(proposal) abort
  let [started, done] = [reltime(), 0]
  while done < len(a:proposal.todo) && reltimefloat(reltime(started)) < s:slice
    call a:proposal.todo[done]()
    let done += 1
  endwhile
  let a:proposal.todo = a:proposal.todo[done :]
  if !empty(a:proposal.todo)
    call s:go_on(a:proposal)
  endif
endfunction

" Finds the words that differ in lines that have become others, as many as there is time for: whether
" that is all of them.
function! s:compare_words(proposal) abort
  let started = reltime()
  for hunk in a:proposal.hunks
    for row in range(hunk.from, hunk.from + min([hunk.count, hunk.lines]) - 1)
      if !has_key(a:proposal.spans, row)
        let a:proposal.spans[row] = sightline#diff#words(a:proposal.range.lines[row],
              \ a:proposal.lines[hunk.to + row - hunk.from])
        if reltimefloat(reltime(started)) > s:slice
          return 0
        endif
      endif
    endfor
  endfor
  return 1
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
  let [room, width] = sightline#rows#room(a:proposal.buffer)
  let plain = sightline#option#get('plain')
  if !plain
    call s:mark_original(a:proposal)
    " Newer Neovims know how wide the signs have made their column once they have drawn it.
    if has('nvim') && mode() !~# '^r'
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
  let range = a:proposal.range
  for hunk in a:proposal.hunks
    for row in range(hunk.from, hunk.from + hunk.count - 1)
      call add(a:proposal.todo, function('s:colour_row', [a:proposal, row]))
      call sightline#paint#sign(a:proposal.shown, range.first + row, hunk.lines ? '~' : '-')
    endfor
    if !hunk.count
      call sightline#paint#sign(a:proposal.shown, sightline#draw#hunk_line(range, hunk), '+')
    endif
  endfor
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

" Each line of the proposal as [sign, parts], each part [text, highlight].
function! s:parts(proposal) abort
  let parts = map(copy(a:proposal.lines), '[" ", [[v:val, "SightlineProposal"]]]')
  for hunk in a:proposal.hunks
    for line in range(hunk.to, hunk.to + hunk.lines - 1)
      let row = hunk.from + line - hunk.to
      let parts[line] = line - hunk.to < hunk.count
            \ ? ['~', s:changed(a:proposal.lines[line], a:proposal.spans[row][1])]
            \ : ['+', [[a:proposal.lines[line], 'SightlineAdd']]]
    endfor
  endfor
  return parts
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
  let rows = []
  for [sign, parts] in s:parts(a:proposal)
    let gutter = sign . ' '
    for row in sightline#rows#of_parts(parts, a:width)
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
  for [number, line] in map(s:parts(a:proposal), '[v:key + 1, v:val]')
    if line[0] !=# ' '
      call sightline#paint#sign(page.canvas, number, line[0])
      call add(a:proposal.todo, function('s:colour_line', [page, number, line[1]]))
    endif
  endfor
  if !page.whole
    call s:show_first(a:proposal)
  endif
  let page.whole = 1
endfunction

function! s:colour_line(page, number, parts) abort
  let byte = 0
  for [text, highlight] in bufloaded(a:page.buffer) ? a:parts : []
    call sightline#paint#span(a:page.canvas, a:number, byte, len(text), highlight)
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
