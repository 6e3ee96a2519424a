" :Sight alt: alt texts into documents.

function! s:open(name, filetype, lines, segments) abort
  call Serve(a:segments)
  execute 'edit!' a:name
  call setline(1, a:lines)
  silent write
  let &l:filetype = a:filetype
  " What is made by now is one step to undo.
  let &g:undolevels = &g:undolevels
  call cursor(1, 1)
endfunction

function! s:all() abort
  return sightline#proposal#all(bufnr('%'))
endfunction

" Runs a command and waits until so many proposals stand.
function! s:propose(command, count) abort
  execute a:command
  call Await({-> len(s:all()) == a:count
        \ && empty(filter(copy(s:all()), 'v:val.state !=# "whole" || v:val.drawing'))}, a:command)
endfunction

" One picture: what becomes of the text, and that it is one step to undo.
function! s:writes(name, filetype, lines, line, expected) abort
  call s:open(a:name, a:filetype, a:lines, 'alt=colour')
  call cursor(a:line, 1)
  call Run('Sight alt')
  call Says('alt text written (machine-written: check before publishing)')
  call assert_equal(a:expected, getline(1, '$'), a:filetype)
  call assert_equal([], s:all())
  silent undo
  call assert_equal(a:lines, getline(1, '$'), a:filetype)
  call assert_false(&modified)
endfunction

function! Test_alt_is_written_in_each_language() abort
  call s:writes('a.md', 'markdown', ['# Title', '', 'x ![](red.png) y'], 3,
        \ ['# Title', '', 'x ![A simulated red picture](red.png) y'])
  call s:writes('a.html', 'html', ['<p>', '<img', '  src="red.png">', '</p>'], 3,
        \ ['<p>', '<img', '  src="red.png" alt="A simulated red picture">', '</p>'])
  call s:writes('a.jsx', 'javascriptreact', ['return <Image src="green.jpg" />;'], 1,
        \ ['return <Image src="green.jpg" alt="A simulated green picture" />;'])
  call s:writes('a.vue', 'vue', ['<template><img src="./blue.webp"/></template>'], 1,
        \ ['<template><img src="./blue.webp" alt="A simulated blue picture"/></template>'])
  call s:writes('a.rst', 'rst', ['.. image:: red.png', '   :width: 3'], 1,
        \ ['.. image:: red.png', '   :alt: A simulated red picture', '   :width: 3'])
  call s:writes('a.adoc', 'asciidoc', ['image::red.png[,30]'], 1,
        \ ['image::red.png[A simulated red picture,30]'])
  call s:writes('a.tex', 'tex', ['\includegraphics[width=3cm]{red}'], 1,
        \ ['\includegraphics[width=3cm,alt={A simulated red picture}]{red}'])
  call s:writes('a.org', 'org', ['Text', '', '[[file:red.png]]'], 3,
        \ ['Text', '', '#+ATTR_HTML: :alt A simulated red picture', '[[file:red.png]]'])
endfunction

function! Test_alt_is_escaped() abort
  call s:open('a.html', 'html', ['<img src="red.png">'], 'alt=hostile')
  call Run('Sight alt')
  call assert_equal('<img src="red.png" alt="A &quot;red&quot; [one] *of* 5% &#123;&#123;x&#125;&#125; '
        \ . '&lt;b&gt; &amp; ''y'', \z">', getline(1))
  call s:open('a.md', 'markdown', ['![](red.png)'], 'alt=hostile')
  call Run('Sight alt')
  call assert_equal('![A "red" \[one\] \*of\* 5% \{\{x\}\} \<b> \& ''y'', \\z](red.png)', getline(1))
  call s:open('a.tex', 'tex', ['\includegraphics{red.png}'], 'alt=hostile')
  call Run('Sight alt')
  call assert_equal('\includegraphics[alt={A "red" [one] *of* 5\% \{\{x\}\} <b> \& ''y'', '
        \ . '\textbackslash{}z}]{red.png}', getline(1))
endfunction

