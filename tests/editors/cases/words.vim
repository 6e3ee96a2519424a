" The words of a command: which are pictures, and where the instruction starts.

" As a task reads them that needs a picture.
function! s:parse(words) abort
  return sightline#media#parse(a:words, {-> sightline#media#needs({'min_media': 1, 'videos': 0})})
endfunction

function! s:media(words) abort
  return map(s:parse(a:words).media, 'fnamemodify(v:val, ":~:.")')
endfunction

function! s:throws(words, pattern) abort
  try
    call assert_report(string(s:parse(a:words)))
  catch /^sightline: /
    call assert_match(a:pattern, v:exception)
  endtry
endfunction

function! Test_words_that_are_paths() abort
  call mkdir($HOME . '/pictures')
  for name in ['my photo.png', 'it''s.png', 'a[1].png', '$x`y`.png', 'pictures/p.PNG', 'pictures/q.jpg',
        \ 'pictures/r.txt']
    call writefile([], $HOME . '/' . name)
  endfor
  cd $HOME
  for [words, expected] in [
        \ ['"my photo.png"', ['my photo.png']],
        \ ['''my photo.png'' what?', ['my photo.png']],
        \ ['my\ photo.png what?', ['my photo.png']],
        \ ['''it''\''''s.png'' what?', ['it''s.png']],
        \ ['"\$x\`y\`.png" what?', ['$x`y`.png']],
        \ ['it''s.png', ['it''s.png']],
        \ ['a[1].png', ['a[1].png']],
        \ ['$x`y`.png', ['$x`y`.png']],
        \ ['~/pictures/p.PNG', ['pictures/p.PNG']],
        \ ['./pictures/* what?', ['pictures/p.PNG', 'pictures/q.jpg']],
        \ ['pictures/?.jpg it''s.png', ['pictures/q.jpg', 'it''s.png']],
        \ ['file://' . $HOME . '/my%20photo.png', ['my photo.png']],
        \ ['file://localhost' . $HOME . '/pictures/q.jpg', ['pictures/q.jpg']],
        \ ]
    call assert_equal(expected, s:media(words), words)
  endfor
endfunction

function! Test_words_that_are_errors() abort
  call mkdir('pictures')
  call s:throws('missing.png', 'missing.png: no such file; if it is no name, put -- before it')
  call s:throws('red.png and/or', 'and/or: no such file')
  call s:throws('missing/*.png', 'no such file')
  call s:throws('pictures/', 'is a folder; name files, as in pictures/\*.png')
  call s:throws('+', 'there is no clipboard here, since there is no display; save the picture')
  call s:throws('grab', 'there is no screen to grab from here')
  call s:throws('', 'no picture here; name one')
  call s:throws('-- what?', 'no picture here')
  enew
  call s:throws('%', 'this buffer has no file')
endfunction

function! Test_words_that_are_addresses() abort
  for address in ['http://example.com/a.png', 'HTTPS://example.com/', 'stepfile://file-1']
    call assert_equal({'media': [address], 'typed': [address], 'instruction': 'what?'}, s:parse(address . ' what?'))
  endfor
  call setline(1, 'see ![one](https://example.com/a.png) here')
  call cursor(1, 8)
  call assert_equal({'media': ['https://example.com/a.png']}, s:parse(''))
endfunction

function! Test_words_never_reach_a_shell() abort
  for words in ['`touch${IFS}x`.png', '"`touch x`*.png"', '$(touch\ x)/*.png', '{a,`touch\ x`}*.png',
        \ './''`touch\ x`''*.png']
    call s:throws(words, 'no such file')
  endfor
  call assert_false(filereadable('x'))
endfunction

function! Test_words_of_the_instruction() abort
  for [words, expected] in [
        \ ['red.png what is it', 'what is it'],
        \ ['red.png  -- red.png  twice ', 'red.png  twice '],
        \ ['red.png "quoted" words', '"quoted" words'],
        \ ['red.png it\ is', 'it\ is'],
        \ ]
    call assert_equal(expected, s:parse(words).instruction)
  endfor
  call assert_false(has_key(s:parse('red.png'), 'instruction'))
endfunction

function! Test_picture_under_the_cursor() abort
  call mkdir('notes/images', 'p')
  call writefile([], 'notes/images/a b.png')
  call writefile([], 'notes/images/c.png')
  edit notes/text.md
  call setline(1, ['see ![one](images/a%20b.png "title") and ![two](<images/c.png>) or images/c.png here',
        \ '<img src="images/a b.png" alt=''x''> and red.png'])
  for [line, text, expected] in [
        \ [1, 'one', 'notes/images/a b.png'],
        \ [1, 'two', 'notes/images/c.png'],
        \ [1, 'images/c.png here', 'notes/images/c.png'],
        \ [2, 'src', ''],
        \ [2, 'a b.png', 'notes/images/a b.png'],
        \ [2, 'red.png', 'red.png'],
        \ [1, ' and', ''],
        \ ]
    call cursor(line, stridx(getline(line), text) + 1)
    if expected ==# ''
      call s:throws('', 'no picture here')
      call s:throws('<cfile>', 'no picture under the cursor')
    else
      call assert_equal([expected], s:media(''), text)
      call assert_equal([expected], s:media('<cfile> what?'), text)
    endif
  endfor
endfunction

function! Test_picture_under_the_cursor_that_is_missing() abort
  call setline(1, ['see ![one](missing%20one.png) and missing.png'])
  for [text, name] in [['one', 'missing%20one.png'], ['and missing', ''], ['missing.png', 'missing.png']]
    call cursor(1, stridx(getline(1), text) + 1)
    for words in name ==# '' ? [] : ['', '<cfile>']
      call s:throws(words, '\V: ' . name . ': no such file; check the name\$')
    endfor
  endfor
endfunction

function! Test_current_file_is_a_picture() abort
  edit red.png
  call assert_equal(['red.png'], s:media(''))
  call assert_equal(['red.png', 'blue.webp'], s:media('% blue.webp'))
  call Run('Sight describe')
  call assert_match('#ff0000 (red)', Answer())
endfunction

function! Test_plug_describes_what_is_under_the_cursor() abort
  call setline(2, 'see red.png')
  call cursor(2, 6)
  execute "normal \<Plug>(sightline-describe)"
  call Await({-> Ended()}, 'the end')
  call assert_match('#ff0000 (red)', Answer())
endfunction

function! Test_helper_starts_while_a_command_is_typed() abort
  for line in ['Sight ', 'Sight des', 'Sight log o', 'Sight accept h']
    call sightline#complete(matchstr(line, '\S*$'), line, strlen(line))
  endfor
  call assert_equal([], Helpers())
  call sightline#complete('in', '2Sight rewrite in', 17)
  call Await({-> len(Helpers()) == 1}, 'the helper')
  let helper = Helpers()
  call Run('Sight describe red.png')
  call assert_equal(helper, Helpers())
endfunction

" What is wrong is the command's to say.
function! Test_completion_without_a_helper() abort
  let g:sightline_command = '/nowhere/sightline-editor'
  let said = Message()
  call assert_equal(['red.png'], sightline#complete('red', 'Sight describe red', 18))
  call assert_equal(said, Message())
  call Refused('Sight describe red.png', '/nowhere/sightline-editor is not there')
endfunction

function! Test_completion() abort
  call mkdir('here')
  call rename('red.png', 'here/red.png')
  call rename('blue.webp', 'here/blue.webp')
  cd here
  call mkdir('more pictures')
  call mkdir('a folder')
  call writefile([], 'Some Photo.JPG')
  for [line, expected] in [
        \ ['Sight ', ['accept', 'alt', 'ask', 'chart', 'code', 'compare', 'continue', 'critique', 'describe', 'diagnose',
        \   'diff', 'doctor', 'files', 'log', 'model', 'next', 'ocr', 'open', 'plan', 'prev', 'preview', 'provider',
        \   'receipt',
        \   'reject', 'retry', 'rewrite', 'run', 'save', 'setup', 'stop', 'timeline', 'usage', 'video']],
        \ ['Sight! de', ['describe']],
        \ ['vertical Sight des', ['describe']],
        \ ['5Sight! describe r', ['red.png']],
        \ ['''aSight! describe r', ['red.png']],
        \ ['''<,''>Sight! describe r', ['red.png']],
        \ ['silent!Sight describe r', ['red.png']],
        \ ['Sight describe ', ['Some\ Photo.JPG', 'blue.webp', 'red.png', 'a\ folder/', 'more\ pictures/']],
        \ ['Sight describe "r', ['"red.png"']],
        \ ['Sight describe "Some P', ['Photo.JPG"']],
        \ ['Sight describe ''more p', ['pictures/']],
        \ ['Sight describe "red.png" ''b', ['''blue.webp''']],
        \ ['Sight describe "red.png" b', ['blue.webp']],
        \ ['Sight describe r', ['red.png']],
        \ ['Sight describe-image Some\ P', ['Some\ Photo.JPG']],
        \ ['Sight describe m', ['more\ pictures/']],
        \ ['Sight describe red.png bl', ['blue.webp']],
        \ ['Sight describe nothing/', []],
        \ ['Sight describe g', ['grab']],
        \ ['Sight describe red.png +', ['+']],
        \ ['Sight code red.png jet', ['jetpack-compose']],
        \ ['Sight screenshot-to-code re', ['red.png', 'react', 'react-native', 'react-tailwind']],
        \ ['Sight code "re', ['"red.png"']],
        \ ['Sight stop ', ['all']],
        \ ['Sight log o', ['off', 'on']],
        \ ['Sight provider s', ['stepfun', 'stepfun-cn', 'step-plan', 'simulator']],
        \ ]
    let lead = matchstr(line, '\%(\\.\|\S\)*$')
    call assert_equal(expected, sightline#complete(lead, line, strlen(line)), line)
  endfor
  call feedkeys(":Sight describe Some\\ P\<C-A>\<C-B>\"\<CR>", 'xt')
  call assert_equal('"Sight describe Some\ Photo.JPG', @:)
  call feedkeys(":2Sight! describe \"Some P\<C-A>\<C-B>\"\<CR>", 'xt')
  call assert_equal('"2Sight! describe "Some Photo.JPG"', @:)
endfunction

function! Test_commands_that_are_refused() abort
  call Refused('Sight paint', 'no command paint; :Sight lists them')
  call Refused('Sight! doctor', 'doctor takes no !')
  call Refused('Sight stop now', 'stop ends what runs here, and stop all everything')
  call Refused('Sight! stop', 'stop takes no !')
  call Refused('Sight doctor now', 'doctor takes no words')
  call Refused('1,2Sight describe red.png', 'describe takes no lines')
  let shown = substitute(execute('Sight'), '\n', '', 'g')
  call assert_match('Sight ask .*Sight describe .*Sight run .*Sight stop ', shown)
endfunction
