" Provider `local` beside a llama-server, whose answers are random bytes unless a grammar makes them
" one sentence.

let s:speaking = {'extra': {'grammar': $GRAMMAR}}

function! s:use(options) abort
  let options = extend({'max_tokens': 200}, a:options)
  let provider = {'base_url': $LOCAL_URL . '/v1', 'model': 'tiny', 'options': options}
  call WriteConfig([json_encode({'provider': 'local', 'providers': {'local': provider}})])
endfunction

function! s:server_log() abort
  return join(readfile($SERVER_LOG), "\n")
endfunction

function! s:slot_is_free() abort
  return Shell('curl -s --noproxy "*" ' . $LOCAL_URL . '/slots') =~# '"is_processing":false'
endfunction

function! Test_describe() abort
  call s:use(s:speaking)
  call Run('Sight describe red.png')
  call assert_equal('done', g:events[-1].event)
  call assert_equal($SPOKEN, getbufline(Answers()[0], 1)[0])
  call cursor(1, 1)
  call Run('Sight! describe red.png')
  call assert_equal(['first', $SPOKEN, 'second', 'third'], getline(1, '$'))
endfunction

function! Test_follow_up() abort
  call s:use(s:speaking)
  call Run('Sight describe red.png')
  call win_gotoid(win_findbuf(Answers()[0])[0])
  call Run('Sight ask And what else?')
  call assert_equal('done', g:events[-1].event)
  call assert_equal(1, len(Answers()))
  call assert_equal(2, count(split(Answer(), "\n"), $SPOKEN), Answer())
endfunction

function! Test_json_by_schema() abort
  call s:use(json_decode('{' . $CLOSING . '}'))
  call Run('Sight chart red.png')
  call assert_equal('done', g:events[-1].event)
  call assert_equal(v:t_list, type(json_decode(Answer()).series))
endfunction

" The bytes are shown as characters that do nothing, and what was cut can go on.
function! Test_random_bytes_and_a_cut() abort
  call s:use({})
  call Run('Sight describe red.png')
  call assert_equal(['failed', 'length'], [g:events[-1].event, g:events[-1].code])
  call Says('cut at the model''s length limit')
  call assert_match('\%uFFFD', Answer())
  let length = strlen(Answer())
  call win_gotoid(win_findbuf(Answers()[0])[0])
  call Run('Sight continue')
  call assert_equal('length', g:events[-1].code)
  call assert_true(strlen(Answer()) > length)
  for line in getbufline(Answers()[0], 1, '$')
    call assert_notmatch('[[:cntrl:]]', substitute(line, '\t', '', 'g'))
  endfor
endfunction

function! Test_stop() abort
  call s:use({'max_tokens': 7000})
  Sight describe red.png
  call Await({-> strlen(Answer()) > 20}, 'some text')
  Sight stop
  call Await({-> Ended()}, 'the end for the editor')
  call assert_equal('cancelled', g:events[-1].code)
  call Await({-> s:slot_is_free()}, 'the end for the server')
  call assert_match('cancel task', s:server_log())
  call s:use(s:speaking)
  call Run('Sight describe red.png')
  call assert_equal('done', g:events[-1].event)
endfunction

function! Test_refused_pictures() abort
  call s:use({})
  call Shell('head -c 90 red.png >cut.png')
  call Fails('Sight describe cut.png', '^cut.png: ')
  call assert_notmatch('processing task', s:server_log())
  call Fails('Sight describe red.png ' . repeat('a', 9000), '400.*exceeds the available context size')
endfunction

function! Test_models() abort
  call s:use({})
  Sight model
  call Says('1 model$')
  call assert_equal('- tiny, in use', getbufline('sightline://models', '$')[0])
endfunction

function! Test_doctor() abort
  call s:use({})
  Sight doctor
  let Report = {-> join(getbufline('sightline://doctor', 1, '$'), "\n")}
  call Await({-> Report() =~# 'provider: 127.0.0.1 answers'}, 'the answer to the doctor')
  call assert_match('provider: local at ' . $LOCAL_URL . '/v1, model tiny', Report())
endfunction