function! Test_alt_sends_what_stands_around() abort
  call s:open('a.md', 'markdown', ['---', 'lang: fr', '---', 'Avant', '[![old](red.png "Titre")](https://x.org/)',
        \ 'Après'], 'alt=colour')
  call cursor(5, 4)
  call Run('Sight alt force')
  call assert_match('link to https://x.org/', Asked())
  call assert_match('caption: Titre', Asked())
  call assert_match('\V' . join(['Before the picture:', '---', 'lang: fr', '---', 'Avant', '[', 'After the picture:',
        \ '](https://x.org/)', 'Après'], '\n'), Asked())
  call assert_match('a.md, line 5', Asked())
  call assert_match('<selection>old</selection>', Asked())
  call assert_match('this type: markdown', Asked())
  call assert_match('Write it in French\.', Asked())
  call assert_equal('[![A simulated red picture](red.png "Titre")](https://x.org/)', getline(5))
endfunction

function! Test_alt_language_of_the_configuration_wins() abort
  call s:open('a.html', 'html', ['<html lang="de"><img src="red.png">'], 'alt=colour')
  call Run('Sight alt')
  call assert_match('Write it in German\.', Asked())
  call assert_notmatch('alt text so far', Asked())
  let config = json_decode(join(readfile($XDG_CONFIG_HOME . '/sightline/config.json'), ''))
  call WriteConfig([json_encode(extend(config, {'language': 'Czech'}))])
  call Run('Sight alt force')
  call assert_match('Write it in Czech\.', Asked())
endfunction

function! Test_alt_that_is_there_is_kept() abort
  call s:open('a.html', 'html', ['<img src="red.png" alt="old">', '<img src="red.png" alt="">',
        \ '<img src="red.png" role="presentation">'], 'alt=colour')
  call Refused('Sight alt', 'red.png has an alt text; :Sight alt force asks for another')
  call cursor(2, 1)
  call Refused('Sight alt', 'red.png is marked as decorative; :Sight alt force')
  call cursor(3, 1)
  call Refused('Sight alt', 'red.png is marked as decorative; :Sight alt force')
  call Refused('%Sight alt', '3 skipped: they have one; :Sight alt force asks for others')
  call cursor(1, 1)
  call Run('Sight alt force')
  call assert_equal('<img src="red.png" alt="A simulated red picture">', getline(1))
endfunction

function! Test_alt_of_what_cannot_be_filled() abort
  call s:open('a.tsx', 'typescriptreact', ['<img src={hero} />', '<img src="red.png" alt={t("x")} />',
        \ '<img src="none.png" />', '<img src="data:image/png;base64,AA" />', 'text'], 'alt=colour')
  call Refused('Sight alt', 'where it is, is an expression')
  call cursor(2, 1)
  call Refused('Sight alt', 'red.png has an alt text')
  call Refused('Sight alt force', 'red.png: its alt text is an expression')
  call cursor(3, 1)
  call Refused('Sight alt', 'none.png: no such file; check the name')
  call cursor(4, 1)
  call Refused('Sight alt', 'the picture is in the text itself; put it into a file')
  call cursor(5, 1)
  call Refused('Sight alt', 'no picture under the cursor; here it looks like <img src="file">')
  call Refused('5Sight alt', 'no picture in these lines')
  call Refused('Sight alt now', 'only "force" can be named here')
  set filetype=python
  call Refused('Sight alt', 'python: pictures are found in Markdown, HTML')
  set nomodifiable
  call Refused('Sight alt', 'this buffer cannot be changed')
endfunction

function! Test_alt_of_a_decorative_picture_is_proposed() abort
  call s:open('a.html', 'html', ['<p>', '<img src="red.png">'], 'alt=decorative')
  call cursor(2, 1)
  let ticks = b:changedtick
  call s:propose('Sight alt', 1)
  call assert_equal(['<p>', '<img src="red.png">', ticks], getline(1, '$') + [b:changedtick])
  call Says('it looks decorative; :Sight accept marks it as that')
  call sightline#popup#close() " which may lie over it
  call assert_true(OnScreen('looks decorative, machine-written: check before publishing'))
  call assert_true(OnScreen('\~ <img src="red.png" alt="">'))
  Sight accept
  call assert_equal('<img src="red.png" alt="">', getline(2))
  silent undo
  call assert_equal('<img src="red.png">', getline(2))
