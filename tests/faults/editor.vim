" A column of the matrix: every fault that concerns what is sent, one after the other in one editor and
" one process. What is expected is in faults.txt. Of what is asked in another way than Chat Completions
" over HTTP/1.1 the suite tries one row in eight, in Neovim; ./dev faults tries all.

runtime autoload/sightline/log.vim

" The folder of the process's temporary files; the editor's own are made elsewhere by now.
call tempname()
let $TMPDIR = $TEST_DIR . '/tmp'
call mkdir($TMPDIR)

let s:fields = ['path', 'provider', 'files', 'media', 'ways', 'task', 'end', 'sentence']
let s:ways = {
      \ 'chat': {'name': '', 'url': $SIMULATOR_URL, 'journal': $SIMULATOR_JOURNAL, 'provider': {}},
      \ 'messages': {'name': ', Messages', 'url': $SIMULATOR_URL . '/api', 'journal': $SIMULATOR_JOURNAL,
      \   'provider': {'protocol': 'messages'}},
      \ 'http2': {'name': ', HTTP/2', 'url': $SECURE_URL, 'journal': $SECURE_JOURNAL,
      \   'provider': {'ca_file': $TEST_DIR . '/cert.pem'}}}
let s:way = s:ways.chat
let s:step = 8
let s:commands = {
      \ 'text': {'-': '2,3Sight rewrite in capitals'},
      \ 'picture': {'-': 'Sight describe %s', 'json': 'Sight run chart %s'},
      \ 'video': {'-': 'Sight video %s', 'json': 'Sight run timeline %s'}}
let s:answers = {'text': 'SECOND', 'picture': 'Picture 1: JPEG', 'video': 'Video 1: MP4'}
let s:ends = {} " how often a request came to its end, by its number

" In the place of the log: what the process said, before anybody could have left some of it out.
function! sightline#log#received(event) abort
  if index(['done', 'failed', 'cancelled'], a:event.type) >= 0
    let s:ends[a:event.id] = get(s:ends, a:event.id, 0) + 1
  endif
endfunction

function! s:faults(medium, way) abort
  let lines = filter(readfile($SOURCE_DIR . '/tests/faults/faults.txt'), 'v:val !~# "^#\\|^$"')
  let faults = map(lines, {_, line -> s:fault(split(line, ' *| *', 1))})
  return filter(faults, {_, fault -> s:has(fault.media, a:medium) && s:has(fault.ways, a:way)})
endfunction

function! s:has(list, word) abort
  return a:list ==# 'all' || index(split(a:list), a:word) >= 0
endfunction

