" What is asked before anything leaves the machine.

let $SIGHTLINE_LOOPBACK_ONLY = ''

" A server on another machine, to which everything goes through a proxy here.
function! s:elsewhere(more) abort
  let provider = {'base_url': 'https://elsewhere.example.com/v1', 'proxy': $SIMULATOR_URL, 'key': v:null,
        \ 'retries': 0}
  call WriteConfig([json_encode(extend({'provider': 'test', 'providers': {'test': provider}}, a:more))])
endfunction

" Types keys, of which the last ones answer questions.
function! s:type(keys) abort
  call feedkeys(a:keys, 'xt')
endfunction

function! s:record() abort
  let file = $XDG_STATE_HOME . '/sightline/consent'
  return filereadable(file) ? readfile(file) : []
endfunction

function! Test_consent_no_sends_nothing() abort
  call s:elsewhere({})
  let [windows, tick] = [Windows(), b:changedtick]
  redir => shown
  call s:type(":Sight describe red.png\<CR>n\<CR>")
  redir END
  call Says('nothing goes to https://elsewhere.example.com/v1 before you agree; .*SIGHTLINE_CONSENT=yes')
  call assert_match('elsewhere.example.com has not been asked anything yet. .*leave this machine', tr(shown, "\n", ' '))
  call assert_equal([[], windows, [], tick, []], [s:record(), Windows(), Answers(), b:changedtick, g:events])
endfunction

function! Test_consent_is_asked_once() abort
  call s:elsewhere({})
  call s:type(":Sight describe red.png\<CR>yes\<CR>")
  call Await({-> Ended() == 1}, 'the end')
  call assert_match('the proxy answered', g:events[-1].text)
  call assert_equal(['https://elsewhere.example.com:443'], s:record())
  call Run('Sight describe red.png')
  call assert_match('the proxy answered', g:events[-1].text)
  call assert_equal(1, len(s:record()))
endfunction

function! s:with_another_process() abort
  call Await({-> !empty(Helpers())}, 'a process')
  call system('kill -9 ' . Helpers()[0])
  call Await({-> empty(Helpers())}, 'the end of the process')
  call sightline#confirm#server()
endfunction

" A process that ended meanwhile has told nothing.
function! Test_what_is_configured_is_told_by_a_process_that_lives() abort
  call sightline#confirm#beforehand(function('s:with_another_process'))
  call Await({-> !empty(Helpers())}, 'another process')
endfunction

" Anything but a clear yes is a no.
function! Test_consent_is_no_by_default() abort
  call s:elsewhere({})
  for keys in ["x\<BS>\<CR>", "x\<Esc>", "yy\<CR>", "no yes\<CR>"]
    call s:type(":Sight describe red.png\<CR>" . keys)
    call Says('before you agree')
    call assert_equal([[], []], [s:record(), g:events])
  endfor
endfunction

function! Test_consent_that_cannot_be_kept_sends_nothing() abort
  call s:elsewhere({})
  call mkdir($XDG_STATE_HOME . '/sightline/consent', 'p')
  call s:type(":Sight describe red.png\<CR>yes\<CR>")
  call Says('sightline/consent: cannot be written: ')
  call assert_equal([[], []], [g:events, Answers()])
endfunction

function! Test_consent_beforehand_asks_nothing() abort
  call s:elsewhere({'consent': v:true})
  call Run('Sight describe red.png')
  call assert_match('the proxy answered', g:events[-1].text)
  call assert_equal([], s:record())
endfunction

