" Asking for the provider's key. It goes from the prompt to the process and is kept nowhere here.

let s:patience = 5000 " milliseconds for the process to say what is configured

function! sightline#setup#ask() abort
  let info = s:configured()
  if !has_key(info, 'console_url')
    echo 'A key for' info.provider 'is made by who runs' info.base_url
  else
    echo 'A key for' info.provider 'is made at' info.console_url
  endif
  let key = trim(inputsecret('Key for ' . info.provider . ' (empty: no change): '))
  if key ==# ''
    return sightline#message#info('the key was left as it was')
  endif
  call sightline#client#request({'method': 'set_key', 'key': key}, function('s:stored'))
endfunction

function! s:configured() abort
  let answer = get(sightline#client#ask({'method': 'info'}, s:patience), -1, {})
  if get(answer, 'type', '') !=# 'done'
    throw 'sightline: ' . get(answer, 'text', 'its process does not answer; :Sight doctor examines it')
  endif
  return answer.info
endfunction

function! s:stored(event) abort
  if a:event.type ==# 'done'
    call sightline#message#info(a:event.text)
  elseif a:event.type ==# 'failed'
    call sightline#message#error(a:event.text)
  elseif a:event.type ==# 'note'
    call sightline#message#warning(a:event.text)
  endif
endfunction
