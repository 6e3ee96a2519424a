# ./dev demo: what is built here is installed for a person who does not exist, and each host, started
# as that person would start it but without a display, is asked what is in a picture.
#
# shellcheck shell=sh

# Nothing of the real user's is read or changed; of the environment only STEP_API_KEY counts.
become_nobody() {
    HOME=$WORK/home
    XDG_CONFIG_HOME=$HOME/.config XDG_DATA_HOME=$HOME/.local/share
    XDG_STATE_HOME=$HOME/.local/state XDG_CACHE_HOME=$HOME/.cache
    mkdir -p "$XDG_CONFIG_HOME" "$XDG_DATA_HOME"
    cp tests/samples/lighthouse.jpg "$HOME/"
    export HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME XDG_CACHE_HOME
    # Vim writes what it has in the locale's encoding.
    [ "$(locale charmap 2>/dev/null)" = UTF-8 ] || export LC_ALL=C.UTF-8
    unset SIGHTLINE_CONFIG SIGHTLINE_PROVIDER SIGHTLINE_BASE_URL SIGHTLINE_MODEL SIGHTLINE_API_KEY
    unset VIMINIT NVIM_APPNAME GIMP2_DIRECTORY GIMP3_DIRECTORY DISPLAY WAYLAND_DISPLAY
}

choose_model() {
    if [ -n "${STEP_API_KEY-}" ]; then
        say "STEP_API_KEY is set: the picture goes to StepFun, and step-3.7-flash answers."
        export SIGHTLINE_CONSENT=yes
    else
        start_simulator
        say "STEP_API_KEY is not set: no model runs. The answers come from the simulator on this"
        say "machine, which measures the picture that it receives and says what it measured."
    fi
}

# shellcheck disable=SC2034 # STARTED is read in dev
# It listens on a port that the system chooses, and says which.
start_simulator() {
    mkfifo "$WORK/ready"
    build/dev/bin/sightline-simulator --port 0 >"$WORK/ready" &
    STARTED=$!
    read -r line <"$WORK/ready" || die "demo: the simulator did not start"
    SIGHTLINE_PROVIDER=simulator SIGHTLINE_BASE_URL=${line#listening on }
    export SIGHTLINE_PROVIDER SIGHTLINE_BASE_URL
}

# describe_in_editor nvim|vim
describe_in_editor() {
    cat >"$WORK/describe.vim" <<'END'
let s:ended = 0
autocmd User SightlineDone,SightlineFailed let s:ended = 1
execute 'Sight describe' fnameescape($SIGHTLINE_SAMPLE)
while !s:ended && exists('g:sightline_event')
  sleep 20m
endwhile
if has_key(get(g:, 'sightline_event', {}), 'model')
  call writefile(getbufline(g:sightline_event.buffer, 1, '$'), $SIGHTLINE_ANSWER)
else
  call writefile(split(execute('messages'), "\n"), $SIGHTLINE_REASON)
endif
qall!
END
    SIGHTLINE_SAMPLE=$HOME/lighthouse.jpg SIGHTLINE_ANSWER=$WORK/answer SIGHTLINE_REASON=$WORK/reason \
        run_editor "$1" "$WORK/describe.vim"
}

# describe_in_gimp COMMAND: the two versions call a procedure differently.
describe_in_gimp() {
    case $(gimp_version "$1") in
    "GIMP 2"*) call="(car (plug-in-sightline-describe-image RUN-NONINTERACTIVE image
        (car (gimp-image-get-active-layer image)) \"\" \"\" \"\" \"\" \"\"))" ;;
    *) call="(car (plug-in-sightline-describe-image #:run-mode RUN-NONINTERACTIVE #:image image
        #:drawables (car (gimp-image-get-layers image))))" ;;
    esac
    run_gimp "$1" "
        (let* ((file \"$HOME/lighthouse.jpg\")
               (image (car (gimp-file-load RUN-NONINTERACTIVE file file)))
               (text $call)
               (port (open-output-file \"$WORK/answer\")))
          (display text port)
          (newline port)
          (close-output-port port))"
}

# tell TITLE COMMAND…: what the command makes the host answer, or why it does not.
tell() {
    title=$1
    shift
    rm -f "$WORK/answer" "$WORK/reason"
    "$@" || true
    say ""
    if [ -s "$WORK/answer" ]; then
        say "$title"
        fold -s -w 76 "$WORK/answer" | sed -e 's/^/    /' -e 's/ *$//'
        ANSWERED=$((ANSWERED + 1))
    else
        say "$title: no answer"
        [ -s "$WORK/reason" ] || mv "$WORK/log" "$WORK/reason"
        tail -n 5 "$WORK/reason" | sed 's/^/    /'
        SILENT=$((SILENT + 1))
    fi
}

describe_everywhere() {
    ANSWERED=0 SILENT=0 PATIENCE=180
    for editor in nvim vim; do
        ! have $editor || tell "$(host_version $editor)" describe_in_editor $editor
    done
    for gimp in $(gimp_consoles); do
        tell "$(gimp_version "$gimp")" describe_in_gimp "$gimp"
    done
}

# On Debian every host can be had, so every host must answer.
judge() {
    wanted=1
    [ ! -e /etc/debian_version ] || wanted=3
    say ""
    if [ "$SILENT" -gt 0 ] || [ "$ANSWERED" -lt "$wanted" ]; then
        die "demo: not every host answered"
    fi
    say "All $ANSWERED answered. ./dev install puts Sightline into your own."
}

demo() {
    need build editor gimp hosts tests
    configure dev
    compile dev --target demo
    become_nobody
    SIGHTLINE_BUILD=build/dev
    . plugins/install.sh
    install_hosts >"$WORK/install"
    [ "$FAILED" -eq 0 ] || cat "$WORK/install"
    say "The picture: tests/samples/lighthouse.jpg"
    choose_model
    describe_everywhere
    judge
}
