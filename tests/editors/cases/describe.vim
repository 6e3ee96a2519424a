" :Sight describe, into a window.

function! Test_three_pictures_three_answers() abort
  for [file, format, colour] in [['red.png', 'PNG, 96×64', '#ff0000 (red)'],
        \ ['green.jpg', 'JPEG, 640×480', '(green)'], ['blue.webp', 'WebP, 64×64', '#0000ff (blue)']]
    call Run('Sight describe ' . file)
    call assert_match('^Simulated answer', Answer())
    call assert_match(format . ' pixels', Answer())
    call assert_match('Mean colour [^.]*' . escape(colour, '*'), Answer())
  endfor
  call assert_equal(3, len(Answers()))
  call assert_equal(3, len(Journal('request')))
endfunction

function! Test_answer_grows_as_it_arrives() abort
  call Serve('pace=20/lines=10')
  let lengths = []
  Sight describe red.png
  call Await({-> s:sample(lengths)}, 'the end')
  call assert_true(len(lengths) > 10, 'the text came in ' . len(lengths) . ' steps')
  call assert_match('Line 10 of 10 of a simulated answer\.$', Answer())
endfunction

function! s:sample(lengths) abort
  if strlen(Answer()) != get(a:lengths, -1, 0)
    call add(a:lengths, strlen(Answer()))
  endif
  return Ended()
endfunction

function! Test_answer_opens_in_a_scratch_window() abort
  call cursor(2, 3)
  let here = [win_getid(), bufnr('%'), getcurpos()]
  call Run('Sight describe red.png')
  call assert_equal(here, [win_getid(), bufnr('%'), getcurpos()])
  let buffer = Answers()[0]
  call assert_equal('sightline://describe/1/red.png', bufname(buffer))
  call assert_equal(1, len(win_findbuf(buffer)))
  for [option, value] in items({'buftype': 'nofile', 'swapfile': 0, 'undofile': 0, 'modeline': 0,
        \ 'filetype': 'markdown', 'modifiable': 1, 'buflisted': 0})
    call assert_equal(value, getbufvar(buffer, '&' . option), option)
  endfor
endfunction

function! Test_complete_answers_window_is_used_again() abort
  call Run('Sight describe red.png')
  call Run('Sight describe green.jpg')
  call assert_equal(2, Windows())
  call assert_equal([[], 1], [win_findbuf(Answers()[0]), len(win_findbuf(Answers()[1]))])
  call assert_match('red', join(getbufline(Answers()[0], 1, '$')))
  call Serve('stall=0')
  Sight describe red.png
  call Serve('')
  call Run('Sight describe blue.webp')
  call assert_equal(3, Windows())
endfunction

function! Test_modifiers_say_where() abort
  call Run('vertical Sight describe red.png')
  call assert_equal('row', winlayout()[0])
  call Run('tab Sight describe red.png')
  call assert_equal(2, tabpagenr('$'))
endfunction

function! Test_window_follows_the_end_unless_the_cursor_left_it() abort
  call Serve('pace=3/lines=60')
  Sight describe red.png
  let buffer = Answers()[0]
  let window = win_findbuf(buffer)[0]
  call Await({-> line('$', window) > 20}, 'twenty lines')
  call assert_equal(line('$', window), line('.', window))
  call win_execute(window, 'call cursor(2, 1)')
  call Await({-> Ended()}, 'the end')
  call assert_true(line('$', window) > 60)
  call assert_equal(2, line('.', window))
endfunction

" Asking for the first line that is shown would have the view scrolled.
function! Test_view_follows_the_text() abort
  call Serve('pace=3/lines=60')
  Sight describe red.png
  let window = win_findbuf(Answers()[0])[0]
  call Await({-> line('$', window) > 20}, 'twenty lines')
  call assert_equal(line('$', window), line('w$', window))
  call Await({-> Ended()}, 'the end')
  redraw
  call assert_equal(line('$', window), line('w$', window))
endfunction

function! Test_instruction_is_taken_as_it_is() abort
  Sight describe red.png what | is # this % `touch x` "quoted" <cword> \d
  call Await({-> Ended()}, 'the end')
  call assert_notequal(-1, stridx(Asked(), 'what | is # this % `touch x` "quoted" <cword> \d'))
  call assert_false(filereadable('x'))
endfunction

function! Test_instruction_after_two_dashes() abort
  call Run('Sight describe red.png -- green.jpg and/or not')
  call assert_match('green.jpg and/or not', Asked())
  call assert_notmatch('Picture 2', Answer())
endfunction

function! Test_several_pictures() abort
  call Run('Sight describe-image red.png blue.webp which is which?')
  call assert_match('Picture 1: PNG', Answer())
  call assert_match('Picture 2: WebP', Answer())
  call assert_match('which is which?', Asked())
endfunction

