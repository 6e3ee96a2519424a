#!/bin/sh
# ./dev install and uninstall, each looked at afterwards by fresh processes of the hosts.

. "$SOURCE_DIR/tests/lib.sh"
. "$SOURCE_DIR/tests/dev/tools.sh"

SIGHTLINE_BUILD=$BUILD_DIR
export SIGHTLINE_BUILD

# home NAME: another home, with nothing said by XDG variables.
home() {
    HOME=$TEST_DIR/$1
    export HOME
    unset XDG_CONFIG_HOME XDG_STATE_HOME XDG_DATA_HOME XDG_CACHE_HOME
    mkdir -p "$HOME"
}

install() {
    dev install >"$TEST_DIR/install.log" 2>&1 || fail "./dev install: $(cat "$TEST_DIR/install.log")"
}

# package FOLDER: the installed package in that folder of 'packpath'.
package() {
    echo "$1/pack/sightline/start/sightline"
}

# seen_by nvim|vim: the help file that a fresh editor finds, if it has the command too.
seen_by() {
    rm -f "$TEST_DIR/seen"
    cat >"$TEST_DIR/see.vim" <<'END'
help sightline
call writefile([exists(':Sight') == 2 ? expand('%:p') : 'no command'], $SEEN)
qall!
END
    case $1 in
    nvim) set -- nvim --headless ;;
    vim) set -- vim --not-a-term -T dumb -X ;;
    esac
    SEEN=$TEST_DIR/seen "$@" -n -i NONE -S "$TEST_DIR/see.vim" </dev/null >"$TEST_DIR/see.log" 2>&1 || true
    cat "$TEST_DIR/seen" 2>/dev/null || true
}

