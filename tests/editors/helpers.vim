" What the cases share. Runs the case that run.sh names, and writes what went wrong to errors.log.

let &runtimepath = $SOURCE_DIR . '/plugins/editor/runtime,' . &runtimepath
set hidden noswapfile shortmess+=I nomore
runtime plugin/sightline.vim
source <sfile>:h/clock.vim
" Pictures come from stand-ins, see Program(), and not from the screen of who runs the tests.
let [$DISPLAY, $WAYLAND_DISPLAY, $WSL_DISTRO_NAME, $SSH_CONNECTION] = ['', '', '', '']
let g:sightline_command = [$BUILD_DIR . '/bin/sightline-editor']
let s:patience = str2float($TEST_SECONDS) - 5 " before the terminal ends Vim

" Waits until a condition holds; says what did not happen.
function! Await(Condition, what) abort
  let started = reltime()
  while !a:Condition()
    if reltimefloat(reltime(started)) > s:patience
      call add(v:errors, 'waited in vain for ' . a:what . ', called by ' . expand('<sfile>')
            \ . '; messages: ' . execute('messages'))
      throw 'case ends'
    endif
    sleep 2m
  endwhile
endfunction

" Ends a case that this editor cannot run.
function! Skip(reason) abort
  call writefile([a:reason], $TEST_DIR . '/skipped')
  throw 'case ends'
endfunction

