" Stored files, listed and deleted.

function! s:list() abort
  return join(getbufline('sightline://files', 1, '$'), "\n")
endfunction

" Files of another program, and one of ours.
function! s:store(count) abort
  for i in range(a:count)
    call writefile([repeat('x', 1999)], $TEST_DIR . '/other.mp4')
    call Shell('curl --noproxy "*" -sS -F purpose=storage -F "file=@' . $TEST_DIR . '/other.mp4;filename=other'
          \ . i . '.mp4" ' . $SIMULATOR_URL . '/v1/files')
  endfor
endfunction

function! s:ours() abort
  call Picture('--noise jpg 300 200 00a000 ' . $TEST_DIR . '/a.jpg')
  call Run('Sight describe a.jpg')
  call Run('Sight describe a.jpg')
endfunction

function! s:show() abort
  Sight files
  call Await({-> s:list() =~# '\d files\=, '}, 'the list')
  call win_gotoid(win_findbuf(bufnr('sightline://files'))[0])
endfunction

function! s:names() abort
  return map(filter(getbufline('sightline://files', 1, '$'), 'v:val =~# "^| [^N]"'), 'matchstr(v:val, "\\S\\+", 1)')
endfunction

function! s:answer(command, word) abort
  call feedkeys(':' . a:command . "\<CR>" . a:word . "\<CR>", 'xt')
endfunction

function! Test_files_are_listed() abort
  call s:show()
  call assert_match('^# Stored files\n\n0 files, 0 bytes\.', s:list())
  call s:ours()
  call s:store(1)
  Sight files
  call Await({-> s:list() =~# '\n2 files, '}, 'the list anew')
  let rows = sort(filter(getbufline('sightline://files', 1, '$'), 'v:val =~# "^| [ao]"'))
  call assert_match('^| a\.jpg \+| \d\+ KB \+| 0 minutes | in 7 days \+| file-[0-9a-f]\+ |$', rows[0])
  call assert_match('^| other0\.mp4 | 2 KB \+| 0 minutes | not ours \+| file-[0-9a-f]\+ |$', rows[1])
  call assert_equal(['markdown', 'nofile', 0], [&filetype, &buftype, &modifiable])
endfunction

function! Test_files_are_deleted_by_line_and_range() abort
  call s:store(4)
  call s:show()
  let names = s:names()
  call assert_equal(4, len(names))
  call search(names[1])
  call s:answer('Sight files delete', 'no')
  call Says('^Sightline: nothing was deleted$')
  call s:answer('Sight files delete', 'yes')
  call Await({-> s:list() =~# '\n3 files, '}, 'one less')
  call assert_equal([names[0], names[2], names[3]], s:names())
  call search(names[2])
  call feedkeys("Vj:Sight files delete\<CR>yes\<CR>", 'xt')
  call Await({-> s:list() =~# '\n1 file, '}, 'two less')
  call assert_equal([names[0]], s:names())
  call assert_equal(3, len(filter(Journal('request'), 'v:val.method ==# "DELETE"')))
  call cursor(1, 1)
  call Refused('Sight files delete', 'there is no file on this line')
endfunction

" All is what Sightline stored: what others stored has to be named.
function! Test_files_are_deleted_all_or_by_id() abort
  call s:ours()
  call s:store(1)
  call s:show()
  let ids = map(filter(getbufline('%', 1, '$'), 'v:val =~# "file-"'), 'matchstr(v:val, "file-\\x\\+")')
  call assert_equal(['all'] + ids, sightline#complete('', 'Sight files delete ', 19))
  call assert_equal(['delete'], sightline#complete('d', 'Sight files d', 13))
  call s:answer('Sight files delete all', 'yes')
  call Await({-> s:list() =~# '\n1 file, '}, 'ours gone')
  call assert_equal(['other0.mp4'], s:names())
  call s:answer('Sight files delete ' . matchstr(s:list(), 'file-\x\+'), 'yes')
  call Await({-> s:list() =~# '\n0 files, '}, 'the other gone')
  bwipeout
  call Refused('Sight files delete', 'name the ids to delete, or go to a line of :Sight files')
  call Refused('Sight files remove', 'files is shown without a word; files delete deletes')
endfunction

function! Test_files_where_there_are_none() abort
  call Configure({'base_url': $SIMULATOR_URL . '/v1', 'model': 'm', 'key': v:null, 'like': 'openrouter'})
  Sight files
  call Says('test stores no files; choose a provider that does')
endfunction
