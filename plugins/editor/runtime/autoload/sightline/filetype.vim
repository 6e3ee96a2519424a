" The filetype of code, by what a model calls its language and by the name of its file.

let s:filetypes = {
      \ 'bash': 'sh', 'shell': 'sh', 'zsh': 'zsh', 'console': 'sh',
      \ 'c++': 'cpp', 'cc': 'cpp', 'cxx': 'cpp', 'h': 'c', 'hpp': 'cpp', 'c#': 'cs', 'csharp': 'cs',
      \ 'golang': 'go', 'rs': 'rust', 'py': 'python', 'python3': 'python', 'rb': 'ruby', 'pl': 'perl',
      \ 'js': 'javascript', 'mjs': 'javascript', 'node': 'javascript', 'jsx': 'javascriptreact',
      \ 'ts': 'typescript', 'tsx': 'typescriptreact', 'htm': 'html', 'xhtml': 'html',
      \ 'kt': 'kotlin', 'kts': 'kotlin', 'm': 'objc', 'objective-c': 'objc', 'hs': 'haskell',
      \ 'md': 'markdown', 'yml': 'yaml', 'tikz': 'tex', 'latex': 'tex', 'ps1': 'ps1',
      \ 'powershell': 'ps1', 'makefile': 'make', 'viml': 'vim', 'vimscript': 'vim', 'ui': 'xml',
      \ 'jsonc': 'json', 'puml': 'plantuml', 'mmd': 'mermaid',
      \ }

" A filetype that this editor has, or nothing. What a model said is looked up and never used as it is.
function! sightline#filetype#of(language, name) abort
  for word in [a:language, fnamemodify(a:name, ':e'), fnamemodify(a:name, ':t')]
    let type = get(s:filetypes, tolower(word), tolower(word))
    if type =~# '^[a-z0-9_]\+$' && index(getcompletion(type, 'filetype'), type) >= 0
      return type
    endif
  endfor
  return ''
endfunction