function! Test_status_tells_what_runs() abort
  call assert_equal('', sightline#status())
  call Serve('stall=0')
  Sight describe red.png
  call assert_match('^describe: preparing, 0 s$', sightline#status())
  call Await({-> sightline#status() =~# 'fetching and checking, 1 s, about [1-9]\d* tokens'},
        \ 'the wait for the server')
  Sight stop all
  call Await({-> sightline#status() ==# ''}, 'the end')
endfunction

function! Test_indicator_stands_beside_the_text() abort
  call Serve('stall=3000/lines=100')
  let &columns = 120
  Sight describe red.png
  call Await({-> OnScreen('answering, \d s')}, 'the phase on the screen')
  Sight stop all
  call Await({-> OnScreen('not whole: stopped')}, 'the reason on the screen')
  call assert_false(OnScreen('answering, \d s'))
  call Serve('')
  call Run('Sight describe red.png')
  call Await({-> OnScreen('\d tokens in.*, \d\+ out, 0\.\d\+ USD estimated')}, 'the usage on the screen')
endfunction

function! Test_percentage_of_a_large_upload() abort
  call Picture('--noise png 720 720 808080 large.png')
  call assert_true(getfsize('large.png') > 1000000, 'the picture has ' . getfsize('large.png') . ' bytes')
  call Serve('slow-read=5')
  execute 'Sight describe' repeat('large.png ', 6)
  call Await({-> sightline#status() =~# 'uploading \d\+%, \d s'}, 'a percentage')
  Sight stop all
  call Await({-> Ended()}, 'the end')
endfunction

function! Test_events_are_triggered() abort
  call Run('Sight describe red.png')
  call assert_equal(['started', 'done'], map(copy(g:events), 'v:val.event'))
  call assert_equal(['describe', Answers()[0]], [g:events[1].task, g:events[1].buffer])
  call assert_true(g:events[1].usage.input_tokens > 0 && g:events[1].usage.output_tokens > 0)
  call assert_match('step', g:events[1].model)
  call Serve('stall=0')
  Sight describe red.png
  Sight stop all
  call Await({-> Ended() == 2}, 'the end')
  call assert_equal('cancelled', g:events[-1].code)
endfunction

" In the command-line window text can be changed and windows cannot.
function! Test_answer_while_the_command_line_window_is_open() abort
  call Serve('pace=10')
  autocmd case CmdwinEnter * call Await({-> Ended()}, 'the end')
  Sight describe red.png
  call feedkeys('q:', 'xt')
  call assert_equal(['started', 'done'], map(copy(g:events), 'v:val.event'))
  call assert_match('^Simulated answer.*Asked', Answer())
endfunction

function! Test_failure_while_the_command_line_window_is_open() abort
  call Serve('delay=100/status=401')
  autocmd case CmdwinEnter * call Await({-> sightline#status() ==# ''}, 'the failure')
        \ | call assert_equal(0, Ended())
  Sight describe red.png
  call feedkeys('q:', 'xt')
  call Await({-> Ended()}, 'the end')
  call assert_equal([1, []], [Windows(), Answers()])
  call Says('401\|key')
endfunction

" What goes wrong in a user's own autocommand is said and ends nothing.
function! Test_event_whose_autocommand_fails() abort
  autocmd User SightlineDone call Nowhere()
  call Run('Sight describe red.png')
  call assert_equal(['started', 'done'], map(copy(g:events), 'v:val.event'))
  call Says('SightlineDone: Vim(call):E117')
  call assert_match('^Simulated answer', Answer())
  call assert_equal('', sightline#status())
endfunction

function! Test_filetype_whose_autocommand_fails() abort
  let here = win_getid()
  autocmd case FileType markdown call Nowhere()
  call Run('Sight describe red.png')
  call assert_equal([here, 2], [win_getid(), Windows()])
  call assert_match('FileType markdown: Vim(call):E117', execute('messages'))
  call assert_match('^Simulated answer', Answer())
endfunction

function! Test_answer_that_no_window_shows_is_told_of() abort
  call Serve('pace=5')
  Sight describe red.png
  call win_execute(win_findbuf(Answers()[0])[0], 'close')
  call Await({-> Ended()}, 'the end')
  call Says('the answer is in sightline://describe/1/red.png$')
  call assert_match('^Simulated answer.*Asked', Answer())
endfunction

function! Test_controls_are_harmless() abort
  call Serve('controls/lines=2')
  set modeline modelines=5
  call Run('Sight describe red.png')
  call assert_notmatch("[\x01-\x08\x0b-\x1f\x7f]", Answer())
  call assert_match('vim: set filetype=sh:', Answer())
  doautocmd User SightlineDone
  call assert_equal('markdown', getbufvar(Answers()[0], '&filetype'))
endfunction

function! Test_long_answer() abort
  call Serve('lines=3000')
  call Run('Sight describe red.png')
  call assert_match('Line 3000 of 3000 of a simulated answer\.$', Answer())
  call assert_equal(3000, count(Answer(), 'of a simulated answer'))
endfunction

function! Test_answer_is_the_users_when_it_is_whole() abort
  call Serve('pace=10')
  Sight describe red.png
  call assert_false(getbufvar(Answers()[0], '&modifiable'))
  call Await({-> Ended()}, 'the end')
  let whole = Answer()
  call win_gotoid(win_findbuf(Answers()[0])[0])
  normal! k
  normal! dd
  call assert_notequal(whole, Answer())
  silent undo
  call assert_equal(whole, Answer())
  silent! undo
  call assert_equal(whole, Answer())
endfunction

function! Test_reasoning_of_long_ago_is_dropped_with_its_answer() abort
  for round in range(40)
    call Run('Sight chart red.png')
  endfor
  let aside = filter(range(1, bufnr('$')), 'bufexists(v:val) && bufname(v:val) =~# "/reasoning$"')
  call assert_equal([33, 33], [len(Answers()), len(aside)])
endfunction

" Of answers that nobody looks at and nobody has changed, the oldest are dropped.
function! Test_answers_of_long_ago_are_dropped() abort
  call Serve('reasoning=0')
  call Run('Sight describe red.png')
  let changed = Answers()[0]
  call appendbufline(changed, 0, 'mine')
  for round in range(39)
    call Run('Sight ask what is this?')
  endfor
  call assert_equal(34, len(Answers()))
  call assert_equal('mine', getbufline(changed, 1)[0])
  call assert_equal(['sightline://describe/1/red.png', 'sightline://ask/8'],
        \ map(Answers()[:1], 'bufname(v:val)'))
  call assert_match('^Simulated', Answer())
endfunction
