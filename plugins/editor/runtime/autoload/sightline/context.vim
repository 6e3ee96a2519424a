" What the model is told of what stands around a text.

let s:bytes_max = 64 * 1024 " on each side

" Where lines are from.
function! sightline#context#where(buffer, first, last) abort
  let name = fnamemodify(bufname(a:buffer), ':.')
  return (name ==# '' ? 'A text without a name' : name) . (a:first == a:last ? ', line ' . a:first
        \ : printf(', lines %d to %d', a:first, a:last))
endfunction

" [the lines before a range, the lines after it], as texts; of one of kind char with what is beside it.
function! sightline#context#around(range) abort
  let around = sightline#option#get('context_lines')
  let [first, last] = [a:range.first, sightline#range#last(a:range)]
  let before = around ? getbufline(a:range.buffer, max([1, first - around]), first - 1) : []
  let after = around ? getbufline(a:range.buffer, last + 1, last + around) : []
  if a:range.kind ==# 'char'
    let before += [a:range.before[0]]
    let after = values(a:range.after)[:0] + after
  endif
  return [sightline#context#bounded(before, 1), sightline#context#bounded(after, 0)]
endfunction

" The lines nearest to the text that are not too long together.
function! sightline#context#bounded(lines, from_end) abort
  let text = join(a:lines, "\n")
  if len(text) < s:bytes_max
    return text
  endif
  let [kept, bytes] = [[], 0]
  for line in a:from_end ? reverse(copy(a:lines)) : a:lines
    let bytes += len(line) + 1
    if bytes > s:bytes_max
      break
    endif
    call add(kept, line)
  endfor
  return join(a:from_end ? reverse(kept) : kept, "\n")
endfunction
