" Each failure is one sentence that says what to do, and changes nothing.

function! Test_no_key() abort
  call WriteConfig(['{"provider": "stepfun", "consent": true}'])
  call Fails('Sight describe red.png', 'stepfun has no API key: run :Sight setup')
endfunction

function! Test_wrong_key() abort
  call Serve('status=401')
  call Fails('Sight describe red.png', '401\|key')
  call assert_equal('key refused', g:events[-1].code)
endfunction

function! Test_missing_file() abort
  call Refused('Sight describe missing.png', 'missing.png: no such file')
endfunction

function! Test_text_named_png() abort
  call writefile(['no picture'], 'text.png')
  call Fails('Sight describe text.png', 'text.png')
  call assert_equal([], Journal('request'))
endfunction

function! Test_truncated_jpeg() abort
  call Shell('head -c 1500 green.jpg >short.jpg')
  call Fails('Sight describe short.jpg', 'short.jpg')
  call assert_equal(['corrupt', []], [g:events[-1].code, Journal('request')])
endfunction

function! Test_picture_of_no_size() abort
  call Shell($BUILD_DIR . '/bin/sightline-test-picture --header-only 0x0 jpg 8 8 ff0000 empty.jpg')
  call Fails('Sight describe empty.jpg', 'empty.jpg')
  call assert_equal([], Journal('request'))
endfunction

function! Test_picture_over_the_limit() abort
  call Picture('--header-only 30000x30000 png 8 8 ff0000 large.png')
  call Fails('Sight describe large.png', 'large.png')
  call assert_equal([], Journal('request'))
  call assert_equal('too large', g:events[-1].code)
endfunction

function! Test_connection_refused() abort
  call Configure({'base_url': 'http://127.0.0.1:9/v1', 'model': 'm', 'key': v:null})
  call Fails('Sight describe red.png', '127.0.0.1')
  call assert_equal('network', g:events[-1].code)
endfunction

function! Test_base_url_that_is_none() abort
  call Configure({'base_url': 'no address', 'model': 'm', 'key': v:null})
  call Fails('Sight describe red.png', 'base_url\|base URL\|no address')
  call assert_equal('configuration', g:events[-1].code)
endfunction

function! Test_plain_http_elsewhere() abort
  call Configure({'base_url': 'http://example.com/v1', 'model': 'm', 'key': v:null})
  call Fails('Sight describe red.png', 'https')
  call assert_equal('configuration', g:events[-1].code)
endfunction

function! Test_configuration_with_a_syntax_error() abort
  call WriteConfig(['{', '  "provider": "stepfun",,', '}'])
  call Fails('Sight describe red.png', 'config.json.*2.*2[0-9]')
  call assert_equal('configuration', g:events[-1].code)
endfunction

function! Test_unknown_provider() abort
  call WriteConfig(['{"provider": "nobody"}'])
  call Fails('Sight describe red.png', 'nobody')
endfunction

function! Test_moderation() abort
  call Serve('status=451')
  call Fails('Sight ask red.png what?', 'moderation')
  call assert_equal('moderation', g:events[-1].code)
endfunction

function! Test_no_balance() abort
  call Serve('status=402')
  call Fails('Sight ask red.png what?', '402\|balance\|pay')
  call assert_equal('balance', g:events[-1].code)
endfunction

