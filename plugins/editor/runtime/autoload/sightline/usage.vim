" What was used and what it cost: of an answer in words, of the last days in a window.

let s:spans = [['today', 'Today'], ['week', 'The last 7 days'], ['month', 'The last 30 days']]

" :Sight usage
function! sightline#usage#open(mods) abort
  let sums = []
  call sightline#client#request({'method': 'usage'}, {event -> s:take(sums, a:mods, event)})
endfunction

function! s:take(sums, mods, event) abort
  if a:event.type ==# 'usage'
    call add(a:sums, a:event)
  elseif a:event.type ==# 'failed'
    call sightline#message#error(a:event.text)
  elseif a:event.type ==# 'done'
    call sightline#scratch#report('usage', 'markdown', s:report(a:sums, a:event), a:mods)
  endif
endfunction

function! s:report(sums, event) abort
  let lines = ['# Usage', ''] + s:budget(a:event.budget) + ['']
  for [span, title] in s:spans
    let rows = map(filter(copy(a:sums), {_, sum -> sum.span ==# span}), {_, sum -> s:row(sum)})
    let lines += ['## ' . title, ''] + (empty(rows) ? ['Nothing was used.'] : s:table(rows)) + ['']
  endfor
  return lines + (a:event.cut ? ['The record is long: its beginning is left out of the 30 days.'] : [])
endfunction

function! s:row(sum) abort
  let cost = !has_key(a:sum, 'cost') ? 'not known'
        \ : s:amount(a:sum.cost) . ' ' . a:sum.currency . (a:sum.estimated ? ' estimated' : '')
  return [a:sum.provider, a:sum.model] + map([a:sum.requests, a:sum.input_tokens, a:sum.cached_tokens,
        \ a:sum.output_tokens], {_, number -> s:thousands(number)}) + [cost]
endfunction

" A Markdown table whose columns stand below each other.
function! s:table(rows) abort
  let rows = [['Provider', 'Model', 'Requests', 'Tokens in', 'Cached', 'Out', 'Cost']] + a:rows
  let widths = map(range(7), {column -> max(map(copy(rows), {_, row -> strdisplaywidth(row[column])}))})
  let lines = map(rows, {_, row -> s:line(map(copy(row),
        \ {column, cell -> s:pad(cell, widths[column], column >= 2 && column <= 5)}))})
  let rule = map(copy(widths), {column, width -> repeat('-', width - 1) . (column >= 2 && column <= 5 ? ':' : '-')})
  return [lines[0], s:line(rule)] + lines[1:]
endfunction

function! s:line(cells) abort
  return '| ' . join(a:cells, ' | ') . ' |'
endfunction

function! s:pad(cell, width, right) abort
  let space = repeat(' ', a:width - strdisplaywidth(a:cell))
  return a:right ? space . a:cell : a:cell . space
endfunction

function! s:budget(budget) abort
  let lines = []
  if has_key(a:budget, 'day')
    let left = a:budget.day - a:budget.spent
    call add(lines, printf('Budget: %s of %s %s are left today.', s:amount(left > 0 ? left : 0.0),
          \ s:amount(a:budget.day), a:budget.currency))
  endif
  if has_key(a:budget, 'request')
    call add(lines, printf('Budget: a request may cost %s %s.', s:amount(a:budget.request), a:budget.currency))
  endif
  return empty(lines) ? ['Budget: none is set; see “budget” in the configuration.'] : lines
endfunction

" "1,203 tokens in (1,024 cached), 88 out, 0.0004 USD estimated"
function! sightline#usage#words(event) abort
  let usage = get(a:event, 'usage', {})
  let words = []
  if has_key(usage, 'input_tokens')
    let cached = get(usage, 'cached_tokens', 0)
    call add(words, s:thousands(usage.input_tokens) . ' tokens in'
          \ . (cached > 0 ? ' (' . s:thousands(cached) . ' cached)' : ''))
  endif
  if has_key(usage, 'output_tokens')
    call add(words, s:thousands(usage.output_tokens) . ' out')
  endif
  if has_key(a:event, 'cost')
    call add(words, s:amount(a:event.cost.amount) . ' ' . a:event.cost.currency
          \ . (a:event.cost.estimated ? ' estimated' : ''))
  endif
  return join(words, ', ')
endfunction

function! s:thousands(number) abort
  return substitute(printf('%d', a:number), '\d\zs\ze\%(\d\{3}\)\+$', ',', 'g')
endfunction

" To the fourth digit, or the sixth of what is next to nothing, without the zeros that say nothing.
function! s:amount(amount) abort
  let amount = a:amount * 1.0
  return substitute(printf(amount < 0.0001 ? '%.6f' : '%.4f', amount), '\.\=0\+$', '', '')
endfunction
