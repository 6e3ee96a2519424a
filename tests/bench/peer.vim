" What a plug-in does that has no process of its own: it starts a curl for each request, and appends to a
" buffer what the lines of the stream say, as they come.

" Asks a:url with the body in a file.
function! Peer(url, body, On_end) abort
  let s:On_end = a:On_end
  let s:rest = ''
  call s:show_buffer()
  let command = ['curl', '-sN', '--noproxy', '*', '--cacert', $BENCH_CA, '-H', 'Content-Type: application/json',
        \ '--data-binary', '@' . a:body, a:url . '/chat/completions']
  if exists('*job_start')
    let s:job = job_start(command, {'out_cb': {channel, line -> s:take(line)}, 'close_cb': {channel -> s:On_end()}})
  else
    let s:job = jobstart(command, {'on_stdout': {job, lines, name -> s:take_lines(lines)}, 'on_exit': {... -> s:On_end()}})
  endif
endfunction

function! s:show_buffer() abort
  if exists('s:buffer')
    call deletebufline(s:buffer, 1, '$')
    return
  endif
  let window = win_getid()
  botright new
  setlocal buftype=nofile noswapfile undolevels=-1
  let s:buffer = bufnr('%')
  call win_gotoid(window)
endfunction

" The first goes on where the one before it stopped.
function! s:take_lines(lines) abort
  let lines = [s:rest . a:lines[0]] + a:lines[1:]
  let s:rest = remove(lines, -1)
  for line in lines
    call s:take(line)
  endfor
endfunction

function! s:take(line) abort
  if a:line[:6] !=# 'data: {'
    return
  endif
  let choices = json_decode(a:line[6:]).choices
  let text = empty(choices) ? '' : get(choices[0].delta, 'content', '')
  if type(text) == v:t_string && text !=# ''
    let lines = split(text, "\n", 1)
    call setbufline(s:buffer, '$', getbufline(s:buffer, '$')[0] . lines[0])
    call appendbufline(s:buffer, '$', lines[1:])
  endif
endfunction