endfunction

function! Test_alt_of_a_decorative_picture_that_is_marked_already() abort
  call s:open('a.md', 'markdown', ['![](red.png)'], 'alt=decorative')
  call Run('Sight alt')
  call Says('it looks decorative, and is marked as that already')
  call assert_equal([['![](red.png)'], []], [getline(1, '$'), s:all()])
endfunction

let s:page = ['![](red.png) and ![](green.jpg) here', '', '![old](red.png)', '![](blue.webp)']
let s:filled = ['![A simulated red picture](red.png) and ![A simulated green picture](green.jpg) here', '',
      \ '![old](red.png)', '![A simulated blue picture](blue.webp)']

function! Test_alt_of_a_range_is_proposed_and_accepted_as_one_step() abort
  call s:open('a.md', 'markdown', s:page, 'alt=colour')
  call s:propose('%Sight alt', 3)
  call assert_equal(s:page, getline(1, '$'))
  call Says('3 alt texts are proposed (machine-written: check before publishing); 1 skipped: red.png has an alt')
  call sightline#popup#close() " which may lie over it
  call assert_true(OnScreen('\~ !\[A simulated red picture\](red.png)'))
  call assert_true(OnScreen('\~ !\[A simulated green picture\](green.jpg)'))
  call assert_true(OnScreen('machine-written: check before publishing · :Sight accept'))
  %Sight accept
  call Says('accepted 3 hunks')
  call assert_equal([s:filled, []], [getline(1, '$'), s:all()])
  silent undo
  call assert_equal(s:page, getline(1, '$'))
  call assert_false(&modified)
  silent redo
  call assert_equal(s:filled, getline(1, '$'))
endfunction

function! Test_alt_of_two_pictures_in_a_line() abort
  call s:open('a.md', 'markdown', s:page, 'alt=colour')
  call s:propose('1Sight alt', 2)
  Sight next
  call assert_equal([1, 18], [line('.'), col('.')])
  Sight reject
  call Says('rejected 1 hunk')
  call assert_equal(s:page, getline(1, '$'))
  Sight next
  call assert_equal([1, 1], [line('.'), col('.')])
  Sight accept
  call assert_equal('![A simulated red picture](red.png) and ![](green.jpg) here', getline(1))
  call assert_equal([], s:all())
  call s:propose('1Sight alt', 1)
  Sight accept
  call assert_equal(s:filled[0], getline(1))
  silent undo
  call assert_equal('![A simulated red picture](red.png) and ![](green.jpg) here', getline(1))
endfunction

" On the screen too they are in their order, when the first picture takes longer.
function! Test_alt_of_two_pictures_in_a_line_are_in_their_order() abort
  call Picture('jpg 3000 2000 00a000 green.jpg')
  call s:open('a.md', 'markdown', ['![](green.jpg) and ![](red.png)'], 'alt=colour')
  call s:propose('1Sight alt', 2)
  call Await({-> s:row('simulated red') > s:row('simulated green') && s:row('simulated green') > 0}, 'the order')
endfunction

" The row of the screen that has a text, or 0.
function! s:row(text) abort
  redraw
  let rows = map(range(1, &lines), {_, row -> join(map(range(1, &columns), 'screenstring(row, v:val)'), '')})
  return match(rows, a:text) + 1
endfunction

function! Test_alt_of_twins_in_a_line() abort
  call s:open('a.md', 'markdown', ['![](red.png)![](red.png)'], 'alt=colour')
  call s:propose('%Sight alt', 2)
  call cursor(1, 14)
  Sight accept
  call assert_equal('![](red.png)![A simulated red picture](red.png)', getline(1))
  Sight prev
  Sight accept
  call assert_equal('![A simulated red picture](red.png)![A simulated red picture](red.png)', getline(1))
endfunction

