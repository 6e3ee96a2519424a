" Videos that are long or no MP4, made by ffmpeg.

" A key frame every five seconds.
function! s:clip(seconds, file) abort
  if !executable('ffmpeg')
    call Skip('ffmpeg is not installed')
  elseif !filereadable($BUILD_DIR . '/bin/sightline-video.so')
    call Skip('this build has no video module')
  endif
  call Shell(printf('ffmpeg -nostdin -v error -f lavfi -i testsrc=size=64x48:rate=5:duration=%d'
        \ . ' -f lavfi -i anoisesrc=duration=%d -c:v libx264 -preset ultrafast -g 25 -c:a aac -aac_coder fast -b:a 256k %s',
        \ a:seconds, a:seconds, a:file))
endfunction

function! s:AwaitStatus(pattern) abort
  call Await({-> sightline#status() =~# a:pattern}, '"' . a:pattern . '"')
endfunction

function! Test_a_long_video_in_parts() abort
  let &columns = 120
  call s:clip(310, 'long.mp4')
  call Serve('pace=40/slow-read=10', {'files': {'policy': 'never'}})
  Sight video long.mp4
  call s:AwaitStatus('^video: part 1 of 3: uploading \d\+%, \d s$')
  call s:AwaitStatus('^video: part 1 of 3: thinking, \d s$')
  call s:AwaitStatus('^video: part 2 of 3: uploading \d\+%, \d\+ s, about \d\+ s left$')
  call Await({-> OnScreen('part 2 of 3: thinking, \d\+ s')}, 'the part on the screen')
  call s:AwaitStatus('^video: part 3 of 3: ')
  call s:AwaitStatus('^video: putting 3 parts together: ')
  call Await({-> Ended()}, 'the end')
  call assert_equal('done', g:events[-1].event)
  call assert_match('long.mp4 lasts 5:10: it is asked about in 3 parts', execute('messages'))
  call assert_match("^Simulated answer: no model runs here.\n\nAsked: ", Answer())
  call assert_equal(4, len(Journal('request')))
  let all = join(getbufline(Answers()[-1], 1, '$'), "\n")
  call assert_match('\[part 2 of 3, 1:55 to 3:50\]', all)
  call assert_match('Video 1: MP4, 64×48 pixels, 80.0 s, \d\+ bytes, from a key frame at 0.0 s', all)
endfunction

" What a later question in the window needs of a part is asked of it again.
function! Test_a_part_is_watched_again() abort
  let &columns = 120
  call s:clip(310, 'long.mp4')
  call Serve('tools=1/delay=200/pace=20', {'files': {'policy': 'never'}})
  call Run('Sight video long.mp4')
  call assert_equal(4, len(Journal('request')))
  call EnterAnswer()
  let ended = Ended()
  Sight ask who comes first?
  call s:AwaitStatus('^ask: part 1 of 3: thinking, \d s$')
  call Await({-> Ended() > ended}, 'the end')
  call assert_equal('done', g:events[-1].event)
  call assert_match('the model watches part 1 of 3, 0:00 to 1:55, of long.mp4 again: What happens in it?',
        \ execute('messages'))
  call assert_equal(7, len(Journal('request')))
  let all = join(getbufline(Answers()[-1], 1, '$'), "\n")
  call assert_match("> who comes first?\n.*\n\\[part 1 of 3, 0:00 to 1:55\\]\n", all)
  call assert_match('Tool result 1: “\[part 1 of 3, 0:00 to 1:55; it begins', all)
endfunction

" What was answered about a part stays when the next one fails.
function! Test_a_part_that_fails() abort
  call s:clip(310, 'long.mkv')
  call Serve('delay=300')
  Sight video long.mkv
  call Await({-> len(Journal('request'))}, 'the first part')
  call writefile(['more'], 'long.mkv', 'a')
  call Await({-> Ended()}, 'the end')
  call assert_equal('failed', g:events[-1].event)
  call assert_match('^long.mkv, part 2 of 3, 1:55 to 3:50: the file was changed', g:events[-1].text)
  call assert_match('^\[part 1 of 3, 0:00 to 1:55; .*Video 1: MP4, 64×48 pixels, 115.0 s', Answer())
endfunction

" How long the rest of it takes is told once it has gone on for a while.
function! Test_the_time_that_an_upload_takes() abort
  call s:clip(290, 'clip.mp4')
  call Serve('slow-read=10', {'files': {'policy': 'never'}})
  Sight video clip.mp4
  call s:AwaitStatus('^video: uploading \d\+%, \d s, about \d\+ s left, about \d\+ tokens$')
  call Await({-> Ended()}, 'the end')
  call assert_equal('done', g:events[-1].event)
endfunction

function! Test_matroska_becomes_an_mp4() abort
  call s:clip(20, 'clip.mkv')
  call Serve('', {'files': {'policy': 'never'}})
  call Run('Sight video clip.mkv')
  call assert_match('Video 1: MP4, 64×48 pixels, 20.0 s, \d\+ bytes, from a key frame', Answer())
  call assert_equal(1, len(Journal('request')))
endfunction

" What is coded anew takes a while, and can be stopped.
function! Test_a_video_that_is_coded_anew() abort
  call s:clip(4, 'clip.mp4')
  call Shell('ffmpeg -nostdin -v error -stream_loop 9 -i clip.mp4 -vf noise=alls=40:allf=t,scale=640:360'
        \ . ' -c:v mpeg2video -r 25 -q:v 3 -an old.mpg')
  call Fails('Sight video old.mpg', '^old.mpg: this video cannot be copied into an MP4 .*; set “video.transcode” to true')
  call Serve('', {'files': {'policy': 'never'}, 'video': {'transcode': v:true}})
  Sight video old.mpg
  call s:AwaitStatus('^video: preparing \d\+%, \d\+ s')
  call Await({-> g:events[-1].event ==# 'done'}, 'the end')
  call assert_match('Video 1: MP4, 480×360 pixels, 40.\d s, \d\+ bytes, from a key frame at 0.0 s', Answer())
  let ended = Ended()
  Sight video old.mpg
  call s:AwaitStatus('^video: preparing \d\+%, \d\+ s')
  Sight stop
  call Await({-> Ended() > ended}, 'the stop')
  call assert_equal('cancelled', g:events[-1].code)
  call assert_equal(1, len(Journal('request')))
endfunction

function! Test_a_video_that_is_not_whole() abort
  call s:clip(60, 'clip.mkv')
  call Shell('head -c 100000 clip.mkv >cut.mkv')
  call Fails('Sight video cut.mkv', '^cut.mkv: the video ends after \d\+ of 60 seconds: ')
endfunction
