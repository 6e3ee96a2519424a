" A text above the last line of the screen that goes by itself: for a sentence that is too long for the
" message line. It takes no key, no focus and no space of a window.

let s:milliseconds = 15000
let s:shown = {} " how to take away what is shown now

function! sightline#popup#show(highlight, text) abort
  call sightline#popup#close()
  let lines = sightline#popup#wrap(a:text, &columns - 4)
  try
    let s:shown = exists('*popup_create') ? s:show_vim(a:highlight, lines) : s:show_nvim(a:highlight, lines)
  catch /^Vim\%((\a\+)\)\=:E\|^Error/
    " No window can be opened now; the message list has the sentence.
  endtry
endfunction

function! sightline#popup#close() abort
  if !empty(s:shown)
    let shown = s:shown
    let s:shown = {}
    silent! call shown.close()
  endif
endfunction

" Lines of at most `width` cells, broken between words where there are any.
function! sightline#popup#wrap(text, width) abort
  let lines = ['']
  for word in split(a:text, ' ')
    let longer = lines[-1] ==# '' ? word : lines[-1] . ' ' . word
    if strdisplaywidth(longer) <= a:width
      let lines[-1] = longer
    else
      call extend(lines, [word])
    endif
  endfor
  return lines
endfunction

function! s:show_vim(highlight, lines) abort
  let popup = popup_create(a:lines, {
        \ 'line': &lines - &cmdheight - 1, 'col': 1, 'pos': 'botleft', 'tabpage': -1,
        \ 'highlight': a:highlight, 'border': [], 'borderhighlight': [a:highlight],
        \ 'zindex': 300, 'time': s:milliseconds,
        \ })
  return {'close': {-> popup_close(popup)}}
endfunction

function! s:show_nvim(highlight, lines) abort
  let buffer = nvim_create_buf(v:false, v:true)
  call nvim_buf_set_lines(buffer, 0, -1, v:true, a:lines)
  call setbufvar(buffer, '&bufhidden', 'wipe')
  let window = nvim_open_win(buffer, v:false, {
        \ 'relative': 'editor', 'anchor': 'SW', 'row': &lines - &cmdheight - 1, 'col': 0,
        \ 'width': max(map(copy(a:lines), {_, line -> strdisplaywidth(line)})),
        \ 'height': min([len(a:lines), &lines - 4]), 'style': 'minimal', 'border': 'single',
        \ 'focusable': v:false, 'noautocmd': v:true, 'zindex': 300,
        \ })
  call setwinvar(window, '&winhighlight', join(map(['NormalFloat', 'FloatBorder'],
        \ {_, group -> group . ':' . a:highlight}), ','))
  let timer = timer_start(s:milliseconds, {-> sightline#popup#close()})
  return {'close': {-> [timer_stop(timer), nvim_win_close(window, v:true)]}}
endfunction
