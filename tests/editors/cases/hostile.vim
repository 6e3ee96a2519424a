" What the model says is data: told as the helper tells it, but for what the helper lets through.

let s:commands = ['<C-r>=writefile([], "ran")<CR>', "\<C-r>=writefile([], 'ran')\<CR>",
      \ "\<Esc>:call writefile([], 'ran')\<CR>", ':call writefile([], "ran")', '!touch ran', '`touch ran`',
      \ 'vim: set filetype=sh modeline foldexpr=writefile([],"ran") foldmethod=expr:', '%{writefile([], "ran")}',
      \ '%#Error#', '\=writefile([], "ran")', '| call writefile([], "ran")']

" Starts a command whose server says nothing, and gives the number of its request.
function! s:start(command) abort
  call Serve('silent')
  Sight log on
  let asked = len(Journal('request'))
  execute a:command
  call Await({-> len(Journal('request')) > asked}, 'the request')
  Sight log
  return str2nr(matchstr(join(getbufline('sightline://log', 1, '$'), "\n"), '.*> \zs\d\+\ze start '))
endfunction

function! s:say(number, events) abort
  for event in a:events
    call sightline#client#receive(extend({'id': a:number, 'alternative': 0}, event))
  endfor
  call sightline#client#receive({'type': 'done', 'id': a:number, 'text': '', 'model': 'm', 'usage': {}})
  redraw
endfunction

function! Test_commands_in_an_answer_are_text() abort
  set modeline modelines=50
  for command in ['describe red.png', 'ask red.png what?', 'describe! red.png']
    let number = s:start('Sight' . (command =~# '!' ? '! ' : ' ') . substitute(command, '!', '', ''))
    call s:say(number, [{'type': 'reasoning', 'text': join(s:commands, "\n")},
          \ {'type': 'text', 'text': join(s:commands, "\n")}])
    let text = command =~# '!' ? join(getline(1, '$'), "\n") : Answer()
    call assert_notequal(-1, stridx(text, join(s:commands, "\n")), text)
    doautocmd <nomodeline> CursorHold
    call assert_equal([], glob('ran*', 1, 1), command)
  endfor
  " Plug-ins of others have modelines read, in whatever buffer they are.
  autocmd User Theirs let g:theirs = 1
  for buffer in Answers()
    for window in win_findbuf(buffer)
      call win_execute(window, 'doautocmd User Theirs')
    endfor
    call assert_notequal('sh', getbufvar(buffer, '&filetype'))
  endfor
  call assert_equal([], glob('ran*', 1, 1))
endfunction

function! Test_modelines_in_code_set_nothing() abort
  set modeline modelines=50
  autocmd User Theirs let g:theirs = 1
  let number = s:start('Sight code red.png html')
  call s:say(number, [{'type': 'file', 'name': 'a.html', 'language': 'html'},
        \ {'type': 'text', 'text': '<!-- vim: set filetype=sh: -->'}])
  call win_execute(win_findbuf(Files()[0])[0], 'doautocmd User Theirs')
  call assert_equal([1, 'html'], [g:theirs, getbufvar(Files()[0], '&filetype')])
endfunction

function! Test_commands_in_a_rewrite_are_text() abort
  let number = s:start('2Sight rewrite shorter')
  call s:say(number, [{'type': 'text', 'text': join(s:commands, "\n")}])
  2Sight accept
  call assert_equal(['first'] + s:commands + ['third'], getline(1, '$'))
  call assert_equal([], glob('ran*', 1, 1))
endfunction

function! Test_commands_in_a_file_name_are_a_name() abort
  let names = ['a|call writefile([], "ran")|.html', '`touch ran`.html', '$(touch ran).html', '$HOME.html',
        \ '+call writefile([],"ran").html', '%.html', '#1.html', '*.html', '{a,b}.html', '\<C-r>=1.html',
        \ '%{writefile([], "ran")}.html', '-c.html', '~.html']
  let number = s:start('Sight code red.png html')
  let events = []
  for name in names
    let events += [{'type': 'file', 'name': name, 'language': 'html'}, {'type': 'text', 'text': s:commands[0] . "\n"}]
  endfor
  call s:say(number, events)
  set statusline& laststatus=2
  redraw
  call assert_equal(names, map(Files(), 'fnamemodify(bufname(v:val), ":t")'))
  for file in Files()
    call assert_equal(s:commands[0], getbufline(file, 1)[0])
  endfor
  call assert_equal([], glob('ran*', 1, 1))
  call assert_equal([], glob('*.html', 1, 1))
endfunction
