" :Sight code: its stack, the buffers of its files, going on after a cut.

let s:page = ['<main>', '  <p>Simulated page 1.</p>', '</main>']

" The stack's words in the prompt.
function! s:stack() abort
  return matchstr(Asked(), 'Write it as: \zs[^\n]*')
endfunction

function! Test_code_goes_to_a_file_that_is_not_written() abort
  call Serve('fences=2')
  call Run('Sight screenshot-to-code red.png')
  let file = Files()[0]
  call assert_equal([file, getcwd() . '/index.html'], [winbufnr(1), fnamemodify(bufname(file), ':p')])
  call assert_equal(s:page, getbufline(file, 1, '$'))
  for [option, value] in items({'filetype': 'html', 'buftype': '', 'buflisted': 1, 'modified': 1,
        \ 'modifiable': 1, 'swapfile': 0})
    call assert_equal(value, getbufvar(file, '&' . option), option)
  endfor
  call assert_equal([[], 2, []], [glob('*.html', 1, 1), Windows(), filter(Answers(), 'bufloaded(v:val)')])
  call assert_match('Thought 1', join(getbufline('sightline://code/1/red.png/reasoning', 1, '$')))
  call Says('^Sightline: more of the answer is in style.css (.* tokens in, .* out, .*)$')
  call win_gotoid(win_getid(1))
  silent undo
  call assert_equal(s:page, getline(1, '$'))
  write
  call assert_equal(s:page, readfile('index.html'))
  call assert_equal([&g:number, &g:foldmethod, &g:list], [&l:number, &l:foldmethod, &l:list])
endfunction

function! Test_code_of_one_file() abort
  call Serve('fences=1')
  call Run('Sight code red.png')
  call assert_equal(['', 'html', s:page], [bufname(Files()[0]), getbufvar(Files()[0], '&filetype'),
        \ getbufline(Files()[0], 1, '$')])
  call Says('^Sightline: buffer \d\+: .* tokens in')
endfunction

function! Test_code_of_several_files() abort
  call Serve('fences=4')
  call Run('vertical Sight code red.png')
  for [at, name, type, line] in [[0, 'index.html', 'html', '<main>'], [1, 'style.css', 'css', 'main {'],
        \ [2, 'script.js', 'javascript', 'console.log(`Simulated script`);'],
        \ [3, 'part2/index.html', 'html', '<main>']]
    let buffer = Files()[at]
    call assert_equal([name, type, line], [fnamemodify(bufname(buffer), ':.'),
          \ getbufvar(buffer, '&filetype'), getbufline(buffer, 1)[0]])
    call assert_equal([1, 1], [getbufvar(buffer, '&modifiable'), getbufvar(buffer, '&buflisted')])
  endfor
  call assert_equal('row', winlayout()[0])
  call Says('more of the answer is in style.css, script.js, part2/index.html (')
  call assert_equal(Files(), g:events[-1].buffers)
endfunction

