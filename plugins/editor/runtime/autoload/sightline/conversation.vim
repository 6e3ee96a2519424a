" Conversations: the turns that the process keeps, by numbers of ours. They end when nobody holds them
" any more, and with the process.

let s:last = 0
let s:holders = {} " by number, how many

" A number for a conversation that begins with the request it is first given to. Its holder forgets it.
function! sightline#conversation#new() abort
  let s:last += 1
  return sightline#conversation#hold(s:last)
endfunction

" One more holds it.
function! sightline#conversation#hold(number) abort
  let s:holders[a:number] = get(s:holders, a:number) + 1
  return a:number
endfunction

function! sightline#conversation#forget(number) abort
  let s:holders[a:number] -= 1
  if !s:holders[a:number]
    call remove(s:holders, a:number)
    call sightline#client#tell({'method': 'forget', 'conversation': a:number})
  endif
endfunction

" :Sight save
function! sightline#conversation#save(words) abort
  let view = sightline#answer#of(bufnr('%'))
  if empty(view)
    throw 'sightline: there is no conversation in this buffer; save from the window of an answer'
  endif
  let path = fnamemodify(sightline#media#word(a:words, 'save'), ':p')
  if isdirectory(path)
    throw 'sightline: ' . path . ' is a folder; name a file'
  elseif getftype(path) !=# '' && path !=# get(view, 'file', '')
    throw 'sightline: ' . path . ' is there already; name another file'
  endif
  call sightline#client#request({'method': 'save', 'conversation': view.conversation, 'path': path},
        \ {event -> s:saved(view, path, event)})
endfunction

function! s:saved(view, path, event) abort
  if a:event.type ==# 'done'
    let a:view.file = a:path
    call sightline#message#info('the conversation is in ' . fnamemodify(a:path, ':~:.'))
  elseif a:event.type ==# 'failed'
    call sightline#message#error(a:event.text)
  endif
endfunction

" :Sight open
function! sightline#conversation#open(words, mods) abort
  let path = fnamemodify(sightline#media#word(a:words, 'open'), ':p')
  let [number, turns] = [sightline#conversation#new(), []]
  call sightline#client#request({'method': 'open', 'conversation': number, 'path': path},
        \ {event -> s:opened(number, turns, path, a:mods, event)})
endfunction

" Nothing is shown of a file that turns out to be damaged.
function! s:opened(number, turns, path, mods, event) abort
  if a:event.type ==# 'failed'
    call sightline#message#error(a:event.text)
  elseif a:event.type ==# 'turn' && a:event.index > len(a:turns)
    call add(a:turns, {'speaker': a:event.speaker, 'text': a:event.text})
  elseif a:event.type ==# 'turn'
    let a:turns[-1].text .= a:event.text
  elseif a:event.type ==# 'done'
    let view = sightline#answer#opened(a:number, a:turns, fnamemodify(a:path, ':t'), a:mods)
    let view.file = a:path
  endif
endfunction