# gimp_knows PROCEDURE yes|no: what a fresh GIMP says.
gimp_knows() {
    rm -f "$TEST_DIR/knows"
    gimp-console -i -d -f -s -c --batch-interpreter plug-in-script-fu-eval -b "
        (let ((port (open-output-file \"$TEST_DIR/knows\")))
          (display (if (defined? '$1) 'yes 'no) port)
          (close-output-port port))" -b '(gimp-quit 1)' </dev/null >"$TEST_DIR/gimp.log" 2>&1 || true
    equal "$(cat "$TEST_DIR/knows")" "$2" "GIMP knows $1"
}

# tree: all that is in the home but what GIMP and its libraries keep there for themselves.
tree() {
    (cd "$HOME" && find . \( -path ./.cache -o -path '*/GIMP/*' -o -path '*/gegl-0.4*' \) -prune -o -print |
        LC_ALL=C sort)
}

every_host() {
    home "a home with spaces"
    install
    contains "$(seen_by nvim)" "$(package "$HOME/.local/share/nvim/site")/doc" "Neovim"
    contains "$(seen_by vim)" "$(package "$HOME/.vim")/doc" "Vim"
    gimp_knows plug-in-sightline-describe-image yes
    "$(package "$HOME/.vim")/bin/sightline-editor" --version || fail "the helper does not run"
    for module in "$BUILD_DIR/bin"/sightline-*.so; do
        [ ! -e "$module" ] || cmp "$module" "$(package "$HOME/.vim")/bin/${module##*/}" ||
            fail "the module ${module##*/} is not beside the helper"
    done
    equal "$(find "$HOME" -type l -path '*sightline*')" "" "links"
    equal "$(find "$HOME" -path '*sightline*' -type f -exec grep -lIF "$SOURCE_DIR" {} +)" "" \
        "files that point into the checkout"
}

again() {
    without gimp-console
    home again
    install
    tree >"$TEST_DIR/first"
    cp "$HOME/.local/state/sightline/install.manifest" "$TEST_DIR/manifest"
    echo stale >"$(package "$HOME/.vim")/plugin/stale.vim"
    install
    tree | diff "$TEST_DIR/first" - || fail "a second install leaves other files"
    diff "$TEST_DIR/manifest" "$HOME/.local/state/sightline/install.manifest" || fail "the manifest grew"
}

uninstall() {
    home leaves
    mkdir -p "$HOME/.vim/pack/mine/start/mine/plugin" "$HOME/.config/sightline/tasks"
    echo 'let g:mine = 1' >"$HOME/.vim/pack/mine/start/mine/plugin/mine.vim"
    echo '{}' >"$HOME/.config/sightline/config.json"
    tree >"$TEST_DIR/before"
    install
    said=$(dev uninstall)
    contains "$said" "Removed $(package "$HOME/.vim")" "what uninstall says"
    tree >"$TEST_DIR/after"
    # Folders that hosts and the XDG rules keep for all programs may stay.
    comm -13 "$TEST_DIR/before" "$TEST_DIR/after" | grep -i sightline && fail "something of ours is left"
    comm -23 "$TEST_DIR/before" "$TEST_DIR/after" | grep . && fail "something of the user's is gone"
    gimp_knows plug-in-sightline-describe-image no
    contains "$(dev uninstall)" "Nothing to take out" "a second uninstall"
}

purge() {
    without gimp-console
    home purged
    mkdir -p "$HOME/.config/sightline/tasks" "$HOME/.config/other"
    echo '{}' >"$HOME/.config/sightline/config.json"
    echo '{}' >"$HOME/.config/other/config.json"
    install
    echo '{}' >"$HOME/.local/state/sightline/usage.json"
    dev uninstall --purge >/dev/null
    equal "$(tree | grep -i sightline)" "" "what is left of ours"
    [ -e "$HOME/.config/other/config.json" ] || fail "another program's configuration is gone"
}

# Keys in the secret service go too, and nobody else's.
purge_of_keys() {
    for tool in dbus-run-session gnome-keyring-daemon secret-tool; do
        command -v $tool >/dev/null || skip "$tool is not installed"
    done
    home keys
    mkdir -p "$HOME/.cache" "$HOME/.local/share"
    # shellcheck disable=SC2016 # expanded by the inner shell
    dbus-run-session -- sh -c '
        echo password | gnome-keyring-daemon --unlock --components=secrets >/dev/null
        for schema in io.github.sightline.Key org.example.Key; do
            echo secret | secret-tool store --label=key xdg:schema $schema provider stepfun
        done
        "$SOURCE_DIR/dev" uninstall --purge >/dev/null
        for schema in io.github.sightline.Key org.example.Key; do
            echo "$schema: $(secret-tool lookup xdg:schema $schema provider stepfun)"
        done' >"$TEST_DIR/kept" 2>"$TEST_DIR/bus.log"
    equal "$(tr '\n' ' ' <"$TEST_DIR/kept")" "io.github.sightline.Key:  org.example.Key: secret " \
        "what the secret service keeps"
}

xdg() {
    without gimp-console
    home xdg
    XDG_DATA_HOME="$TEST_DIR/data here" XDG_STATE_HOME="$TEST_DIR/state here"
    export XDG_DATA_HOME XDG_STATE_HOME
    install
    contains "$(seen_by nvim)" "$(package "$XDG_DATA_HOME/nvim/site")/doc" "Neovim"
    [ -s "$XDG_STATE_HOME/sightline/install.manifest" ] || fail "the manifest is not under XDG_STATE_HOME"
    equal "$(stat -c %a "$XDG_STATE_HOME/sightline")" 700 "mode of the state folder"
    dev uninstall >/dev/null
    equal "$(find "$XDG_DATA_HOME" "$XDG_STATE_HOME" -name 'sightline*')" "" "what is left of ours"
}

# Vim 9.1.0327 and later takes its whole configuration from ~/.config/vim, and then ignores ~/.vim.
vim_in_xdg_config() {
    vim -es -u NONE -c "if !has('patch-9.1.0327') | cquit | endif" -c 'qall!' ||
        skip "this Vim does not look there"
    without gimp-console nvim
    home vim-in-xdg-config
    mkdir -p "$HOME/.config/vim"
    echo 'set number' >"$HOME/.config/vim/vimrc"
    install
    contains "$(seen_by vim)" "$(package "$HOME/.config/vim")/doc" "Vim"
    [ ! -e "$HOME/.vim" ] || fail "a ~/.vim was made"
}

foreign_folder() {
    without gimp-console nvim
    home foreign
    mkdir -p "$HOME/mine" "$HOME/.vim/pack/sightline/start"
    ln -s "$HOME/mine" "$(package "$HOME/.vim")"
    said=$(dev install 2>&1) && fail "install replaced somebody's link"
    contains "$said" "move it away first" "the reason"
    dev uninstall >/dev/null
    [ -L "$(package "$HOME/.vim")" ] || fail "the link is gone"
}

# A file stands where a folder is needed; root, too, is stopped by that.
folder_that_cannot_be() {
    without gimp-console nvim
    home blocked
    mkdir "$HOME/.vim"
    echo mine >"$HOME/.vim/pack"
    said=$(dev install 2>&1) && fail "install succeeded without its folder"
    contains "$said" "cannot be written to" "the reason"
    dev uninstall >/dev/null
    equal "$(cat "$HOME/.vim/pack")" mine "the user's file"
}

configuration_that_asks() {
    without gimp-console nvim
    home asks
    mkdir -p "$HOME/.vim"
    printf 'nosuchcommand\necho 1 | echo 2 | echo 3\ncall input("Name? ")\n' >"$HOME/.vim/vimrc"
    install
    [ -d "$(package "$HOME/.vim")" ] || fail "Vim did not get it"
}

no_host() {
    without gimp-console nvim vim
    home nothing
    said=$(dev install 2>&1) && fail "install succeeded for no host"
    for host in Neovim Vim GIMP; do
        contains "$said" "$host: skipped, not on this machine" "what install says"
    done
    equal "$(tree)" "." "what was put there"
}

"$(echo "$1" | tr - _)"
