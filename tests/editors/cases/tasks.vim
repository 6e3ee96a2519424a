" :Sight run and the tasks with a command of their own: what is asked, and how the answer is shown.

function! Test_run_a_task_of_the_users_own() abort
  call WriteTask('haiku', ['title: A haiku', 'media: none', '', 'A haiku on {{instruction}}, please.',
        \ 'In the manner of {{selection}}.'])
  call Run('2Sight run haiku the sea')
  call assert_equal("A haiku on the sea, please.\nIn the manner of second.", Asked())
  call assert_equal('sightline://haiku/1', bufname(Answers()[0]))
  call assert_match('^Simulated', Answer())
endfunction

" The process runs already when the user writes it.
function! Test_run_a_task_written_meanwhile() abort
  call Run('Sight ask what?')
  call WriteTask('seal', ['title: A seal', 'media: image', '', 'Look for seals.'])
  call setline(1, 'see red.png')
  call cursor(1, 5)
  call Run('Sight run seal')
  call assert_match('Picture 1: PNG', Answer())
  call assert_match('Look for seals', Asked())
endfunction

function! Test_run_a_task_changed_meanwhile() abort
  call WriteTask('seal', ['title: A seal', 'media: image', '', 'Look for seals.'])
  call Run('Sight run seal red.png')
  call assert_equal('markdown', getbufvar(Answers()[0], '&filetype'))
  call WriteTask('seal', ['title: A seal', 'media: image', 'output: json', '', 'Look for seals, in JSON.'])
  call Run('Sight run seal red.png')
  call assert_equal('json', getbufvar(Answers()[1], '&filetype'))
  call assert_equal(v:t_dict, type(json_decode(Answer())))
endfunction

function! Test_run_what_is_no_task() abort
  call Fails('Sight run nothing of that name', 'nothing')
  call assert_equal([], Journal('request'))
  call Refused('Sight run', 'run needs the name of a task')
endfunction

function! Test_task_that_cannot_be_read_is_told_of_once() abort
  call WriteTask('broken', ['colour: red', '', 'Text.'])
  call Run('Sight ask what?')
  call assert_equal(1, count(execute('messages'), 'broken.task'))
  call sightline#complete('', 'Sight run ', 10)
  call Run('Sight ask what?')
  call assert_equal(1, count(execute('messages'), 'broken.task'))
endfunction

