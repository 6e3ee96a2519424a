" :Sight ask, alone and in the window of an answer.

function! Test_ask_without_media() abort
  call Run('Sight ask what | is # this % `touch x`?')
  call assert_equal('sightline://ask/1', bufname(Answers()[0]))
  call assert_equal('markdown', getbufvar(Answers()[0], '&filetype'))
  call assert_match('The question: what | is # this % `touch x`?', Asked())
  call assert_notmatch('Picture 1', Answer())
  call assert_false(filereadable('x'))
endfunction

function! Test_ask_with_media() abort
  call Run('Sight ask red.png blue.webp which is which?')
  call assert_match('Picture 2: WebP', Answer())
  call assert_match('The question: which is which?', Asked())
  call assert_equal('sightline://ask/1/red.png', bufname(Answers()[0]))
endfunction

function! Test_ask_about_lines() abort
  setlocal filetype=text
  call Run('2,3Sight ask why?')
  let asked = Asked()
  for part in ["<selection>second\nthird</selection>", 'note.txt, lines 2 to 3', 'type of the text below: text',
        \ 'The question: why?']
    call assert_notequal(-1, stridx(asked, part), asked)
  endfor
  call Run('2Sight! ask why not?')
  call assert_equal(-1, stridx(Asked(), '<selection>'))
  call assert_equal(['second', 'Simulated answer: no model runs here.'], getline(2, 3))
endfunction

function! Test_ask_without_a_question() abort
  call Refused('Sight ask red.png', 'ask needs a question')
  call Refused('Sight ask', 'ask needs a question')
  call Refused('Sight ask missing.png what?', 'missing.png: no such file')
endfunction

function! Test_ask_about_too_many_lines() abort
  enew
  call setline(1, repeat([repeat('x', 1023)], 1025))
  call Refused('%Sight ask why?', 'these lines are over 1 MB; name fewer')
endfunction

" The same bytes of the same picture, and all that was said before at the start.
function! Test_follow_up_keeps_the_picture() abort
  call Run('Sight describe red.png')
  let window = win_findbuf(Answers()[0])[0]
  call EnterAnswer()
  call Run('Sight ask which red is it?')
  call assert_equal([1, 2, 2], [len(Answers()), Windows(), len(Journal('request'))])
  call assert_equal(window, win_getid())
  let [first, second] = [Body(0).messages, Body(1).messages]
  call assert_equal(first, second[: len(first) - 1])
  call assert_equal(['assistant', 'user'], map(second[len(first) :], 'v:val.role'))
  call assert_match('which red is it?', Asked())
  call assert_true(g:events[-1].usage.cached_tokens > 0)
  call assert_match('^Simulated.\{-}Asked[^\n]*\n\n> which red is it?\n\nSimulated.\{-}Picture 1: PNG', Answer())
  call assert_equal([line('$'), ''], [line('.'), getline('.')])
endfunction

function! Test_follow_up_typed_below_the_answer() abort
  call Run('Sight describe red.png')
  call EnterAnswer()
  call feedkeys("Gihow red\<CR>is it?\<Esc>", 'xt')
  call Run("normal \<CR>")
  call assert_notequal(-1, stridx(Asked(), "how red\nis it?"))
  call assert_match('Asked[^\n]*\n\n> how red\n> is it?\n\nSimulated', Answer())
endfunction

