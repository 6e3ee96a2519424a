" The key, the examination, the help, the process.

let s:key = 'sk-this-is-a-secret-of-the-test'

" Something is typed and taken back first: Vim 9.2 drops a lone <CR> that feedkeys() gave to a prompt.
function! s:ask(key) abort
  call feedkeys(":Sight setup\<CR>x\<BS>" . a:key . "\<CR>", 'xt')
endfunction

function! Test_setup_stores_a_key_that_shows_nowhere() abort
  call Configure({'base_url': $SIMULATOR_URL . '/v1', 'model': 'step-3.7-flash', 'like': 'stepfun'})
  call s:ask(s:key)
  call Await({-> Message() =~# 'keys.json'}, 'the place of the key')
  let file = $XDG_CONFIG_HOME . '/sightline/keys.json'
  call assert_equal('rw-------', getfperm(file))
  call assert_match(s:key, join(readfile(file)))
  call assert_notmatch(s:key, execute('messages') . execute('history all') . execute('registers'))
  for process in [getpid()] + Helpers()
    for part in ['cmdline', 'environ']
      call assert_notmatch(s:key, join(readfile('/proc/' . process . '/' . part, 'b')))
    endfor
  endfor
  call Run('Sight describe red.png')
  call assert_equal('Bearer ' . s:key, Journal('request')[0].headers.authorization)
endfunction

function! Test_setup_without_a_key_changes_nothing() abort
  call Configure({'base_url': $SIMULATOR_URL . '/v1', 'model': 'step-3.7-flash', 'like': 'stepfun'})
  call s:ask('')
  call Says('the key was left as it was')
  call assert_equal('', getfperm($XDG_CONFIG_HOME . '/sightline/keys.json'))
endfunction

function! Test_setup_says_where_a_key_is_made() abort
  call WriteConfig(['{"provider": "stepfun"}'])
  redir => shown
  call s:ask('')
  redir END
  call assert_match('A key for stepfun is made at https://', shown)
endfunction

function! Test_setup_with_a_broken_configuration() abort
  call WriteConfig(['{'])
  call s:ask('')
  call Says('config.json')
endfunction

function! Test_doctor_reports_in_a_window() abort
  Sight doctor
  let buffer = bufnr('sightline://doctor')
  call Await({-> join(getbufline(buffer, 1, '$')) =~# 'provider: 127.0.0.1'}, 'the report')
  let report = join(getbufline(buffer, 1, '$'), "\n")
  for pattern in ['sightline-editor ' . sightline#version() . ' runs', 'vim \d\+\.\d\+\.\d\+\n',
        \ 'clipboard', 'config.json', 'key']
    call assert_match('\c- OK [^\n]*' . pattern, report . "\n")
  endfor
  call assert_notmatch('WARNING\|ERROR', report)
  if !has('nvim')
    let patch = matchstr(report, 'Vim \d\+\.\d\+\.\zs\d\+')
    call assert_match('[0-9]-' . patch . '\>', execute('version'))
  endif
  Sight doctor
  call Await({-> join(getbufline(buffer, 1, '$'), "\n") ==# report}, 'the report anew')
  call assert_equal(2, Windows())
endfunction

function! Test_doctor_says_what_is_missing() abort
  call WriteConfig(['{"provider": "stepfun", "provder": 1}'])
  let $WAYLAND_DISPLAY = 'none'
  let $PATH = '/nonexistent'
  call feedkeys(":Sight doctor\<CR>n\<CR>", 'xt')
  let buffer = bufnr('sightline://doctor')
  call Await({-> join(getbufline(buffer, 1, '$')) =~# 'no API key'}, 'the report')
  let report = join(getbufline(buffer, 1, '$'), "\n")
  call assert_match('- WARNING [^\n]*provder', report)
  call assert_match('- WARNING clipboard pictures need wl-paste: install', report)
  call assert_match('- WARNING screen grabs need grim and slurp: install', report)
  call assert_match('- ERROR [^\n]*:Sight setup', report)
endfunction

function! Test_doctor_without_the_helper() abort
  let g:sightline_command = '/nonexistent'
  Sight doctor
  let report = join(getbufline('sightline://doctor', 1, '$'), "\n")
  call assert_match('- ERROR /nonexistent is not there', report)
endfunction

function! Test_doctor_with_no_room_for_a_window() abort
  set noequalalways
  1new
  call Refused('Sight doctor', 'there is no room for a window; close one$')
endfunction

function! Test_checkhealth_says_the_same() abort
  if !has('nvim')
    call Skip('only Neovim has :checkhealth')
  endif
  Sight doctor
  call Await({-> sightline#doctor#complete()}, 'the report')
  let findings = map(copy(sightline#doctor#findings()), 'v:val.text')
  checkhealth sightline
  let health = substitute(join(getline(1, '$')), '\s\+', ' ', 'g')
  for finding in findings
    call assert_notequal(-1, stridx(health, finding), finding)
  endfor
  call assert_notmatch('ERROR', health)
endfunction

function! Test_versions_agree() abort
  call sightline#client#connect()
  call Await({-> sightline#client#helper_version() !=# ''}, 'the helper''s version')
  call assert_equal(sightline#client#helper_version(), sightline#version())
endfunction

" The runner sees that no helper is left.
function! Test_quitting_in_the_middle_leaves_nothing() abort
  call Serve('stall=3000/lines=100')
  Sight describe red.png
  call Await({-> strlen(Answer()) > 20}, 'some text')
  call assert_equal(1, len(Helpers()))
endfunction

" Another editor at the same time: each has its own helper, and its own answer.
function! Test_two_editors_at_once() abort
  call Serve('pace=20/lines=20')
  call writefile(['let $CASE = "editor"', 'let $ERRORS = "other.log"', 'let $XDG_CONFIG_HOME = $HOME . "/other"',
        \ 'source ' . $SOURCE_DIR . '/tests/editors/helpers.vim'], 'other.vim')
  let command = [v:progpath, '-N', '-u', 'NONE', '-i', 'NONE', '-S', 'other.vim']
  if has('nvim')
    call jobstart(command + ['--headless'])
  else
    let g:other = job_start(command + ['--not-a-term', '-T', 'dumb'],
          \ {'in_io': 'null', 'out_io': 'null', 'err_io': 'null'})
  endif
  Sight describe red.png
  call Await({-> Ended()}, 'the end here')
  call Await({-> filereadable('other.answer')}, 'the end there')
  let there = join(readfile('other.answer'), "\n")
  call assert_match('Picture 1: PNG.*Line 20 of 20 of a simulated answer\.$', Answer())
  call assert_match('Picture 1: JPEG.*Line 20 of 20 of a simulated answer\.$', there)
  call assert_equal(2, len(Journal('request')))
endfunction

" Not a case of its own: the other editor of the one above.
function! Other_editor() abort
  call Serve('pace=20/lines=20')
  call Run('Sight describe green.jpg')
  call writefile(split(Answer(), "\n"), 'other.writing')
  call rename('other.writing', 'other.answer')
endfunction
