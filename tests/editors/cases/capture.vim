" Pictures from the clipboard and the screen, which stand-in programs hand over.

" A picture that a program can write, and what there is on the clipboard.
function! s:prepare() abort
  call Picture('png 80 40 0000ff ' . $TEST_DIR . '/shot.png')
  let $DISPLAY = ':99'
  let g:file = $TEST_DIR . '/shot.png'
endfunction

" Like the program, writes its last argument; keeps what it was called with.
function! s:writes(name) abort
  call Program(a:name, ['echo "$0 $*" >>"' . $TEST_DIR . '/calls"', 'for file do :; done',
        \ 'cp "' . g:file . '" "$file"'])
endfunction

" Like the program, writes to its output what is asked for by its MIME type.
function! s:prints(name, type) abort
  call Program(a:name, ['echo "$0 $*" >>"' . $TEST_DIR . '/calls"', 'case "$*" in *' . a:type . '*)',
        \ 'exec cat "' . g:file . '" ;; esac', 'echo "Error: target not available" >&2', 'exit 1'])
endfunction

function! s:calls() abort
  return filereadable($TEST_DIR . '/calls') ? join(readfile($TEST_DIR . '/calls'), "\n") : ''
endfunction

" Files that are left in the editor's own folder for such.
function! s:left() abort
  return glob(fnamemodify(tempname(), ':h') . '/*.png', 1, 1)
endfunction

function! s:is_sent() abort
  call assert_equal('done', g:events[-1].event, string(g:events[-1]))
  call assert_match('Picture 1: PNG, 80×40 pixels, .* (blue)', Answer())
  call assert_equal([], s:left())
endfunction

" In every form that a command takes media in, each task alike.
function! Test_clipboard_goes_along() abort
  call s:prepare()
  call s:prints('xclip', 'image/png')
  for command in ['describe +', 'describe', 'ocr + what?', 'ask + what?', 'run describe +', 'describe + red.png']
    call Run('Sight ' . command)
    call s:is_sent()
    call assert_match('goes along: 80×40 pixels, 1 KB, by xclip', execute('messages'), command)
  endfor
  call assert_match('Picture 2: PNG, 96×64 pixels', Answer())
  call assert_match('sightline://describe/1/clipboard', bufname(Answers()[0]))
endfunction

function! Test_clipboard_of_wayland() abort
  call s:prepare()
  let $WAYLAND_DISPLAY = 'wayland-0'
  call s:prints('wl-paste', 'image/png')
  call s:prints('xclip', 'image/png')
  call Run('Sight describe +')
  call s:is_sent()
  call assert_match('wl-paste --type image/png', s:calls())
  call assert_notmatch('xclip', s:calls())
endfunction

" What is read is the first type that there is; whatever its name says, it is what it is.
function! Test_clipboard_with_another_type() abort
  call s:prepare()
  let g:file = $TEST_DIR . '/green.jpg'
  call s:prints('xclip', 'image/jpeg')
  call Run('Sight describe +')
  call assert_match('Picture 1: JPEG, 640×480 pixels, .* (green)', Answer())
  call assert_equal([], s:left())
endfunction

function! Test_clipboard_of_windows() abort
  call s:prepare()
  let [$DISPLAY, $WSL_DISTRO_NAME] = ['', 'Debian']
  call s:prints('powershell.exe', 'Clipboard')
  call Run('Sight describe +')
  call s:is_sent()
  call assert_match('GetImage', s:calls())
endfunction

function! Test_clipboard_without_a_picture() abort
  call s:prepare()
  call s:prints('xclip', 'nothing')
  call Fails('Sight describe +', 'there is no picture on the clipboard (xclip: Error: target not available); copy')
  call Fails('Sight describe', 'there is no picture on the clipboard')
  call assert_equal([[], []], [s:left(), Journal('request')])
  call Run('Sight! describe +')
  call assert_equal(['first', 'second', 'third'], getline(1, '$'))
endfunction

function! Test_clipboard_is_not_read_when_a_picture_is_there() abort
  call s:prepare()
  call s:prints('xclip', 'image/png')
  call setline(2, 'see red.png')
  call cursor(2, 6)
  call Run('Sight describe')
  call assert_match('#ff0000 (red)', Answer())
  call assert_equal('', s:calls())
  silent undo
  call Refused('Sight video', 'no video here; name one')
  call assert_equal('', s:calls())
endfunction

