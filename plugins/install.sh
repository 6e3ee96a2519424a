# ./dev install and ./dev uninstall: Sightline for this user's Vim, Neovim and GIMP. Each host is
# asked where it looks, and at the end whether it sees what was put there. What is put anywhere is
# written down first, so that uninstall takes out exactly that.
#
# shellcheck shell=sh

CONFIG=${XDG_CONFIG_HOME:-$HOME/.config}/sightline
STATE=${XDG_STATE_HOME:-$HOME/.local/state}/sightline
MANIFEST=$STATE/install.manifest
BUILT=${SIGHTLINE_BUILD:-build/release}
PATIENCE=60

# limited COMMAND…: a host that waits for a key it will never get must not hold us up.
limited() {
    if have timeout; then timeout "$PATIENCE" "$@"; else "$@"; fi
}

# answer N: line N of what a host said when it was last asked.
answer() {
    sed -n "$1p" "$WORK/answer"
}

complain() {
    say "$1: not installed: $2"
    FAILED=$((FAILED + 1))
}

done_for() {
    say "$1: installed in $2"
    INSTALLED=$((INSTALLED + 1))
}

# record KIND PATH: a "folder" is ours with all that is in it; one that was "made" for it goes once
# it is empty.
record() {
    [ -d "$STATE" ] || { mkdir -p "$STATE" && chmod 700 "$STATE"; }
    grep -qsxF "$1 $2" "$MANIFEST" || printf '%s %s\n' "$1" "$2" >>"$MANIFEST"
}

make_folder() {
    [ ! -d "$1" ] || return 0
    make_folder "$(dirname "$1")" && mkdir "$1" && record made "$1"
}

# claim TITLE FOLDER: makes FOLDER ours to fill, unless something there is not an install's, such as a
# link into a checkout.
claim() {
    if [ -L "$2" ] || [ -e "$2/.git" ]; then
        complain "$1" "$2 was not put there by ./dev install; move it away first"
        return 1
    fi
    if ! make_folder "$(dirname "$2")" || [ ! -w "$(dirname "$2")" ]; then
        complain "$1" "$(dirname "$2") cannot be written to; make it yours first"
        return 1
    fi
    record folder "$2"
    rm -rf "$(beside "$2")"
    mkdir "$(beside "$2")"
}

# beside FOLDER: where its new content is gathered; hosts do not look into hidden folders.
beside() {
    echo "$(dirname "$1")/.sightline-new"
}

# place FOLDER: what was gathered takes its place by a rename.
place() {
    old=$(dirname "$1")/.sightline-old
    rm -rf "$old"
    [ ! -d "$1" ] || mv "$1" "$old"
    mv "$(beside "$1")" "$1"
    rm -rf "$old"
}

# run_editor nvim|vim SCRIPT: without a display, with the user's own configuration. Vim reads that only
# when it is not silent: it is given no terminal, and Enter for whatever the configuration shows or asks.
run_editor() {
    case $1 in
    nvim) limited nvim --headless -n -i NONE -S "$2" </dev/null ;;
    vim) yes '' 2>/dev/null | limited vim --not-a-term -T dumb -X -n -i NONE -S "$2" ;;
    esac >"$WORK/log" 2>&1
}

# ask_editor nvim|vim: what the editor says of itself, line by line: 1 it is new enough, 2 it has the
# command, 3 and the help, 4 the package folder to prefer, then its 'packpath'.
ask_editor() {
    cat >"$WORK/ask.vim" <<'END'
let s:help = ''
try
  help sightline
  let s:help = expand('%:t')
catch
endtry
let s:lines = [has('nvim') ? has('nvim-0.7') : has('patch-9.0.1378') && has('channel'),
      \ exists(':Sight') == 2, s:help ==# 'sightline.txt',
      \ has('nvim') ? stdpath('data') . '/site' : $HOME . '/.vim']
for s:path in split(&packpath, '\\\@<!,')
  let s:path = fnamemodify(substitute(s:path, '\\\([, ]\)', '\1', 'g'), ':p')
  call add(s:lines, substitute(s:path, '/$', '', ''))
endfor
call writefile(s:lines, $SIGHTLINE_ANSWER)
qall!
END
    rm -f "$WORK/answer"
    SIGHTLINE_ANSWER=$WORK/answer run_editor "$1" "$WORK/ask.vim" || true
    [ -s "$WORK/answer" ]
}