function! Test_consent_of_a_rewrite() abort
  call s:elsewhere({})
  call s:type(":2Sight rewrite use early returns\<CR>n\<CR>")
  call Says('before you agree')
  call assert_equal([], sightline#proposal#every())
  call assert_equal(['first', 'second', 'third'], getline(1, '$'))
  call s:type(":2Sight rewrite use early returns\<CR>yes\<CR>")
  call Await({-> Ended() == 1}, 'the end')
  call assert_match('the proxy answered', g:events[-1].text)
endfunction

" The configuration was changed behind the editor's back: the process refuses, and the next command asks.
function! Test_consent_for_another_server_later() abort
  call Run('Sight describe red.png')
  call s:elsewhere({})
  call Run('Sight describe red.png')
  call assert_equal('consent', g:events[-1].code)
  call assert_match('nothing was sent: .*for elsewhere.example.com', g:events[-1].text)
  call s:type(":Sight retry\<CR>yes\<CR>")
  call Await({-> Ended() == 3}, 'the end')
  call assert_match('the proxy answered', g:events[-1].text)
endfunction

function! Test_consent_of_models_and_doctor() abort
  call s:elsewhere({})
  call s:type(":Sight model\<CR>n\<CR>")
  call Says('before you agree')
  call s:type(":Sight doctor\<CR>n\<CR>")
  let Report = {-> join(getbufline('sightline://doctor', 1, '$'), "\n")}
  call Await({-> Report() =~# 'elsewhere'}, 'the report')
  call Await({-> sightline#doctor#complete()}, 'the whole report')
  call assert_match('- WARNING provider: nothing was sent: ', Report())
  call assert_equal([], s:record())
endfunction

" What a proposal is refined by, or asked for anew, is sent with the text again.
function! Test_private_is_asked_for_each_rewrite() abort
  call s:private('.env')
  call s:type(":1Sight rewrite shorter\<CR>yes\<CR>")
  call Await({-> Ended() == 1}, 'the proposal')
  let shown = getline(1, '$')
  for command in ['1Sight rewrite shorter still', 'Sight retry']
    call s:type('gg:' . command . "\<CR>n\<CR>")
    call Says('nothing was sent: .env is private')
    call assert_equal([1, 'whole'], [Ended(), sightline#proposal#every()[0].state])
  endfor
  call s:type(":Sight retry\<CR>yes\<CR>")
  call Await({-> Ended() == 2}, 'the proposal anew')
  call assert_equal(shown, getline(1, '$'))
endfunction

function! s:private(name) abort
  execute 'edit' a:name
  call setline(1, ['TOKEN=abc', 'x=1'])
endfunction

function! Test_private_buffers_are_asked_about() abort
  call s:private('.env.local')
  let sent = len(Journal('request'))
  for command in ['1Sight ask what is this?', '1Sight rewrite shorter', '1Sight run ask why?']
    redir => shown
    call s:type(':' . command . "\<CR>n\<CR>")
    redir END
    call assert_match('text of .*\.env\.local would be sent', shown)
    call Says('nothing was sent: .env.local is private by g:sightline_private')
  endfor
  call assert_equal([sent, [], 2], [len(Journal('request')), sightline#proposal#every(), line('$')])
  call s:type(":1Sight ask what is this?\<CR>yes\<CR>")
  call Await({-> Ended() == 1}, 'the answer')
  call assert_equal('done', g:events[-1].event)
  call assert_match('TOKEN=abc', Asked())
endfunction

function! Test_private_files_are_asked_about() abort
  call rename('red.png', 'id_rsa.png')
  call Shell('ln -s id_rsa.png harmless.png')
  for name in ['id_rsa.png', 'harmless.png']
    call s:type(':Sight describe ' . name . "\<CR>n\<CR>")
    call Says('nothing was sent: ' . name . ' is private')
    call assert_equal([], Answers())
  endfor
  call s:type(":Sight describe id_rsa.png\<CR>yes\<CR>")
  call Await({-> Ended() == 1}, 'the answer')
endfunction

function! Test_private_is_what_the_option_says() abort
  let g:sightline_private = ['*/inner/*', 'n?tes.TXT']
  call mkdir('inner')
  for name in ['inner/a.txt', 'notes.txt']
    call s:private(name)
    call s:type(":1Sight ask what?\<CR>n\<CR>")
    call Says('is private by g:sightline_private')
  endfor
  let g:sightline_private = []
  call s:private('.env')
  call Run('1Sight ask what?')
  call assert_equal('done', g:events[-1].event)
  call add(g:sightline_private, '.env')
  call s:type(":1Sight ask what?\<CR>n\<CR>")
  call Says('nothing was sent: .env is private by g:sightline_private')
  let g:sightline_private = '*.env'
  call Refused('1Sight ask what?', 'g:sightline_private must be a list of patterns')
endfunction

" Without its text nothing of it is sent.
function! Test_private_buffers_may_be_where_an_answer_goes() abort
  call s:private('.env')
  call Run('Sight! describe red.png')
  call assert_match('red', join(getline(2, '$')))
endfunction
