" Lines that are remembered while the text around them changes, and words shown beside a line. Vim
" has text properties for both, Neovim extended marks.

highlight default link SightlineStatus Comment
highlight default link SightlineFailed ErrorMsg

if exists('*nvim_create_namespace')
  let s:namespace = nvim_create_namespace('sightline')
endif
let s:last = 0

" Remembers a line of a buffer; the result is for the functions below. A buffer that is wiped, and
" a line that is deleted, are forgotten.
function! sightline#mark#set(buffer, line) abort
  if exists('s:namespace')
    " From the line's start to the next one's, so that a deleted line can be told by its mark, which
    " is then empty. The last line has no next one: deleted, its mark is below the text.
    let last = a:line == s:line_count(a:buffer)
    return {'buffer': a:buffer, 'last': last,
          \ 'id': nvim_buf_set_extmark(a:buffer, s:namespace, a:line - 1, 0,
          \ last ? {} : {'end_row': a:line, 'end_col': 0})}
  endif
  call s:declare('sightline_line', {})
  let s:last += 1
  call prop_add(a:line, 1, {'type': 'sightline_line', 'bufnr': a:buffer, 'id': s:last, 'length': 0})
  return {'buffer': a:buffer, 'id': s:last, 'line': a:line}
endfunction

" The number of a remembered line, or 0.
function! sightline#mark#line(mark) abort
  if !bufloaded(a:mark.buffer)
    return 0
  endif
  if exists('s:namespace')
    let found = nvim_buf_get_extmark_by_id(a:mark.buffer, s:namespace, a:mark.id, {'details': v:true})
    let gone = empty(found) || found[0] >= s:line_count(a:mark.buffer)
          \ || !a:mark.last && [found[0], found[1]] == [found[2].end_row, found[2].end_col]
    return gone ? 0 : found[0] + 1
  endif
  return s:find(a:mark)
endfunction

" Where the mark was the last time, or else anywhere.
function! s:find(mark) abort
  call s:declare('sightline_line', {})
  call s:declare('sightline_start', {'start_incl': 1, 'end_incl': 1})
  let what = {'bufnr': a:mark.buffer, 'types': ['sightline_line', 'sightline_start'], 'ids': [a:mark.id]}
  if a:mark.line > 0 && a:mark.line <= s:line_count(a:mark.buffer) && !empty(prop_list(a:mark.line, what))
    return a:mark.line
  endif
  let found = prop_list(1, extend(what, {'end_lnum': -1}))
  let a:mark.line = empty(found) ? 0 : found[0].lnum
  return a:mark.line
endfunction

" Remembers the start of a last line in which somebody is going to write: what is written there, lines
" of it too, is after the mark.
function! sightline#mark#set_before(buffer, line) abort
  if exists('s:namespace')
    return {'buffer': a:buffer, 'last': 1,
          \ 'id': nvim_buf_set_extmark(a:buffer, s:namespace, a:line - 1, 0, {'right_gravity': v:false})}
  endif
  call s:declare('sightline_start', {'start_incl': 1, 'end_incl': 1})
  let s:last += 1
  call prop_add(a:line, 1, {'type': 'sightline_start', 'bufnr': a:buffer, 'id': s:last, 'length': 0})
  return {'buffer': a:buffer, 'id': s:last, 'line': a:line}
endfunction

function! sightline#mark#remove(mark) abort
  if !bufloaded(a:mark.buffer)
    return
  endif
  if exists('s:namespace')
    call nvim_buf_del_extmark(a:mark.buffer, s:namespace, a:mark.id)
  else
    for type in filter(['sightline_line', 'sightline_start'], '!empty(prop_type_get(v:val))')
      call prop_remove({'type': type, 'id': a:mark.id, 'both': v:true, 'bufnr': a:mark.buffer})
    endfor
  endif
endfunction

" Shows words after the end of a line, in place of those that `shown` stands for; the result stands
" for them. An empty dictionary stands for none.
function! sightline#mark#show(shown, buffer, line, words, highlight) abort
  if exists('s:namespace')
    let options = {'virt_text': [['  ' . a:words, a:highlight]], 'hl_mode': 'combine'}
    if get(a:shown, 'buffer') == a:buffer
      let options.id = a:shown.id
    else
      call sightline#mark#hide(a:shown)
    endif
    return {'buffer': a:buffer,
          \ 'id': nvim_buf_set_extmark(a:buffer, s:namespace, a:line - 1, 0, options)}
  endif
  call sightline#mark#hide(a:shown)
  call s:declare(a:highlight, {'highlight': a:highlight})
  return {'buffer': a:buffer, 'type': a:highlight, 'line': a:line,
        \ 'id': prop_add(a:line, 0, {'type': a:highlight, 'bufnr': a:buffer, 'text': a:words,
        \ 'text_align': 'after', 'text_padding_left': 2})}
endfunction

function! sightline#mark#hide(shown) abort
  if empty(a:shown) || !bufloaded(a:shown.buffer)
    return
  endif
  if exists('s:namespace')
    call nvim_buf_del_extmark(a:shown.buffer, s:namespace, a:shown.id)
    return
  endif
  " On its line, or else on whichever line it is now.
  let what = {'type': a:shown.type, 'id': a:shown.id, 'both': v:true, 'bufnr': a:shown.buffer}
  if a:shown.line > s:line_count(a:shown.buffer) || !prop_remove(what, a:shown.line)
    call prop_remove(what)
  endif
endfunction

function! s:line_count(buffer) abort
  return getbufinfo(a:buffer)[0].linecount
endfunction

function! s:declare(type, properties) abort
  if empty(prop_type_get(a:type))
    call prop_type_add(a:type, a:properties)
  endif
endfunction