function! Test_code_streams_into_its_buffer() abort
  call Serve('pace=15/fences=3')
  Sight code red.png
  call Await({-> bufexists('index.html')}, 'the file')
  let file = bufnr('index.html')
  call assert_equal([file, 0], [winbufnr(1), getbufvar(file, '&modifiable')])
  call Await({-> getbufline(file, 1) ==# ['<main>']}, 'the first line')
  call assert_equal(0, Ended())
  call assert_match('^code: ', sightline#status())
  call Await({-> Ended()}, 'the end')
  call assert_equal(s:page, getbufline(file, 1, '$'))
endfunction

" Nothing that is there is written over, nor its buffer.
function! Test_code_keeps_off_what_is_there() abort
  call writefile(['mine'], 'index.html')
  call writefile(['mine'], 'index-2.html')
  let mine = bufadd('style.css')
  call bufload(mine)
  call setbufline(mine, 1, 'mine')
  call Serve('fences=2')
  call Run('Sight code red.png')
  call assert_equal(['index-3.html', 'style-2.css'], map(Files(), 'fnamemodify(bufname(v:val), ":.")'))
  call assert_equal([['mine'], ['mine'], ['mine']],
        \ [readfile('index.html'), readfile('index-2.html'), getbufline(mine, 1, '$')])
  call Says('more of the answer is in style-2.css')
  call assert_match('index.html is there already; this one is index-3.html', execute('messages'))
  call assert_match('style.css is there already; this one is style-2.css', execute('messages'))
  call Run('Sight code red.png')
  call assert_equal('index-4.html', fnamemodify(bufname(Files()[2]), ':.'))
  call assert_equal(s:page, getbufline(Files()[0], 1, '$'))
endfunction

function! Test_code_default_stack_by_filetype() abort
  let g:sightline_stacks = {'php': 'bootstrap'}
  for [type, pattern] in [['', '^HTML with CSS'], ['html', '^HTML with CSS'], ['vue', '^Vue 3'],
        \ ['typescriptreact', '^React in TypeScript with Tailwind'], ['javascriptreact', 'Tailwind'],
        \ ['svelte', '^Svelte'], ['swift', '^SwiftUI'], ['dart', '^Flutter'], ['kotlin', '^Jetpack'],
        \ ['qml', '^Qt 6 QML'], ['tex', 'tikzpicture'], ['php', '^HTML with Bootstrap'], ['python', '^HTML']]
    let &filetype = type
    call Run('1Sight! code red.png')
    call assert_match(pattern, s:stack(), type)
    call assert_equal(type, matchstr(Asked(), 'part of a file of this type: \zs.*'))
    silent undo
  endfor
endfunction

function! Test_code_words() abort
  set filetype=vue
  for [words, stack, instruction] in [
        \ ['red.png svelte', '^Svelte', ''],
        \ ['red.png svelte with a dark theme', '^Svelte', 'with a dark theme'],
        \ ['red.png  svelte svelte', '^Svelte', 'svelte'],
        \ ['red.png -- svelte things', '^Vue 3', 'svelte things'],
        \ ['red.png in two columns', '^Vue 3', 'in two columns'],
        \ ['red.png', '^Vue 3', ''],
        \ ]
    call Run('1Sight! code ' . words)
    call assert_match(stack, s:stack(), words)
    call assert_equal(instruction, matchstr(Asked(), 'in particular: \zs.*'), words)
  endfor
endfunction

function! Test_code_of_several_pictures_and_lines() abort
  call Run('1,2Sight code red.png blue.webp "green.jpg" flutter')
  call assert_equal(3, count(map(copy(Body(-1).messages[-1].content), 'v:val.type'), 'image_url'))
  call assert_match('<selection>first\nsecond</selection>', Asked())
  call assert_match('^Flutter', s:stack())
endfunction

" As one change, without the fences and the prose; the further files are named.
function! Test_code_at_the_cursor() abort
  call Serve('fences=2')
  call cursor(2, 1)
  call Run('Sight! code red.png')
  call assert_equal(['first', 'second'] + s:page + ['third'], getline(1, '$'))
  call assert_equal(['style.css'], map(Files(), 'fnamemodify(bufname(v:val), ":.")'))
  call assert_equal('main {', getbufline(Files()[0], 1)[0])
  silent undo
  call assert_equal(['first', 'second', 'third'], getline(1, '$'))
endfunction

" Cuts an answer in the middle of its first file.
function! s:cut() abort
  for chunks in range(12, 40)
    call Serve('fences=1/reasoning=0/length=' . chunks)
    call Run('Sight code red.png')
    call assert_equal('length', g:events[-1].code)
    let file = get(Files(), 0)
    if file && Text(file) =~# '^<main>\n.'
      return file
    endif
    execute 'bwipeout!' winbufnr(1)
  endfor
  throw 'the answer was never cut within a file'
endfunction

function! Test_code_that_was_cut_goes_on_without_a_seam() abort
  let file = s:cut()
  let part = Text(file)
  call Await({-> OnScreen('not whole: ')}, 'the reason on the screen')
  call win_gotoid(win_findbuf(file)[0])
  call append(0, '<!-- mine -->')
  call Serve('no-fence')
  call Run('Sight continue')
  call assert_equal([file], Files())
  let joined = "<!-- mine -->\n" . part . "<main>\n  <p>Simulated page 1.</p>\n</main>"
  call assert_equal(joined, Text(file))
  call assert_false(OnScreen('not whole: '))
  silent undo
  call assert_equal("<!-- mine -->\n" . part, Text(file))
  silent undo
  call assert_equal(part, Text(file))
  redo
  redo
  call assert_equal(joined, Text(file))
endfunction

function! Test_code_that_was_cut_does_not_go_on_after_other_words() abort
  let file = s:cut()
  call win_gotoid(win_findbuf(file)[0])
  call setline('$', getline('$') . ' mine')
  let requests = len(Journal('request'))
  Sight continue
  call Says('the last line of .* was changed since the answer was cut; undo that')
  call assert_equal(requests, len(Journal('request')))
  silent undo
  call Serve('no-fence')
  call Run('Sight continue')
  call assert_match('<main>.*</main>$', Text(file))
endfunction

" The screen is the user's: other windows, an answer's too, stay as they are.
function! Test_code_takes_no_window_of_an_answer() abort
  call Run('Sight describe red.png')
  call Serve('fences=2')
  call Run('Sight code red.png')
  call Run('Sight describe red.png')
  call assert_equal(3, Windows())
  call assert_equal(1, len(win_findbuf(Files()[0])))
  call assert_equal(s:page, getbufline(Files()[0], 1, '$'))
endfunction

function! Test_code_is_asked_for_again() abort
  call Serve('fences=2')
  call Run('Sight code red.png vue')
  call win_gotoid(win_findbuf(Files()[0])[0])
  call Run('Sight retry')
  call assert_equal(4, len(Files()))
  call assert_match('^Vue 3', s:stack())
endfunction

" Code with its conversation, in the current window.
function! s:code() abort
  call Serve('fences=1')
  call Run('Sight code red.png')
  call win_gotoid(win_findbuf(Files()[0])[0])
endfunction

function! s:proposals(number, state) abort
  call Await({-> len(sightline#proposal#all(bufnr('%'))) == a:number
        \ && empty(filter(copy(sightline#proposal#all(bufnr('%'))), 'v:val.drawing || v:val.state !=# a:state'))},
        \ a:number . ' proposals that are ' . a:state)
endfunction

function! s:pictures() abort
  return len(split(json_encode(Body(-1).messages), '"image_url":', 1)) - 1
endfunction

function! Test_code_is_changed_by_asking_on() abort
  call s:code()
  call append(0, 'mine')
  call Serve('rewrite=upper')
  Sight ask in capitals, please
  call s:proposals(1, 'whole')
  call assert_equal(['mine'] + s:page, getline(1, '$'))
  call assert_equal(['user', 'assistant', 'user'], filter(map(Body(-1).messages, 'v:val.role'), 'v:val !=# "system"'))
  call assert_equal(1, s:pictures())
  call assert_match("<selection>\nmine\n<main>", Asked())
  call assert_match('in capitals, please', Asked())
  call assert_equal(2, Windows())
  Sight accept
  call assert_equal(map(['mine'] + s:page, 'toupper(v:val)'), getline(1, '$'))
  silent undo
  call assert_equal(['mine'] + s:page, getline(1, '$'))
  " And on, in the same conversation, about some lines.
  2,3Sight ask those alone
  call s:proposals(1, 'whole')
  call assert_match("<selection>\n<main>\n  <p>Simulated page 1.</p>\n</selection>", Asked())
  call assert_equal(5, len(filter(Body(-1).messages, 'v:val.role !=# "system"')))
  call cursor(2, 1)
  call Run('Sight ask still others')
  call s:proposals(1, 'whole')
  call assert_match("<selection>\n<MAIN>", Asked())
endfunction

function! Test_code_that_cannot_be_changed_stays() abort
  call s:code()
  call Configure({'base_url': $SIMULATOR_URL . '/status=500/v1', 'key': v:null, 'retries': 0})
  call Run('Sight ask in capitals')
  call assert_equal(['failed', s:page], [g:events[-1].event, getline(1, '$')])
  call assert_equal([], sightline#proposal#all(bufnr('%')))
  call Serve('rewrite=upper')
  Sight retry
  call s:proposals(1, 'whole')
  call assert_equal(1, s:pictures())
  Sight accept
  call assert_equal(map(copy(s:page), 'toupper(v:val)'), getline(1, '$'))
endfunction

function! Test_code_that_is_wiped_lets_its_conversation_go() abort
  call s:code()
  call Serve('rewrite=upper')
  Sight ask in capitals
  call s:proposals(1, 'whole')
  let number = sightline#answer#of(bufnr('%')).conversation
  let file = bufnr('%')
  bwipeout!
  call Await({-> !bufexists(file) && empty(sightline#proposal#every())}, 'the end of the proposal')
  let heard = []
  call sightline#client#request({'method': 'start', 'task': 'ask', 'instruction': 'what?',
        \ 'conversation': number, 'continues': v:true}, {event -> add(heard, event)})
  call Await({-> !empty(heard)}, 'an answer')
  call assert_match('this conversation is not kept any more', get(heard[0], 'text', ''))
endfunction

function! Test_code_stops_when_its_buffer_is_wiped() abort
  call Serve('pace=15/fences=3/lines=200')
  Sight code red.png
  call Await({-> sightline#status() =~# 'answering'}, 'the answer')
  execute 'bwipeout!' winbufnr(1)
  call Await({-> Ended()}, 'the end')
  call assert_equal('cancelled', g:events[-1].code)
  call assert_equal(['first', 'second', 'third'], getline(1, '$'))
endfunction

function! Test_code_that_fails_leaves_nothing() abort
  call Serve('status=401')
  call Fails('Sight code red.png', '401\|key')
endfunction

" What goes wrong in the user's own settings for a filetype is told, and stops nothing.
function! Test_code_with_a_broken_filetype_setting() abort
  autocmd FileType html throw 'broken'
  autocmd BufEnter index.html throw 'broken too'
  call Serve('fences=2')
  call Run('Sight code red.png')
  call assert_equal(s:page, getbufline(Files()[0], 1, '$'))
  call Await({-> execute('messages') =~# 'FileType html: broken'}, 'the message')
endfunction

function! Test_code_has_plugs() abort
  call setline(2, 'see red.png')
  call cursor(2, 6)
  call Serve('fences=2')
  execute "normal \<Plug>(sightline-code)"
  call Await({-> Ended()}, 'the end')
  call assert_equal(s:page, getbufline(Files()[0], 1, '$'))
endfunction
