" :Sight files: what is stored with the provider, in a window, and deleting some of it.

let s:buffer = 'sightline://files'
let s:lines = {} " by line of the list: the file
let s:known = [] " the ids of the last list

function! sightline#files#command(call) abort
  let words = split(a:call.words)
  if empty(words)
    return s:list(a:call)
  elseif words[0] !=# 'delete'
    throw 'sightline: files is shown without a word; files delete deletes'
  elseif words[1:] ==# ['all']
    call sightline#confirm#deletion('delete all that Sightline stored with this provider, for good?')
    return s:ask({files -> s:delete(filter(files, 'v:val.ours'))})
  endif
  let files = len(words) > 1 ? s:named(words[1:]) : s:here(a:call)
  let names = map(copy(files[:4]), 'v:val.name') + (len(files) > 5 ? ['…'] : [])
  call sightline#confirm#deletion(printf('delete %d stored %s (%s) for good?', len(files),
        \ len(files) == 1 ? 'file' : 'files', join(names, ', ')))
  call s:delete(files)
endfunction

" Nothing is sent for a <Tab>: the ids are those of the last list.
function! sightline#files#complete(lead, words) abort
  let names = a:words =~# '^delete\s' ? ['all'] + s:known : ['delete']
  return filter(copy(names), 'stridx(v:val, a:lead) == 0')
endfunction

function! s:named(ids) abort
  let files = {}
  for file in values(s:lines)
    let files[file.file] = file
  endfor
  return map(copy(a:ids), {_, id -> get(files, id, {'file': id, 'name': id})})
endfunction

" The files on the lines given, or the line of the cursor, in the window of the list.
function! s:here(call) abort
  if bufname('%') !=# s:buffer
    throw 'sightline: name the ids to delete, or go to a line of :Sight files'
  endif
  let [first, last] = a:call.ranged == 0 ? [line('.'), line('.')]
        \ : a:call.ranged == 1 ? [a:call.line, a:call.line] : [a:call.first, a:call.line]
  let files = map(filter(range(first, last), 'has_key(s:lines, v:val)'), 's:lines[v:val]')
  if empty(files)
    throw 'sightline: there is no file on this line'
  endif
  return files
endfunction

function! s:list(call) abort
  if a:call.ranged
    throw 'sightline: files takes no lines without delete'
  endif
  call s:ask({files -> s:show(files, a:call.mods)})
endfunction

" Calls Then with the files that the provider has.
function! s:ask(Then) abort
  let files = []
  call sightline#confirm#server()
  call sightline#client#request({'method': 'files'}, {event -> s:take(files, event, a:Then)})
  call sightline#message#info('asking for the stored files ...')
endfunction

function! s:take(files, event, Then) abort
  if a:event.type ==# 'stored'
    call add(a:files, a:event)
  elseif a:event.type ==# 'note'
    call sightline#message#level(a:event.level, a:event.text)
  elseif a:event.type ==# 'failed'
    call sightline#message#error(a:event.text)
  elseif a:event.type ==# 'done'
    let s:known = map(copy(a:files), 'v:val.file')
    call s:try(a:Then, a:files)
  endif
endfunction

" A no is no error of the request.
function! s:try(Then, files) abort
  try
    call a:Then(a:files)
  catch /^sightline: /
    call sightline#message#error(v:exception[len('sightline: '):])
  endtry
endfunction

function! s:show(files, mods) abort
  let files = sort(copy(a:files), {a, b -> get(a, 'stored_at', 0) - get(b, 'stored_at', 0)})
  let total = 0
  for file in files
    let total += file.bytes
  endfor
  let head = ['# Stored files', '', printf('%d %s, %s. :Sight files delete takes away those on the lines given.',
        \ len(files), len(files) == 1 ? 'file' : 'files', s:size(total)), '']
  let rows = s:rows(files)
  let s:lines = {}
  for index in range(len(files))
    let s:lines[len(head) + 3 + index] = files[index]
  endfor
  call sightline#scratch#report('files', 'markdown', head + (empty(files) ? [] : rows), a:mods)
  call sightline#message#info(head[2])
endfunction

" A Markdown table whose columns stand below each other.
function! s:rows(files) abort
  let rows = [['Name', 'Size', 'Age', 'Deleted', 'Id']] + map(copy(a:files), {_, file -> s:row(file)})
  let widths = map(range(5), {column -> max(map(copy(rows), {_, row -> strdisplaywidth(row[column])}))})
  let lines = map(rows, {_, row -> '| ' . join(map(copy(row),
        \ {column, cell -> cell . repeat(' ', widths[column] - strdisplaywidth(cell))}), ' | ') . ' |'})
  let rule = '|' . join(map(widths, {_, width -> repeat('-', width + 2)}), '|') . '|'
  return [lines[0], rule] + lines[1:]
endfunction

function! s:row(file) abort
  let name = substitute(a:file.name, '|', '/', 'g')
  return [name, s:size(a:file.bytes), s:age(a:file), s:end(a:file), a:file.file]
endfunction

function! s:age(file) abort
  return has_key(a:file, 'stored_at') ? s:span(localtime() - float2nr(a:file.stored_at)) : 'not known'
endfunction

function! s:end(file) abort
  if has_key(a:file, 'delete_at')
    let left = float2nr(a:file.delete_at) - localtime()
    return left > 0 ? 'in ' . s:span(left) : 'next time'
  endif
  return a:file.ours ? 'by you alone' : 'not ours'
endfunction

" Rounded: seven days are no six, a second after they began.
function! s:span(seconds) abort
  let minutes = (max([a:seconds, 0]) + 30) / 60
  let hours = (minutes + 30) / 60
  let [number, unit] = hours >= 24 ? [(hours + 12) / 24, 'day']
        \ : minutes >= 60 ? [hours, 'hour'] : [minutes, 'minute']
  return number . ' ' . unit . (number == 1 ? '' : 's')
endfunction

function! s:size(bytes) abort
  let bytes = a:bytes * 1.0
  return bytes >= 1000000 ? printf('%.1f MB', bytes / 1000000)
        \ : bytes >= 1000 ? printf('%.0f KB', bytes / 1000) : printf('%.0f bytes', bytes)
endfunction

function! s:delete(files) abort
  if empty(a:files)
    throw 'sightline: there is nothing to delete'
  endif
  call sightline#client#request({'method': 'delete_files', 'files': map(copy(a:files), 'v:val.file')},
        \ {event -> s:deleted(len(a:files), event)})
endfunction

function! s:deleted(count, event) abort
  if a:event.type ==# 'note'
    call sightline#message#level(a:event.level, a:event.text)
  elseif a:event.type ==# 'failed'
    call sightline#message#error(a:event.text)
    call s:refresh()
  elseif a:event.type ==# 'done'
    call sightline#message#info(a:count . (a:count == 1 ? ' file was' : ' files were') . ' deleted')
    call s:refresh()
  endif
endfunction

" A list that is in a window is shown as it is now.
function! s:refresh() abort
  if bufexists(s:buffer) && !empty(win_findbuf(bufnr(s:buffer)))
    call s:ask({files -> s:show(files, '')})
  endif
endfunction
