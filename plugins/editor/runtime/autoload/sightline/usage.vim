" What an answer used and cost, in words.

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