# package_folder: the preferred one if it is in 'packpath', else the first there that is the user's.
package_folder() {
    preferred=$(answer 4)
    tail -n +5 "$WORK/answer" >"$WORK/packpath"
    if grep -qxF "$preferred" "$WORK/packpath"; then
        echo "$preferred"
    else
        awk -v home="$HOME/" 'index($0, home) == 1 { print; exit }' "$WORK/packpath" |
            grep . || echo "$preferred"
    fi
}

# fill_package nvim|vim FOLDER: all that the editor loads, which then needs nothing of this checkout.
fill_package() {
    cp -R plugins/editor/runtime/. "$2"
    mkdir -p "$2/bin"
    rm -f "$2/bin"/sightline-*.so
    for file in "$BUILT/bin/sightline-editor" "$BUILT/bin"/sightline-*.so; do
        [ ! -e "$file" ] || cp "$file" "$2/bin/"
    done
    tag_help "$1" "$2/doc"
}

install_editor() {
    title=$(host_version "$1")
    if ! ask_editor "$1"; then
        complain "$title" "it did not start; does its configuration wait for an answer?"
    elif [ "$(answer 1)" != 1 ]; then
        complain "$title" "it is too old; Sightline needs Neovim 0.7, or Vim 9.0.1378 with +channel"
    else
        folder=$(package_folder)/pack/sightline/start/sightline
        claim "$title" "$folder" || return 0
        fill_package "$1" "$(beside "$folder")"
        place "$folder"
        prove_editor "$1" "$title" "$folder"
    fi
}

# lacks FOLDER: the libraries that what reads pictures, which lies there, does not find.
lacks() {
    ldd "$1/sightline-prepare.so" 2>/dev/null | sed -n 's/^[[:space:]]*\(.*\) => not found$/\1/p'
}

# prove_editor nvim|vim TITLE FOLDER
prove_editor() {
    if ! "$3/bin/sightline-editor" --version >"$WORK/log" 2>&1; then
        complain "$2" "$3/bin/sightline-editor does not run: $(tail -n 1 "$WORK/log")"
    elif lacks "$3/bin" | grep . >"$WORK/log"; then
        complain "$2" "this machine lacks $(paste -s -d ' ' "$WORK/log"), which pictures are read with"
    elif ! ask_editor "$1" || [ "$(answer 2)" != 1 ]; then
        complain "$2" "it does not load $3; give that folder to the plug-in manager that hides it"
    elif [ "$(answer 3)" != 1 ]; then
        complain "$2" "it finds no :help sightline in $3"
    else
        done_for "$2" "$3"
    fi
}

# run_gimp COMMAND SCRIPT: without a display.
run_gimp() {
    limited "$1" -i -d -f -s -c --batch-interpreter plug-in-script-fu-eval -b "$2" \
        -b '(gimp-quit 1)' </dev/null >"$WORK/log" 2>&1
}