function! Test_alt_follows_its_picture() abort
  call s:open('a.md', 'markdown', ['x ![](red.png) y'], 'alt=colour/pace=20')
  Sight alt
  call Await({-> sightline#status() !=# ''}, 'the request')
  call append(0, ['above', 'it'])
  call setline(3, 'before x ![](red.png) y, after')
  call Await({-> Ended()}, 'the end')
  call assert_equal(['above', 'it', 'before x ![A simulated red picture](red.png) y, after'], getline(1, '$'))
endfunction

function! Test_alt_gives_way_to_an_edit() abort
  call s:open('a.md', 'markdown', ['![](red.png)', '![](green.jpg)'], 'alt=colour/pace=20')
  %Sight alt
  call Await({-> len(s:all()) == 2}, 'both requests')
  call setline(1, '![mine](red.png)')
  call Await({-> Ended() == 2}, 'both ends')
  call Says('1 alt text is proposed .*the markup of red.png was changed: alt stopped, your change stays')
  call assert_equal(['![mine](red.png)', '![](green.jpg)'], getline(1, '$'))
endfunction

function! Test_alt_failure_of_one_does_not_stop_the_others() abort
  call writefile(['no picture'], 'broken.png')
  call s:open('a.md', 'markdown', ['![](broken.png) ![](none.png)', '![](red.png)'], 'alt=colour')
  %Sight alt
  call Await({-> Ended() == 2}, 'both ends')
  call Says('1 alt text is proposed .*; none.png: no such file.*; broken.png: ')
  call assert_equal(1, len(s:all()))
  2Sight accept
  call assert_equal('![A simulated red picture](red.png)', getline(2))
endfunction

function! Test_alt_stop_ends_all() abort
  call s:open('a.md', 'markdown', repeat(['![](red.png)'], 3), 'silent')
  %Sight alt
  call Await({-> len(Journal('request')) == 3}, 'the requests')
  Sight stop
  call Await({-> Ended() == 3}, 'their ends')
  call Says('^Sightline: stopped$')
  call assert_equal([repeat(['![](red.png)'], 3), [], ''], [getline(1, '$'), s:all(), sightline#status()])
endfunction

function! Test_alt_of_more_than_ten_asks_first() abort
  call s:open('a.md', 'markdown', repeat(['![](red.png)'], 30), 'alt=colour')
  let requests = len(Journal('request'))
  call feedkeys("n\<CR>", 't')
  %Sight alt
  call Says('nothing was sent')
  call assert_equal(requests, len(Journal('request')))
  call feedkeys("y\<CR>", 't')
  call s:propose('%Sight alt', 30)
  call Says('30 alt texts are proposed')
  %Sight accept
  call assert_equal(repeat(['![A simulated red picture](red.png)'], 30), getline(1, '$'))
  silent undo
  call assert_equal(repeat(['![](red.png)'], 30), getline(1, '$'))
endfunction

function! Test_alt_of_a_buffer_that_is_locked_meanwhile_is_proposed() abort
  call s:open('a.md', 'markdown', ['![](red.png)'], 'alt=colour/pace=20')
  Sight alt
  setlocal nomodifiable
  call Await({-> Ended()}, 'the end')
  call Says('the buffer cannot be changed any more; the alt text is proposed')
  call assert_equal('![](red.png)', getline(1))
  setlocal modifiable
  Sight accept
  call assert_equal('![A simulated red picture](red.png)', getline(1))
endfunction

function! Test_alt_of_a_text_that_changes_while_it_is_read() abort
  call s:open('a.md', 'markdown', ['![](red.png)'], 'alt=colour')
  Sight alt
  call setline(1, 'a picture: ![](red.png)')
  call Await({-> Ended()}, 'the end')
  call assert_equal('a picture: ![A simulated red picture](red.png)', getline(1))
endfunction

function! Test_alt_that_is_the_same_stays() abort
  call s:open('a.md', 'markdown', ['![A simulated red picture](red.png)'], 'alt=colour')
  let ticks = b:changedtick
  call Run('Sight alt force')
  call Says('the alt text stays as it is')
  call assert_equal([ticks, []], [b:changedtick, s:all()])
endfunction

function! Test_alt_with_nothing_drawn_lists_what_is_proposed() abort
  let g:sightline_plain = 1
  call s:open('a.md', 'markdown', s:page, 'alt=colour')
  %Sight alt
  call Await({-> bufexists('sightline://alt/' . bufnr('%'))}, 'the list')
  call assert_equal([2, s:page], [Windows(), getline(1, '$')])
  call assert_equal(['line 1', 'line 1', 'line 4'], map(getbufline('sightline://alt/' . bufnr('%'), 1, '$'),
        \ 'matchstr(v:val, "^line \\d\\+\\ze, machine-written: check before publishing: ![A sim")'))
  %Sight accept
  call assert_equal(s:filled, getline(1, '$'))
endfunction

function! Test_alt_of_too_many_pictures() abort
  call s:open('a.md', 'markdown', [repeat('![](red.png) ', 101)], 'alt=colour')
  call Refused('%Sight alt', 'these are 101 pictures; name lines with at most 100')
endfunction

function! Test_alt_of_a_text_with_odd_bytes() abort
  call s:open('a.md', 'markdown', ["\n é ![](red.png)"], 'alt=colour')
  call Run('Sight alt')
  call assert_equal("\n é ![A simulated red picture](red.png)", getline(1))
  if !has('nvim')
    call setline(1, "\xe9 ![](red.png)")
    call Refused('Sight alt', 'this text is not in UTF-8')
  endif
endfunction

function! Test_alt_finds_files_and_addresses() abort
  call mkdir('sub dir/img', 'p')
  call Shell('cp red.png "sub dir/img/a b.png"')
  call s:open('sub\ dir/a.md', 'markdown', ['![](img/a%20b.png)', '![](<img/a b.png>)',
        \ '![](file://' . fnamemodify('red.png', ':p') . ')', '![](img/a%20b.png?raw=1)', '![](../red.png)',
        \ '![](https://example.com/a.png)'], 'alt=colour')
  call s:propose('%Sight alt', 6)
  %Sight accept
  call assert_equal('![A simulated address picture](https://example.com/a.png)', getline(6))
  call assert_equal(5, len(filter(getline(1, 5), 'v:val =~# "A simulated red picture"')))
  call s:open('a.tex', 'tex', ['\graphicspath{{sub dir/img/}}', '\includegraphics{a b}'], 'alt=colour')
  call cursor(2, 1)
  call Run('Sight alt')
  call assert_equal('\includegraphics[alt={A simulated red picture}]{a b}', getline(2))
endfunction

function! Test_alt_retry_and_rewrite_at_a_proposal() abort
  call s:open('a.md', 'markdown', ['![](red.png)'], 'alt=colour')
  call s:propose('%Sight alt', 1)
  call Refused('Sight rewrite shorter', 'a proposal of another kind stands here')
  call Refused('%Sight alt', 'a proposal stands there already')
  call Serve('alt=hostile')
  call Run('Sight retry')
  call Await({-> !s:all()[0].drawing}, 'the drawing')
  Sight accept
  call assert_match('^!\[A "red"', getline(1))
endfunction

function! Test_alt_while_typing_is_a_step_of_its_own() abort
  call s:open('a.md', 'markdown', ['![](red.png)', 'text'], 'alt=colour/pace=15')
  call cursor(1, 1)
  Sight alt
  call cursor(2, 1)
  call timer_start(30, function('s:type'), {'repeat': -1})
  call feedkeys('A', 't')
  call feedkeys('', 'x!')
  call assert_equal('![A simulated red picture](red.png)', getline(1))
  let undone = 0
  while getline(1, '$') != ['![](red.png)', 'text']
    let [alt, typed] = getline(1, 2)
    silent undo
    call assert_true((getline(1) !=# alt) + (getline(2) !=# typed) == 1, string(getline(1, '$')))
    let undone += getline(1) !=# alt
  endwhile
  call assert_equal(1, undone)
endfunction

function! s:type(timer) abort
  call feedkeys(Ended() ? "after\<Esc>" : ' x', 't')
  if Ended()
    call timer_stop(a:timer)
  endif
endfunction

function! Test_alt_completion_and_mapping() abort
  call assert_equal(['force'], getcompletion('Sight alt f', 'cmdline'))
  call assert_equal(':<C-U>Sight alt<CR>', maparg('<Plug>(sightline-alt)', 'n'))
  call assert_equal(':Sight alt<CR>', maparg('<Plug>(sightline-alt)', 'x'))
endfunction
