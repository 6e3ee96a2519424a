# ./dev bench: measures beside what does the same without us, in the same run, and writes
# build/bench/results.md. Nothing here is a test: times belong to the machine, ratios less so.
#
# shellcheck shell=sh

# start_simulator NAME [option…]: sets URL.
start_simulator() {
    name=$1
    shift
    mkfifo "$WORK/$name.ready"
    build/bench/bin/sightline-simulator --port 0 --journal "$WORK/$name.journal" \
        "$@" >"$WORK/$name.ready" 2>"$WORK/$name.log" &
    STARTED="$STARTED $!"
    read -r line <"$WORK/$name.ready" || die "the simulator did not start"
    URL=${line#listening on }
}

# first_body: the body that the library sends for the picture, so that both send the same.
first_body() {
    start_simulator body --bodies "$WORK"
    SIGHTLINE_BASE_URL=$URL build/bench/bin/sightline-test-ask "$WORK/a.png" >/dev/null
    mv "$WORK"/*.body "$WORK/body.json"
}

# bench_request WORD [option…]
bench_request() {
    scheme=$1
    shift
    start_simulator "$scheme" "$@"
    printf '\n### Start of a request to its arrival, %s, kept connection (ms)\n\n' "$scheme"
    printf '| | median | 90 %% |\n|---|---|---|\n'
    SIGHTLINE_BASE_URL=$URL build/bench/bin/sightline-bench-request "$WORK/$scheme.journal" \
        "$WORK/good.pem" "$WORK/a.png" "$WORK/body.json"
}

# Videos that can be sent as they are: one of some KB, and the same with padding up to 127.9 MB.
make_videos() {
    ffmpeg -nostdin -v error -f lavfi -i testsrc=size=64x48:rate=2:duration=20 -c:v libx264 \
        "$WORK/small.mp4"
    padding=$((127900000 - $(wc -c <"$WORK/small.mp4")))
    {
        cat "$WORK/small.mp4"
        # shellcheck disable=SC2059 # the length, big-endian
        printf "$(printf '\\%03o' $((padding >> 24)) $((padding >> 16 & 255)) $((padding >> 8 & 255)) \
            $((padding & 255)))free"
        head -c $((padding - 8)) /dev/zero
    } >"$WORK/large.mp4"
}

# bench_body POLICY WHAT: of a video that goes with its question, and of one that is stored.
bench_body() {
    printf '{"files": {"policy": "%s", "delete_after_use": true}}' "$1" >"$WORK/config.json"
    mkdir "$WORK/$1.bodies"
    start_simulator "made-$1" --bodies "$WORK/$1.bodies"
    SIGHTLINE_BASE_URL=$URL build/bench/bin/sightline-test-ask --task video "$WORK/large.mp4" >/dev/null
    body=$(find "$WORK/$1.bodies" -name '*.body' -size +100M)
    printf '\n### A video of 128 MB, %s\n\n| | peak (MB) | processor (ms) |\n|---|---|---|\n' "$2"
    start_simulator "sent-$1"
    SIGHTLINE_BASE_URL=$URL build/bench/bin/sightline-bench-body "$WORK/small.mp4" \
        "$WORK/large.mp4" "$body" "$URL/chat/completions"
    rm -r "$WORK/$1.bodies"
}

# Three minutes of 1080p and sound, of about 110 MB: made once.
make_long_videos() {
    VIDEOS=build/bench/videos
    [ -e "$VIDEOS/long.mp4" ] && return
    say "Making the videos in $VIDEOS" >&2
    mkdir -p "$VIDEOS"
    ffmpeg -nostdin -v error -y -f lavfi -i testsrc2=size=1920x1080:rate=30:duration=20 -f lavfi \
        -i sine=frequency=440:duration=20 -vf noise=alls=12:allf=t -c:v libx264 -preset ultrafast -b:v 5M \
        -g 60 -c:a aac "$VIDEOS/short.mkv"
    ffmpeg -nostdin -v error -y -stream_loop 8 -i "$VIDEOS/short.mkv" -c copy "$VIDEOS/long.mkv"
    ffmpeg -nostdin -v error -y -i "$VIDEOS/long.mkv" -c copy "$VIDEOS/long.mp4"
}

bench_copies() {
    [ -e build/bench/bin/sightline-bench-cut ] || return 0 # without libavformat
    make_long_videos
    cut="build/bench/bin/sightline-bench-cut build/bench/bin/sightline-video.so"
    copy="ffmpeg -nostdin -v error -y -i"
    race time 'MKV to MP4' Sightline "$cut $VIDEOS/long.mkv $WORK 300 120" \
        'ffmpeg -c copy' "$copy $VIDEOS/long.mkv -c copy $WORK/long.mp4"
    race time 'MP4 cut into parts of a minute' Sightline "$cut $VIDEOS/long.mp4 $WORK 60 60" \
        'ffmpeg -f segment -c copy' \
        "$copy $VIDEOS/long.mp4 -c copy -f segment -segment_time 60 -reset_timestamps 1 $WORK/part%d.mp4"
}

make_certificate() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 \
        -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 \
        -keyout "$WORK/good.key" -out "$WORK/good.pem" 2>/dev/null
}

bench_requests() {
    bench_request http
    bench_request https --tls "$WORK/good.pem" "$WORK/good.key"
}

bench_videos() {
    make_videos
    bench_body never "with its question"
    bench_body always "stored"
    bench_copies
}

# bench [PART…]: all of them when none is named.
bench() {
    . tests/bench/editors.sh
    . tests/bench/gimp.sh
    . tests/bench/pictures.sh
    [ $# -gt 0 ] || set -- requests videos editors pictures gimp
    need build editor hosts tests suite bench
    configure bench
    compile bench
    work_folder
    export SIGHTLINE_PROVIDER=simulator SIGHTLINE_CONFIG="$WORK/config.json" XDG_STATE_HOME="$WORK"
    printf '{"providers": {"simulator": {"ca_file": "%s"}}}' "$WORK/good.pem" >"$WORK/config.json"
    make_certificate
    build/bench/bin/sightline-test-picture png 60 40 336699 "$WORK/a.png"
    first_body
    {
        printf '# Measured %s\n' "$(date -u +%Y-%m-%d)"
        for part in "$@"; do
            case $part in
            requests | videos | editors | pictures | gimp) "bench_$part" ;;
            *) die "bench: requests, videos, editors, pictures or gimp, not $part" ;;
            esac
        done
    } | tee build/bench/results.md
}
