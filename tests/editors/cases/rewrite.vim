" :Sight rewrite: the original stays until its proposal is accepted.

let s:text = ['zero', 'alpha one', 'BETA', '', 'gamma two', 'END']

" A buffer with a text, and answers that write it in capitals: lines without small letters stay.
function! s:open(segments) abort
  call Serve(a:segments)
  edit! letters.txt
  call setline(1, s:text)
  silent write
  " What is made by now is one step to undo.
  let &g:undolevels = &g:undolevels
endfunction

function! s:proposal() abort
  return get(sightline#proposal#all(bufnr('letters.txt')), 0, {'state': 'none', 'drawing': 0})
endfunction

function! s:whole() abort
  call Await({-> s:proposal().state ==# 'whole' && !s:proposal().drawing}, 'the proposal')
endfunction

function! s:propose(command) abort
  execute a:command
  call s:whole()
endfunction

function! Test_rewrite_leaves_the_original_and_shows_the_difference() abort
  call s:open('rewrite=upper')
  let ticks = b:changedtick
  call s:propose('2,5Sight rewrite in capitals')
  call assert_equal([s:text, ticks, 0], [getline(1, '$'), b:changedtick, &modified])
  call assert_true(OnScreen('alpha one *$'))
  call assert_true(OnScreen('2 hunks · :Sight accept'))
  call assert_true(OnScreen('\~ ALPHA ONE'))
  call assert_true(OnScreen('\~ GAMMA TWO'))
  call assert_true(OnScreen('^\~ alpha one'))
  call assert_equal([1, 'done', 'rewrite', bufnr('%')],
        \ [Windows(), g:events[-1].event, g:events[-1].task, g:events[-1].buffer])
  call assert_equal('', sightline#status())
endfunction

function! Test_rewrite_accepted_is_one_undo_step() abort
  call s:open('rewrite=upper')
  call s:propose('2,5Sight rewrite in capitals')
  call cursor(3, 1)
  Sight accept
  call assert_equal(['zero', 'ALPHA ONE', 'BETA', '', 'GAMMA TWO', 'END'], getline(1, '$'))
  call Says('accepted 2 hunks')
  call assert_false(OnScreen(':Sight accept'))
  normal! GoLAST
  silent undo
  call assert_equal(['zero', 'ALPHA ONE', 'BETA', '', 'GAMMA TWO', 'END'], getline(1, '$'))
  silent undo
  call assert_equal(s:text, getline(1, '$'))
  call assert_false(&modified)
  silent redo
  call assert_equal('ALPHA ONE', getline(2))
endfunction

function! Test_rewrite_rejected_changes_nothing() abort
  call s:open('rewrite=upper')
  let ticks = b:changedtick
  call s:propose('2,5Sight rewrite in capitals')
  call cursor(2, 1)
  Sight reject
  call assert_equal([s:text, ticks], [getline(1, '$'), b:changedtick])
  call Says('rejected 2 hunks')
  call assert_false(OnScreen('ALPHA ONE'))
endfunction

function! Test_rewrite_of_the_hunk_under_the_cursor_alone() abort
  call s:open('rewrite=upper')
  call s:propose('2,5Sight rewrite in capitals')
  call cursor(5, 1)
  Sight accept hunk
  call Says('accepted 1 hunk, 1 left')
  call assert_equal(['zero', 'alpha one', 'BETA', '', 'GAMMA TWO', 'END'], getline(1, '$'))
  call s:whole()
  call assert_true(OnScreen('1 hunk · :Sight accept'))
  call assert_true(OnScreen('^  GAMMA TWO'))
  call cursor(3, 1)
  Sight reject hunk
  call Says('no hunk under the cursor')
  call cursor(2, 1)
  Sight reject hunk
  call Says('rejected 1 hunk')
  call assert_equal(['zero', 'alpha one', 'BETA', '', 'GAMMA TWO', 'END'], getline(1, '$'))
  call assert_equal('none', s:proposal().state)
  silent undo
  call assert_equal(s:text, getline(1, '$'))
endfunction

function! Test_rewrite_hunks_in_a_range() abort
  call s:open('rewrite=upper')
  call s:propose('1,6Sight rewrite in capitals')
  3,5Sight accept
  call assert_equal(['zero', 'alpha one', 'BETA', '', 'GAMMA TWO', 'END'], getline(1, '$'))
  silent undo
  call assert_equal(s:text, getline(1, '$'))
endfunction

function! Test_rewrite_hunks_that_add_and_remove_lines() abort
  call s:open('rewrite=twice')
  call s:propose('2,3Sight rewrite twice')
  call assert_equal([{'from': 1, 'count': 0, 'to': 1, 'lines': 2}], s:proposal().hunks)
  call assert_true(OnScreen('^+ alpha one'))
  call assert_true(OnScreen('^  + BETA'))
  call cursor(2, 1)
  Sight accept hunk
  call assert_equal(['alpha one', 'alpha one', 'BETA', 'BETA', '', 'gamma two', 'END'], getline(2, '$'))
  call Serve('rewrite=none')
  call s:propose('2,3Sight rewrite it away')
  call assert_true(OnScreen('^- alpha one'))
  Sight accept
  call assert_equal(['zero', 'BETA', 'BETA', '', 'gamma two', 'END'], getline(1, '$'))
endfunction

function! Test_rewrite_of_the_whole_buffer_away() abort
  call s:open('rewrite=none')
  call s:propose('%Sight rewrite it away')
  Sight accept
  call assert_equal([''], getline(1, '$'))
  silent undo
  call assert_equal(s:text, getline(1, '$'))
endfunction

function! Test_rewrite_next_and_prev() abort
  call s:open('rewrite=upper')
  call s:propose('2,5Sight rewrite in capitals')
  call cursor(1, 1)
  for [command, line] in [['next', 2], ['next', 5], ['next', 2], ['prev', 5], ['prev', 2]]
    execute 'Sight' command
    call assert_equal(line, line('.'), command)
  endfor
  call Says('hunk 1 of 2')
  Sight reject
  Sight next
  call Says('there is no proposal in this buffer')
endfunction

function! Test_rewrite_without_an_instruction() abort
  call Refused('Sight rewrite', 'rewrite needs an instruction, as in :Sight rewrite use early returns')
  call Refused('Sight! rewrite shout', 'rewrite takes no !')
  call Refused('Sight accept', 'there is no proposal here')
  call Refused('Sight accept all', 'all: only "hunk" can be named here')
  let g:sightline_context_lines = -1
  call Refused('Sight rewrite shout', 'g:sightline_context_lines must be a number of lines, 0 or more')
  call assert_equal([], sightline#proposal#all(bufnr('%')))
endfunction

function! Test_rewrite_in_a_locked_buffer() abort
  setlocal nomodifiable
  call Refused('Sight rewrite shout', 'this buffer cannot be changed')
  call s:open('rewrite=upper')
  call s:propose('2Sight rewrite shout')
  setlocal nomodifiable
  call cursor(2, 1)
  Sight accept
  call Says('this buffer cannot be changed')
  setlocal modifiable
  Sight accept
  call assert_equal('ALPHA ONE', getline(2))
endfunction

function! Test_rewrite_tells_what_stands_around() abort
  call s:open('rewrite=upper')
  setlocal filetype=text expandtab shiftwidth=3
  call s:propose('2,3Sight rewrite in capitals')
  for part in ["<selection>\nalpha one\nBETA\n</selection>", 'letters.txt, lines 2 to 3',
        \ 'The type of the file: text', 'The instruction: in capitals', 'Indented by 3 spaces.',
        \ "Before the selection:\nzero\nAfter the selection:\n\ngamma two\nEND"]
    call assert_notequal(-1, stridx(Asked(), part), part . ' in ' . Asked())
  endfor
  call cursor(2, 1)
  Sight reject
  let g:sightline_context_lines = 0
  setlocal noexpandtab
  call s:propose('2Sight rewrite in capitals')
  call assert_notequal(-1, stridx(Asked(), 'letters.txt, line 2'))
  call assert_notequal(-1, stridx(Asked(), 'Indented by tabs'))
  call assert_equal([-1, -1], [stridx(Asked(), 'zero'), stridx(Asked(), 'BETA')])
endfunction

function! Test_rewrite_without_its_helper_leaves_nothing() abort
  let g:sightline_command = '/nowhere/sightline-editor'
  let [ticks, undo] = [b:changedtick, undotree()]
  call Refused('2Sight rewrite shout', '/nowhere/sightline-editor is not there')
  call assert_equal([], sightline#proposal#all(bufnr('%')))
  call assert_equal([ticks, undo], [b:changedtick, undotree()])
  call assert_equal([], has('nvim') ? flatten(map(values(nvim_get_namespaces()),
        \ 'nvim_buf_get_extmarks(0, v:val, 0, -1, {})')) : prop_list(1, {'end_lnum': -1}))
  Sight retry
  call Says('nothing was asked in this buffer')
endfunction

" What was proposed when each request left.
function! Test_rewrite_leaves_before_anything_is_proposed() abort
  call s:open('rewrite=upper')
  let [job, states] = [sightline#client#connect(), []]
  let Send = job.send
  let job.send = {message -> [message.method ==# 'start' ? add(states, s:proposal().state) : 0, Send(message)]}
  call s:propose('2,5Sight rewrite in capitals')
  call s:propose('2,5Sight rewrite otherwise')
  call cursor(3, 1)
  Sight reject
  Sight retry
  call s:whole()
  call assert_equal(['none', 'whole', 'none'], states)
endfunction

function! Test_rewrite_whose_refinement_cannot_be_sent_stands_as_before() abort
  call s:open('rewrite=upper')
  call s:propose('2,5Sight rewrite in capitals')
  let [command, g:sightline_command] = [g:sightline_command, '/nowhere/sightline-editor']
  let job = sightline#client#connect()
  call Shell('kill -9 ' . job.pid)
  call Await({-> !job.running()}, 'the end of the helper')
  2,5Sight rewrite otherwise
  call Says('/nowhere/sightline-editor is not there')
  call assert_equal('whole', s:proposal().state)
  call assert_true(OnScreen('2 hunks'))
  let g:sightline_command = command
  call cursor(3, 1)
  call Run('Sight retry')
  call s:whole()
  call assert_equal(['done', 2], [g:events[-1].event, len(Journal('request'))])
  call assert_match('in capitals', Asked())
endfunction

function! Test_rewrite_with_a_picture() abort
  call s:open('rewrite=upper')
  call s:propose('2Sight rewrite red.png as in the picture')
  call assert_equal('image_url', filter(copy(Body(-1).messages[-1].content), 'v:val.type !=# "text"')[0].type)
  call assert_match('The instruction: as in the picture', Asked())
endfunction

" ---- while it streams

function! Test_rewrite_follows_its_lines() abort
  call s:open('rewrite=upper/pace=15')
  2,5Sight rewrite in capitals
  call append(0, ['new', 'lines'])
  1delete
  call setline(1, 'typed')
  call append('$', 'below')
  call s:whole()
  call assert_equal(['typed'] + s:text + ['below'], getline(1, '$'))
  call cursor(3, 1)
  Sight accept
  call assert_equal(['typed', 'zero', 'ALPHA ONE', 'BETA', '', 'GAMMA TWO', 'END', 'below'], getline(1, '$'))
  silent undo
  call assert_equal(['typed'] + s:text + ['below'], getline(1, '$'))
endfunction

function! Test_rewrite_shows_how_far_it_is() abort
  call s:open('rewrite=upper/pace=20/reasoning=9')
  2,5Sight rewrite in capitals
  call Await({-> sightline#status() =~# '^rewrite: thinking'}, 'the thinking')
  call Await({-> OnScreen('gamma two.*thinking')}, 'the indicator')
  call Await({-> OnScreen('│ ALPHA')}, 'the text')
  call s:whole()
  call assert_false(OnScreen('thinking\|answering'))
endfunction

" The user types above while the answer comes in.
function! Test_rewrite_while_typing_above() abort
  call s:open('rewrite=upper/pace=15')
  call cursor(1, 1)
  2,5Sight rewrite in capitals
  call timer_start(30, function('s:type'), {'repeat': -1})
  call feedkeys('A', 't')
  call feedkeys('', 'x!')
  call assert_match('^zero\( x\)\+$', getline(1))
  call assert_equal('ALPHA ONE', getline(2 + line('$') - 6))
  let accepted_undone = 0
  while getline(1, '$') != s:text
    let [typed, rest] = [getline(1), getline(2, '$')]
    silent undo
    call assert_true((getline(1) !=# typed) + (getline(2, '$') != rest) == 1, string(getline(1, '$')))
    let accepted_undone += getline(2, '$') != rest
  endwhile
  call assert_equal(1, accepted_undone)
endfunction

function! s:type(timer) abort
  if s:proposal().state ==# 'whole'
    2,5Sight accept
    call timer_stop(a:timer)
    call feedkeys(" x\<Esc>", 't')
  else
    call feedkeys(' x', 't')
  endif
endfunction

function! s:stopped_by(command, left) abort
  call s:open('rewrite=upper/pace=100/reasoning=0')
  let ended = Ended()
  2,5Sight rewrite in capitals
  call Await({-> OnScreen('│ ALPHA')}, 'the text')
  execute a:command
  call Await({-> Ended() > ended}, 'the end after ' . a:command)
  call Says('these lines were changed: rewrite stopped, your change stays')
  call assert_equal(a:left, getline(1, '$'), a:command)
  call assert_equal([1, 'cancelled', 'none'], [Windows(), g:events[-1].code, s:proposal().state])
  call assert_false(OnScreen('ALPHA ON\|answering'), a:command)
endfunction

function! Test_rewrite_whose_lines_are_edited_stops() abort
  call s:stopped_by('3s/BETA/mine/', ['zero', 'alpha one', 'mine', '', 'gamma two', 'END'])
  call s:stopped_by('2delete', ['zero', 'BETA', '', 'gamma two', 'END'])
  call s:stopped_by('1,6delete', [''])
  call s:stopped_by('1join', ['zero alpha one', 'BETA', '', 'gamma two', 'END'])
  call s:stopped_by('call append(3, "in")', ['zero', 'alpha one', 'BETA', 'in', '', 'gamma two', 'END'])
endfunction

function! Test_rewrite_whose_buffer_is_replaced_stops() abort
  call s:stopped_by('silent %!tr a-z b-za', ['afsp', 'bmqib pof', 'BETA', '', 'hbnnb uxp', 'END'])
  call s:stopped_by('call setline(1, map(getline(1, "$"), "v:val . v:val"))', map(copy(s:text), 'v:val . v:val'))
  call s:stopped_by('silent edit!', s:text)
  call s:stopped_by('silent %!cat', s:text)
endfunction

" Whichever comes first, the user's change or the end of the answer.
function! Test_rewrite_edited_while_it_ends_says_so() abort
  for milliseconds in range(1, 61, 12)
    call s:open('rewrite=upper/pace=5/reasoning=0')
    let ended = Ended()
    2,5Sight rewrite in capitals
    execute 'sleep' milliseconds . 'm'
    call setline(3, 'mine')
    call Await({-> Ended() > ended}, 'the end')
    redraw
    call Says('these lines were changed: .*, your change stays')
    call assert_equal(['zero', 'alpha one', 'mine', '', 'gamma two', 'END'], getline(1, '$'))
    call assert_equal('none', s:proposal().state)
    messages clear
  endfor
endfunction

function! Test_rewrite_whose_last_change_is_undone_or_done_again() abort
  call s:open('rewrite=upper/pace=20')
  call append(0, 'above')
  let &g:undolevels = &g:undolevels
  3,6Sight rewrite in capitals
  silent undo
  silent redo
  silent undo
  call s:whole()
  call cursor(2, 1)
  Sight accept
  call assert_equal(['zero', 'ALPHA ONE', 'BETA', '', 'GAMMA TWO', 'END'], getline(1, '$'))
endfunction

function! Test_rewrite_whose_own_lines_come_back_by_undo_stops() abort
  call s:open('rewrite=upper/pace=20')
  call setline(3, 'MINE')
  let &g:undolevels = &g:undolevels
  2,5Sight rewrite in capitals
  silent undo
  call Await({-> Ended()}, 'the end')
  call assert_equal(s:text, getline(1, '$'))
endfunction

" ['accept' or 'reject', line] of hunks, and then undo and redo while the others still stand.
function! s:undo_of(command, deeds, left) abort
  call s:open('rewrite=' . a:command)
  call s:propose('2,5Sight rewrite it')
  let hunks = len(s:proposal().hunks)
  for [deed, line] in a:deeds
    call cursor(line, 1)
    execute 'Sight' deed 'hunk'
  endfor
  let accepted = getline(1, '$')
  call assert_equal(a:left, len(s:proposal().hunks))
  silent undo
  call s:settled()
  call assert_equal([s:text, hunks], [getline(1, '$'), len(s:proposal().hunks)])
  silent redo
  call s:settled()
  call assert_equal([accepted, a:left], [getline(1, '$'), len(s:proposal().hunks)])
  silent undo
  call s:settled()
  call cursor(2, 1)
  Sight accept
  call assert_equal([], sightline#proposal#all(bufnr('%')))
  silent undo
  call assert_equal(s:text, getline(1, '$'))
endfunction

function! Test_rewrite_hunk_undone_in_normal_mode_is_proposed_again() abort
  call s:open('rewrite=upper')
  call setline(1, ['one', 'two', 'three', '', 'IV', 'five', ''])
  let &g:undolevels = &g:undolevels
  call s:propose('1,6Sight rewrite in capitals')
  call cursor(2, 1)
  Sight accept hunk
  call Await({-> !s:proposal().drawing}, 'the drawing')
  redraw
  call feedkeys('u', 'xt')
  redraw
  call s:settled()
  call assert_equal('one', getline(1))
  call assert_equal(2, len(get(s:proposal(), 'hunks', [])))
endfunction

" After what the editor tells of a change has been taken in.
function! s:settled() abort
  call sightline#range#update(bufnr('%'))
  let passed = []
  call timer_start(0, {-> add(passed, 1)})
  call Await({-> !empty(passed) && !s:proposal().drawing}, 'what a change brings')
endfunction

function! Test_rewrite_hunk_undone_is_proposed_again() abort
  call s:undo_of('upper', [['accept', 2]], 1)
endfunction

function! Test_rewrite_last_hunk_undone_is_proposed_again() abort
  call s:undo_of('upper', [['accept', 5]], 1)
endfunction

function! Test_rewrite_hunk_of_more_lines_undone_is_proposed_again() abort
  call s:undo_of('twice', [['accept', 2]], 2)
endfunction

function! Test_rewrite_above_a_hunk_undone_moves_it() abort
  call s:open('rewrite=upper')
  call s:propose('2,5Sight rewrite in capitals')
  call cursor(2, 1)
  Sight accept hunk
  call append(1, 'between')
  call append(6, 'below')
  let &g:undolevels = &g:undolevels
  call s:settled()
  call assert_equal(1, len(s:proposal().hunks))
  call cursor(6, 1)
  Sight accept
  call assert_equal(['zero', 'between', 'ALPHA ONE', 'BETA', '', 'GAMMA TWO', 'below', 'END'], getline(1, '$'))
endfunction

function! Test_rewrite_edited_after_a_hunk_is_dropped() abort
  call s:open('rewrite=upper')
  call s:propose('2,5Sight rewrite in capitals')
  call cursor(2, 1)
  Sight accept hunk
  call setline(3, 'mine')
  call Says('these lines were changed: proposal dropped, your change stays')
endfunction

function! s:gone_by(command) abort
  call s:open('rewrite=upper/pace=100/reasoning=0')
  let ended = Ended()
  2,5Sight rewrite in capitals
  call Await({-> OnScreen('│ ALPHA')}, 'the text')
  execute a:command
  call Await({-> Ended() > ended}, 'the end after ' . a:command)
  call Says('its buffer is gone: rewrite stopped')
  call assert_equal(['cancelled', 1, ''], [g:events[-1].code, Windows(), sightline#status()])
  call Await({-> len(filter(Journal('end'), 'v:val.how ==# "client closed"')) > 0}, 'the end at the server')
endfunction

function! Test_rewrite_whose_buffer_is_wiped_stops() abort
  call s:gone_by('bwipeout!')
endfunction

function! Test_rewrite_whose_buffer_is_unloaded_stops() abort
  call s:gone_by('bunload!')
endfunction

" What is dropped stays away, whatever undo brings back with its lines.
function! Test_rewrite_dropped_by_an_edit_does_not_come_back() abort
  call s:open('rewrite=upper')
  call s:propose('2,5Sight rewrite in capitals')
  5s/two/three/
  redraw
  call Says('these lines were changed: proposal dropped, your change stays')
  call assert_equal('gamma three', getline(5))
  silent undo
  call assert_false(OnScreen('GAMMA\|hunks'))
  call assert_equal(s:text, getline(1, '$'))
  call s:propose('2,5Sight rewrite in capitals')
  call cursor(2, 1)
  Sight accept
  silent undo
  call assert_false(OnScreen('GAMMA\|hunks'))
  call assert_equal([], has('nvim') ? [] : prop_list(1, {'end_lnum': -1})->filter('has_key(v:val, "type")'))
  call assert_equal([], sign_getplaced('%', {'group': '*'})[0].signs)
endfunction

" ---- failures

" Without waiting and asking again.
function! s:serve_once(segments) abort
  call Configure({'base_url': $SIMULATOR_URL . '/' . a:segments . '/v1', 'model': 'step-3.7-flash',
        \ 'key': v:null, 'retries': 0})
endfunction

function! s:fails(segments, code) abort
  call s:open('')
  call s:serve_once(a:segments)
  let [ticks, ended] = [b:changedtick, Ended()]
  2,5Sight rewrite in capitals
  call Await({-> Ended() > ended}, 'the end of ' . a:segments)
  call assert_equal(['failed', a:code], [g:events[-1].event, g:events[-1].code])
  call Says('^Sightline: ' . escape(g:events[-1].text, '[]*~\'))
  call assert_equal([s:text, ticks, 'none'],
        \ [getbufline('letters.txt', 1, '$'), getbufvar('letters.txt', 'changedtick'), s:proposal().state])
endfunction

function! Test_rewrite_that_fails_changes_nothing() abort
  for [segments, code] in [['status=401', 'key refused'], ['status=429', 'rate'], ['status=500', 'server']]
    call s:fails(segments, code)
    call assert_equal([1, []], [Windows(), Answers()])
  endfor
endfunction

function! Test_rewrite_without_a_key_changes_nothing() abort
  call s:open('')
  call WriteConfig(['{"provider": "stepfun", "consent": true}'])
  2,5Sight rewrite in capitals
  call Await({-> Ended()}, 'the end')
  call Says('stepfun has no API key: run :Sight setup')
  call assert_equal([s:text, 1], [getline(1, '$'), Windows()])
endfunction

function! s:breaks_off(segments, code) abort
  call s:fails(a:segments, a:code)
  call assert_match('^ALPHA ON', Answer())
  call assert_notmatch('TWO', Answer())
  call assert_equal(2, Windows())
  call EnterAnswer()
  call sightline#popup#close() " which may lie over it
  call assert_true(OnScreen('not whole'))
endfunction

function! Test_rewrite_with_an_error_in_the_stream_offers_what_came() abort
  call s:breaks_off('rewrite=upper/reasoning=0/error-event=4', 'server')
endfunction

function! Test_rewrite_whose_connection_breaks_offers_what_came() abort
  call s:breaks_off('rewrite=upper/reasoning=0/drop=1900', 'incomplete')
endfunction

function! Test_rewrite_stopped_offers_what_came() abort
  call s:open('rewrite=upper/pace=100/reasoning=0')
  2,5Sight rewrite in capitals
  call Await({-> OnScreen('│ ALPHA')}, 'the text')
  Sight stop
  call Await({-> Ended()}, 'the end')
  call Says('rewrite stopped')
  call assert_match('^ALPHA', Answer())
  call assert_equal([s:text, 'none'], [getline(1, '$'), s:proposal().state])
  call assert_false(OnScreen('│ ALPHA'))
endfunction

function! Test_rewrite_whose_helper_dies_offers_what_came() abort
  call s:open('rewrite=upper/pace=100/reasoning=0')
  2,5Sight rewrite in capitals
  call Await({-> OnScreen('│ ALPHA')}, 'the text')
  call Shell('kill -9 ' . Helpers()[0])
  call Await({-> Ended()}, 'the end')
  call Says('the Sightline process ended')
  call assert_match('^ALPHA', Answer())
  call assert_equal(s:text, getline(1, '$'))
  call Serve('rewrite=upper')
  Sight retry
  call s:whole()
endfunction

function! Test_rewrite_with_control_characters_inserts_data() abort
  call Serve('controls')
  edit! letters.txt
  call setline(1, 'x')
  call s:propose('1Sight rewrite with controls')
  Sight accept
  call assert_notequal(-1, stridx(join(getline(1, '$'), "\n"), "␛[31mred"))
  call assert_equal(-1, match(getline(1, '$'), '[[:cntrl:]]'))
  call assert_notequal('sh', &filetype)
endfunction

" ---- more than one

function! Test_rewrite_two_at_once_in_a_buffer() abort
  call s:open('rewrite=upper/pace=10')
  1,2Sight rewrite one
  5Sight rewrite other
  call Await({-> Ended() == 2}, 'both ends')
  call cursor(2, 1)
  Sight accept
  call cursor(5, 1)
  Sight accept
  call assert_equal(['ZERO', 'ALPHA ONE', 'BETA', '', 'GAMMA TWO', 'END'], getline(1, '$'))
  silent undo
  call assert_equal(['ZERO', 'ALPHA ONE', 'BETA', '', 'gamma two', 'END'], getline(1, '$'))
endfunction

function! Test_rewrite_accepted_above_another_moves_it() abort
  call s:open('rewrite=twice')
  call s:propose('1Sight rewrite twice')
  call Run('5Sight rewrite twice')
  call cursor(1, 1)
  Sight accept
  call cursor(6, 1)
  Sight accept
  call assert_equal(['zero', 'zero', 'alpha one', 'BETA', '', 'gamma two', 'gamma two', 'END'], getline(1, '$'))
endfunction

function! Test_rewrite_in_two_buffers() abort
  call s:open('rewrite=upper/pace=10')
  2Sight rewrite one
  buffer note.txt
  2Sight rewrite two
  call Await({-> Ended() == 2}, 'both ends')
  call cursor(2, 1)
  Sight accept
  call assert_equal(['first', 'SECOND', 'third'], getline(1, '$'))
  call assert_equal(s:text, getbufline('letters.txt', 1, '$'))
  buffer letters.txt
  call cursor(2, 1)
  Sight accept
  call assert_equal('ALPHA ONE', getline(2))
endfunction

function! Test_rewrite_that_no_window_shows_says_where_it_is() abort
  call s:open('rewrite=upper')
  2Sight rewrite in capitals
  buffer note.txt
  call Says('the proposal is in letters.txt: 1 hunk')
  buffer letters.txt
  call cursor(2, 1)
  Sight diff
  call assert_equal(2, winnr('$'))
  tabclose
  Sight accept
  call assert_equal('ALPHA ONE', getline(2))
endfunction

function! Test_rewrite_of_lines_that_have_a_proposal() abort
  call s:open('rewrite=upper')
  call s:propose('2,5Sight rewrite in capitals')
  call cursor(2, 1)
  1,3Sight rewrite other
  call Says('a proposal for other lines stands here; accept or reject it first')
  call assert_equal(1, len(sightline#proposal#all(bufnr('%'))))
endfunction

function! Test_rewrite_again_refines() abort
  call s:open('rewrite=upper')
  call s:propose('2,5Sight rewrite in capitals')
  call Serve('rewrite=twice')
  call cursor(3, 1)
  call Run('Sight rewrite each twice')
  call s:whole()
  call assert_equal(['user', 'assistant', 'user'],
        \ filter(map(Body(-1).messages, 'v:val.role'), 'v:val !=# "system"'))
  call assert_match("<selection>\nALPHA ONE\nBETA", Asked())
  call assert_equal(s:text, getline(1, '$'))
  Sight accept
  call assert_equal(['ALPHA ONE', 'ALPHA ONE', 'BETA', 'BETA'], getline(2, 5))
endfunction

function! Test_rewrite_whose_refinement_fails_stands_as_before() abort
  call s:open('rewrite=upper')
  call s:propose('2,5Sight rewrite in capitals')
  call s:serve_once('status=500')
  call cursor(3, 1)
  call Run('Sight rewrite each twice')
  call assert_equal('failed', g:events[-1].event)
  call s:whole()
  call assert_true(OnScreen('\~ GAMMA TWO'))
  Sight accept
  call assert_equal('ALPHA ONE', getline(2))
endfunction

function! Test_rewrite_retry_asks_anew() abort
  call s:open('rewrite=upper')
  call s:propose('2,5Sight rewrite in capitals')
  call Serve('rewrite=twice')
  call cursor(3, 1)
  call Run('Sight retry')
  call s:whole()
  call assert_equal(['user'], filter(map(Body(-1).messages, 'v:val.role'), 'v:val !=# "system"'))
  call assert_equal(8, len(s:proposal().lines))
  Sight reject
  call Run('Sight retry')
  call s:whole()
  call assert_equal(8, len(s:proposal().lines))
endfunction

function! Test_rewrite_that_failed_is_tried_again() abort
  call s:fails('status=500', 'server')
  call Serve('rewrite=upper')
  call append(0, 'above')
  Sight retry
  call s:whole()
  call cursor(3, 1)
  Sight accept
  call assert_equal(['above', 'zero', 'ALPHA ONE'], getline(1, 3))
  call setline(3, 'mine')
  Sight retry
  call Says('the lines that were to be rewritten have changed')
endfunction

" ---- a part of lines

function! Test_rewrite_of_a_part_of_a_line() abort
  call s:open('rewrite=upper')
  call cursor(2, 7)
  call feedkeys("\<Plug>(sightline-rewrite)iwin capitals\<CR>", 'xt')
  call s:whole()
  call assert_match("<selection>\none\n</selection>", Asked())
  call assert_match("Before the selection:\nzero\nalpha \nAfter the selection:\n\nBETA", Asked())
  call assert_equal(s:text, getline(1, '$'))
  " What stands beside it may change.
  call setline(2, 'an alpha one')
  redraw
  call setline(2, 'an alpha one or two')
  redraw
  call cursor(2, 10)
  Sight accept
  call assert_equal('an alpha ONE or two', getline(2))
  silent undo
  call assert_equal('an alpha one or two', getline(2))
endfunction

function! Test_rewrite_of_a_part_of_several_lines() abort
  call s:open('rewrite=upper')
  call setline(2, 'älpha önë')
  call cursor(2, 8)
  call feedkeys("v3j\<Plug>(sightline-rewrite)in capitals\<CR>", 'xt')
  call s:whole()
  call assert_match("<selection>\nönë\nBETA\n\ngamma t\n</selection>", Asked())
  Sight accept
  call assert_equal(['zero', 'älpha öNë', 'BETA', '', 'GAMMA Two', 'END'], getline(1, '$'))
endfunction

function! Test_rewrite_of_a_part_of_several_lines_to_fewer() abort
  call s:open('rewrite=none')
  call cursor(2, 7)
  call feedkeys("v3jh\<Plug>(sightline-rewrite)away\<CR>", 'xt')
  call s:whole()
  call assert_equal(4, len(s:proposal().range.lines))
  Sight accept
  call assert_equal(['zero', 'alpha two', 'END'], map(getline(1, '$'), 'substitute(v:val, "a .*t", "a t", "")'))
  silent undo
  call assert_equal(s:text, getline(1, '$'))
endfunction

function! Test_rewrite_of_a_part_of_a_line_broken_in_two() abort
  call s:open('rewrite=upper')
  call cursor(2, 7)
  call feedkeys("\<Plug>(sightline-rewrite)iwin capitals\<CR>", 'xt')
  call s:whole()
  execute "normal! i\<CR>"
  redraw
  call assert_equal(['alpha ', 'one'], getline(2, 3))
  call cursor(3, 1)
  Sight accept
  call assert_equal(['alpha ', 'ONE', 'BETA'], getline(2, 4))
endfunction

function! Test_rewrite_of_a_part_that_is_edited_is_dropped() abort
  call s:open('rewrite=upper')
  call cursor(2, 7)
  call feedkeys("\<Plug>(sightline-rewrite)iwin capitals\<CR>", 'xt')
  call s:whole()
  normal! rO
  redraw
  call Says('proposal dropped, your change stays')
  call assert_equal('alpha One', getline(2))
endfunction

function! Test_rewrite_of_a_part_whose_middle_is_edited_is_dropped() abort
  call s:open('rewrite=upper')
  call cursor(2, 7)
  call feedkeys("v3j\<Plug>(sightline-rewrite)in capitals\<CR>", 'xt')
  call s:whole()
  call setline(2, 'an alpha one')
  redraw
  call assert_equal('whole', s:proposal().state)
  call setline(3, 'BETA and more')
  redraw
  call Says('proposal dropped, your change stays')
endfunction

" One at a time: what is drawn below the line could not be told apart.
function! Test_rewrite_of_a_second_part_of_a_line_waits() abort
  call s:open('rewrite=upper')
  call cursor(2, 1)
  call feedkeys("\<Plug>(sightline-rewrite)iwin capitals\<CR>", 'xt')
  call Await({-> Ended() == 1}, 'the first end')
  call cursor(2, 7)
  call feedkeys("\<Plug>(sightline-rewrite)iwin capitals\<CR>", 'xt')
  call Says('a proposal stands here already')
  call cursor(2, 1)
  Sight accept
  call assert_equal('ALPHA one', getline(2))
endfunction

function! Test_rewrite_of_lines_by_the_operator_and_again_by_dot() abort
  call s:open('rewrite=upper')
  call cursor(2, 1)
  call feedkeys("\<Plug>(sightline-rewrite)_in capitals\<CR>", 'xt')
  call s:whole()
  call assert_match("<selection>\nalpha one\n</selection>", Asked())
  Sight accept
  call cursor(5, 1)
  let ended = Ended()
  normal .
  call Await({-> Ended() > ended}, 'the second answer')
  call assert_match('The instruction: in capitals', Asked())
  Sight accept
  call assert_equal(['zero', 'ALPHA ONE', 'BETA', '', 'GAMMA TWO', 'END'], getline(1, '$'))
endfunction

function! Test_rewrite_by_the_operator_starts_the_helper_while_it_asks() abort
  call s:open('rewrite=upper')
  autocmd case CmdlineEnter @ ++once call Await({-> !empty(Helpers())}, 'the helper')
  call feedkeys("\<Plug>(sightline-rewrite)_in capitals\<CR>", 'xt')
  call s:whole()
endfunction

function! Test_rewrite_of_nothing_by_an_empty_instruction() abort
  call s:open('rewrite=upper')
  call feedkeys("\<Plug>(sightline-rewrite)_\<CR>", 'xt')
  call feedkeys("\<Plug>(sightline-rewrite)_words\<Esc>", 'xt')
  call assert_equal([[], 'none'], [Journal('request'), s:proposal().state])
endfunction

function! s:block(keys) abort
  call setline(1, ['ab cd ef', 'ab cö ef', "a\tcd", 'x'])
  let &g:undolevels = &g:undolevels
  call cursor(1, 4)
  call feedkeys("\<C-V>" . a:keys . "\<Plug>(sightline-rewrite)in capitals\<CR>", 'xt')
endfunction

function! Test_rewrite_of_a_block() abort
  call s:open('rewrite=upper')
  call s:block('jl')
  call s:whole()
  call assert_match("<selection>\ncd\ncö\n</selection>", Asked())
  call assert_match("The selection is a block of 2 rows, a part of each of these lines:\nab cd ef\nab cö ef", Asked())
  " What stands beside a row may change.
  call setline(2, 'more cö ef')
  redraw
  call setline(2, 'more cö')
  redraw
  call cursor(2, 6)
  Sight accept
  call assert_equal(['ab CD ef', 'more Cö', "a\tcd"], getline(1, 3))
  silent undo
  call assert_equal(['ab cd ef', 'more cö', "a\tcd"], getline(1, 3))
endfunction

function! Test_rewrite_of_a_block_to_the_ends_of_its_lines() abort
  call s:open('rewrite=upper')
  call s:block('2j$')
  call s:whole()
  call assert_match("<selection>\ncd ef\ncö ef\n\tcd\n</selection>", Asked())
  call cursor(1, 4)
  Sight accept
  call assert_equal(['ab CD EF', 'ab Cö EF', "a\tCD", 'x'], getline(1, 4))
endfunction

function! Test_rewrite_of_a_block_to_more_rows_is_offered() abort
  call s:open('rewrite=twice')
  let before = Ended()
  call s:block('jl')
  call Await({-> Ended() > before}, 'the end')
  call Says('the block has 2 rows and the proposal 4 lines, so that it cannot go back row by row')
  call assert_equal("cd\ncd\ncö\ncö", Answer())
  call assert_equal(['none', 'ab cd ef'], [s:proposal().state, getline(1)])
endfunction

" ---- how it is shown

function! Test_rewrite_larger_than_half_the_window_has_one_of_its_own() abort
  call Serve('rewrite=upper/pace=1')
  edit! letters.txt
  setlocal filetype=text
  call setline(1, map(range(1, 60), '"line " . v:val'))
  11,50Sight rewrite in capitals
  call Await({-> bufexists('sightline://proposal/1/letters.txt') && Windows() == 2}, 'the window')
  call s:whole()
  let page = bufnr('sightline://proposal/1/letters.txt')
  call assert_equal(map(range(11, 50), '"LINE " . v:val'), getbufline(page, 1, '$'))
  call assert_equal(['text', 0, bufnr('letters.txt')],
        \ [getbufvar(page, '&filetype'), getbufvar(page, '&modifiable'), bufnr('%')])
  call win_gotoid(win_findbuf(page)[0])
  call cursor(40, 1)
  Sight accept
  call assert_equal(['letters.txt', 1], [bufname('%'), Windows()])
  call assert_equal(['line 10', 'LINE 11'], getline(10, 11))
  call assert_equal(['LINE 50', 'line 51'], getline(50, 51))
  call assert_false(bufexists(page))
endfunction

function! Test_rewrite_plain_is_shown_in_an_ordinary_window() abort
  let g:sightline_plain = 1
  call s:open('rewrite=upper')
  call s:propose('2,5Sight rewrite in capitals')
  call assert_equal(2, Windows())
  call Says('2 hunks · :Sight accept')
  call assert_equal(['ALPHA ONE', 'BETA', '', 'GAMMA TWO'], getbufline('sightline://proposal/1/letters.txt', 1, '$'))
  call assert_equal([], sign_getplaced('letters.txt', {'group': '*'})[0].signs)
  call sightline#popup#close() " which may lie over it
  call assert_true(OnScreen('^alpha one'))
  wincmd w
  call cursor(4, 1)
  Sight reject hunk
  call assert_equal(['ALPHA ONE', 'BETA', '', 'gamma two'], s:proposal().lines)
  Sight accept
  call assert_equal([['zero', 'ALPHA ONE', 'BETA', '', 'gamma two', 'END'], 1], [getline(1, '$'), Windows()])
endfunction

function! Test_rewrite_wraps_long_lines() abort
  call Serve('rewrite=upper')
  edit! letters.txt
  call setline(1, join(map(range(1, 40), '"word" . v:val')))
  call s:propose('1Sight rewrite in capitals')
  redraw
  let rows = filter(map(range(1, &lines), {_, row -> join(map(range(1, &columns), 'screenstring(row, v:val)'), '')}),
        \ 'v:val =~# "\\u\\d\\|\\uORD"')
  call assert_equal(getline(1), tolower(join(map(rows[: 3], 'v:val[4:]'), '')[: len(getline(1)) - 1]),
        \ string(rows))
endfunction

function! Test_rewrite_in_two_windows_and_a_fold() abort
  call s:open('rewrite=upper')
  setlocal foldmethod=manual
  1,6fold
  split
  call s:propose('2,5Sight rewrite in capitals')
  call assert_true(OnScreen('\~ GAMMA TWO'))
  wincmd w
  call cursor(3, 1)
  Sight accept
  call assert_equal('ALPHA ONE', getline(2))
  call assert_false(OnScreen('hunks'))
endfunction

function! Test_rewrite_that_changes_nothing_says_so() abort
  call s:open('rewrite=upper')
  call Run('3Sight rewrite in capitals')
  call Says('the model leaves it as it is')
  call assert_equal('none', s:proposal().state)
endfunction

function! Test_rewrite_diff_shows_both_side_by_side() abort
  call s:open('rewrite=upper')
  call s:propose('2,5Sight rewrite in capitals')
  call cursor(2, 1)
  Sight diff
  call assert_equal([2, 2, 1], [tabpagenr('$'), winnr('$'), &diff])
  call assert_equal(['ALPHA ONE', 'BETA', '', 'GAMMA TWO'], getline(1, '$'))
  wincmd h
  call assert_equal([s:text[1:4], 1], [getline(1, '$'), &diff])
  tabclose
  call assert_equal([s:text, 'whole', 0], [getline(1, '$'), s:proposal().state, &diff])
endfunction

function! Test_rewrite_highlights_survive_a_colour_scheme() abort
  call s:open('rewrite=upper')
  call s:propose('2Sight rewrite in capitals')
  colorscheme blue
  for group in ['SightlineAdd', 'SightlineDelete', 'SightlineText', 'SightlineBanner']
    call assert_match('links to', execute('highlight ' . group))
  endfor
endfunction

function! Test_rewrite_commands_are_completed() abort
  call assert_equal(['accept', 'alt', 'ask'], getcompletion('Sight a', 'cmdline'))
  call assert_equal(['hunk'], getcompletion('Sight accept h', 'cmdline'))
  call assert_equal(['red.png'], getcompletion('2,3Sight rewrite re', 'cmdline'))
  for name in ['rewrite', 'accept', 'accept-hunk', 'reject', 'reject-hunk', 'next', 'prev', 'diff']
    call assert_notequal('', maparg('<Plug>(sightline-' . name . ')', 'n'), name)
  endfor
endfunction

" In the original in both editors, and in the proposal where rows can have more than one colour.
function! Test_rewrite_colours_the_words_that_differ() abort
  call s:open('rewrite=upper')
  call setline(2, 'alpha ONE')
  call s:propose('2Sight rewrite in capitals')
  redraw
  let original = map(['alpha', 'ONE'], {_, word -> screenattr(2, 3 + stridx('alpha ONE', word))})
  call assert_equal('aO', screenstring(2, 3) . screenstring(2, 9))
  call assert_notequal(original[0], original[1])
  call assert_equal(screenattr(2, 3), screenattr(2, 7))
  call assert_equal('AO', screenstring(4, 5) . screenstring(4, 11))
  call assert_equal(has('nvim'), screenattr(4, 5) != screenattr(4, 11))
  call assert_notequal(screenattr(4, 11), screenattr(5, 3))
endfunction

" ---- differences

" What hunks make of the old list.
function! s:patched(old, new, hunks) abort
  let list = copy(a:old)
  for hunk in reverse(copy(a:hunks))
    let list = (hunk.from ? list[: hunk.from - 1] : [])
          \ + (hunk.lines ? a:new[hunk.to : hunk.to + hunk.lines - 1] : []) + list[hunk.from + hunk.count :]
  endfor
  return list
endfunction

function! Test_differences_lead_from_one_text_to_the_other() abort
  let seed = 1
  for round in range(400)
    let texts = [[], []]
    for text in texts
      for item in range(round % 23)
        let seed = (seed * 1103515245 + 12345) % 2147483648
        call add(text, nr2char(97 + seed / 65536 % (2 + round % 7)))
      endfor
    endfor
    let hunks = sightline#diff#lines(texts[0], texts[1])
    call assert_equal(texts[1], s:patched(texts[0], texts[1], hunks), string(texts))
    for hunk in hunks
      call assert_true(hunk.count + hunk.lines > 0, string(texts))
    endfor
  endfor
endfunction

function! Test_differences_are_the_least() abort
  for [old, new, hunks] in [
        \ [['a', 'b', 'c'], ['a', 'c'], [[1, 1, 1, 0]]],
        \ [['a', 'c'], ['a', 'b', 'c'], [[1, 0, 1, 1]]],
        \ [['}', 'a', '}', 'b', '}'], ['}', 'A', '}', 'b', '}', '}'], [[1, 1, 1, 1], [5, 0, 5, 1]]],
        \ [[], ['a'], [[0, 0, 0, 1]]],
        \ [['a'], [], [[0, 1, 0, 0]]],
        \ [['a', 'b'], ['c', 'd'], [[0, 2, 0, 2]]],
        \ [['a'], ['a'], []],
        \ ]
    call assert_equal(hunks, map(sightline#diff#lines(old, new), '[v:val.from, v:val.count, v:val.to, v:val.lines]'),
          \ string([old, new]))
  endfor
endfunction
