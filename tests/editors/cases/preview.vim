" :Sight preview, with a stand-in for the browser.

function! s:browser() abort
  let $DISPLAY = ':99'
  call Program('xdg-open', ['folder=$(dirname "$1")', 'cat "$1" >"' . $TEST_DIR . '/seen"',
        \ 'ls "$folder" >>"' . $TEST_DIR . '/seen"', 'echo "$1" >"' . $TEST_DIR . '/opened.new"',
        \ 'mv "' . $TEST_DIR . '/opened.new" "' . $TEST_DIR . '/opened"'])
endfunction

" The page that was opened.
function! s:opened() abort
  call Await({-> filereadable($TEST_DIR . '/opened')}, 'the browser')
  let page = readfile($TEST_DIR . '/opened')[0]
  call delete($TEST_DIR . '/opened')
  return page
endfunction

function! Test_preview_shows_the_page_with_what_it_needs() abort
  call s:browser()
  call writefile(['mine'], 'index.html')
  call Serve('fences=4')
  call Run('Sight code red.png')
  call win_gotoid(win_findbuf(Files()[0])[0])
  call setline(2, '  <p>changed</p>')
  Sight preview
  let page = s:opened()
  call assert_equal('index.html', fnamemodify(page, ':t'))
  call assert_equal(['<main>', '  <p>changed</p>', '</main>', 'index.html', 'part2', 'script.js', 'style.css'],
        \ readfile('seen'))
  call assert_equal(['<main>'], readfile(fnamemodify(page, ':h') . '/part2/index.html', '', 1))
  call assert_equal('rwx------', getfperm(fnamemodify(page, ':h')))
  call assert_equal([1, ['mine']], [&modified, readfile('index.html')])
  buffer style.css
  Sight preview
  call assert_equal(page, s:opened())
  buffer part2/index.html
  Sight preview
  call assert_equal(fnamemodify(page, ':h') . '/part2/index.html', s:opened())
  call writefile([fnamemodify(page, ':h')], 'folder')
  doautocmd VimLeavePre
  call assert_false(isdirectory(fnamemodify(page, ':h')))
endfunction

function! Test_preview_of_a_page_without_a_name() abort
  call s:browser()
  call Serve('fences=1')
  call Run('Sight code red.png')
  call win_gotoid(win_findbuf(Files()[0])[0])
  execute "normal \<Plug>(sightline-preview)"
  call assert_match('/file-\d\+\.html$', s:opened())
  new
  call setline(1, '<p>my own</p>')
  set filetype=html
  Sight preview
  call assert_match('\.html$', s:opened())
  call assert_equal('<p>my own</p>', readfile('seen')[0])
endfunction

function! Test_preview_is_refused() abort
  call s:browser()
  set filetype=python
  call Refused('Sight preview', 'this is python, no HTML; only a page in HTML can be shown')
  set filetype=
  call Refused('Sight preview', 'this is no HTML; only')
  set filetype=html
  let $DISPLAY = ''
  call Refused('Sight preview', 'there is no display here for a browser; write the file')
  let [path, $PATH, $DISPLAY] = [$PATH, '/nonexistent', ':99']
  call Refused('Sight preview', 'xdg-open is needed to open the browser: install the package xdg-utils')
  let $PATH = path
  call assert_false(filereadable('seen'))
  call Program('xdg-open', ['echo no browser is set up >&2', 'exit 3'])
  call Refused('Sight preview', 'xdg-open did not open the page: no browser is set up')
  set filetype=
endfunction

function! Test_preview_shows_the_browser_no_key() abort
  let $STEP_API_KEY = 'sk-of-stepfun'
  let $DISPLAY = ':99'
  call Program('xdg-open', ['env >"' . $TEST_DIR . '/env"', 'mv "' . $TEST_DIR . '/env" "' . $TEST_DIR . '/opened"'])
  set filetype=html
  Sight preview
  call Await({-> filereadable($TEST_DIR . '/opened')}, 'the browser')
  call assert_notmatch('sk-of', join(readfile($TEST_DIR . '/opened')))
endfunction

" The words of the person, never of the model, are what is run: names are data.
function! Test_preview_runs_nothing_of_a_name() abort
  call s:browser()
  file $(touch\ x)`touch\ y`;touch\ z
  set filetype=html
  Sight preview
  call s:opened()
  call assert_equal([], glob('[xyz]', 1, 1))
endfunction

function! Test_preview_in_windows() abort
  call s:browser()
  call Program('wslpath', ['echo "W:$2"'])
  call Program('cmd.exe', ['echo "$*" >"' . $TEST_DIR . '/opened.new"',
        \ 'mv "' . $TEST_DIR . '/opened.new" "' . $TEST_DIR . '/opened"'])
  let $WSL_DISTRO_NAME = 'Debian'
  set filetype=html
  Sight preview
  call assert_match('^/c start  W:/.*/note.txt.html$', s:opened())
endfunction
