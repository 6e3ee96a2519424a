" Other providers and models than the configured ones, what was used, and the log.

" Two providers of this simulator, told apart by their paths.
function! s:two() abort
  let providers = {}
  for name in ['one', 'two']
    let providers[name] = {'base_url': $SIMULATOR_URL . '/reasoning=' . (name ==# 'one' ? 0 : 1) . '/v1',
          \ 'model': 'step-3.7-flash', 'key': v:null, 'like': 'stepfun'}
  endfor
  call WriteConfig([json_encode({'provider': 'one', 'providers': providers})])
endfunction

function! s:report(name) abort
  return join(getbufline('sightline://' . a:name, 1, '$'), "\n")
endfunction

function! s:paths() abort
  return map(Journal('request'), 'matchstr(v:val.path, "/reasoning=\\zs\\d")')
endfunction

function! Test_provider_is_listed_and_chosen() abort
  call s:two()
  Sight provider
  call Await({-> s:report('providers') =~# '- two'}, 'the list')
  call assert_match('^# Providers\n\n- stepfun\n.*\n- simulator\n- one, in use: http://127[^\n]*, model step-3.7-flash\n- two$',
        \ s:report('providers'))
  Sight provider two
  call Says('^Sightline: two with the model step-3.7-flash is asked from now on, in this editor$')
  call Run('Sight describe red.png')
  Sight provider
  call Await({-> s:report('providers') =~# '- two, in use'}, 'the list anew')
  call assert_equal(['1'], s:paths())
endfunction

function! Test_provider_that_is_unknown() abort
  call s:two()
  Sight provider three
  call Says('the provider “three” is not known; choose one of stepfun, .*, one, two, or add it to')
  call Run('Sight describe red.png')
  call assert_equal(['0'], s:paths())
endfunction

function! Test_provider_outlives_the_process() abort
  call s:two()
  Sight provider two
  call Says('^Sightline: two with')
  call Shell('kill -9 ' . Helpers()[0])
  call Await({-> empty(Helpers())}, 'the end of the process')
  call Run('Sight describe red.png')
  call assert_equal(['1'], s:paths())
endfunction

function! Test_model_is_chosen() abort
  Sight model step-5-preview
  call Says('^Sightline: test with the model step-5-preview is asked from now on, in this editor$')
  call Run('Sight describe red.png')
  call assert_equal('step-5-preview', Body(-1).model)
  Sight model
  call Await({-> s:report('models') =~# '- step-5-preview, in use'}, 'the list')
  call assert_match('# Models of test\n', s:report('models'))
  call assert_notmatch('step-3.7-flash, in use', s:report('models'))
  call assert_equal(['step-5-preview'], sightline#complete('step-5', 'Sight model step-5', 18))
endfunction

function! Test_model_that_is_unknown() abort
  Sight model gpt
  call Says('test has no model gpt; it has step-3.7-flash, ')
  call Run('Sight describe red.png')
  call assert_equal('step-3.7-flash', Body(-1).model)
endfunction

" A server without a list of models cannot keep anyone from naming one.
function! Test_model_that_nobody_can_check() abort
  call Serve('status=402')
  Sight model other
  call Says('^Sightline: test with the model other is asked from now on')
  call assert_match('whether it has the model other is not known: .* answered 402', execute('messages'))
endfunction

function! Test_usage_is_shown() abort
  Sight usage
  call Await({-> s:report('usage') =~# 'Budget'}, 'the report')
  call assert_match('## Today\n\nNothing was used\.', s:report('usage'))
  call WriteConfig([json_encode({'provider': 'test', 'providers': {'test': {'base_url': $SIMULATOR_URL . '/v1',
        \ 'model': 'step-3.7-flash', 'key': v:null, 'like': 'stepfun'}}, 'budget': {'day': 1, 'request': 0.5}})])
  call Run('Sight describe red.png')
  call Run('Sight describe red.png')
  Sight usage
  call Await({-> s:report('usage') =~# 'step-3.7-flash'}, 'the report anew')
  let rows = filter(getbufline('sightline://usage', 1, '$'), 'v:val =~# "^| test "')
  call assert_equal(3, len(rows))
  call assert_match('^| test \+| step-3.7-flash |\s\+2 | \+[0-9,]\+ | \+\d\+ | \+\d\+ | 0\.0\d\+ USD estimated |$', rows[0])
  call assert_match('^# Usage\n\nBudget: 0\.99\d* of 1 USD are left today\.\nBudget: a request may cost 0\.5 USD\.', s:report('usage'))
endfunction

let s:key = 'sk-the-key-of-the-log-test'

function! s:log() abort
  Sight log
  return s:report('log')
endfunction

" What is configured is asked while there is something else to do, and not again.
function! Test_what_is_configured_is_asked_once() abort
  Sight log on
  call Run('Sight ask who is there?')
  call Run('Sight ask and who else?')
  call assert_equal(2, len(split(s:log(), '> \d\+ info\n', 1)), s:log())
endfunction

function! Test_log_is_off_at_first() abort
  call Run('Sight describe red.png')
  call Refused('Sight log', 'the log is off; :Sight log on begins it')
  call Refused('Sight log maybe', 'log is on, off or content')
endfunction

function! Test_log_has_neither_key_nor_content() abort
  call Configure({'base_url': $SIMULATOR_URL . '/v1', 'model': 'step-3.7-flash', 'like': 'stepfun'})
  Sight log on
  call feedkeys(":Sight setup\<CR>x\<BS>" . s:key . "\<CR>", 'xt')
  call Await({-> Message() =~# 'keys.json'}, 'the key')
  call setline(1, 'SECRET-LINE')
  call Run('1Sight ask red.png SECRET-QUESTION?')
  call Run('1Sight rewrite SECRET-INSTRUCTION')
  call Serve('status=402')
  call Run('Sight describe red.png')
  let log = s:log()
  call assert_notmatch('\c' . s:key . '\|SECRET\|this-is\|pixels\|simulated', log)
  for pattern in ['log on, \d\d\d\d-', 'process \d\+ started', 'command ask words=24 bytes', '> \d\+ set_key\n',
        \ '> \d\+ start task=ask conversation=\d\+ media=1 instruction=16 bytes selection=11 bytes context=\d\+ bytes\n',
        \ '< \d\+ progress phase=preparing', '< \d\+ text \d\+ bytes in \d\+ parts', '< \d\+ done model=step-3.7-flash usage={',
        \ '< \d\+ failed code=balance 127.0.0.1 answered 402.*(trace [^)]*)']
    call assert_match(pattern, log)
  endfor
  Sight log off
  let lines = len(split(log, "\n"))
  call Run('Sight describe red.png')
  call assert_equal(lines + 1, len(split(s:log(), "\n")))
endfunction

function! Test_log_of_contents_has_no_key() abort
  call Configure({'base_url': $SIMULATOR_URL . '/v1', 'model': 'step-3.7-flash', 'like': 'stepfun'})
  Sight log content
  call feedkeys(":Sight setup\<CR>x\<BS>" . s:key . "\<CR>", 'xt')
  call Await({-> Message() =~# 'keys.json'}, 'the key')
  call Run('Sight describe red.png which colour?')
  let log = s:log()
  call assert_notmatch(s:key, log)
  call assert_match('command describe words=21 bytes ''red.png which colour?''', log)
  call assert_match('instruction=13 bytes ''which colour?''', log)
  call assert_match('< \d\+ text \d\+ bytes in \d\+ parts ''.*#ff0000 (red)', log)
endfunction

function! Test_log_is_bounded() abort
  Sight log content
  for i in range(2100)
    call sightline#log#process(repeat('x', 10000))
  endfor
  let lines = split(s:log(), "\n")
  call assert_equal(2000, len(lines))
  call assert_true(max(map(lines, 'strlen(v:val)')) < 6100)
endfunction
