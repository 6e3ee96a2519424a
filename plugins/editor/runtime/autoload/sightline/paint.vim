" What is drawn in a buffer besides its text: rows below a line, parts of lines in a colour, and signs.
" Vim has text properties for it, Neovim extended marks. All that is drawn under one number can be
" taken away together.
"
" A canvas is a dictionary:
"   id, buffer
"   rows    the rows that are drawn, each [[text, highlight], …], and in Vim their properties' ids
"   line    below which they are
"   marks   Neovim's marks; Vim's types of properties, as keys

let s:links = {
      \ 'SightlineAdd': 'DiffAdd',
      \ 'SightlineChange': 'DiffChange',
      \ 'SightlineDelete': 'DiffDelete',
      \ 'SightlineText': 'DiffText',
      \ 'SightlineProposal': 'Comment',
      \ 'SightlineBanner': 'Title',
      \ }
let s:signs = {'+': ['SightlineSignAdd', 'SightlineAdd'], '~': ['SightlineSignChange', 'SightlineChange'],
      \ '-': ['SightlineSignDelete', 'SightlineDelete']}
let s:last = 0

function! s:link() abort
  for [group, other] in items(s:links)
    execute 'highlight default link' group other
  endfor
endfunction

call s:link()
augroup sightline_paint
  autocmd! ColorScheme * call s:link()
augroup END
for [s:text, s:sign] in items(has('signs') ? s:signs : {})
  call sign_define(s:sign[0], {'text': s:text, 'texthl': s:sign[1]})
endfor
if exists('*nvim_create_namespace')
  let s:namespace = nvim_create_namespace('sightline_paint')
endif

function! sightline#paint#canvas(buffer) abort
  let s:last += 1
  return {'id': s:last, 'buffer': a:buffer, 'rows': [], 'ids': [], 'line': 0, 'marks': {}}
endfunction

" Shows rows below a line, in place of those that are there.
function! sightline#paint#rows(canvas, line, rows) abort
  if exists('s:namespace')
    let options = {'virt_lines': a:rows}
    if has_key(a:canvas.marks, 'rows')
      let options.id = a:canvas.marks.rows
    endif
    let a:canvas.marks.rows = nvim_buf_set_extmark(a:canvas.buffer, s:namespace, a:line - 1, 0, options)
  else
    call s:rows_vim(a:canvas, a:line, a:rows)
  endif
endfunction

" Those that stay are left alone: while text streams in, all but the first or the last.
function! s:rows_vim(canvas, line, rows) abort
  let shift = s:shift(a:canvas.rows, a:rows)
  for row in range(shift)
    call s:remove_row(a:canvas, a:line, row)
  endfor
  let [a:canvas.rows, a:canvas.ids] = [a:canvas.rows[shift :], a:canvas.ids[shift :]]
  let same = 0
  while same < min([len(a:rows), len(a:canvas.rows)]) && a:rows[same] ==# a:canvas.rows[same]
    let same += 1
  endwhile
  for row in range(same, len(a:canvas.ids) - 1)
    call s:remove_row(a:canvas, a:line, row)
  endfor
  let kept = same ? a:canvas.ids[:same - 1] : []
  let a:canvas.ids = kept + map(a:rows[same :], {_, row -> s:add_row(a:canvas, a:line, row)})
  let a:canvas.rows = deepcopy(a:rows)
endfunction

" How many rows have gone at the top, when all but the last of the others are still there.
function! s:shift(old, new) abort
  for shift in range(1, max([len(a:old) - 2, 0]))
    if a:old[shift] ==# get(a:new, 0, []) && a:old[shift : -2] ==# a:new[: len(a:old) - shift - 2]
      return shift
    endif
  endfor
  return 0
endfunction

function! s:remove_row(canvas, line, row) abort
  let type = s:type(a:canvas, a:canvas.rows[a:row][-1][1])
  call prop_remove({'type': type, 'id': a:canvas.ids[a:row], 'both': 1, 'bufnr': a:canvas.buffer}, a:line)
endfunction

" A row of Vim's has one highlight: that of its last part, which is the text.
function! s:add_row(canvas, line, row) abort
  return prop_add(a:line, 0, {'type': s:type(a:canvas, a:row[-1][1]), 'bufnr': a:canvas.buffer,
        \ 'text': join(map(copy(a:row), 'v:val[0]'), ''), 'text_align': 'below'})
endfunction

" A type of its own for each canvas, so that what an undo brings back with a line is not shown any
" more once the type is gone.
function! s:type(canvas, highlight) abort
  let type = a:highlight . '_' . a:canvas.id
  if !has_key(a:canvas.marks, type)
    call prop_type_add(type, {'highlight': a:highlight})
    let a:canvas.marks[type] = 1
  endif
  return type
endfunction

" Colours a part of a line, of which bytes count from 0.
function! sightline#paint#span(canvas, line, byte, length, highlight) abort
  if !a:length
    return
  elseif exists('s:namespace')
    let a:canvas.marks[len(a:canvas.marks)] = nvim_buf_set_extmark(a:canvas.buffer, s:namespace, a:line - 1,
          \ a:byte, {'end_row': a:line - 1, 'end_col': a:byte + a:length, 'hl_group': a:highlight})
  else
    call prop_add(a:line, a:byte + 1, {'type': s:type(a:canvas, a:highlight), 'length': a:length,
          \ 'bufnr': a:canvas.buffer})
  endif
endfunction

" Signs beside lines, each [line, one of +, ~ and -].
function! sightline#paint#signs(canvas, signs) abort
  if has('signs')
    call sign_placelist(map(copy(a:signs), {_, sign -> {'group': s:group(a:canvas), 'name': s:signs[sign[1]][0],
          \ 'buffer': a:canvas.buffer, 'lnum': sign[0]}}))
  endif
endfunction

function! s:group(canvas) abort
  return 'sightline_' . a:canvas.id
endfunction

function! sightline#paint#clear(canvas) abort
  if bufloaded(a:canvas.buffer)
    if has('signs')
      call sign_unplace(s:group(a:canvas), {'buffer': a:canvas.buffer})
    endif
    for mark in exists('s:namespace') ? values(a:canvas.marks) : []
      call nvim_buf_del_extmark(a:canvas.buffer, s:namespace, mark)
    endfor
  endif
  for type in exists('s:namespace') ? [] : keys(a:canvas.marks)
    if bufloaded(a:canvas.buffer)
      call prop_remove({'type': type, 'all': 1, 'bufnr': a:canvas.buffer})
    endif
    call prop_type_delete(type)
  endfor
  call extend(a:canvas, {'rows': [], 'ids': [], 'marks': {}})
endfunction
