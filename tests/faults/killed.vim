" What is killed while a request is under way: the process, or the editor itself.

let s:commands = {
      \ 'preparing': ['', 'Sight describe ' . repeat('huge.jpg ', 12)],
      \ 'uploading': ['slow-read=50', 'Sight describe ' . repeat('large.jpg ', 8)],
      \ 'answering': ['pace=20/lines=1000', 'Sight describe red.png']}

" A request that has come as far as this.
function! s:reach(phase) abort
  if a:phase ==# 'preparing'
    call Picture('--noise jpg 4000 3000 808080 huge.jpg')
  elseif a:phase ==# 'uploading'
    call Picture('--noise jpg 720 720 808080 large.jpg')
  endif
  let [plan, command] = s:commands[a:phase]
  call Serve(plan, {'files': {'policy': 'never'}})
  execute command
  call Await({-> sightline#status() =~# a:phase}, a:phase)
endfunction

function! Test_helper() abort
  call tempname() " the editor's own are made elsewhere from now on
  let $TMPDIR = $TEST_DIR . '/tmp'
  call mkdir($TMPDIR)
  call setline(1, 'changed')
  silent undo
  let users = [getline(1, '$'), b:changedtick, undotree(), readfile('note.txt', 'b')]
  for phase in ['preparing', 'uploading', 'answering']
    let ended = Ended()
    call s:reach(phase)
    let helper = Helpers()
    call assert_equal(1, len(helper))
    call system('kill -9 ' . helper[0])
    call Await({-> Ended() > ended}, 'the end of ' . phase)
    call assert_equal([ended + 1, 'process'], [Ended(), g:events[-1].code])
    call assert_match('^the Sightline process ended (signal \(9\|KILL\)); the text that came is kept; '
          \ . 'the next command starts a new one$', g:events[-1].text)
    call Await({-> len(Journal('request')) == len(Journal('end'))}, 'the end for the server')
    call assert_equal([[], []], [Helpers(), glob($TMPDIR . '/*', 1, 1)])
    call assert_equal('', sightline#status())
    call Serve('')
    call Run('Sight describe green.jpg')
    call assert_match('(green)', Answer())
    call assert_notequal(helper, Helpers())
    call assert_equal(users, [getline(1, '$'), b:changedtick, undotree(), readfile('note.txt', 'b')])
    for buffer in Answers()
      execute 'bwipeout!' buffer
    endfor
  endfor
endfunction

" Tells machine.sh, which kills the editor, that it is time.
function! s:wait_for_death(phase) abort
  call s:reach(a:phase)
  call writefile([getpid()], $TEST_DIR . '/reached')
  call Await({-> 0}, 'the end of it all')
endfunction

function! Other_preparing() abort
  call s:wait_for_death('preparing')
endfunction

function! Other_uploading() abort
  call s:wait_for_death('uploading')
endfunction

function! Other_answering() abort
  call s:wait_for_death('answering')
endfunction

" Pictures that are all stored, one after the other, until a file says that it is enough.
function! Other_storing() abort
  call Serve('', {'files': {'policy': 'always'}})
  let host = has('nvim') ? 'nvim' : 'vim'
  for number in range(1, 400)
    call Picture(printf('--noise jpg 300 300 %06x %s-%d.jpg', number + (has('nvim') ? 0 : 1000), host, number))
    call Run(printf('Sight describe %s-%d.jpg', host, number))
    call assert_equal('done', g:events[-1].event, get(g:events[-1], 'text', ''))
    call writefile([number], 'number-of-' . host)
    call rename('number-of-' . host, 'stored-by-' . host)
    for buffer in Answers()
      execute 'bwipeout!' buffer
    endfor
    if filereadable('enough')
      break
    endif
  endfor
endfunction