function! Test_completion_of_tasks() abort
  call WriteTask('haiku', ['title: A haiku', 'media: none', '', 'A haiku.'])
  call Await({-> sightline#complete('hai', 'Sight run hai', 13) == ['haiku']}, 'the task')
  call assert_equal(['describe'], sightline#complete('desc', 'Sight run desc', 14))
  for name in ['ask', 'code', 'ocr', 'rewrite', 'video']
    call assert_notequal(-1, index(sightline#complete('', 'Sight run ', 10), name), name)
  endfor
  call assert_equal([], sightline#complete('continue', 'Sight run continue', 18))
  call assert_equal(['red.png'], sightline#complete('re', 'Sight run haiku re', 18))
  call assert_equal(['note.txt'], sightline#complete('no', 'Sight open no', 13))
endfunction

function! Test_list_of_commands_has_the_users_own() abort
  call WriteTask('haiku', ['title: A haiku, or two', 'media: none', '', 'A haiku.'])
  call assert_match('Sight run haiku  *A haiku, or two', execute('Sight'))
endfunction

function! Test_completion_without_the_helper() abort
  let g:sightline_command = '/nonexistent'
  call assert_equal([], sightline#complete('', 'Sight run ', 10))
  call assert_notequal([], sightline#complete('', 'Sight ', 6))
endfunction

" A helper that says nothing holds nobody up for long, and once only.
function! Test_completion_with_a_helper_that_hangs() abort
  let g:sightline_command = ['sh', '-c', 'exec sleep 60', 'x']
  let started = reltime()
  for i in range(5)
    call assert_equal([], sightline#complete('', 'Sight run ', 10))
  endfor
  call assert_inrange(0.2, 0.6, reltimefloat(reltime(started)))
  call system('kill ' . sightline#client#connect().pid)
endfunction

function! Test_tasks_have_commands() abort
  for name in ['ocr', 'critique', 'plan', 'describe']
    call Run('Sight ' . name . ' red.png')
    call assert_match('sightline://' . name . '/\d/red.png', bufname(Answers()[-1]))
  endfor
  call Run('Sight compare red.png blue.webp in size')
  call assert_match('in size', Asked())
  call Refused('Sight video', 'no video here; name one')
endfunction

function! Test_json_opens_as_json() abort
  call Run('Sight chart red.png')
  let buffer = Answers()[0]
  call assert_equal(['json', 'sightline://chart/1/red.png'], [getbufvar(buffer, '&filetype'), bufname(buffer)])
  call assert_equal(v:t_dict, type(json_decode(join(getbufline(buffer, 1, '$')))))
  call assert_equal(1, getbufvar(buffer, '&modifiable'))
  call assert_match('Thought 1', join(getbufline(bufname(buffer) . '/reasoning', 1, '$')))
  call Await({-> OnScreen('tokens in.*USD')}, 'the usage on the screen')
endfunction

" A question about JSON gets a window of its own, and the JSON stays JSON.
function! Test_json_is_asked_about_in_another_window() abort
  call Run('Sight chart red.png')
  let json = getbufline(Answers()[0], 1, '$')
  call EnterAnswer()
  call Run('Sight ask which year is best?')
  call assert_equal(json, getbufline(Answers()[0], 1, '$'))
  call assert_equal('sightline://ask/2', bufname(Answers()[-1]))
  call assert_match('^Simulated.*Picture 1: PNG', Answer())
  call assert_equal(Body(0).messages[0], Body(1).messages[0])
endfunction

function! Test_csv_opens_as_csv() abort
  call Run('Sight run receipt-csv red.png')
  call assert_equal('csv', getbufvar(Answers()[0], '&filetype'))
endfunction

" A language is looked up; it is nothing that is run, nor a name of a file to be sourced.
function! Test_filetypes() abort
  for [language, name, type] in [['html', '', 'html'], ['TSX', '', 'typescriptreact'], ['', 'a.py', 'python'],
        \ ['c++', '', 'cpp'], ['', 'Dockerfile', 'dockerfile'], ['../evil', '', ''], ['a|quit', 'x.b c', ''],
        \ ['', '', '']]
    call assert_equal(type, sightline#filetype#of(language, name), language . name)
  endfor
endfunction

function! Test_alternatives_have_buffers_of_their_own() abort
  call WriteTask('three', ['title: Three', 'media: image', 'n: 3', '', 'Three ways to see it.'])
  call Run('Sight run three red.png')
  call assert_equal(3, len(Answers()))
  for number in range(1, 3)
    let name = 'sightline://three/1/red.png' . (number == 1 ? '' : '/' . number)
    call assert_match('Alternative ' . number . ' of 3', Text(bufnr('^' . name . '$')))
    call assert_equal('markdown', getbufvar(bufnr('^' . name . '$'), '&filetype'))
  endfor
  call Says('more of the answer is in .*/2, .*/3$')
endfunction

function! Test_bang_of_every_kind_of_text() abort
  call Run('1Sight! chart red.png')
  call assert_equal(v:t_dict, type(json_decode(join(getline(2, line('$') - 2)))))
  silent undo
  call Serve('fences=2')
  call Run('1Sight! run code red.png')
  call assert_equal(['first', '<main>', '  <p>Simulated page 1.</p>', '</main>', 'second', 'third'],
        \ getline(1, '$'))
  call assert_match('^main {', Text(Files()[0]))
  silent undo
  call assert_equal(['first', 'second', 'third'], getline(1, '$'))
endfunction

function! Test_models_are_listed() abort
  Sight model
  call Await({-> join(getbufline('sightline://models', 1, '$')) =~# '- step-3.7-flash'}, 'the models')
  call Says('\d models$')
  call assert_equal(2, Windows())
  call Configure({'base_url': 'http://127.0.0.1:9/v1', 'model': 'm', 'key': v:null})
  Sight model
  call Says('127.0.0.1')
endfunction
