" The findings of :Sight doctor and :checkhealth sightline, which are the same.

let s:report = {'complete': 1, 'findings': []}

" Each finding is {level: "ok" | "warning" | "error", text}.
function! sightline#doctor#findings() abort
  return s:report.findings
endfunction

function! sightline#doctor#complete() abort
  return s:report.complete
endfunction

" Whether the provider may be asked; without that the examination says so.
function! s:ask_server() abort
  try
    call sightline#confirm#server()
  catch /^sightline: /
  endtry
endfunction

" Starts an examination. What needs the process comes later; a:1 is called once all is there.
function! sightline#doctor#start(...) abort
  let report = {'complete': 0, 'Then': a:0 ? a:1 : {-> 0}, 'findings': [s:editor(),
        \ sightline#capture#finding('clipboard'), sightline#capture#finding('grab')]
        \ + sightline#option#findings()}
  let s:report = report
  try
    call sightline#client#request({'method': 'check'}, {event -> s:take(report, event)})
  catch /^sightline: /
    call s:add(report, 'error', v:exception[len('sightline: '):])
    call s:complete(report)
  endtry
endfunction

function! sightline#doctor#open(mods) abort
  call s:ask_server()
  let buffer = sightline#scratch#create('sightline://doctor')
  let window = get(win_findbuf(buffer), 0)
  call sightline#scratch#put(buffer, 1,
        \ ['# Sightline ' . sightline#version(), '', 'The set-up is being examined ...'])
  call sightline#scratch#show(buffer, a:mods, window, 'markdown')
  call sightline#doctor#start({-> s:show(buffer)})
endfunction

function! s:show(buffer) abort
  if bufloaded(a:buffer)
    call sightline#scratch#put(a:buffer, 3, map(copy(s:report.findings),
          \ {_, finding -> '- ' . toupper(finding.level) . ' ' . finding.text}))
    call sightline#scratch#fit(a:buffer)
  endif
endfunction

function! s:take(report, event) abort
  if a:event.type ==# 'note'
    call s:add(a:report, a:event.level, a:event.text)
  elseif a:event.type ==# 'failed'
    call s:add(a:report, 'error', a:event.text)
  endif
  if index(['done', 'failed', 'cancelled'], a:event.type) >= 0
    call insert(a:report.findings, s:helper(), 0)
    call s:complete(a:report)
  endif
endfunction

function! s:complete(report) abort
  let a:report.complete = 1
  call a:report.Then()
endfunction

function! s:add(report, level, text) abort
  call add(a:report.findings, {'level': a:level, 'text': a:text})
endfunction

function! s:helper() abort
  let [helper, runtime] = [sightline#client#helper_version(), sightline#version()]
  if helper ==# runtime
    return {'level': 'ok', 'text': printf('sightline-editor %s runs: process %d of %s', helper,
          \ sightline#client#connect().pid, sightline#client#program()[0])}
  endif
  return {'level': 'warning', 'text': 'sightline-editor is version ' . helper
        \ . ' and these runtime files are ' . runtime . '; renew both with ./dev install'}
endfunction

function! s:editor() abort
  let name = has('nvim') ? 'Neovim ' . matchstr(execute('version'), 'NVIM v\zs[0-9A-Za-z.+-]*')
        \ : printf('Vim %d.%d.%d', v:version / 100, v:version % 100, s:patch())
  return {'level': 'ok', 'text': name}
endfunction

" The end of the last run in "1-948, 950-1378, 1499, 2142": single later patches are a distribution's
" choice. The words before the list are in the user's language.
function! s:patch() abort
  return str2nr(matchstr(execute('version'), ': 1[^\n]*-\zs\d\+'))
endfunction