" Only the person can read the file, while it is there.
function! Test_clipboard_file_is_private() abort
  call s:prepare()
  call s:prints('xclip', 'image/png')
  call Serve('pace=15')
  Sight describe +
  call Await({-> sightline#status() =~# 'answering'}, 'the answer')
  call assert_equal(['rw-------'], map(s:left(), 'getfperm(v:val)'))
  call assert_equal('rwx------', getfperm(fnamemodify(tempname(), ':h')))
  Sight stop
  call Await({-> Ended()}, 'the end')
  call assert_equal([], s:left())
endfunction

function! Test_capture_is_gone_after_errors() abort
  call s:prepare()
  call s:prints('xclip', 'image/png')
  for segments in ['status=401', 'drop=300', 'html=403']
    call Serve(segments)
    call Run('Sight! describe +')
    call assert_equal([['first', 'second', 'third'], 'failed', []], [getline(1, '$'), g:events[-1].event, s:left()])
  endfor
  call Serve('pace=20')
  let ended = Ended()
  Sight! describe +
  call Await({-> sightline#status() =~# 'answering'}, 'the answer')
  call system('kill -9 ' . sightline#client#connect().pid)
  call Await({-> Ended() > ended}, 'the end')
  call assert_equal([], s:left())
endfunction

" The editor goes on meanwhile, and what hangs can be stopped.
function! s:hang(name, source, words) abort
  call s:prepare()
  call Program(a:name, ['echo $$ >"' . $TEST_DIR . '/pid"', 'exec sleep 600'])
  execute 'Sight describe' a:source
  call Await({-> filereadable($TEST_DIR . '/pid') && !empty(readfile($TEST_DIR . '/pid'))}, 'the program')
  call assert_match('describe: ' . a:words . ', \d', sightline#status())
  call Await({-> OnScreen(a:words)}, 'the words on the screen')
  Sight stop
  call Await({-> Ended()}, 'the end')
  call assert_equal(['failed', 'cancelled', 1], [g:events[-1].event, g:events[-1].code, Windows()])
  let pid = readfile($TEST_DIR . '/pid')[0]
  call Await({-> !isdirectory('/proc/' . pid) || readfile('/proc/' . pid . '/stat')[0] =~# ') Z'}, 'its end')
  call assert_equal([[], '', []], [s:left(), sightline#status(), Journal('request')])
endfunction

function! Test_clipboard_that_hangs_is_stopped() abort
  call s:hang('xclip', '+', 'the clipboard is read')
endfunction

function! Test_grab_that_hangs_is_stopped() abort
  call s:hang('maim', 'grab', 'waiting for the screen grab')
endfunction

function! Test_grab_goes_along() abort
  call s:prepare()
  call Program('slurp', ['echo "10,20 30x40"'])
  for [wayland, name, arguments] in [['', 'maim', '-s'], ['', 'scrot', '-s'], ['', 'gnome-screenshot', '-a -f'],
        \ ['', 'spectacle', '-b -n -r -o'], ['w', 'grim', '-g 10,20 30x40'],
        \ ['w', 'gnome-screenshot', '-a -f'], ['w', 'spectacle', '-b -n -r -o']]
    let $WAYLAND_DISPLAY = wayland
    call map(['maim', 'scrot', 'gnome-screenshot', 'spectacle', 'grim'],
          \ {_, program -> delete($TEST_DIR . '/bin/' . program)})
    call delete($TEST_DIR . '/calls')
    call s:writes(name)
    call Run('Sight describe grab')
    call s:is_sent()
    call assert_match('/' . name . ' ' . arguments . ' /.*\.png$', s:calls())
    call assert_match('the screen grab goes along: 80×40 pixels', execute('messages'))
  endfor
endfunction

function! Test_grab_that_is_given_up() abort
  call s:prepare()
  let $WAYLAND_DISPLAY = 'w'
  call Program('slurp', ['echo "selection cancelled" >&2', 'exit 1'])
  call s:writes('grim')
  call Fails('Sight describe grab', 'no screen grab was made (grim and slurp: selection cancelled); try again')
  call assert_equal('', s:calls())
  let $WAYLAND_DISPLAY = ''
  call Program('maim', ['exit 0'])
  call Fails('Sight describe grab', 'no screen grab was made (maim gave nothing)')
  call Program('maim', ['exit 3'])
  call Fails('Sight describe grab', '(maim ended with 3)')
endfunction

function! Test_grab_to_code() abort
  call s:prepare()
  call s:writes('maim')
  call Serve('fences=2')
  execute "normal \<Plug>(sightline-code-grab)"
  call Await({-> Ended()}, 'the end')
  call assert_equal('<main>', getbufline(Files()[0], 1)[0])
  call Run('Sight code grab red.png svelte')
  call assert_match('Write it as: Svelte', Asked())
  call assert_equal(2, count(map(copy(Body(-1).messages[-1].content), 'v:val.type'), 'image_url'))
  call assert_equal([], s:left())
endfunction

" Both, and asked on and asked again: each time anew.
function! Test_capture_in_a_conversation() abort
  call s:prepare()
  call s:writes('maim')
  call s:prints('xclip', 'image/png')
  call Run('Sight describe red.png')
  call EnterAnswer()
  call Run('Sight ask + grab which is bluer?')
  call assert_equal(3, len(Body(-1).messages))
  call assert_equal(2, count(map(copy(Body(-1).messages[-1].content), 'v:val.type'), 'image_url'))
  call Run('Sight retry')
  call assert_equal([2, []], [count(s:calls(), 'maim'), s:left()])
  call Run('Sight ask and now?')
  call assert_equal(7, len(Body(-1).messages))
  call assert_match('> and now?\n\nSimulated', Answer())
endfunction

function! Test_capture_without_programs() abort
  call mkdir('empty')
  let [path, $PATH] = [$PATH, $TEST_DIR . '/empty']
  for [display, wayland, clipboard, grab] in [
        \ ['', '', 'there is no clipboard here', 'there is no screen to grab from here'],
        \ [':1', '', 'need xclip: install the package xclip', 'need maim: install the package maim'],
        \ [':1', 'w', 'need wl-paste: install the package wl-clipboard', 'need grim and slurp: install'],
        \ ]
    let [$DISPLAY, $WAYLAND_DISPLAY] = [display, wayland]
    call Refused('Sight describe +', clipboard)
    call Refused('Sight describe grab', grab)
    call Refused('Sight describe', 'no picture here; name one')
  endfor
  let [$DISPLAY, $WAYLAND_DISPLAY, $SSH_CONNECTION] = ['', '', '192.0.2.1 1 192.0.2.2 22']
  let $USER = 'me'
  let scp = 'scp photo.png me@192.0.2.2:' . getcwd() . '/ and then name the file here'
  call Refused('Sight describe +', scp)
  call Refused('Sight describe', 'no picture here; name one, .*' . scp)
  call Refused('Sight describe grab', scp)
  let $PATH = path
endfunction

function! Test_clipboard_with_a_name_like_it() abort
  call writefile([], 'grab')
  call assert_equal([], sightline#media#parse('./grab what?', {-> ''}).media->filter('v:val !~# "/grab$"'))
  call assert_equal('grab what?', sightline#media#parse('-- grab what?', {-> ''}).instruction)
endfunction

" Each form in which media can be named, alone and before an instruction, for tasks of any kind.
function! Test_every_form_of_media() abort
  call s:prepare()
  call s:prints('xclip', 'image/png')
  call s:writes('maim')
  call mkdir($HOME . '/my shots')
  call Shell('cp red.png "$HOME/my shots/a b.png"')
  call setline(1, 'red.png')
  for [words, pictures] in [['red.png', 1], ['./red.png', 1], [$TEST_DIR . '/red.png', 1],
        \ ['"~/my shots/a b.png"', 1], ['~/my\ shots/a\ b.png', 1], ['''' . $HOME . '/my shots/a b.png''', 1],
        \ ['~/my\ shots/*', 1], ['*.png', 2], ['?ed.png *.webp', 2],
        \ ['file://' . $HOME . '/my%20shots/a%20b.png', 1], ['http://127.0.0.1:9/a.png', 1],
        \ ['<cfile>', 1], ['+', 1], ['grab', 1], ['+ grab red.png', 3], ['', 1]]
    for command in ['describe ' . words, 'code ' . words . ' -- this', 'ask ' . words . ' what?']
      call Run('1Sight! ' . command)
      let wanted = command ==# 'ask  what?' ? 0 : pictures
      let content = Body(-1).messages[-1].content
      let sent = type(content) == v:t_string ? 0 : count(map(copy(content), 'v:val.type'), 'image_url')
      call assert_equal(['done', wanted], [g:events[-1].event, sent], command)
      silent undo
    endfor
  endfor
  call assert_equal([], s:left())
endfunction

" They are strangers; whose keys are in the editor's environment is no business of theirs.
function! Test_clipboard_and_grab_see_no_key() abort
  call s:prepare()
  let [$STEP_API_KEY, $OTHER_KEY] = ['sk-of-stepfun', 'sk-of-another']
  call Configure({'base_url': $SIMULATOR_URL . '/v1', 'model': 'step-3.7-flash', 'key_env': 'OTHER_KEY'})
  for name in ['xclip', 'maim']
    call Program(name, ['env >"' . $TEST_DIR . '/env-' . name . '"', 'for file do :; done',
          \ name ==# 'maim' ? 'cp "' . g:file . '" "$file"' : 'cat "' . g:file . '"'])
  endfor
  call Run('Sight describe + grab')
  call assert_equal('Bearer sk-of-another', Journal('request')[0].headers.authorization)
  for name in ['xclip', 'maim']
    let seen = join(readfile($TEST_DIR . '/env-' . name), "\n")
    call assert_match('PATH=', seen)
    call assert_notmatch('sk-of', seen, name)
  endfor
endfunction
