" Asking on below an answer. A view (answer.vim) has for that:
"   prompt          marks of the line below the text, where a question can be written
"   question        the line below which the question that is asked now stands, or 0
"   words           about the last answer: what it used
"   earlier         the same, about the one before the question that is asked now

" The line below the text where a question can be written. It is empty, so that words about the
" answer have room beside it.
function! sightline#prompt#show(view, question) abort
  if !bufloaded(a:view.buffer)
    return
  endif
  let page = a:view.pages[0][0]
  call sightline#page#append(page, "\n" . a:question)
  let line = sightline#page#last(page) - count(a:question, "\n")
  let a:view.prompt = {'mark': sightline#mark#set_before(page.buffer, line),
        \ 'shown': sightline#mark#show({}, page.buffer, line,
        \ join(filter([a:view.words, '<CR> asks on'], 'v:val !=# ""'), '; '), 'SightlineStatus')}
endfunction

" <CR> in the window of an answer: on the last line, below the answer, it asks on.
function! sightline#prompt#enter(count) abort
  let view = sightline#answer#of(bufnr('%'))
  let prompt = empty(view) ? 0 : s:line(view)
  if !prompt || line('.') < prompt || line('.') != line('$')
    execute 'normal! ' . a:count . "\<CR>"
    return
  endif
  let question = trim(s:typed(view))
  if question ==# ''
    let question = trim(input('Ask: '))
    redraw
  endif
  if question !=# ''
    call sightline#command(0, 0, line('.'), line('.'), '', 'ask -- ' . question)
  endif
endfunction

" A mapping of the user's for this filetype stays.
function! sightline#prompt#map_enter() abort
  if !get(maparg('<CR>', 'n', 0, 1), 'buffer', 0)
    nmap <buffer> <silent> <CR> <Plug>(sightline-enter)
  endif
endfunction

" A question that is asked in a view begins there: below the text, quoted.
function! sightline#prompt#ask(view, question) abort
  let page = a:view.pages[0][0]
  if !bufloaded(page.buffer)
    return
  endif
  let typed = s:typed(a:view)
  call sightline#page#lock(page)
  if s:line(a:view) && (trim(typed) ==# '' || trim(typed) ==# trim(a:question))
    call sightline#page#cut(page, s:line(a:view))
  endif
  call s:end(a:view)
  let a:view.pages = {'0': [page]}
  let a:view.question = sightline#page#last(page)
  call sightline#page#append(page, "\n\n" . join(sightline#prompt#quote(a:question), "\n") . "\n\n")
  call extend(page, {'first': sightline#page#last(page), 'begun': 0})
  if a:view.words !=# '' " where there is room for them, in the empty line
    let a:view.earlier = sightline#mark#show({}, page.buffer, a:view.question + 1, a:view.words,
          \ 'SightlineStatus')
  endif
endfunction

" A question that nothing came back for stands on the prompt line again.
function! sightline#prompt#take_back(view) abort
  let page = a:view.pages[0][0]
  let asked = filter(getbufline(page.buffer, a:view.question + 1, '$'), 'v:val =~# "^>"')
  call sightline#mark#hide(get(a:view, 'earlier', {}))
  call sightline#page#cut(page, a:view.question + 1)
  let a:view.question = 0
  call sightline#prompt#show(a:view, join(map(asked, 'substitute(v:val, "^> \\=", "", "")'), "\n"))
endfunction

" Its number, or 0 when the user has taken it away.
function! s:line(view) abort
  return empty(a:view.prompt) ? 0 : sightline#mark#line(a:view.prompt.mark)
endfunction

function! s:typed(view) abort
  let line = s:line(a:view)
  return line ? join(getbufline(a:view.buffer, line, '$'), "\n") : ''
endfunction

function! s:end(view) abort
  if !empty(a:view.prompt)
    call sightline#mark#hide(a:view.prompt.shown)
    call sightline#mark#remove(a:view.prompt.mark)
    let a:view.prompt = {}
  endif
endfunction

function! sightline#prompt#quote(text) abort
  return map(split(a:text, "\n", 1), {_, line -> line ==# '' ? '>' : '> ' . line})
endfunction
