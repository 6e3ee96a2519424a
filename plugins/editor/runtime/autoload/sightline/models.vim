" :Sight model, the list of what the provider has.

function! sightline#models#open(mods) abort
  let names = []
  call sightline#client#request({'method': 'models'}, {event -> s:take(names, a:mods, event)})
  call sightline#message#info('asking for the models ...')
endfunction

function! s:take(names, mods, event) abort
  if a:event.type ==# 'text'
    call add(a:names, a:event.text)
  elseif a:event.type ==# 'note'
    call sightline#message#level(a:event.level, a:event.text)
  elseif a:event.type ==# 'failed'
    call sightline#message#error(a:event.text)
  elseif a:event.type ==# 'done'
    call s:show(split(join(a:names, ''), "\n"), a:mods)
  endif
endfunction

function! s:show(names, mods) abort
  let buffer = sightline#scratch#create('sightline://models')
  call sightline#scratch#put(buffer, 1, ['# Models', ''] + map(copy(a:names), '"- " . v:val'))
  try
    call sightline#scratch#show(buffer, a:mods, get(win_findbuf(buffer), 0), 'markdown')
    call sightline#message#info(len(a:names) . (len(a:names) == 1 ? ' model' : ' models'))
  catch /^sightline: /
    call sightline#message#error(v:exception[len('sightline: '):])
  endtry
endfunction
