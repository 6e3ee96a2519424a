" :Sight provider and :Sight model: which there are, and another for this editor than what is configured.

let s:patience = 300 " milliseconds for names that complete a command
let s:shown = 20     " names in a sentence
let s:models = {}    " by provider: their names

function! sightline#provider#command(call) abort
  if a:call.words !=# ''
    return s:choose({'provider': trim(a:call.words)})
  endif
  call sightline#client#request({'method': 'providers'},
        \ s:gather({events -> s:show_providers(events, a:call.mods)}, function('s:tell')))
endfunction

" Another model must be one that the provider has, where that can be found out.
function! sightline#provider#model(call) abort
  call sightline#confirm#server()
  let name = trim(a:call.words)
  if name ==# ''
    call s:ask_models({info, names -> s:show_models(info, names, a:call.mods)}, function('s:tell'))
  else
    call s:ask_models({info, names -> s:choose_model(info, names, name)}, {event -> s:choose_unseen(name, event)})
  endif
  call sightline#message#info('asking for the models ...')
endfunction

function! sightline#provider#complete(lead) abort
  let events = sightline#client#ask({'method': 'providers'}, s:patience)
  return s:start_with(map(filter(events, 'v:val.type ==# "provider"'), 'v:val.name'), a:lead)
endfunction

" The names that the provider gave before. Nothing is sent for a <Tab>.
function! sightline#provider#complete_model(lead) abort
  let info = get(get(sightline#client#ask({'method': 'info'}, s:patience), -1, {}), 'info', {})
  return s:start_with(copy(get(s:models, get(info, 'provider', ''), [])), a:lead)
endfunction

function! s:start_with(names, lead) abort
  return filter(a:names, 'stridx(v:val, a:lead) == 0')
endfunction

" An On_event that gathers events until the last of them has come, and hands them on.
function! s:gather(Then, Failed) abort
  let events = []
  return {event -> s:add(events, event, a:Then, a:Failed)}
endfunction

function! s:add(events, event, Then, Failed) abort
  call add(a:events, a:event)
  if a:event.type ==# 'failed'
    call a:Failed(a:event)
  elseif a:event.type ==# 'note'
    call sightline#message#level(a:event.level, a:event.text)
  elseif a:event.type ==# 'done'
    call a:Then(a:events)
  endif
endfunction

function! s:tell(event) abort
  call sightline#message#error(a:event.text)
endfunction

function! s:choose(what) abort
  call sightline#client#request(extend({'method': 'choose'}, a:what),
        \ s:gather({events -> s:chosen(events[-1].info)}, function('s:tell')))
endfunction

" A process that takes this one's place is told first.
function! s:chosen(info) abort
  call sightline#client#introduce({'method': 'choose', 'provider': a:info.provider, 'model': a:info.model})
  call sightline#confirm#anew()
  call sightline#message#info(printf('%s with the model %s is asked from now on, in this editor',
        \ a:info.provider, a:info.model))
endfunction

function! s:show_providers(events, mods) abort
  let info = a:events[-1].info
  let lines = map(a:events[:-2], {_, event -> '- ' . event.name
        \ . (event.current ? ', in use: ' . info.base_url . ', model ' . info.model : '')})
  call sightline#scratch#report('providers', 'markdown', ['# Providers', ''] + lines, a:mods)
endfunction

" Calls Then with what is configured and the names that the provider gives.
function! s:ask_models(Then, Failed) abort
  let info = {}
  call sightline#client#request({'method': 'info'}, {event -> extend(info, get(event, 'info', {}))})
  call sightline#client#request({'method': 'models'},
        \ s:gather({events -> s:take_models(info, events, a:Then)}, a:Failed))
endfunction

function! s:take_models(info, events, Then) abort
  let texts = map(filter(copy(a:events), 'v:val.type ==# "text"'), 'v:val.text')
  let s:models[a:info.provider] = split(join(texts, ''), "\n")
  call a:Then(a:info, s:models[a:info.provider])
endfunction

function! s:show_models(info, names, mods) abort
  let lines = map(copy(a:names), {_, name -> '- ' . name . (name ==# a:info.model ? ', in use' : '')})
  call sightline#scratch#report('models', 'markdown', ['# Models of ' . a:info.provider, ''] + lines, a:mods)
  call sightline#message#info(len(lines) . (len(lines) == 1 ? ' model' : ' models'))
endfunction

function! s:choose_model(info, names, name) abort
  if index(a:names, a:name) >= 0
    return s:choose({'model': a:name})
  endif
  let more = len(a:names) - s:shown
  call sightline#message#error(printf('%s has no model %s; it has %s%s', a:info.provider, a:name,
        \ join(a:names[: s:shown - 1], ', '), more > 0 ? ' and ' . more . ' more: see :Sight model' : ''))
endfunction

function! s:choose_unseen(name, event) abort
  call sightline#message#warning('whether it has the model ' . a:name . ' is not known: ' . a:event.text)
  call s:choose({'model': a:name})
endfunction
