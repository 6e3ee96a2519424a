" Pictures from the clipboard and from the screen, which programs of the system hand over. They run as
" jobs and write to private files that are there until the request has ended.
"
" In a list of media such a picture is a dictionary, until it is fetched:
"   source    'clipboard' or 'grab'
"   program   who hands it over
"   script    how, for sh; $1 is the file to write

let s:seconds = 10 " that a clipboard may take; a person at a screen grab may take any time
" Of what a clipboard has, the first of these.
let s:each_type = 'for type in image/png image/jpeg image/webp image/gif; do '
      \ . '%s && [ -s "$1" ] && exit; done; exit 1'
let s:powershell = 'powershell.exe -NoProfile -STA -Command ''Add-Type -AssemblyName System.Windows.Forms; '
      \ . '$p = [Windows.Forms.Clipboard]::GetImage(); if (!$p) { exit 1 }; $m = New-Object IO.MemoryStream; '
      \ . '$p.Save($m, [Drawing.Imaging.ImageFormat]::Png); '
      \ . '$m.WriteTo([Console]::OpenStandardOutput())'' >"$1"'
let s:words = {
      \ 'clipboard': {'picture': 'the clipboard''s picture', 'nothing': 'there is no picture on the clipboard',
      \   'way': 'copy one, or save it and name the file'},
      \ 'grab': {'picture': 'the screen grab', 'nothing': 'no screen grab was made',
      \   'way': 'try again, or make one yourself and name its file'},
      \ }

" [whether it suits this system, the programs it takes, how to get them, the script]
function! s:tools(source) abort
  let [wayland, x11] = [!empty($WAYLAND_DISPLAY), !empty($DISPLAY)]
  if a:source ==# 'clipboard'
    return [
          \ [has('mac'), ['pngpaste'], 'brew install pngpaste', 'pngpaste "$1"'],
          \ [!empty($WSL_DISTRO_NAME), ['powershell.exe'], 'put Windows'' System32 folders on the PATH',
          \   s:powershell],
          \ [wayland, ['wl-paste'], 'install the package wl-clipboard',
          \   printf(s:each_type, 'wl-paste --type "$type" >"$1"')],
          \ [x11, ['xclip'], 'install the package xclip',
          \   printf(s:each_type, 'xclip -selection clipboard -target "$type" -out >"$1"')],
          \ ]
  endif
  return [
        \ [has('mac'), ['screencapture'], 'put /usr/sbin on the PATH', 'screencapture -i "$1"'],
        \ [wayland, ['grim', 'slurp'], 'install the packages grim and slurp',
        \   'region=$(slurp) && grim -g "$region" "$1"'],
        \ [x11 && !wayland, ['maim'], 'install the package maim', 'maim -s "$1"'],
        \ [x11 && !wayland, ['scrot'], 'install the package scrot', 'scrot -s "$1"'],
        \ [wayland || x11, ['gnome-screenshot'], 'install the package gnome-screenshot',
        \   'gnome-screenshot -a -f "$1"'],
        \ [wayland || x11, ['spectacle'], 'install the package kde-spectacle', 'spectacle -b -n -r -o "$1"'],
        \ ]
endfunction

" What stands for a picture that is to be fetched. Throws where nothing here can.
function! sightline#capture#of(source) abort
  let why = sightline#capture#lacks(a:source)
  if why !=# ''
    throw 'sightline: ' . why
  endif
  return extend({'source': a:source}, s:find(a:source))
endfunction

" Why nothing here can, or nothing.
function! sightline#capture#lacks(source) abort
  return get(s:find(a:source), 'lacks', '')
endfunction

" What :Sight doctor says of a source.
function! sightline#capture#finding(source) abort
  let tool = s:find(a:source)
  let what = a:source ==# 'grab' ? 'screen grabs are made by ' : 'clipboard pictures are read by '
  return has_key(tool, 'program') ? {'level': 'ok', 'text': what . tool.program}
        \ : {'level': tool.level, 'text': tool.lacks}
endfunction

" {program, script}, or {lacks, level}: why there is none.
function! s:find(source) abort
  let suitable = filter(s:tools(a:source), 'v:val[0]')
  for [_, programs, remedy, script] in suitable
    if empty(filter(copy(programs), '!executable(v:val)'))
      return {'program': join(programs, ' and '), 'script': script}
    endif
  endfor
  if !empty(suitable)
    let [_, programs, remedy; rest] = suitable[0]
    return {'level': 'warning', 'lacks': (a:source ==# 'grab' ? 'screen grabs need '
          \ : 'clipboard pictures need ') . join(programs, ' and ') . ': ' . remedy}
  endif
  return {'level': 'ok', 'lacks': (a:source ==# 'grab' ? 'there is no screen to grab from here'
        \ : 'there is no clipboard here') . s:elsewhere()}
endfunction

