" Sightline: a vision model in Vim and Neovim. See :help sightline.
" Everything else is loaded, and the helper process started, by the first command or its completion.

if exists('g:loaded_sightline')
  finish
endif
let g:loaded_sightline = 1

command! -bang -range -nargs=* -complete=customlist,sightline#complete Sight
      \ call sightline#command(<bang>0, <range>, <line1>, <line2>, <q-mods>, <q-args>)

nnoremap <silent> <Plug>(sightline-describe) :<C-U>Sight describe<CR>
nnoremap <silent> <Plug>(sightline-describe-clipboard) :<C-U>Sight describe +<CR>
nnoremap <silent> <Plug>(sightline-describe-grab) :<C-U>Sight describe grab<CR>
nnoremap <silent> <Plug>(sightline-alt) :<C-U>Sight alt<CR>
xnoremap <silent> <Plug>(sightline-alt) :Sight alt<CR>
nnoremap <silent> <Plug>(sightline-code) :<C-U>Sight code<CR>
nnoremap <silent> <Plug>(sightline-code-clipboard) :<C-U>Sight code +<CR>
nnoremap <silent> <Plug>(sightline-code-grab) :<C-U>Sight code grab<CR>
nnoremap <silent> <Plug>(sightline-continue) :<C-U>Sight continue<CR>
nnoremap <silent> <Plug>(sightline-preview) :<C-U>Sight preview<CR>
nnoremap <silent> <Plug>(sightline-stop) :<C-U>Sight stop<CR>
nnoremap <Plug>(sightline-ask) :<C-U>Sight ask<Space>
xnoremap <Plug>(sightline-ask) :Sight ask<Space>
nnoremap <silent> <Plug>(sightline-chart) :<C-U>Sight chart<CR>
nnoremap <silent> <Plug>(sightline-critique) :<C-U>Sight critique<CR>
nnoremap <silent> <Plug>(sightline-diagnose) :<C-U>Sight diagnose<CR>
nnoremap <silent> <Plug>(sightline-doctor) :<C-U>Sight doctor<CR>
nnoremap <silent> <Plug>(sightline-list) :<C-U>Sight<CR>
nnoremap <silent> <Plug>(sightline-log) :<C-U>Sight log<CR>
nnoremap <silent> <Plug>(sightline-model) :<C-U>Sight model<CR>
nnoremap <silent> <Plug>(sightline-ocr) :<C-U>Sight ocr<CR>
nnoremap <silent> <Plug>(sightline-plan) :<C-U>Sight plan<CR>
nnoremap <silent> <Plug>(sightline-provider) :<C-U>Sight provider<CR>
nnoremap <silent> <Plug>(sightline-receipt) :<C-U>Sight receipt<CR>
nnoremap <silent> <Plug>(sightline-retry) :<C-U>Sight retry<CR>
nnoremap <silent> <Plug>(sightline-setup) :<C-U>Sight setup<CR>
nnoremap <silent> <Plug>(sightline-stop-all) :<C-U>Sight stop all<CR>
nnoremap <silent> <Plug>(sightline-timeline) :<C-U>Sight timeline<CR>
nnoremap <silent> <Plug>(sightline-files) :<C-U>Sight files<CR>
nnoremap <silent> <Plug>(sightline-files-delete) :<C-U>Sight files delete<CR>
xnoremap <silent> <Plug>(sightline-files-delete) :Sight files delete<CR>
nnoremap <silent> <Plug>(sightline-usage) :<C-U>Sight usage<CR>
nnoremap <silent> <Plug>(sightline-video) :<C-U>Sight video<CR>
nnoremap <silent> <Plug>(sightline-enter) :<C-U>call sightline#prompt#enter(v:count1)<CR>
nnoremap <expr> <Plug>(sightline-rewrite) sightline#rewrite#operator()
xnoremap <expr> <Plug>(sightline-rewrite) sightline#rewrite#operator()
nnoremap <silent> <Plug>(sightline-accept) :<C-U>Sight accept<CR>
xnoremap <silent> <Plug>(sightline-accept) :Sight accept<CR>
nnoremap <silent> <Plug>(sightline-accept-hunk) :<C-U>Sight accept hunk<CR>
nnoremap <silent> <Plug>(sightline-reject) :<C-U>Sight reject<CR>
xnoremap <silent> <Plug>(sightline-reject) :Sight reject<CR>
nnoremap <silent> <Plug>(sightline-reject-hunk) :<C-U>Sight reject hunk<CR>
nnoremap <silent> <Plug>(sightline-next) :<C-U>Sight next<CR>
nnoremap <silent> <Plug>(sightline-prev) :<C-U>Sight prev<CR>
nnoremap <silent> <Plug>(sightline-diff) :<C-U>Sight diff<CR>