" Those that are tried.
function! s:some(medium, way) abort
  let first = index(sort(keys(s:commands)), a:medium)
  return filter(s:faults(a:medium, a:way),
        \ {at, _ -> a:way ==# 'chat' || $SIGHTLINE_ALL_FAULTS !=# '' || at % s:step == first})
endfunction

" The ways that are tried. The Messages API takes no videos.
function! s:tried(medium) abort
  let ways = ['chat']
  if has('nvim') || $SIGHTLINE_ALL_FAULTS !=# ''
    let ways += (a:medium ==# 'video' ? [] : ['messages']) + ($SECURE_URL ==# '' ? [] : ['http2'])
  endif
  return ways
endfunction

function! s:fault(values) abort
  call assert_equal(len(s:fields), len(a:values), join(a:values, '|'))
  let fault = {}
  call map(copy(s:fields), {at, name -> extend(fault, {name: a:values[at]})})
  return fault
endfunction

" The server of a fault, or one without.
function! s:serve(medium, fault) abort
  let path = (a:medium ==# 'text' ? 'rewrite=upper/' : '') . a:fault.path
  let provider = {'base_url': join(filter([s:way.url, path, 'v1'], 'v:val !=# ""'), '/')->substitute('/\+v1$', '/v1', ''),
        \ 'model': 'step-3.7-flash', 'key': v:null, 'retries': 0}
  call extend(provider, s:way.provider)
  if a:fault.provider !=# '-'
    call extend(provider, json_decode('{' . a:fault.provider . '}'))
  endif
  call Configure(provider, {'files': {'policy': a:fault.files ==# '-' ? 'never' : a:fault.files}})
endfunction

" What is to be sent, unlike all before where it will be stored.
function! s:medium(medium, fault, number) abort
  if a:medium ==# 'picture'
    call Picture(printf('--noise jpg 500 400 %06x photo.jpg', a:fault.files ==# '-' ? 0 : a:number))
    return 'photo.jpg'
  elseif a:medium ==# 'video'
    call Shell('cp whole.mp4 clip.mp4')
    if a:fault.files !=# '-'
      call Shell(printf('printf "\\0\\0\\0\\020free%08d" >>clip.mp4', a:number))
    endif
    return 'clip.mp4'
  endif
  return 'note.txt'
endfunction

function! s:command(medium, fault, file) abort
  let command = s:commands[a:medium][a:fault.task]
  return command =~# '%s' ? printf(command, a:file) : command
endfunction

" All that is the user's.
function! s:users(file) abort
  return [getline(1, '$'), b:changedtick, &modified, undotree(), readfile('note.txt', 'b'), readfile(a:file, 'b')]
endfunction

" What the process holds; a number of each kind of descriptor. It has a thread to run on, one that talks
" to servers, up to four that prepare, which stay once they were started, and perhaps a sanitizer's.
function! s:holds() abort
  let [helpers, kinds] = [Helpers(), {}]
  for helper in helpers
    for descriptor in glob('/proc/' . helper . '/fd/*', 1, 1)
      let kind = substitute(resolve(descriptor), '.*/\|:.*', '', 'g')
      let kinds[kind] = get(kinds, kind, 0) + 1
    endfor
  endfor
  let threads = len(glob('/proc/' . join(helpers) . '/task/*', 1, 1))
  return {'processes': helpers, 'too many threads': max([0, threads - 7]), 'descriptors': kinds, 'files': glob($TMPDIR . '/*', 1, 1)}
endfunction

" The requests of which the server has not seen the end.
function! s:open() abort
  return len(Journal('request')) - len(Journal('end'))
endfunction

function! s:tidy() abort
  for buffer in Answers()
    execute 'bwipeout!' buffer
  endfor
  for proposal in sightline#proposal#all(bufnr('%'))
    call cursor(2, 1)
    Sight reject
    call Says('rejected')
  endfor
  silent only!
endfunction

" One request to its end.
function! s:ask(command) abort
  let ended = Ended()
  execute a:command
  call Await({-> Ended() > ended}, a:command)
  call Await({-> s:open() == 0}, 'the end for the server')
  call assert_equal([1, {}], [Ended() - ended, filter(copy(s:ends), 'v:val > 1')], 'terminal events')
  return g:events[-1]
endfunction

" What the person reads.
function! s:judge(fault, event) abort
  let end = a:event.event ==# 'done' ? 'done' : a:event.code
  call assert_equal(a:fault.end, end, get(a:event, 'text', ''))
  let pattern = a:fault.sentence ==# '-' ? '' : glob2regpat('Sightline: ' . a:fault.sentence)
  if end !=# 'done'
    call assert_match(pattern, 'Sightline: ' . a:event.text)
    call Says('^Sightline: ' . escape(a:event.text, '[]*~\') . '$')
  elseif pattern !=# ''
    call Await({-> match(split(execute('messages'), "\n"), pattern) >= 0}, a:fault.sentence)
  endif
endfunction

" The same without a fault, in the same process.
function! s:next(medium, command) abort
  call s:serve(a:medium, {'path': '', 'provider': '-', 'files': '-'})
  let event = s:ask(a:command)
  call assert_equal('done', event.event, get(event, 'text', ''))
  let proposals = sightline#proposal#all(bufnr('%'))
  let text = empty(proposals) ? Answer() : join(proposals[0].lines, "\n")
  call assert_match(s:answers[a:medium], text)
  call s:tidy()
endfunction

" Those to the server that neither end has closed.
function! s:connections() abort
  let port = printf('%04X', matchstr(s:way.url, ':\zs\d\+'))
  return len(filter(readfile('/proc/net/tcp'), {_, line -> stridx(line, '0100007F:' . port . ' 01 ') >= 0}))
endfunction

function! s:cell(medium, fault, number) abort
  let file = s:medium(a:medium, a:fault, a:number)
  let command = s:command(a:medium, a:fault, file)
  let [users, before, kept] = [s:users(file), s:holds(), max([1, s:connections()])]
  messages clear
  call s:serve(a:medium, a:fault)
  let began = reltime()
  let event = s:ask(command)
  let took = float2nr(reltimefloat(reltime(began)) * 1000)
  call s:judge(a:fault, event)
  call assert_equal(users, s:users(file))
  let said = get(event, 'text', matchstr(execute('messages'), 'Sightline: \zs[^\n]*'))
  call s:tidy()
  if a:fault.path =~# '^disconnect=' " the next request is not to run into it
    call Await({-> s:connections() < kept}, 'the silent close')
  endif
  call s:next(a:medium, s:command(a:medium, {'task': '-'}, file))
  call assert_equal(users, s:users(file))
  call Await({-> s:holds() == before}, 'what it held before: ' . string(before) . ', now: ' . string(s:holds()))
  return [a:fault.end, said, took]
endfunction

" A row of the table.
function! s:tell(medium, fault, result, good) abort
  let host = has('nvim') ? 'Neovim' : 'Vim'
  let words = [a:fault.path . (a:fault.files ==# '-' ? '' : ' (stored)'), a:medium . s:way.name, host] + a:result + [a:good ? 'yes' : 'NO']
  return '| ' . join(map(words, 'tr(v:val, "|", "/")'), ' | ') . ' |'
endfunction

function! s:column(medium) abort
  if a:medium ==# 'video'
    call Shell('ffmpeg -nostdin -v error -f lavfi -i testsrc=size=64x48:rate=2:duration=4 -c:v libx264'
          \ . ' -preset ultrafast -pix_fmt yuv420p whole.mp4')
  endif
  " Something to undo and to redo.
  call setline(1, 'changed')
  silent undo
  let table = []
  call s:write(a:medium, table)
  for way in s:tried(a:medium)
    let s:way = s:ways[way]
    let $SIMULATOR_JOURNAL = s:way.journal
    call s:begin(a:medium)
    for fault in s:some(a:medium, way)
      call s:row(a:medium, fault, table)
      if len(v:errors) > 20
        return
      endif
    endfor
  endfor
endfunction

" What a process has from its first requests on.
function! s:begin(medium) abort
  let file = s:medium(a:medium, {'files': '-'}, 0)
  call s:serve(a:medium, {'path': '', 'provider': '-', 'files': 'always'})
  for i in range(2)
    call s:ask(s:command(a:medium, {'task': '-'}, file))
    call s:tidy()
  endfor
endfunction

function! s:row(medium, fault, table) abort
  let known = len(v:errors)
  let result = ['', '', '']
  try
    let result = s:cell(a:medium, a:fault, len(a:table) + 1)
  catch /^case ends$/
    Sight stop all
    call s:tidy()
  endtry
  call map(v:errors, {at, error -> at < known ? error : a:fault.path . s:way.name . ': ' . error})
  call add(a:table, s:tell(a:medium, a:fault, result, len(v:errors) == known))
  call s:write(a:medium, a:table)
endfunction

function! s:write(medium, table) abort
  call mkdir($BUILD_DIR . '/faults', 'p')
  call writefile(a:table, printf('%s/faults/%s-%s.md', $BUILD_DIR, has('nvim') ? 'nvim' : 'vim', a:medium))
endfunction

function! Test_text() abort
  call s:column('text')
endfunction

function! Test_picture() abort
  call s:column('picture')
endfunction

function! Test_video() abort
  if !executable('ffmpeg')
    call Skip('ffmpeg is not installed')
  endif
  call s:column('video')
endfunction
