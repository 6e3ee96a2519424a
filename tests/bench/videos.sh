# Large videos, sent with their question and stored, beside curl; and put into MP4 and cut, beside ffmpeg.
# Part of ./dev bench.
#
# shellcheck shell=sh

# padding BYTES: a box of MP4 that nobody reads.
# shellcheck disable=SC2059 # the length, big-endian
padding() {
    printf "$(printf '\\%03o' $(($1 >> 24)) $(($1 >> 16 & 255)) $(($1 >> 8 & 255)) $(($1 & 255)))free"
    head -c $(($1 - 8)) /dev/zero
}

# Videos that can be sent as they are, of these megabytes.
make_videos() {
    ffmpeg -nostdin -v error -f lavfi -i testsrc=size=64x48:rate=2:duration=20 -c:v libx264 "$WORK/small.mp4"
    for size in "$@"; do
        {
            cat "$WORK/small.mp4"
            padding $((size * 1000000 - 100000 - $(wc -c <"$WORK/small.mp4")))
        } >"$WORK/$size.mp4"
    done
    write_config ''
}

# send_video WHAT SIZE [NAME COMMAND]: by the library, beside what a form costs with curl.
send_video() {
    what=$1 size=$2
    shift 2
    SIGHTLINE_BASE_URL=$URL race "A video is sent: whole processes, by its megabytes" "$what" "$size" cost \
        Sightline "$BIN/sightline-test-ask --task video $WORK/$size.mp4" \
        'curl -F' "$curl -F purpose=storage -F file=@$WORK/$size.mp4 $URL/files" "$@"
}

bench_sending() {
    curl="curl -sS --noproxy * -o /dev/null"
    make_videos 1 16 64 128
    for size in 1 16 64 128; do
        store never
        make_body "$WORK/$size.json" --task video "$WORK/$size.mp4"
        start_simulator "videos-$size"
        send_video "with its question" "$size" 'curl of the ready body' \
            "$curl -H Content-Type:application/json --data-binary @$WORK/$size.json $URL/chat/completions"
        store always
        send_video stored "$size"
        rm "$WORK/$size.json" "$WORK/$size.mp4"
    done
    write_config ''
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

# copied CASE LIBRARY-ARGUMENTS FFMPEG-ARGUMENTS
copied() {
    race "A video of three minutes is copied: whole processes" "$1" - time \
        Sightline "$BIN/sightline-bench-cut $BIN/sightline-video.so $2" \
        'ffmpeg -c copy' "ffmpeg -nostdin -v error -y -i $3"
}

bench_copies() {
    [ -e "$BIN/sightline-bench-cut" ] || return 0 # without libavformat
    make_long_videos
    copied 'MKV to MP4' "$VIDEOS/long.mkv $WORK 300 120" "$VIDEOS/long.mkv -c copy $WORK/long.mp4"
    copied 'MP4 cut into parts of a minute' "$VIDEOS/long.mp4 $WORK 60 60" \
        "$VIDEOS/long.mp4 -c copy -f segment -segment_time 60 -reset_timestamps 1 $WORK/part%d.mp4"
}

bench_videos() {
    bench_sending
    bench_copies
}