" Lets requests from now on go to the simulator, with these instructions in the path, and other settings.
function! Serve(segments, ...) abort
  let url = join([$SIMULATOR_URL] + (a:segments ==# '' ? [] : [a:segments]) + ['v1'], '/')
  call Configure({'base_url': url, 'model': 'step-3.7-flash', 'key': v:null, 'like': 'stepfun'}, get(a:000, 0, {}))
endfunction

function! Configure(provider, ...) abort
  let provider = extend({'like': 'stepfun'}, a:provider)
  call WriteConfig([json_encode(extend({'provider': 'test', 'providers': {'test': provider},
        \ 'tasks_dir': $TEST_DIR . '/tasks'}, get(a:000, 0, {})))])
endfunction

function! WriteConfig(lines) abort
  call mkdir($XDG_CONFIG_HOME . '/sightline', 'p', 0700)
  call writefile(a:lines, $XDG_CONFIG_HOME . '/sightline/config.json')
endfunction

" What the simulator's journal tells of one kind of event.
function! Journal(event) abort
  return filter(map(s:read($SIMULATOR_JOURNAL), 'json_decode(v:val)'), 'v:val.event ==# a:event')
endfunction

" What a request said, as the server received it, the last one with -1.
function! Body(number) abort
  return json_decode(join(readfile(Journal('request')[a:number].body), ''))
endfunction

" The text that the last request asked with.
function! Asked() abort
  let content = Body(-1).messages[-1].content
  let parts = type(content) == v:t_string ? [{'type': 'text', 'text': content}] : content
  return join(map(filter(copy(parts), 'v:val.type ==# "text"'), 'v:val.text'), "\n")
endfunction

" A task of the user's own.
function! WriteTask(name, lines) abort
  call mkdir($TEST_DIR . '/tasks', 'p')
  call writefile(a:lines, $TEST_DIR . '/tasks/' . a:name . '.task')
endfunction

function! Shell(command) abort
  let said = system(a:command)
  call assert_equal(0, v:shell_error, a:command . ': ' . said)
  return said
endfunction

function! Picture(arguments) abort
  call Shell(shellescape($BUILD_DIR . '/bin/sightline-test-picture') . ' ' . a:arguments)
endfunction

" A program of this name that is found before any other, as a shell script.
function! Program(name, lines) abort
  let folder = $TEST_DIR . '/bin'
  call mkdir(folder, 'p')
  call writefile(['#!/bin/sh'] + a:lines, folder . '/' . a:name)
  call setfperm(folder . '/' . a:name, 'rwxr-xr-x')
  if stridx($PATH, folder . ':') != 0
    let $PATH = folder . ':' . $PATH
  endif
endfunction

" The buffers of code that answers brought, oldest first.
function! Files() abort
  return filter(range(1, bufnr('$')), {_, buffer -> getbufvar(buffer, 'sightline') ==# 'kept'})
endfunction

" The buffers of answers, oldest first, without those of reasoning alone.
function! Answers() abort
  return filter(range(1, bufnr('$')),
        \ 'bufname(v:val) =~# "^sightline://[a-z-]*/\\d" && bufname(v:val) !~# "/reasoning$"')
endfunction

" The text of a buffer without the reasoning that is folded in it, and without the prompt line.
function! Text(buffer) abort
  let lines = getbufline(a:buffer, 1, '$')
  for fold in reverse(copy(getbufvar(a:buffer, 'sightline_folds', [])))
    let line = sightline#mark#line(fold.mark)
    call remove(lines, line - 1, line + fold.length - 2)
  endfor
  return substitute(join(lines, "\n"), '\n$', '', '')
endfunction

function! Answer() abort
  return Text(get(Answers(), -1, 0))
endfunction

" Makes the window of the last answer the current one.
function! EnterAnswer() abort
  call win_gotoid(win_findbuf(Answers()[-1])[0])
endfunction

" The events that were triggered, with what they told.
let g:events = []
augroup case
  autocmd User SightlineStarted call add(g:events, extend({'event': 'started'}, g:sightline_event))
  autocmd User SightlineDone call add(g:events, extend({'event': 'done'}, g:sightline_event))
  autocmd User SightlineFailed call add(g:events, extend({'event': 'failed'}, g:sightline_event))
augroup END

function! Ended() abort
  return len(filter(copy(g:events), 'v:val.event !=# "started"'))
endfunction

" Runs a command and waits for the end of the request that it starts.
function! Run(command) abort
  let ended = Ended()
  execute a:command
  call Await({-> Ended() > ended}, a:command)
endfunction

" The last line of the messages.
function! Message() abort
  return get(split(execute('messages'), "\n"), -1, '')
endfunction

" Whether the screen shows a text.
function! OnScreen(pattern) abort
  redraw
  let rows = map(range(1, &lines), {_, row -> map(range(1, &columns), 'screenstring(row, v:val)')})
  return match(map(rows, 'join(v:val, "")'), a:pattern) >= 0
endfunction

" Waits for a message, which is not there yet when the command that gave it returns.
function! Says(pattern) abort
  call Await({-> Message() =~# a:pattern}, 'the message "' . a:pattern . '"')
endfunction

" A command that fails: with this sentence, an event, no window left over, no buffer changed.
function! Fails(command, pattern) abort
  let [windows, buffers] = [Windows(), len(Answers())]
  call Run(a:command)
  call assert_match(a:pattern, g:events[-1].text)
  call Says('^Sightline: ' . escape(g:events[-1].text, '[]*~\') . '$')
  call assert_equal('failed', g:events[-1].event)
  call s:unchanged(windows, buffers)
endfunction

" A command that is refused before anything is sent.
function! Refused(command, pattern) abort
  let [windows, buffers, requests] = [Windows(), len(Answers()), len(Journal('request'))]
  execute a:command
  call Says(a:pattern)
  call assert_equal(requests, len(Journal('request')))
  call s:unchanged(windows, buffers)
endfunction

" Windows that are no popups, which Neovim counts too.
function! Windows() abort
  return len(filter(range(1, winnr('$')),
        \ {_, number -> !has('nvim') || nvim_win_get_config(win_getid(number)).relative ==# ''}))
endfunction

function! s:unchanged(windows, buffers) abort
  call assert_equal([a:windows, a:buffers], [Windows(), len(Answers())])
  call assert_equal(['first', 'second', 'third'], getbufline('note.txt', 1, '$'))
  call assert_equal('', sightline#status())
endfunction

" The processes that the editor has started and that still run.
function! Helpers() abort
  return map(split(glob('/proc/' . getpid() . '/task/*/children'), "\n"), 'readfile(v:val)')
        \ ->flatten()->join(' ')->split()
        \ ->filter({_, pid -> get(s:read('/proc/' . pid . '/comm'), 0, '') ==# 'sightline-edito'})
endfunction

" The lines of a file that are whole: somebody may be writing the last.
function! s:read(file) abort
  return filereadable(a:file) ? readfile(a:file, 'b')[: -2] : []
endfunction

function! s:run() abort
  try
    execute 'source' fnameescape($CASE_FILE)
    call Serve('')
    call call((exists('*Test_' . $CASE) ? 'Test_' : 'Other_') . $CASE, [])
  catch /^case ends$/
  catch
    call add(v:errors, v:exception . ' in ' . v:throwpoint)
  endtry
  call writefile(v:errors, $ERRORS)
  qall!
endfunction

if has('vim_starting')
  autocmd VimEnter * call timer_start(0, {-> s:run()})
else
  call s:run()
endif
