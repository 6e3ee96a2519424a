" :Sight! describe, into the buffer.

function! Test_bang_inserts_below_the_cursor_as_one_change() abort
  call Serve('pace=5/lines=20')
  let before = getline(1, '$')
  call cursor(2, 1)
  Sight! describe red.png
  let ticks = b:changedtick
  call Await({-> sightline#status() =~# 'answering'}, 'the answer')
  call assert_equal([before, ticks], [getline(1, '$'), b:changedtick])
  call Await({-> Ended()}, 'the end')
  let answer = getline(3, line('$') - 1)
  call assert_equal(['first', 'second', 'third'], getline(1, 2) + getline('$', '$'))
  call assert_equal('Simulated answer: no model runs here.', answer[0])
  call assert_equal('Line 20 of 20 of a simulated answer.', answer[-1])
  call assert_equal([2, 1], [line('.'), Windows()])
  call Says('^Sightline: inserted (.* tokens in, .* out, .* USD estimated)$')
  silent undo
  call assert_equal(before, getline(1, '$'))
  call assert_false(&modified)
endfunction

function! Test_bang_goes_below_a_given_line() abort
  call Run('1Sight! describe red.png')
  call assert_equal(['first', 'Simulated answer: no model runs here.'], getline(1, 2))
  call assert_equal(['second', 'third'], getline(line('$') - 1, '$'))
endfunction

function! Test_bang_follows_its_line() abort
  call Serve('pace=10')
  call cursor(2, 1)
  Sight! describe red.png
  call append(0, ['zero', 'and a half'])
  call append('$', 'fourth')
  call setline(1, 'changed')
  call Await({-> Ended()}, 'the end')
  call assert_equal(['changed', 'and a half', 'first', 'second'], getline(1, 4))
  call assert_equal('Simulated answer: no model runs here.', getline(5))
  call assert_equal(['third', 'fourth'], getline(line('$') - 1, '$'))
endfunction

function! Test_bang_follows_the_last_line() abort
  call Serve('pace=10')
  call cursor(3, 1)
  Sight! describe red.png
  1delete
  call Await({-> Ended()}, 'the end')
  call assert_equal(['second', 'third', 'Simulated answer: no model runs here.'], getline(1, 3))
endfunction

function! Test_bang_in_an_empty_buffer() abort
  enew
  call Run('Sight! describe red.png')
  call assert_equal(['', 'Simulated answer: no model runs here.'], getline(1, 2))
endfunction

function! Test_bang_whose_line_is_gone_opens_a_window() abort
  call Serve('pace=10')
  call cursor(2, 1)
  Sight! describe red.png
  2delete
  call Await({-> Ended()}, 'the end')
  call assert_equal(['first', 'third'], getline(1, '$'))
  call assert_match('^Simulated answer.*Asked', Answer())
  call Says('the answer is in sightline://describe/1: the line it was to follow is gone')
endfunction

function! Test_bang_whose_last_line_is_gone_opens_a_window() abort
  for [lines, line, command] in [[['one', 'two', ''], 3, '3delete'], [['one', 'two'], 2, '2delete'],
        \ [['one', 'two', ''], 2, '%delete']]
    let left = s:delete_while_it_runs(lines, line, command)
    call assert_equal(left, getline(1, '$'), command)
    call assert_match('^Simulated answer.*Asked', Answer(), command)
    call Says('the answer is in sightline://describe/\d: the line it was to follow is gone')
  endfor
endfunction

" The line that is left of an emptied text may be the one that was last, or a new one.
function! Test_bang_whose_text_is_all_deleted_keeps_the_answer() abort
  call s:delete_while_it_runs(['one', 'two', ''], 3, '%delete')
  call assert_match('^\nSimulated answer.*Asked', join(getline(1, '$'), "\n") . "\n" . Answer())
endfunction

" Returns the lines that the deletion left.
function! s:delete_while_it_runs(lines, line, command) abort
  call Serve('pace=10')
  enew!
  call setline(1, a:lines)
  let ended = Ended()
  execute a:line . 'Sight! describe red.png'
  execute a:command
  let left = getline(1, '$')
  call Await({-> Ended() > ended}, 'the end')
  return left
endfunction

function! Test_bang_below_a_last_line_that_is_emptied() abort
  call Serve('pace=10')
  call cursor(3, 1)
  Sight! describe red.png
  normal! cc
  call Await({-> Ended()}, 'the end')
  call assert_equal(['first', 'second', '', 'Simulated answer: no model runs here.'], getline(1, 4))
endfunction

function! Test_bang_whose_buffer_is_wiped_opens_a_window() abort
  call Serve('pace=10')
  let buffer = bufnr('%')
  Sight! describe red.png
  enew
  execute 'bwipeout!' buffer
  call Await({-> Ended()}, 'the end')
  call assert_match('^Simulated answer.*Asked', Answer())
  call Says('the answer is in sightline://describe/1: the line')
endfunction

function! Test_bang_whose_buffer_is_locked_opens_a_window() abort
  call Serve('pace=10')
  Sight! describe red.png
  setlocal nomodifiable
  call Await({-> Ended()}, 'the end')
  call assert_equal(['first', 'second', 'third'], getline(1, '$'))
  call assert_match('^Simulated answer', Answer())
  call Says('the answer is in sightline://describe/1: the buffer cannot be changed any more')
endfunction

function! Test_bang_in_a_locked_buffer_is_refused() abort
  setlocal nomodifiable
  call Refused('Sight! describe red.png', 'this buffer cannot be changed; use :Sight without !')
endfunction

function! Test_bang_that_fails_inserts_nothing() abort
  call Serve('status=401')
  Sight! describe red.png
  call Await({-> Ended()}, 'the end')
  call assert_equal([['first', 'second', 'third'], 0, 0], [getline(1, '$'), &modified, len(Answers())])
endfunction

function! Test_bang_shows_what_comes_below_its_line() abort
  call Serve('pace=15/reasoning=0/lines=60')
  call cursor(2, 1)
  Sight! describe red.png
  call Await({-> OnScreen('^│ Line 3 of 60')}, 'rows that are no text')
  call assert_equal([['first', 'second', 'third'], 0], [getline(1, '$'), &modified])
  call Await({-> OnScreen('^│ Line 30 of 60')}, 'later rows')
  call assert_false(OnScreen('^│ Line 3 of 60'))
  call Await({-> Ended()}, 'the end')
  call assert_false(OnScreen('^│'))
  silent undo
  call assert_equal(['first', 'second', 'third'], getline(1, '$'))
  call assert_false(OnScreen('^│'))
endfunction

function! Test_bang_accepted_early_takes_what_came() abort
  call Serve('pace=30/reasoning=0/lines=200')
  call cursor(2, 1)
  Sight! describe red.png
  call Await({-> OnScreen('^│ Line 2 of 200')}, 'some lines')
  Sight accept
  call assert_match('^first\nsecond\nSimulated.*\nLine 2 of 200.*\nthird$', join(getline(1, '$'), "\n"))
  let taken = getline(1, '$')
  call Await({-> Ended()}, 'the end')
  call assert_equal(['cancelled', taken], [g:events[-1].code, getline(1, '$')])
  call Await({-> len(filter(Journal('end'), 'v:val.how ==# "client closed"')) > 0}, 'the end at the server')
  call assert_false(OnScreen('^│'))
  silent undo
  call assert_equal([['first', 'second', 'third'], 0], [getline(1, '$'), &modified])
endfunction

function! Test_bang_rejected_early_leaves_nothing() abort
  call Serve('pace=30/reasoning=0/lines=200')
  call cursor(2, 1)
  Sight! describe red.png
  call Await({-> OnScreen('^│ Line 2 of 200')}, 'some lines')
  Sight reject
  call Await({-> Ended()}, 'the end')
  call assert_equal([['first', 'second', 'third'], 0], [getline(1, '$'), &modified])
  call assert_false(OnScreen('^│'))
  Sight accept
  call Says('there is no proposal here')
endfunction

" What came is left below the line: of an answer that broke off, and of one that was stopped.
function! s:left(segments) abort
  let lines = getline(1, '$')
  call Serve(a:segments)
  call cursor(2, 1)
  Sight! describe red.png
  if a:segments =~# 'pace'
    call Await({-> OnScreen('^│ Line 2 of')}, 'some lines')
    Sight stop
  endif
  call Await({-> OnScreen('not whole · :Sight accept puts it in · reject')}, 'what can be done')
  call assert_equal([lines, 0, []], [getline(1, '$'), &modified, Answers()])
  call assert_true(OnScreen('^│ Line '))
endfunction

function! Test_bang_that_fails_half_way_leaves_what_came() abort
  call s:left('drop=16000/reasoning=0/lines=100')
  call assert_equal('failed', g:events[-1].event)
  call cursor(1, 1)
  Sight accept
  call Says('there is no proposal here')
  call cursor(2, 1)
  Sight accept
  call assert_match('^first\nsecond\nSimulated.*\nLine .*\nthird$', join(getline(1, '$'), "\n"))
  call assert_false(OnScreen('^│\|not whole'))
  silent undo
  call assert_equal([['first', 'second', 'third'], 0], [getline(1, '$'), &modified])
endfunction

function! Test_bang_that_is_stopped_leaves_what_came() abort
  call s:left('pace=20/reasoning=0/lines=100')
  call append(0, 'zero')
  redraw " as after anything that is typed; without it Neovim 0.12 draws rows that are gone
  call cursor(3, 1)
  Sight reject
  call Says('rejected what came of describe')
  call assert_equal(['zero', 'first', 'second', 'third'], getline(1, '$'))
  call assert_false(OnScreen('^│\|not whole'))
endfunction

function! Test_bang_that_fails_where_nobody_sees_it_opens_a_window() abort
  call Serve('drop=4000/lines=100')
  Sight! describe red.png
  enew
  call Await({-> Ended()}, 'the end')
  call assert_equal([['first', 'second', 'third'], 0],
        \ [getbufline('note.txt', 1, '$'), getbufvar('note.txt', '&modified')])
  call assert_match('^Simulated answer', Answer())
endfunction

function! Test_bang_that_fails_in_plain_windows_opens_one() abort
  let g:sightline_plain = 1
  call Serve('drop=4000/lines=100')
  Sight! describe red.png
  call Await({-> Ended()}, 'the end')
  call assert_equal([['first', 'second', 'third'], 0], [getline(1, '$'), &modified])
  call assert_match('^Simulated answer', Answer())
  call assert_false(OnScreen('^│'))
endfunction

function! Test_bang_of_two_at_once() abort
  call Serve('pace=10')
  call cursor(1, 1)
  Sight! describe red.png
  call cursor(3, 1)
  Sight! describe green.jpg
  call Await({-> Ended() == 2}, 'both ends')
  call assert_match('^first\nSimulated.\{-}#ff0000 (red).*\nsecond\nthird\nSimulated.\{-}(green)',
        \ join(getline(1, '$'), "\n"))
endfunction

" The user types on while the answer comes in. Whether what is typed after it is a step to undo of
" its own differs between editors; that no step holds both typing and answer does not.
function! Test_bang_while_typing_is_a_step_of_its_own() abort
  call Serve('pace=15')
  call cursor(3, 1)
  1Sight! describe red.png
  call timer_start(40, function('s:type'), {'repeat': -1})
  call feedkeys('A', 't')
  call feedkeys('', 'x!')
  call assert_match('^third\(before \)\+after$', getline('$'))
  call assert_match('^Simulated', getline(2))
  let answer_undone = 0
  while getline(1, '$') != ['first', 'second', 'third']
    let [before, typed] = [line('$'), getline('$')]
    silent undo
    call assert_true((line('$') != before) + (getline('$') !=# typed) == 1, string(getline(1, '$')))
    let answer_undone += line('$') != before
  endwhile
  call assert_equal(1, answer_undone)
endfunction

function! s:type(timer) abort
  call feedkeys(Ended() ? "after\<Esc>" : 'before ', 't')
  if Ended()
    call timer_stop(a:timer)
  endif
endfunction

function! Test_bang_with_no_room_for_a_window_keeps_the_answer() abort
  call Serve('pace=10')
  set noequalalways
  1new
  let buffer = bufnr('%')
  call setline(1, 'here')
  Sight! describe red.png
  1delete
  setlocal nomodifiable
  call Await({-> Ended()}, 'the end')
  call assert_equal(buffer, bufnr('%'))
  call assert_match('^Simulated answer.*Asked', Answer())
  call Says('the answer is in sightline://describe/1: ')
endfunction
