" :Sight rewrite: the original stays until its proposal is accepted.

let s:text = ['zero', 'alpha one', 'BETA', '', 'gamma two', 'END']

" A buffer with a text, and answers that write it in capitals: lines without small letters stay.
function! s:open(segments) abort
  call Serve(a:segments)
  edit! letters.txt
  call setline(1, s:text)
  silent write
  " What is made by now is one step to undo.
  let &g:undolevels = &g:undolevels
endfunction

function! s:proposal() abort
  return get(sightline#proposal#all(bufnr('letters.txt')), 0, {'state': 'none', 'drawing': 0})
endfunction

function! s:whole() abort
  call Await({-> s:proposal().state ==# 'whole' && !s:proposal().drawing}, 'the proposal')
endfunction

function! s:propose(command) abort
  execute a:command
  call s:whole()
endfunction

function! Test_rewrite_leaves_the_original_and_shows_the_difference() abort
  call s:open('rewrite=upper')
  let ticks = b:changedtick
  call s:propose('2,5Sight rewrite in capitals')
  call assert_equal([s:text, ticks, 0], [getline(1, '$'), b:changedtick, &modified])
  call assert_true(OnScreen('alpha one *$'))
  call assert_true(OnScreen('2 hunks · :Sight accept'))
  call assert_true(OnScreen('\~ ALPHA ONE'))
  call assert_true(OnScreen('\~ GAMMA TWO'))
  call assert_true(OnScreen('^\~ alpha one'))
  call assert_equal([1, 'done', 'rewrite', bufnr('%')],
        \ [Windows(), g:events[-1].event, g:events[-1].task, g:events[-1].buffer])
  call assert_equal('', sightline#status())
endfunction

function! Test_rewrite_accepted_is_one_undo_step() abort
  call s:open('rewrite=upper')
  call s:propose('2,5Sight rewrite in capitals')
  call cursor(3, 1)
  Sight accept
  call assert_equal(['zero', 'ALPHA ONE', 'BETA', '', 'GAMMA TWO', 'END'], getline(1, '$'))
  call Says('accepted 2 hunks')
  call assert_false(OnScreen(':Sight accept'))
  normal! GoLAST
  silent undo
  call assert_equal(['zero', 'ALPHA ONE', 'BETA', '', 'GAMMA TWO', 'END'], getline(1, '$'))
  silent undo
  call assert_equal(s:text, getline(1, '$'))
  call assert_false(&modified)
  silent redo
  call assert_equal('ALPHA ONE', getline(2))
endfunction

function! Test_rewrite_rejected_changes_nothing() abort
  call s:open('rewrite=upper')
  let ticks = b:changedtick
  call s:propose('2,5Sight rewrite in capitals')
  call cursor(2, 1)
  Sight reject
  call assert_equal([s:text, ticks], [getline(1, '$'), b:changedtick])
  call Says('rejected 2 hunks')
  call assert_false(OnScreen('ALPHA ONE'))
endfunction