# ask_gimp COMMAND: 1 its profile folder, 2 whether it has our procedure. GIMP's first start makes the
# profile; a folder that is there before would keep it from that.
ask_gimp() {
    rm -f "$WORK/answer"
    run_gimp "$1" "
        (let ((port (open-output-file \"$WORK/answer\")))
          (display gimp-directory port)
          (newline port)
          (display (if (defined? 'plug-in-sightline-describe-image) 1 0) port)
          (newline port)
          (close-output-port port))" || true
    [ -s "$WORK/answer" ]
}

install_gimp() {
    title=$(gimp_version "$1")
    major=${title#GIMP }
    plugin=$BUILT/gimp${major%%.*}/sightline/sightline
    if [ ! -x "$plugin" ]; then
        complain "$title" "nothing was built for it; the libgimp headers of its version are missing"
    elif ! ask_gimp "$1"; then
        complain "$title" "it did not start: $(tail -n 1 "$WORK/log")"
    else
        folder=$(answer 1)/plug-ins/sightline
        claim "$title" "$folder" || return 0
        cp -R "$(dirname "$plugin")/." "$(beside "$folder")"
        place "$folder"
        prove_gimp "$1" "$title" "$folder"
    fi
}

# prove_gimp COMMAND TITLE FOLDER
prove_gimp() {
    if ! ask_gimp "$1" || [ "$(answer 2)" != 1 ]; then
        complain "$2" "it does not load $3/sightline"
    elif lacks "$3/sightline" | grep . >"$WORK/log"; then
        complain "$2" "this machine lacks $(paste -s -d ' ' "$WORK/log"), which pictures are read with"
    else
        done_for "$2" "$3"
    fi
}

# A GIMP in a box of its own has libraries of its own, and cannot run a plug-in that is built here.
tell_boxed_gimps() {
    why="it cannot run what is built outside its box; install the GIMP of your system"
    if [ -d "$HOME/.var/app/org.gimp.GIMP" ]; then
        say "GIMP (Flatpak): skipped, $why"
    fi
    if [ -e /snap/bin/gimp ]; then
        say "GIMP (Snap): skipped, $why"
    fi
}

install_hosts() {
    FAILED=0 INSTALLED=0
    if have nvim; then install_editor nvim; else say "Neovim: skipped, not on this machine"; fi
    if have vim; then install_editor vim; else say "Vim: skipped, not on this machine"; fi
    gimps=$(gimp_consoles)
    [ -n "$gimps" ] || say "GIMP: skipped, not on this machine"
    for gimp in $gimps; do
        install_gimp "$gimp"
    done
    tell_boxed_gimps
}

# build_for_hosts: what the hosts on this machine need, and no more.
build_for_hosts() {
    editor=OFF gimp=OFF groups=build
    if have nvim || have vim; then editor=ON groups="$groups editor"; fi
    if [ -n "$(gimp_consoles)" ]; then gimp=ON groups="$groups gimp"; fi
    # shellcheck disable=SC2086 # names of groups
    need_there $groups
    configure release -DSIGHTLINE_EDITOR=$editor -DSIGHTLINE_GIMP=$gimp
    compile release
}

install() {
    [ -z "${SUDO_USER-}" ] || die "install: it installs for the user who runs it; run it without sudo"
    [ -n "${SIGHTLINE_BUILD-}" ] || build_for_hosts
    install_hosts
    say_what_is_left_out
    [ -z "$gimps" ] || say_what_gimp_lacks
    [ "$FAILED" -eq 0 ] || die "install: not every host has it, see above"
    [ "$INSTALLED" -gt 0 ] || die "install: there is no Neovim, Vim or GIMP on this machine"
    say "Where an editor or GIMP is open, start it again."
    say "Set the key once for all of them: :Sight setup in Vim or Neovim, Filters > Sightline > Settings" \
        "in GIMP, or export STEP_API_KEY=..."
}

# recorded KIND: the paths, the last first.
recorded() {
    sed -n "s/^$1 //p" "$MANIFEST" | sed '1!G;h;$!d'
}

# remove FOLDER
remove() {
    if [ ! -d "$1" ] || [ -L "$1" ]; then return 0; fi
    rm -rf "$1"
    say "Removed $1"
}

uninstall() {
    case ${1-} in '' | --purge) ;; *) die "uninstall: --purge or nothing, not $1" ;; esac
    if [ -s "$MANIFEST" ]; then
        recorded folder | while IFS= read -r path; do remove "$path"; done
        recorded made | while IFS= read -r path; do rmdir "$path" 2>/dev/null || true; done
        rm -f "$MANIFEST"
        rmdir "$STATE" 2>/dev/null || true
    else
        say "Nothing to take out: there is no $MANIFEST"
    fi
    [ -z "${1-}" ] || purge
}

purge() {
    remove "$CONFIG"
    remove "$STATE"
    [ -n "${DBUS_SESSION_BUS_ADDRESS-}" ] || return 0
    set -- secret-tool clear xdg:schema io.github.sightline.Key
    if have "$1"; then
        limited "$@" 2>"$WORK/log" || true
    else
        say "A key in the secret service stays there; this removes it: $*"
    fi
}
