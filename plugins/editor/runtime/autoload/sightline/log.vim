" What happens between editor, process and server, for reports of problems: kept in memory, while it is
" wanted, and bounded. Fields are named one by one, so that a key never gets in. What was asked and
" answered gets in only with "content".

let s:entries_max = 2000
let s:text_max = 2000 " characters of a text
let s:level = ''      " nothing, 'on' or 'content'
let s:entries = []
let s:sizes = ['instruction', 'selection', 'context']
let s:facts = ['task', 'conversation', 'phase', 'sent', 'total', 'wait_ms', 'level', 'code', 'model', 'usage', 'cost',
      \ 'version', 'alternative']
" Sentences of ours, which hold nothing of the person's but names of files, and of the server's.
let s:sentences = ['failed', 'note', 'error']
let s:streams = ['text', 'reasoning'] " parts that come one after another, counted together
let s:lists = ['tasks', 'stacks', 'turn', 'provider', 'usage', 'stored'] " and so are these

function! sightline#log#command(call) abort
  let word = trim(a:call.words)
  if word ==# ''
    return s:show(a:call.mods)
  elseif index(['on', 'off', 'content'], word) < 0
    throw 'sightline: log is on, off or content; without a word it is shown'
  endif
  let s:level = word ==# 'off' ? '' : word
  if s:level !=# ''
    call s:add('log ' . word . ', ' . strftime('%Y-%m-%d %H:%M:%S') . ', Sightline ' . sightline#version())
  endif
  call sightline#message#info(word ==# 'off' ? 'the log is off; what it has stays until the editor ends'
        \ : word ==# 'on' ? 'the log is on, in memory, without contents; :Sight log shows it'
        \ : 'the log is on, in memory, with what is asked and answered; :Sight log shows it')
endfunction

" A command, of which the words may be a question.
function! sightline#log#asked(name, bang, words) abort
  if s:level !=# ''
    call s:add('command ' . a:name . (a:bang ? '!' : '') . s:text('words', a:words))
  endif
endfunction

function! sightline#log#sent(message) abort
  if s:level ==# ''
    return
  endif
  let line = '> ' . s:number(a:message) . ' ' . a:message.method . s:fields(a:message)
        \ . (has_key(a:message, 'media') ? ' media=' . len(a:message.media) : '')
  for name in s:sizes
    let line .= s:text(name, get(a:message, name, ''))
  endfor
  call s:add(line)
endfunction

function! sightline#log#received(event) abort
  if s:level ==# ''
    return
  endif
  let words = '< ' . s:number(a:event) . ' ' . a:event.type
  if index(s:streams, a:event.type) >= 0
    call s:count(words, a:event.text)
  elseif index(s:lists, a:event.type) >= 0
    call s:count(words, '')
  elseif index(s:sentences, a:event.type) >= 0
    call s:add(words . s:fields(a:event) . ' ' . a:event.text)
  else
    call s:add(words . s:fields(a:event))
  endif
endfunction

" What becomes of the process.
function! sightline#log#process(words) abort
  if s:level !=# ''
    call s:add(a:words)
  endif
endfunction

function! s:number(message) abort
  return get(a:message, 'id', '-')
endfunction

function! s:fields(message) abort
  return join(map(filter(copy(s:facts), 'has_key(a:message, v:val)'),
        \ {_, name -> ' ' . name . '=' . s:value(a:message[name])}), '')
endfunction

function! s:value(value) abort
  return type(a:value) == v:t_string ? a:value : string(a:value)
endfunction

" The size of a text, and with "content" the text.
function! s:text(name, text) abort
  return a:text ==# '' ? '' : printf(' %s=%d bytes', a:name, strlen(a:text))
        \ . (s:level ==# 'content' ? ' ' . string(strcharpart(a:text, 0, s:text_max)) : '')
endfunction

" More of a text that came in parts: an entry for all of them.
function! s:count(words, text) abort
  let last = get(s:entries, -1, {})
  if get(last, 'words', '') !=# a:words
    let last = s:add(a:words)
    call extend(last, {'words': a:words, 'parts': 0, 'text': '', 'bytes': 0})
  endif
  let last.parts += 1
  let last.bytes += strlen(a:text)
  if s:level ==# 'content' && strlen(last.text) < s:text_max
    let last.text .= strcharpart(a:text, 0, s:text_max)
  endif
endfunction

function! s:add(line) abort
  let entry = {'at': reltime(), 'time': strftime('%H:%M:%S'), 'line': strcharpart(tr(a:line, "\n", ' '), 0, 3 * s:text_max)}
  call add(s:entries, entry)
  if len(s:entries) > s:entries_max
    call remove(s:entries, 0, len(s:entries) - s:entries_max - 1)
  endif
  return entry
endfunction

" Times are seconds since the first entry.
function! s:write(entry) abort
  let counted = !has_key(a:entry, 'parts') ? '' : a:entry.bytes == 0 ? ', ' . a:entry.parts . ' of them'
        \ : printf(' %d bytes in %d parts', a:entry.bytes, a:entry.parts)
  let text = get(a:entry, 'text', '') ==# '' ? '' : ' ' . string(tr(a:entry.text, "\n", ' '))
  return printf('%s %9.3f %s', a:entry.time, reltimefloat(reltime(s:entries[0].at, a:entry.at)),
        \ a:entry.line . counted . text)
endfunction

function! s:show(mods) abort
  if empty(s:entries)
    throw 'sightline: the log is ' . (s:level ==# '' ? 'off; :Sight log on begins it' : 'empty')
  endif
  call sightline#scratch#report('log', 'text', map(copy(s:entries), {_, entry -> s:write(entry)}), a:mods)
endfunction
