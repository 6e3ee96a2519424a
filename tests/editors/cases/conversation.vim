" What goes on with an answer: continue, retry, save, open.

function! Test_continue_joins_without_a_seam() abort
  call Serve('length=4')
  call Run('Sight describe red.png')
  call assert_equal('length', g:events[-1].code)
  let part = Answer()
  call assert_match('^Simulated', part)
  call Await({-> OnScreen('not whole: ')}, 'the reason on the screen')
  call Serve('')
  call EnterAnswer()
  call Run('Sight continue')
  call assert_equal(part . 'Simulated answer', Answer()[: len(part) + len('Simulated answer') - 1])
  call assert_equal(['user', 'assistant', 'user'], map(copy(Body(-1).messages), 'v:val.role'))
  call assert_false(OnScreen('not whole: '))
  Sight continue
  call Says('there is no answer here that was cut at its length')
  call Run('Sight ask what else?')
  call assert_match('\n> what else?\n\nSimulated', Answer())
endfunction

function! Test_continue_that_fails_can_be_tried_again() abort
  call Serve('length=4')
  call Run('Sight describe red.png')
  let part = Answer()
  call EnterAnswer()
  call Serve('status=401')
  call Run('Sight continue')
  call assert_equal(part, Answer())
  call Serve('')
  call Run('Sight continue')
  call assert_match('^' . part . 'Simulated', Answer())
endfunction

" Cut within its first file. A further file that the rest brings has a buffer of its own.
function! Test_continue_of_code() abort
  call WriteTask('page', ['title: A page', 'media: none', 'output: code', '', 'A page.'])
  call Serve('fences=2/length=7')
  call Run('Sight run page')
  call assert_equal('length', g:events[-1].code)
  let file = Files()[0]
  let part = Text(file)
  call assert_match('^<main>.*Sim[^/]*$', part)
  call assert_equal('index.html', fnamemodify(bufname(file), ':.'))
  call win_gotoid(win_findbuf(file)[0])
  let view = sightline#answer#of(bufnr('%'))
  call view.go_on()
  call view.text(">\n</main>\n", 0)
  call view.file('style.css', 'css', 0)
  call view.text("main {}\n", 0)
  call view.finish('')
  call assert_equal(part . ">\n</main>", Text(file))
  call assert_equal(['index.html', 'style.css'], map(Files(), 'fnamemodify(bufname(v:val), ":.")'))
  call assert_equal(['main {}'], getbufline(Files()[1], 1, '$'))
endfunction

function! Test_continue_of_json() abort
  call Serve('length=3')
  call Run('Sight chart red.png')
  call assert_equal('length', g:events[-1].code)
  call assert_equal([2, ''], [Windows(), Answer()])
  call assert_equal('json', getbufvar(Answers()[0], '&filetype'))
  call Serve('')
  call Run('Sight continue')
  call assert_equal('done', g:events[-1].event)
  call assert_equal(v:t_dict, type(json_decode(Answer())))
endfunction

function! Test_insert_that_was_cut_can_be_continued() abort
  call Serve('length=4')
  call Run('Sight! describe red.png')
  call assert_equal(['first', 'second', 'third'], getline(1, '$'))
  call Await({-> OnScreen('not whole · :Sight accept puts it in · reject · continue')}, 'what can be done')
  call Serve('')
  call Run('Sight continue')
  call assert_match('^first\nSimulated answer.\{-}Simulated answer.*\nsecond\nthird$', join(getline(1, '$'), "\n"))
  call assert_equal([], Answers())
endfunction

function! Test_retry_asks_again() abort
  Sight retry
  call Says('nothing was asked in this buffer')
  call Serve('status=401')
  call Fails('Sight describe red.png how red?', '401\|key')
  call Serve('')
  call Run('Sight retry')
  call assert_match('Picture 1: PNG', Answer())
  call assert_match('how red?', Asked())
  call EnterAnswer()
  call Run('Sight retry')
  call assert_equal([3, 1], [len(Journal('request')), len(Body(-1).messages)])
  call assert_equal(Body(1).messages, Body(2).messages)
  call assert_equal(2, len(Answers()))
endfunction

function! Test_retry_asks_a_follow_up_again() abort
  call Run('Sight describe red.png')
  call EnterAnswer()
  call Serve('status=401')
  call Run('Sight ask how red?')
  call Serve('')
  call Run('Sight retry')
  call assert_equal(3, len(Body(-1).messages))
  call assert_equal(1, count(Answer(), 'how red?'))
  call assert_match('\n> how red?\n\nSimulated', Answer())
  call Run('Sight retry')
  call assert_equal(2, count(Answer(), '> how red?'))
  call assert_equal(5, len(Body(-1).messages))
endfunction

function! Test_save_and_open() abort
  call Run('Sight describe red.png')
  call EnterAnswer()
  call Run('Sight ask how red?')
  Sight save "a talk.json"
  call Says('the conversation is in a talk.json')
  call assert_equal('rw-------', getfperm('a talk.json'))
  Sight save a\ talk.json
  call Await({-> count(execute('messages'), 'the conversation is in a talk.json') == 2}, 'the second save')
  let before = Body(-1).messages
  call map(Answers(), {_, buffer -> execute('bwipeout! ' . buffer)})
  Sight open a\ talk.json
  call Await({-> !empty(Answers())}, 'the conversation')
  call assert_match('sightline://conversation/\d/a talk.json', bufname(Answers()[0]))
  let text = join(getbufline(Answers()[0], 1, '$'), "\n")
  call assert_match('^> Describe.*\n\nSimulated.\{-}\n\n> .*The question: how red?\n\nSimulated', text)
  call assert_true(OnScreen('Prompt, \d\+ lines'))
  call EnterAnswer()
  call Run('Sight ask how bright?')
  call assert_equal(before, Body(-1).messages[: len(before) - 1])
  call assert_match('Picture 1: PNG', Answer())
  call assert_match('> how bright?\n\nSimulated', Answer())
endfunction

function! Test_save_is_refused() abort
  Sight save talk.json
  call Says('there is no conversation in this buffer')
  call Run('Sight describe red.png')
  call EnterAnswer()
  for [words, pattern] in [['', 'save takes one file'], ['a b', 'save takes one file'],
        \ ['note.txt', 'note.txt is there already; name another file'], ['.', 'is a folder; name a file']]
    execute 'Sight save' words
    call Says(pattern)
  endfor
  Sight save missing/talk.json
  call Says('missing/talk.json')
  call assert_equal(['first', 'second', 'third'], readfile('note.txt'))
endfunction

function! Test_open_what_is_no_conversation() abort
  for [file, pattern] in [['missing.json', 'missing.json'], ['note.txt', 'note.txt'], ['red.png', 'red.png']]
    call Refused('Sight open ' . file, pattern)
  endfor
endfunction

" What a saved file says is text as well.
function! Test_open_makes_controls_harmless() abort
  call Serve('controls')
  call Run('Sight ask what?')
  call EnterAnswer()
  Sight save talk.json
  call Says('the conversation is in talk.json')
  Sight open talk.json
  call Await({-> len(Answers()) == 2}, 'the conversation')
  call assert_notmatch("[\x01-\x08\x0b-\x1f\x7f]", Answer())
  call assert_match('vim: set filetype=sh:', Answer())
  call assert_equal('markdown', getbufvar(Answers()[-1], '&filetype'))
endfunction
