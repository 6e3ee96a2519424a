" :Sight stop. The request ends for the editor and for the server within 50 ms.

let s:limit = 50

function! s:Stops(segments, Reached) abort
  call Serve(a:segments)
  Sight describe red.png
  call Await(a:Reached, 'the moment to stop at')
  call Now()
  let started = Now()
  Sight stop
  call Await({-> Ended()}, 'the end for the editor')
  let ended = Now()
  call assert_equal('cancelled', g:events[-1].code)
  call Says('describe stopped')
  call Await({-> len(Journal('end')) + len(Journal('gone'))}, 'the end for the server')
  let gone = (Journal('end') + Journal('gone'))[0]
  call assert_equal('client closed', gone.how)
  call assert_inrange(0.0, s:limit + 0.0, ended - started)
  call assert_inrange(-1.0, s:limit + 0.0, gone.time_ms - started)
endfunction

function! Test_stop_before_the_answer() abort
  call s:Stops('delay=30000', {-> len(Journal('request'))})
  call assert_equal(0, len(Answers()))
endfunction

function! Test_stop_while_thinking() abort
  call s:Stops('pace=50/reasoning=1000', {-> sightline#status() =~# 'thinking'})
  call assert_equal(0, len(Answers()))
endfunction

function! Test_stop_in_the_middle_keeps_what_came() abort
  call s:Stops('pace=20/lines=1000', {-> strlen(Answer()) > 100})
  call assert_match('^Simulated answer', Answer())
  call assert_equal(1, getbufvar(Answers()[0], '&modifiable'))
endfunction

function! Test_stop_in_a_stall() abort
  call s:Stops('stall=3000/lines=100', {-> strlen(Answer()) > 30})
endfunction

function! Test_stop_during_an_upload() abort
  call Picture('--noise png 720 720 808080 large.png')
  call Serve('slow-read=20')
  execute 'Sight describe' repeat('large.png ', 8)
  call Await({-> sightline#status() =~# 'uploading [1-9]'}, 'the upload')
  call Now()
  let started = Now()
  Sight stop
  call Await({-> Ended()}, 'the end for the editor')
  call assert_inrange(0.0, s:limit + 0.0, Now() - started)
  call Await({-> len(Journal('gone'))}, 'the end for the server')
  call assert_equal([], Journal('request'))
endfunction

function! Test_stop_from_the_answers_window() abort
  call Serve('stall=3000/lines=100')
  Sight describe red.png
  call win_gotoid(win_findbuf(Answers()[0])[0])
  Sight stop
  call Await({-> Ended()}, 'the end')
endfunction

function! Test_stop_is_for_this_buffer_and_bang_for_all() abort
  call Serve('stall=0')
  Sight describe red.png
  enew
  Sight describe green.jpg
  Sight stop
  call Await({-> Ended() == 1}, 'one end')
  Sight stop
  call Says('nothing runs for this buffer; :Sight stop all ends what runs for others')
  Sight stop all
  call Await({-> Ended() == 2}, 'the other end')
  Sight stop all
  call Says('nothing runs for this buffer$')
endfunction

function! Test_wiping_the_answer_stops_it() abort
  call Serve('pace=10/lines=1000')
  Sight describe red.png
  call Await({-> strlen(Answer()) > 50}, 'some text')
  execute 'bwipeout!' Answers()[0]
  call Await({-> Ended()}, 'the end')
  call assert_equal('cancelled', g:events[-1].code)
  call Await({-> len(Journal('end'))}, 'the end for the server')
  call assert_equal('client closed', Journal('end')[0].how)
endfunction

" What stands above a process; the terminal that Vim is in stops with it.
function! s:parent(pid) abort
  return matchstr(readfile('/proc/' . a:pid . '/stat')[0], '.*) \S \zs\d\+')
endfunction

" The editor is suspended while an answer comes, and resumed when the server has sent all of it.
function! Test_suspended_and_resumed_loses_nothing() abort
  call Serve('lines=3000/reasoning=0')
  let resume = printf('until grep -q "State:.T" /proc/%d/status && grep -q ''"event":"end"'' %s; do sleep 0.01; done;'
        \ . ' kill -CONT %s', getpid(), shellescape($SIMULATOR_JOURNAL),
        \ join([getpid(), s:parent(getpid()), s:parent(s:parent(getpid()))]))
  call Shell('sh -c ' . shellescape(resume) . ' >/dev/null 2>&1 &')
  Sight describe red.png
  call Await({-> sightline#status() =~# 'answering'}, 'the answer')
  call Shell('kill -STOP ' . getpid())
  call Await({-> Ended()}, 'the end')
  call assert_equal('done', g:events[-1].event)
  let lines = split(Answer(), "\n")
  call assert_equal(map(range(1, 3000), 'printf("Line %d of 3000 of a simulated answer.", v:val)'), lines[-3000:])
endfunction
