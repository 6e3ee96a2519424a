" One buffer of an answer, and the text that streams into it.
"
" A page is a dictionary:
"   buffer
"   name        of the answer, for other buffers of it
"   kept        whether the buffer is an ordinary one, for a file
"   first       the line that the answer now coming in begins at
"   begun       whether text of it has come
"   came        whether any has come in this request
"   reasoning   parts that wait for the text they belong before
"   mark        `first`, once the text is the user's
"   shown       the words after its last line, see mark.vim
"   tail        the last line of an answer that was cut
"   joins       whether the text that comes is one step to undo
"   tick        b:changedtick when it became the user's
"   aside       the buffers that have reasoning of it

" A window that is not the current one does not scroll to its cursor, until asked for its first line.
let s:as_global = -123456 " for 'undolevels'; setting that ends the step that is open, whatever the value
let s:to_the_end = 'noautocmd call cursor("$", 1) | noautocmd call line("w0")'

function! sightline#page#new(name) abort
  return s:new(sightline#scratch#create(a:name), a:name, 0)
endfunction

function! sightline#page#of_file(buffer, name) abort
  return s:new(a:buffer, a:name, 1)
endfunction

function! s:new(buffer, name, kept) abort
  let page = {'buffer': a:buffer, 'name': a:name, 'kept': a:kept, 'mark': {}, 'shown': {}, 'joins': 0,
        \ 'aside': []}
  call sightline#page#lock(page)
  return page
endfunction

" Another answer begins at the end. What streams in is not to be kept twice, for an undo that nobody
" wants. What was a file already, to be changed and undone, stays that.
function! sightline#page#lock(page) abort
  let a:page.joins = a:page.kept && !empty(a:page.mark)
  if !empty(a:page.mark)
    call sightline#mark#remove(a:page.mark)
  endif
  call s:set_undolevels(a:page.buffer, a:page.joins ? s:as_global : -1)
  call setbufvar(a:page.buffer, '&modifiable', 0)
  call setbufvar(a:page.buffer, 'sightline', 'running')
  call extend(a:page, {'first': sightline#page#last(a:page), 'begun': 0, 'came': 0,
        \ 'reasoning': []})
endfunction

" The text is the user's from here on, to change and to undo.
function! sightline#page#release(page) abort
  call setbufvar(a:page.buffer, '&modifiable', 1)
  call s:set_undolevels(a:page.buffer, s:as_global)
  call setbufvar(a:page.buffer, 'sightline', a:page.kept ? 'kept' : 'ended')
  let a:page.mark = sightline#mark#set(a:page.buffer, min([a:page.first, sightline#page#last(a:page)]))
  let a:page.tick = getbufvar(a:page.buffer, 'changedtick')
endfunction

" Whether nobody would miss it: it is whole, no window shows it, and the user has changed nothing.
function! sightline#page#is_idle(page) abort
  return getbufvar(a:page.buffer, 'sightline') ==# 'ended' && empty(win_findbuf(a:page.buffer))
        \ && getbufvar(a:page.buffer, 'changedtick') == a:page.tick
endfunction

" Its buffer goes, and those of its reasoning that no window shows.
function! sightline#page#wipe(page) abort
  for buffer in [a:page.buffer] + filter(uniq(sort(copy(a:page.aside))), 'empty(win_findbuf(v:val))')
    execute 'silent! bwipeout!' buffer
  endfor
endfunction

" An answer that was cut goes on where it ended.
function! sightline#page#resume(page) abort
  let first = sightline#mark#line(a:page.mark)
  call sightline#mark#hide(a:page.shown)
  call sightline#page#lock(a:page)
  call extend(a:page, {'first': first ? first : a:page.first, 'begun': 1})
endfunction

" 0 when the buffer is gone. A window follows the end of the text while its cursor is there.
function! sightline#page#append(page, text) abort
  if !bufloaded(a:page.buffer)
    return 0
  endif
  call s:join_undo(a:page)
  let [a:page.begun, a:page.came] = [1, 1]
  let following = filter(win_findbuf(a:page.buffer), {_, window -> s:is_at_end(window)})
  let lines = split(a:text, "\n", 1)
  let lines[0] = getbufline(a:page.buffer, '$')[0] . lines[0]
  call sightline#scratch#put(a:page.buffer, sightline#page#last(a:page), lines)
  for window in following
    call win_execute(window, s:to_the_end)
  endfor
  return 1
endfunction

" The step to undo that the first part made goes on.
function! s:join_undo(page) abort
  if !a:page.joins || !a:page.came
    return
  endif
  for window in a:page.buffer == bufnr('%') ? [win_getid()] : win_findbuf(a:page.buffer)[:0]
    call win_execute(window, 'undojoin')
  endfor
endfunction

" Takes away all from a line on, but for one empty line where nothing else is left.
function! sightline#page#cut(page, line) abort
  call s:join_undo(a:page)
  call setbufvar(a:page.buffer, '&modifiable', 1)
  silent call deletebufline(a:page.buffer, a:line, '$')
  call setbufvar(a:page.buffer, '&modifiable', 0)
endfunction

" Line ends after the last line are no lines.
function! sightline#page#trim(page) abort
  let last = sightline#page#last(a:page)
  while last > a:page.first && getbufline(a:page.buffer, last) == ['']
    let last -= 1
  endwhile
  if last < sightline#page#last(a:page)
    call sightline#page#cut(a:page, last + 1)
  endif
endfunction

" Puts the reasoning before the answer, folded, or where the buffer has no place for it, into one of
" its own.
function! sightline#page#reason(page, foldable) abort
  let lines = split(substitute(join(a:page.reasoning, ''), '^\n\+\|\n\+$', '', 'g'), "\n", 1)
  let a:page.reasoning = []
  if lines == [''] || lines == []
    return
  elseif a:foldable && has('folding')
    call s:insert(a:page, lines + [''])
  else
    let other = sightline#scratch#create(a:page.name . '/reasoning')
    call sightline#scratch#put(other, 1, lines)
    call setbufvar(other, '&modifiable', 1)
    call add(a:page.aside, other)
  endif
endfunction

" A window whose top the answer is shows the fold above it.
function! s:insert(page, lines) abort
  let line = a:page.first
  let tops = filter(win_findbuf(a:page.buffer), {_, window -> line('w0', window) == line})
  call setbufvar(a:page.buffer, '&modifiable', 1)
  call appendbufline(a:page.buffer, line - 1, a:lines)
  call setbufvar(a:page.buffer, '&modifiable', 0)
  let a:page.first += len(a:lines)
  call sightline#fold#add(a:page.buffer, line, len(a:lines), 'Reasoning')
  for window in tops
    call win_execute(window, 'call winrestview({"topline": ' . line . '})')
  endfor
endfunction

function! sightline#page#words(page, words, highlight) abort
  let a:page.shown = sightline#mark#show({}, a:page.buffer, sightline#page#last(a:page), a:words,
        \ a:highlight)
endfunction

function! sightline#page#last(page) abort
  return getbufinfo(a:page.buffer)[0].linecount
endfunction

" Not while something is selected there: it would grow.
function! s:is_at_end(window) abort
  return line('.', a:window) == line('$', a:window)
        \ && (a:window != win_getid() || mode() !~? "^[vs\<C-V>\<C-S>]")
endfunction

" Vim refuses this on a screen of few rows, where no more than memory depends on it.
function! s:set_undolevels(buffer, value) abort
  try
    call setbufvar(a:buffer, '&undolevels', a:value)
  catch /^Vim\%((\a\+)\)\=:E593:/
  endtry
endfunction