" What arrived stays in the window, which says that it is not whole.
function! s:breaks(segments, code) abort
  call Serve(a:segments)
  call Run('Sight describe red.png')
  call assert_equal(['failed', a:code], [g:events[-1].event, get(g:events[-1], 'code', '')])
  call assert_match('^Simulated answer', Answer())
  call assert_notmatch('Line 100 of 100', Answer())
  call Says('^Sightline: ' . escape(g:events[-1].text, '[]*~\') . '$')
  call assert_equal(['first', 'second', 'third'], getbufline('note.txt', 1, '$'))
  call assert_equal('', sightline#status())
endfunction

function! Test_connection_drops() abort
  call s:breaks('drop=4000/lines=100', 'incomplete')
endfunction

function! Test_stream_without_an_end() abort
  call Serve('no-end')
  call Run('Sight describe red.png')
  call assert_equal(['failed', 'incomplete'], [g:events[-1].event, g:events[-1].code])
  call assert_match('^Simulated answer', Answer())
endfunction

function! Test_error_in_the_stream() abort
  call s:breaks('error-event=12/lines=100', 'server')
endfunction

function! Test_event_that_is_not_json() abort
  call s:breaks('malformed=12/lines=100', 'protocol')
endfunction

function! Test_error_page_of_a_proxy() abort
  call Serve('html=404')
  call Fails('Sight describe red.png', '404')
endfunction

function! Test_connection_closed_before_the_answer() abort
  call Serve('refuse')
  call Fails('Sight describe red.png', '.')
  call assert_equal('network', g:events[-1].code)
endfunction

function! Test_helper_killed_in_the_middle() abort
  call Serve('pace=10/lines=1000')
  Sight describe red.png
  call Await({-> strlen(Answer()) > 50}, 'some text')
  let helper = Helpers()
  call assert_equal(1, len(helper))
  call system('kill -9 ' . helper[0])
  call Await({-> Ended()}, 'the end')
  call assert_match('the Sightline process ended (signal \(9\|KILL\)); the text that came is kept; '
        \ . 'the next command starts a new one', g:events[-1].text)
  call assert_equal('process', g:events[-1].code)
  call assert_match('^Simulated answer', Answer())
  call Serve('')
  call Run('Sight describe green.jpg')
  call assert_match('(green)', Answer())
  call assert_notequal(helper, Helpers())
endfunction

function! Test_helper_that_is_missing() abort
  let g:sightline_command = '/nonexistent/sightline-editor'
  call Refused('Sight describe red.png', 'editor is not there.*\./dev build editor.*\./dev install')
endfunction

function! Test_helper_that_is_something_else() abort
  let g:sightline_command = ['sh', '-c', 'echo wrong library >&2; exit 3', 'x']
  call Fails('Sight describe red.png', 'process ended (exit code 3: wrong library)')
endfunction

function! Test_no_room_for_a_window() abort
  set noequalalways
  1new
  call Refused('Sight describe red.png', 'there is no room for a window; close one, or use :Sight!')
endfunction

" A window that is made while the process ends goes again.
function! Test_helper_that_is_lost_while_the_window_is_made() abort
  call Serve('silent')
  autocmd case FileType markdown call s:lose_helper()
  let [windows, buffers] = [Windows(), len(Answers())]
  call Run('Sight describe red.png')
  call assert_match('process ended (signal', g:events[-1].text)
  call assert_equal([windows, buffers], [Windows(), len(Answers())])
endfunction

" A window that is there already when the request cannot be sent goes again.
function! Test_helper_that_is_lost_before_the_request() abort
  autocmd case FileType markdown call s:lose_helper()
  call Refused('tab Sight describe red.png', 'editor is not there')
endfunction

function! s:lose_helper() abort
  let job = sightline#client#connect()
  let g:sightline_command = '/nonexistent/sightline-editor'
  call system('kill -9 ' . job.pid)
  call Await({-> !job.running()}, 'the end of the helper')
endfunction

" The lines of the popup that is shown, or nothing.
function! s:popup() abort
  let shown = exists('*popup_list') ? popup_list()
        \ : filter(nvim_list_wins(), {_, window -> nvim_win_get_config(window).relative !=# ''})
  return empty(shown) ? [] : getbufline(winbufnr(shown[0]), 1, '$')
endfunction

function! Test_a_long_sentence_is_shown_whole() abort
  set columns=80
  call Serve('status=401')
  call Fails('Sight describe red.png', 'run :Sight setup')
  call assert_equal('Sightline: ' . g:events[-1].text, join(s:popup()))
  call assert_true(len(s:popup()) > 1)
  call Refused('Sight nothing', 'no command nothing')
  call assert_equal([], s:popup())
endfunction