" The prompt line asks for a question; elsewhere <CR> moves as ever.
function! Test_follow_up_by_enter_on_the_prompt_line() abort
  call Run('Sight describe red.png')
  call EnterAnswer()
  call cursor(1, 1)
  execute "normal 2\<CR>"
  call assert_equal(1, len(Journal('request')))
  call assert_true(line('.') > 1)
  call cursor('$', 1)
  call feedkeys("\<CR>how red?\<CR>", 'xt')
  call Await({-> Ended() == 2}, 'the second answer')
  call assert_match('The question: how red?', Asked())
  call cursor('$', 1)
  call feedkeys("\<CR>\<CR>", 'xt')
  call assert_equal('', sightline#status())
endfunction

function! Test_follow_up_with_another_picture() abort
  call Run('Sight describe red.png')
  call EnterAnswer()
  call Run('Sight ask green.jpg and this?')
  call assert_match('> and this?\n\nSimulated.*Picture 1: PNG.*Picture 2: JPEG', Answer())
endfunction

" The text stays, and the question can be sent again as it stands.
function! Test_follow_up_that_fails() abort
  call Run('Sight describe red.png')
  call EnterAnswer()
  let before = Answer()
  call Serve('status=401')
  call Run('Sight ask how red?')
  call assert_equal('key refused', g:events[-1].code)
  call assert_equal(before . "\nhow red?", Answer())
  call Serve('')
  call cursor('$', 1)
  call Run("normal \<CR>")
  call assert_match('Asked[^\n]*\n\n> how red?\n\nSimulated', Answer())
  call assert_equal(3, len(Body(-1).messages))
endfunction

function! Test_follow_up_that_breaks_off_keeps_what_came() abort
  call Run('Sight describe red.png')
  call EnterAnswer()
  call Serve('drop=4000/lines=100')
  call Run('Sight ask how red?')
  call assert_equal('incomplete', g:events[-1].code)
  call assert_match('Asked[^\n]*\n\n> how red?\n\nSimulated answer', Answer())
endfunction

function! Test_follow_up_while_another_runs_is_refused() abort
  call Run('Sight describe red.png')
  call EnterAnswer()
  call Serve('stall=3000/lines=100')
  Sight ask how red?
  call Await({-> Answer() =~# '> how red?\n\nSimulated'}, 'the second answer')
  let ended = Ended()
  Sight ask how blue?
  call Await({-> Ended() > ended}, 'the refusal')
  call assert_match('this conversation waits for an answer', g:events[-1].text)
  call assert_notmatch('how blue', Answer())
  Sight stop all
  call Await({-> Ended() > ended + 1}, 'the end')
endfunction

function! Test_follow_up_before_any_answer() abort
  call Serve('stall=3000/lines=100')
  Sight describe red.png
  call Await({-> strlen(Answer()) > 20}, 'some text')
  call EnterAnswer()
  Sight ask how red?
  call Says('nothing was answered here yet; wait for it, or stop it')
  Sight stop
  call Await({-> Ended()}, 'the end')
  Sight ask how red?
  call Says('nothing was answered here yet; :Sight retry asks again')
endfunction

" What the user has written in the answer stays there.
function! Test_follow_up_in_an_edited_answer() abort
  call Run('Sight describe red.png')
  call EnterAnswer()
  call setline(line('$') - 1, 'mine')
  call setline('$', 'unfinished thought')
  call Run('Sight ask how red?')
  call assert_match('\nmine\nunfinished thought\n\n> how red?\n\nSimulated', Answer())
endfunction

function! Test_wiping_the_answer_forgets_the_conversation() abort
  call Run('Sight describe red.png')
  let number = sightline#answer#of(Answers()[0]).conversation
  execute 'bwipeout!' Answers()[0]
  let heard = []
  call sightline#client#request({'method': 'start', 'task': 'ask', 'instruction': 'what?',
        \ 'conversation': number, 'continues': v:true}, {event -> add(heard, event)})
  call Await({-> !empty(heard)}, 'an answer')
  call assert_match('this conversation is not kept any more', get(heard[0], 'text', ''))
endfunction

function! Test_follow_up_after_the_helper_was_killed() abort
  call Run('Sight describe red.png')
  call EnterAnswer()
  let before = Answer()
  let job = sightline#client#connect()
  call system('kill -9 ' . job.pid)
  call Await({-> !job.running()}, 'the end of the helper')
  call Run('Sight ask how red?')
  call assert_match('this conversation is not kept any more; ask anew, with the pictures', g:events[-1].text)
  call assert_equal(before, Answer())
endfunction

function! Test_reasoning_is_folded_above_the_answer() abort
  call Serve('reasoning=12')
  call Run('Sight describe red.png')
  call assert_match('^Simulated', Answer())
  call assert_true(OnScreen('^Reasoning, 12 lines'))
  call EnterAnswer()
  call assert_equal([1, 13], [foldclosed(1), foldclosedend(1)])
  call assert_match('^Thought 1 of 12', getline(1))
  1foldopen
  call assert_equal(-1, foldclosed(1))
  call assert_true(OnScreen('^Thought 12 of 12'))
  call Run('Sight ask how red?')
  call assert_equal(2, len(filter(range(1, line('$')), 'foldclosed(v:val) == v:val || v:val == 1 && foldlevel(1)')))
  enew
  execute 'sbuffer' Answers()[0]
  call assert_true(foldlevel(1) > 0)
endfunction

function! Test_reasoning_that_no_window_saw_is_folded() abort
  call Serve('pace=5/reasoning=12')
  Sight describe red.png
  call win_execute(win_findbuf(Answers()[0])[0], 'close')
  call Await({-> Ended()}, 'the end')
  execute 'sbuffer' Answers()[0]
  call assert_equal([1, 13], [foldclosed(1), foldclosedend(1)])
  call assert_true(OnScreen('^Reasoning, 12 lines'))
endfunction

" The user's own folds say what they always say.
function! Test_folds_of_the_users_own_keep_their_text() abort
  call Run('Sight describe red.png')
  call EnterAnswer()
  execute line('$') - 2 . ',$fold'
  call assert_match('^+--', foldtextresult('$'))
endfunction

function! Test_look_of_the_model_is_shown() abort
  call Picture('jpg 2000 1500 00a000 large.jpg')
  call Serve('tools=1/delay=300')
  let shown = []
  Sight ask large.jpg what is written there?
  call Await({-> s:sample(shown)}, 'the end')
  call assert_match('ask: looks at \d\+×\d\+ pixels at \d\+, \d\+ of large.jpg, \d s', join(shown, "\n"))
  call assert_match('Sightline: the model looks at \d\+×\d\+ pixels', execute('messages'))
  call assert_notmatch('looks at', Answer())
  call assert_match('^Simulated answer', Answer())
endfunction

" All the tasks that have the tool, the code without what was said before the call.
function! Test_look_of_every_task_is_shown() abort
  call Picture('jpg 2000 1500 00a000 large.jpg')
  call Serve('tools=1/fences=1')
  for [task, words] in [['ocr', ''], ['code', ' html']]
    let ended = Ended()
    execute 'Sight' task 'large.jpg' . words
    call Await({-> Ended() > ended}, 'the end of ' . task)
    call assert_equal('done', g:events[-1].event, task)
    call Await({-> execute('messages') =~# 'the model looks at \d\+×\d\+ pixels at \d\+, \d\+ of large.jpg'}, task)
    messages clear
    call assert_equal(['look'], map(copy(Body(-2).tools), 'v:val.function.name'), task)
    call assert_equal(['user', 'assistant', 'tool', 'user'], map(copy(Body(-1).messages), 'v:val.role'), task)
  endfor
  call assert_match('^<main>', Text(Files()[0]))
endfunction

function! Test_sources_of_an_answer_are_told() abort
  call Serve('annotations')
  call Run('Sight ask what?')
  call Says('source: A simulated source, https://example.com/source$')
endfunction

function! Test_refusal_is_told_in_the_models_words() abort
  call Serve('refusal')
  call Run('Sight ask what?')
  call assert_equal('refused', g:events[-1].code)
  call Says('the model refused to answer: Simulated refusal: nobody can help with that here; ask differently')
endfunction

function! s:sample(shown) abort
  call add(a:shown, sightline#status())
  return Ended()
endfunction

function! Test_wait_after_429_is_shown_and_can_be_stopped() abort
  call Serve('status=429/retry-after=9')
  Sight ask what?
  call Await({-> sightline#status() =~# 'ask: waiting [89] s, then it is sent again, \d s'}, 'the wait')
  call Await({-> OnScreen('waiting [789] s, then it is sent again')}, 'the wait on the screen')
  call Now()
  let started = Now()
  Sight stop all
  call Await({-> Ended()}, 'the end')
  call assert_inrange(0.0, 50.0, Now() - started)
  call assert_equal(['cancelled', 1, 1, 0],
        \ [g:events[-1].code, len(Journal('request')), Windows(), len(Answers())])
endfunction

function! Test_wait_after_429_ends_in_the_answer() abort
  call Serve('status=429/retry-after=1/times=1')
  call Run('Sight ask what?')
  call assert_equal(['done', 2], [g:events[-1].event, len(Journal('request'))])
  call assert_match('^Simulated answer', Answer())
endfunction
