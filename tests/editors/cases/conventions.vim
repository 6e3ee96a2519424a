" What is expected of any plug-in: settings that are checked, mappings, events and a help that is whole.

let s:runtime = $SOURCE_DIR . '/plugins/editor/runtime'

" What a pattern's first group matches in the runtime's files.
function! s:found(pattern) abort
  let found = []
  for file in filter(glob(s:runtime . '/**', 1, 1), 'v:val =~# "\\.\\%(vim\\|lua\\)$"')
    call substitute(join(readfile(file), "\n"), a:pattern, '\=add(found, submatch(1))[-1]', 'g')
  endfor
  return uniq(sort(found))
endfunction

function! s:commands() abort
  return getcompletion('Sight ', 'cmdline')
endfunction

function! s:plugs(modes) abort
  let plugs = []
  for mode in split(a:modes, '\zs')
    let plugs += map(filter(split(execute(mode . 'map <Plug>(sightline-'), "\n"), 'v:val =~# "<Plug>"'),
          \ 'matchstr(v:val, "<Plug>(\\S*)")')
  endfor
  return uniq(sort(plugs))
endfunction

function! Test_help_has_a_tag_for_everything() abort
  call mkdir('help/doc', 'p')
  call writefile(readfile(s:runtime . '/doc/sightline.txt'), 'help/doc/sightline.txt')
  set runtimepath^=help
  helptags help/doc
  let tags = map(readfile('help/doc/tags'), 'split(v:val, "\t")[0]')
  let commands = map(s:commands() + ['describe-image', 'screenshot-to-code'], '":Sight-" . v:val')
  let [options, events] = [s:found('\<\(g:sightline_\l[a-z_]*\)'), s:found('announce(''\(\u\a\+\)''')]
  let groups = uniq(sort(s:found('highlight default link \(Sightline\a\+\)') + s:found('''\(Sightline\a\+\)'': ''')))
  for [what, least] in [[commands, 28], [options, 2], [events, 3], [groups, 8]]
    call assert_true(len(what) >= least, string(what))
  endfor
  for tag in commands + options + events + s:plugs('nx') + map(groups, '"hl-" . v:val')
        \ + map(sightline#option#names(), '"g:sightline_" . v:val')
        \ + ['sightline', ':Sight', ':Sight!', 'sightline#status()', 'sightline#version()', 'sightline#default()',
        \ 'sightline.setup()',
        \ 'sightline.status()', 'g:sightline_event', 'sightline-tasks', 'sightline-consent']
    call assert_notequal(-1, index(tags, tag), tag)
  endfor
  help sightline
  call assert_equal([], filter(getline(1, '$'), 'strdisplaywidth(v:val) > 78'))
endfunction

" Every |link| of the help that looks like one of ours leads somewhere.
function! Test_help_has_no_dead_link() abort
  let text = join(readfile(s:runtime . '/doc/sightline.txt'), "\n")
  let links = []
  call substitute(text, '|\(:Sight[^| ]*\|sightline[^| ]*\|g:sightline[^| ]*\|<Plug>[^| ]*\)|',
        \ '\=add(links, submatch(1))[-1]', 'g')
  call assert_true(len(links) > 40)
  for link in links
    call assert_match('\V*' . escape(link, '\') . '*', text)
  endfor
endfunction

" A variable that begins with a capital cannot be set where a person's function has that name.
function! Test_functions_of_a_person_may_have_any_name() abort
  call assert_equal([], s:found('\<\%(let\|const\|for\) \%(\[\%([^]\n]*[ ,]\)\=\)\=\(\u\w*\)'))
endfunction

function! Test_loading_starts_nothing() abort
  call assert_equal([], Helpers())
  call assert_notmatch('autoload/sightline\|lua/sightline', execute('scriptnames'))
  let mapped = split(execute('map') . execute('map!'), "\n")
  call assert_equal([], filter(mapped, 'v:val =~# "ightline" && v:val !~# "<Plug>(sightline"'))
  call assert_equal([], getcompletion('sightline', 'augroup'))
endfunction

function! Test_every_command_has_a_plug() abort
  let needs_words = ['compare', 'open', 'run', 'save']
  for name in filter(s:commands(), 'index(needs_words, v:val) < 0')
    call assert_notequal('', maparg('<Plug>(sightline-' . name . ')', 'n'), name)
  endfor
  call assert_match('Sight ask $', execute('let x = maparg("<Plug>(sightline-ask)", "x")') . x)
  for plug in s:plugs('nx')
    call assert_match('^:\%(<C-U>\)\=\%(Sight\|call sightline#\)\|^sightline#', maparg(plug, maparg(plug, 'n') ==# '' ? 'x' : 'n'))
  endfor
endfunction

function! Test_plug_asks_about_a_selection() abort
  execute "normal ggVj\<Plug>(sightline-ask)what?\<CR>"
  call Await({-> Ended() == 1}, 'the answer')
  call assert_match('first\nsecond', Asked())
endfunction

function! Test_the_list_has_every_command() abort
  let shown = execute('Sight')
  for name in s:commands()
    call assert_match('\n  :Sight ' . name . '\>', shown)
  endfor
endfunction

function! Test_option_of_a_wrong_type_is_an_error() abort
  for [name, value, command, must] in [
        \ ['command', [], 'Sight describe red.png', 'a path, or a list'],
        \ ['command', '', 'Sight describe red.png', 'a path, or a list'],
        \ ['context_lines', '0', '1Sight rewrite x', 'a number of lines, 0 or more'],
        \ ['context_lines', -1, '1Sight rewrite x', 'a number of lines, 0 or more'],
        \ ['plain', 'yes', '1Sight rewrite x', '0 or 1'],
        \ ['private', {}, '1Sight ask x', 'a list of patterns'],
        \ ['stacks', {'php': 1}, 'Sight code red.png', 'a dictionary of stacks'],
        \ ]
    let before = get(g:, 'sightline_' . name, v:null)
    let g:['sightline_' . name] = value
    call Refused(command, 'g:sightline_' . name . ' must be ' . must)
    unlet g:['sightline_' . name]
    call extend(g:, before is v:null ? {} : {'sightline_' . name: before})
  endfor
  call assert_equal([], sightline#proposal#every())
endfunction

" A wrong value is noticed only where it is asked for by name.
function! Test_options_are_read_in_one_place() abort
  call assert_equal([], s:found('\(get(g:, ''sightline_\l\+\)'))
endfunction

function! Test_doctor_knows_the_options() abort
  let g:sightline_privat = ['x']
  let g:sightline_plain = 'no'
  Sight doctor
  call Await({-> sightline#doctor#complete()}, 'the report')
  let report = join(getbufline('sightline://doctor', 1, '$'), "\n")
  call assert_match('- WARNING g:sightline_privat means nothing; did you mean private?', report)
  call assert_match('- WARNING g:sightline_plain must be 0 or 1', report)
endfunction

function! s:setup(arguments) abort
  return luaeval('{pcall(require("sightline").setup, ' . a:arguments . ')}')
endfunction

function! Test_setup_in_lua() abort
  if !has('nvim')
    call Skip('only Neovim has these settings')
  endif
  call assert_equal([v:true], s:setup('{context_lines = 0, plain = true, private = {"*.x"}, stacks = {}}'))
  call assert_equal([0, v:true, ['*.x'], {}], [g:sightline_context_lines, g:sightline_plain, g:sightline_private,
        \ g:sightline_stacks])
  call assert_equal([v:true], s:setup('nil'))
  call assert_equal([v:true], s:setup('{}'))
  call assert_equal('', luaeval('require("sightline").status()'))
  for [arguments, why] in [
        \ ['{contxt_lines = 3}', 'sightline: contxt_lines means nothing; did you mean context_lines?'],
        \ ['{plain = 0, stack = {}}', 'sightline: stack means nothing; did you mean stacks?'],
        \ ['{plain = 1, context_lines = "3"}', 'sightline: context_lines must be a number of lines, 0 or more'],
        \ ['{plain = 1, private = {x = "y"}}', 'sightline: private must be a list of patterns'],
        \ ['{stacks = {"x"}}', 'sightline: stacks must be a dictionary'],
        \ ['{command = function() end}', 'sightline: command '],
        \ ['{1}', 'sightline: setup takes a table of options by name'],
        \ ['"x"', 'sightline: setup takes a table of options by name'],
        \ ]
    let [good, said] = s:setup(arguments)
    call assert_false(good)
    call assert_match('\V' . why, said)
  endfor
  call assert_equal([0, v:true], [g:sightline_context_lines, g:sightline_plain])
  call assert_equal([], Helpers())
endfunction

function! Test_status_in_lua() abort
  if !has('nvim')
    call Skip('only Neovim has these settings')
  endif
  call Serve('stall=500')
  Sight describe red.png
  call Await({-> luaeval('require("sightline").status()') =~# '^describe: '}, 'the status')
  call assert_equal(sightline#status(), luaeval('require("sightline").status()'))
  Sight stop all
  call Await({-> Ended() == 1}, 'the end')
endfunction

function! Test_events_have_data_in_lua() abort
  if !has('nvim-0.8')
    call Skip('only Neovim 0.8 gives autocommands data')
  endif
  lua vim.api.nvim_create_autocmd('User', {pattern = 'SightlineDone', callback = function(args) vim.g.heard = args.data.task end})
  call Run('Sight describe red.png')
  call assert_equal('describe', g:heard)
endfunction