" Without a display the picture is on another machine, or in a file.
function! s:elsewhere() abort
  if empty($SSH_CONNECTION)
    return ', since there is no display; save the picture and name the file'
  endif
  let folder = getcwd() =~# '[^[:alnum:]/._-]' ? shellescape(getcwd() . '/') : getcwd() . '/'
  return printf('; on your machine, say scp photo.png %s%s:%s and then name the file here',
        \ empty($USER) ? '' : $USER . '@', get(split($SSH_CONNECTION), 2, hostname()), folder)
endfunction

" Whether anything of a list of media is to be fetched.
function! sightline#capture#wanted(media) abort
  return !empty(filter(copy(a:media), 'type(v:val) == v:t_dict'))
endfunction

" Fetches what is to be fetched of a list of media, one after the other. On_phase gets the source of
" each; On_end the list with files in its place, or an empty list, why, and 'cancelled' or another
" short name. The result is for the functions below.
function! sightline#capture#fetch(media, On_phase, On_end) abort
  let fetch = {'media': copy(a:media), 'files': [], 'number': 0, 'On_phase': a:On_phase, 'On_end': a:On_end}
  call s:next(fetch)
  return fetch
endfunction

function! sightline#capture#stop(fetch) abort
  call s:give_up(a:fetch, 'stopped', 'cancelled')
endfunction

" Takes the files away; the request has ended.
function! sightline#capture#forget(fetch) abort
  call map(copy(get(a:fetch, 'files', [])), 'delete(v:val)')
endfunction

function! s:next(fetch) abort
  let wanted = filter(copy(a:fetch.media), 'type(v:val) == v:t_dict')
  if empty(wanted)
    return a:fetch.On_end(a:fetch.media, '', '')
  endif
  let picture = wanted[0]
  let a:fetch.number += 1
  let [number, path] = [a:fetch.number, tempname() . '.png']
  call add(a:fetch.files, path)
  call a:fetch.On_phase(picture.source)
  let a:fetch.job = sightline#job#run(['sh', '-c', 'umask 077; ' . picture.script, 'sh', path], 0,
        \ {code, said -> s:ended(a:fetch, number, picture, path, code, said)})
  let a:fetch.timer = picture.source !=# 'clipboard' ? 0
        \ : timer_start(s:seconds * 1000, {-> s:give_up(a:fetch, picture.program . ' gave nothing within '
        \ . s:seconds . ' seconds; copy the picture again, or save it and name the file', 'timeout')})
endfunction

" A program that was stopped may have written its file only then.
function! s:ended(fetch, number, picture, path, code, said) abort
  if a:number != a:fetch.number
    return delete(a:path)
  endif
  call timer_stop(a:fetch.timer)
  if a:code != 0 || getfsize(a:path) <= 0
    let words = s:words[a:picture.source]
    let why = a:said !=# '' ? ': ' . a:said : a:code ? ' ended with ' . a:code : ' gave nothing'
    return s:finish(a:fetch, words.nothing . ' (' . a:picture.program . why . '); ' . words.way, 'media')
  endif
  call sightline#message#info(printf('%s goes along: %s, by %s', s:words[a:picture.source].picture,
        \ s:describe(a:path), a:picture.program))
  call map(a:fetch.media, {_, medium -> medium is a:picture ? a:path : medium})
  call s:next(a:fetch)
endfunction

function! s:give_up(fetch, why, code) abort
  call timer_stop(a:fetch.timer)
  call a:fetch.job.stop()
  call s:finish(a:fetch, a:why, a:code)
endfunction

" What the job still says is of no interest.
function! s:finish(fetch, why, code) abort
  let a:fetch.number += 1
  call a:fetch.On_end([], a:why, a:code)
endfunction

" "800×600 pixels, 12 KB". Only of a PNG, which programs hand over unless there is nothing else, the
" pixels are told: four bytes each, after the signature and the header's length and name.
function! s:describe(path) abort
  let bytes = s:first_bytes(a:path, 24)
  let size = (getfsize(a:path) + 1023) / 1024 . ' KB'
  return bytes[1:3] != [0x50, 0x4e, 0x47] || len(bytes) < 24 ? size
        \ : printf('%d×%d pixels, %s', s:number(bytes[16:19]), s:number(bytes[20:23]), size)
endfunction

function! s:number(bytes) abort
  return ((a:bytes[0] * 256 + a:bytes[1]) * 256 + a:bytes[2]) * 256 + a:bytes[3]
endfunction

" readfile() gives a byte 0 as a line break within a line, and a 10 as the line's end.
function! s:first_bytes(path, count) abort
  let bytes = []
  for line in readfile(a:path, 'b', a:count)
    for at in range(min([strlen(line), a:count]))
      call add(bytes, line[at] ==# "\n" ? 0 : char2nr(line[at]))
    endfor
    call add(bytes, 10)
  endfor
  return bytes[: a:count - 1]
endfunction
