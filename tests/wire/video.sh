#!/bin/sh
# video.sh CASE: videos that are long or no MP4, made by ffmpeg, against the simulator, which reads
# what container it was truly sent.
. "$SOURCE_DIR/tests/lib.sh"

ask() {
    "$BUILD_DIR/bin/sightline-test-ask" "$@"
}

# use [PLAN]: the simulator with this instruction.
use() {
    SIGHTLINE_PROVIDER=simulator
    SIGHTLINE_BASE_URL=$SIMULATOR_URL${1:+/$1}/v1
    export SIGHTLINE_PROVIDER SIGHTLINE_BASE_URL
}

# configure [MEMBERS]: nothing is stored, so that each question has its video.
configure() {
    mkdir -p "$XDG_CONFIG_HOME/sightline"
    printf '{"files": {"policy": "never"}%s}' "${1:+, $1}" >"$XDG_CONFIG_HOME/sightline/config.json"
}
configure

# body N: the N-th body that the simulator received.
body() {
    find "$TEST_DIR/sim.bodies" -name '*.body' | sort -V | sed -n "${1}p" | xargs cat
}

bodies() {
    find "$TEST_DIR/sim.bodies" -name '*.body' | wc -l
}

# said text|reasoning: all of it in $answer, whose pieces are cut anywhere
said() {
    printf '%s\n' "$answer" | sed -n "s/^$1 //p" | tr -d '\n'
}

# refuse WORDS ARGUMENT…: it fails with these words, and nothing is sent
refuse() {
    words=$1
    shift
    if answer=$(ask --task video "$@"); then fail "«$*» was taken: $answer"; fi
    contains "$answer" "$words" "$*"
    [ "$(bodies)" -eq 0 ] || fail "«$*»: something was sent"
}

case_matroska_becomes_one_mp4() {
    simulator sim
    use
    clip 20 clip.mkv
    answer=$(ask --task video "$TEST_DIR/clip.mkv")
    contains "$(said text)" "Video 1: MP4, 64×48 pixels, 20.0 s" "as an MP4"
    contains "$(said text)" "from a key frame at 0.0 s" "from its beginning"
    lacks "$answer" "part 1 of" "in one"
    equal "$(bodies)" 1 "requests"
}

case_a_long_video_is_asked_about_in_parts() {
    simulator sim
    use
    clip 310 long.mp4
    answer=$(ask --task video --save "$TEST_DIR/talk.json" --then "How long?" "$TEST_DIR/long.mp4")
    equal "$(bodies)" 5 "three parts, the whole, and a question after it"
    contains "$answer" "note long.mp4 lasts 5:10: it is asked about in 3 parts" "announced"
    contains "$answer" "; to send it costs about 0.0" "with what it costs"
    equal "$(printf '%s\n' "$answer" | grep -c '^part [0-9] of 3$')" 4 "each is told, and the end: $answer"
    for part in "1 115.0" "2 115.0" "3 80.0"; do
        contains "$(said reasoning)" \
            "Video 1: MP4, 64×48 pixels, ${part#* } s" "part ${part% *}"
    done
    equal "$(said reasoning | grep -o 'from a key frame at 0.0 s' | wc -l)" 3 "each begins at 0"
    lacks "$(said text)" "Video 1" "the answer is about the whole"
    contains "$(body 1)" "part 1 of 3, 0:00 to 1:55, of a video that lasts 5:10" "told which it is"
    lacks "$(body 1)" "parts before it" "nothing comes before the first"
    contains "$(body 3)" "[part 2 of 3, 1:55 to 3:50; it begins at 1:55, after 115 seconds]\\nSim" \
        "with what was answered before"
    lacks "$(body 4)" "video_url" "no video in the last"
    contains "$(body 4)" "to each add where its part begins" "times of the whole"
    contains "$(body 4)" "[part 3 of 3, 3:50 to 5:10; it begins at 3:50, after 230 seconds]" "all"
    lacks "$(body 5)" "video_url" "nor in a later question"
    contains "$(body 5)" "[part 3 of 3, " "which knows the answers"
    lacks "$(cat "$TEST_DIR/talk.json")" '"video"' "nor in the conversation"
    input=$(printf '%s\n' "$answer" | sed -n 's/^usage \([0-9]*\) .*/\1/p' | head -n 1)
    [ "$input" -gt 100000 ] || fail "the parts are not counted: $input"
    equal "$(wc -l <"$XDG_STATE_HOME/sightline/usage.jsonl")" 5 "each is recorded"
}

# A later question has one tool: a part is cut out of the file again, and asked about.
case_a_part_is_watched_again() {
    simulator sim
    use tools=1
    clip 310 long.mkv
    answer=$(ask --task video --save "$TEST_DIR/talk.json" --then "Who comes?" "$TEST_DIR/long.mkv")
    equal "$(bodies)" 7 "four, the question, the part, and the question again"
    contains "$answer" "tool watches part 1 of 3, 0:00 to 1:55, of long.mkv again: What happens in it?" \
        "told"
    contains "$(body 5)" '"watch"' "offered"
    contains "$(said reasoning)" "pixels, 115.0 s" "the part"
    equal "$(body 6 | grep -c video_url)" 1 "with the part"
    contains "$(body 7)" "[part 1 of 3, 0:00 to 1:55; it begins at 0:00, after 0 seconds]\\nSim" "answered"
    [ "$(printf '%s\n' "$answer" | sed -n 's/^usage \([0-9]*\) .*/\1/p' | tail -n 1)" -gt 40000 ] ||
        fail "the part is not counted: $answer"
    lacks "$(cat "$TEST_DIR/talk.json")" "$TEST_DIR" "where it lay is not saved"
    answer=$(ask --open "$TEST_DIR/talk.json" --task ask --instruction "And then?")
    contains "$answer" "done " "a conversation from a file goes on with the answers"
    equal "$(bodies)" 8 "which are all there is"
}

# What was stored of a part is referred to when it is watched again.
case_a_stored_part_is_watched_again() {
    simulator sim
    use tools=2
    printf '{}' >"$XDG_CONFIG_HOME/sightline/config.json"
    clip 310 long.mp4
    uploads() {
        grep '"event":"request"' "$TEST_DIR/sim.journal" | grep -c '"method":"POST","path":"[^"]*/v1/files"' || true
    }
    answer=$(ask --task video "$TEST_DIR/long.mp4" --then "Who comes?")
    contains "$answer" "tool watches part 2 of 3, 1:55 to 3:50, of long.mp4 again" "watched"
    equal "$(uploads)" 3 "each part is stored once"
    equal "$(cat "$TEST_DIR/sim.bodies"/* | LC_ALL=C grep -ao 'stepfile://' | wc -l)" 5 "and two are used again"
}

# A conversation that began over the Messages API goes on over the protocol that takes videos.
case_a_part_is_watched_over_chat() {
    simulator sim
    use tools=2
    configure '"providers": {"simulator": {"protocol": "messages"}}'
    clip 310 long.mp4
    answer=$(ask --task video --then "Who comes?" "$TEST_DIR/long.mp4")
    contains "$answer" "tool watches part 1 of 3" "once"
    contains "$answer" "tool watches part 2 of 3" "and once more"
    equal "$(bodies)" 9 "requests"
}

# A file that is another by then, or a budget that is used up, ends no question.
case_what_cannot_be_watched_again_is_told() {
    simulator sim
    use tools=1
    clip 310 long.mp4
    answer=$(ask --task video --before-then "echo >>'$TEST_DIR/long.mp4'" --then "Who comes?" \
        "$TEST_DIR/long.mp4")
    contains "$answer" "note long.mp4: the file was changed since it was asked about" "told"
    contains "$(body 6)" "the part cannot be watched again" "to the model as well"
    equal "$(bodies)" 6 "no part is sent"
    clip 310 gone.mp4
    rm -f "$TEST_DIR/sim.bodies"/*
    answer=$(ask --task video --before-then "rm '$TEST_DIR/gone.mp4'" --then "Who comes?" \
        "$TEST_DIR/gone.mp4")
    equal "$(bodies)" 7 "what was only deleted is still there for the conversation"
    clip 310 dear.mp4
    rm -f "$TEST_DIR/sim.bodies"/*
    answer=$(ask --task video --before-then "printf '{\"budget\": {\"request\": 0.004}, \
\"files\": {\"policy\": \"never\"}}' >'$XDG_CONFIG_HOME/sightline/config.json'" --then "Who comes?" \
        "$TEST_DIR/dear.mp4")
    contains "$answer" "note part 1 of 3, 0:00 to 1:55 could not be watched again: " "the budget"
    contains "$answer" "done " "and it is answered"
    equal "$(bodies)" 6 "no part is sent either"
}

# A provider without videos gets pictures of it, of any codec.
case_pictures_instead_of_a_video() {
    simulator sim
    use strict=local
    SIGHTLINE_PROVIDER=local
    configure '"video": {"frames": 5}'
    clip 310 long.mkv
    answer=$(ask --task video "$TEST_DIR/long.mkv")
    contains "$answer" "note long.mkv: local takes no videos; 5 pictures of it are sent" "told"
    contains "$(said text)" "Picture 5: JPEG, 64×48 pixels" "five"
    lacks "$(said text)" "Picture 6" "and no more"
    contains "$(body 1)" "5 pictures of long.mkv, which lasts 5:10, taken evenly from all of it: at \
0:31, 1:33, 2:35, 3:37, 4:39." "the model knows what they are"
    configure '"video": {"frames": 5, "choose": "scenes"}'
    answer=$(ask --task video "$TEST_DIR/long.mkv")
    contains "$answer" "pictures of it are sent, taken from where it changes most" "told"
    contains "$(body 2)" "lasts 5:10, taken from where it changes most: at 0:00, " "the first is there"
    configure '"video": {"rate": 0.02, "choose": "even"}'
    answer=$(ask --task video "$TEST_DIR/long.mkv")
    contains "$answer" "takes no videos; 6 pictures of it are sent, taken evenly" "one for 50 seconds"
    configure '"video": {"choose": "odd"}'
    if answer=$(ask --task video "$TEST_DIR/long.mkv"); then fail "an odd way was taken"; fi
    contains "$answer" "“choose” must be one of even, scenes" "refused"
    configure '"video": {"frames": 5}'
    if answer=$(ask --task describe "$TEST_DIR/long.mkv"); then fail "describe took a video"; fi
    contains "$answer" "long.mkv: describe takes pictures, not a video" "the task has the last word"
}

# What cannot be copied is coded anew where the configuration says so, and else told how to mend it.
case_old_codecs_are_coded_anew() {
    simulator sim
    use tools=1
    clip 310 long.mp4
    ffmpeg -nostdin -v error -i "$TEST_DIR/long.mp4" -c:v mpeg2video -r 25 -c:a mp2 "$TEST_DIR/old.mpg"
    refuse "old.mpg: this video cannot be copied into an MP4 (its pictures are coded as mpeg2video); \
set “video.transcode” to true in the configuration, or convert it: ffmpeg -i old.mpg " "$TEST_DIR/old.mpg"
    configure '"video": {"transcode": true}'
    mkdir "$TEST_DIR/tmp"
    answer=$(TMPDIR="$TEST_DIR/tmp" ask --task video --then "Who comes?" "$TEST_DIR/old.mpg")
    equal "$(bodies)" 7 "three parts, the whole, the question, a part, and the question again"
    for part in 118.9 118.9 72.; do
        contains "$(said reasoning)" "MP4, 64×48 pixels, $part" "a part"
    done
    equal "$(said reasoning | grep -o 'from a key frame at 0.0 s' | wc -l)" 4 "each begins at 0"
    equal "$(ls -A "$TEST_DIR/tmp")" "" "nothing stays"
}

# A file that is a video is one whatever its container: it is sent, or refused with what mends it.
case_every_container_is_a_video() {
    simulator sim
    use
    clip 4 clip.mp4
    cd "$TEST_DIR" || exit
    make() {
        ffmpeg -nostdin -v error -i clip.mp4 "$@" || fail "ffmpeg cannot make $*"
        made="$made $(eval "echo \${$#}")"
    }
    made=
    for ending in mov mkv ts m2ts mts flv 3gp avi; do
        make -c copy "a.$ending"
    done
    for file in $made; do
        answer=$(ask --task video "$file") || fail "$file: $answer"
        contains "$(said text)" "Video 1: MP4, 64×48 pixels, " "$file"
    done
    sent=$(bodies)
    made=
    make -c:v mpeg2video -r 25 b.vob
    make -c:v mpeg1video -r 25 b.mpeg
    make -c:v libvpx -c:a libvorbis b.webm
    make -c:v msmpeg4 b.wmv
    make -c:v libtheora -c:a libvorbis b.ogv
    make -s 720x576 -r 25 -c:v mpeg2video -c:a pcm_s16le -ar 48000 b.mxf
    make -c:v rv10 -s 176x144 -c:a ac3 b.rm
    for file in $made; do
        if answer=$(ask --task video "$file"); then fail "$file was copied"; fi
        contains "$answer" "$file: this video cannot be copied into an MP4 (its pictures are coded as " "$file"
        contains "$answer" "set “video.transcode” to true in the configuration, or convert it: ffmpeg -i $file " \
            "$file"
    done
    equal "$(bodies)" "$sent" "nothing of these is sent"
    configure '"video": {"transcode": true}'
    for file in $made; do
        answer=$(ask --task video "$file") || fail "$file: $answer"
        contains "$(said text)" "Video 1: MP4, " "$file"
        contains "$(said text)" "from a key frame at 0.0 s" "$file"
    done
    ffmpeg -nostdin -v error -i clip.mp4 -an -c:v mpeg2video -r 25 -f mpeg2video raw.m2v
    ask --task video raw.m2v >raw.log || contains "$(cat raw.log)" "its pictures have no times" "raw.m2v"
    ffmpeg -nostdin -v error -i clip.mp4 -vn -c:a libvorbis song.ogg
    if answer=$(ask --task video song.ogg); then fail "a song was taken"; fi
    contains "$answer" "song.ogg: there are no moving pictures in this file" "a song"
}

# sent_video N: the video that the N-th body has in base64.
sent_video() {
    body "$1" | sed 's/.*data:video\/mp4;base64,\([^"]*\)".*/\1/' | base64 -d
}

# Where it was recorded, and when, does not leave: not in what is sent as it is, nor in a copy.
case_private_data_stay_here() {
    simulator sim
    use
    clip 4 plain.mp4
    cd "$TEST_DIR" || exit
    for ending in mp4 mov mkv; do
        ffmpeg -nostdin -v error -i plain.mp4 -c copy -metadata location=+37.7750-122.4183/ \
            -metadata title=Birthday -metadata creation_time=2024-05-06T07:08:09Z "gps.$ending"
    done
    ffmpeg -nostdin -v error -i plain.mp4 -c copy -movflags use_metadata_tags \
        -metadata com.apple.quicktime.location.ISO6709=+37.7750-122.4183/ -metadata title=Birthday keys.mp4
    number=0
    for file in gps.mp4 gps.mov gps.mkv keys.mp4; do
        number=$((number + 1))
        LC_ALL=C grep -qa -e "+37.7750" -e loci "$file" || fail "$file: ffmpeg wrote no place"
        answer=$(ask --task video "$file") || fail "$file: $answer"
        sent_video "$number" >sent.mp4
        for word in +37.7750 loci Birthday ISO6709; do
            if LC_ALL=C grep -qa -e "$word" sent.mp4; then fail "$file: $word was sent"; fi
        done
        equal "$(ffprobe -v error -show_entries format_tags=creation_time,location sent.mp4 | grep -c TAG)" 0 \
            "$file: when and where"
        ffmpeg -nostdin -v error -i sent.mp4 -f null - >errors.log 2>&1
        equal "$(cat errors.log)" "" "$file: what is sent is a whole video"
    done
    equal "$(sent_video 1 | wc -c)" "$(wc -c <gps.mp4)" "as long as it was"
    printf '{"files": {"policy": "always"}}' >"$XDG_CONFIG_HOME/sightline/config.json"
    ask --task video gps.mp4 >stored.log || fail "$(cat stored.log)"
    contains "$(cat stored.log)" "phase uploading" "it is stored"
    if LC_ALL=C grep -qa -e loci "$TEST_DIR/sim.bodies"/*; then fail "the place was stored"; fi
    if LC_ALL=C grep -qa -e "Birthday" "$TEST_DIR/sim.bodies"/*; then fail "the title was stored"; fi
}

# A camera's track of positions is not sent: the video is copied without it.
case_positions_of_a_camera_stay_here() {
    simulator sim
    use
    clip 4 plain.mp4
    cd "$TEST_DIR" || exit
    ffmpeg -nostdin -v error -i plain.mp4 -map 0 -c copy -timecode 01:02:03:04 -write_tmcd 1 data.mp4
    # The handler of the track of times becomes one of data.
    at=$(LC_ALL=C grep -obUa 'tmcd' data.mp4 | sed -n 's/:.*//p' | head -n 1)
    [ -n "$at" ] || fail "ffmpeg wrote no track of times"
    LC_ALL=C sed 's/\x00\x00\x00\x00tmcd\x00/\x00\x00\x00\x00meta\x00/' data.mp4 >other.mp4
    answer=$(ask --task video other.mp4) || fail "$answer"
    sent_video 1 >sent.mp4
    lacks "$(ffprobe -v error -show_entries stream=codec_type -of csv=p=0 sent.mp4)" data "the tracks sent"
    contains "$(ffprobe -v error -show_entries stream=codec_type -of csv=p=0 data.mp4)" data "those before"
}

case_json_stays_json() {
    simulator sim
    use
    clip 310 long.mkv
    answer=$(ask --task timeline "$TEST_DIR/long.mkv")
    for request in 1 2 3 4; do
        contains "$(body $request)" '"json_schema"' "request $request"
    done
    contains "$(said text | tr -d '\t')" '{\n"summary":' "one object"
}

case_parts_can_be_shorter() {
    simulator sim
    use
    configure '"video": {"part_seconds": 50}'
    clip 310 long.mp4
    answer=$(ask --task video "$TEST_DIR/long.mp4")
    equal "$(bodies)" 8 "seven parts and the whole"
    contains "$(said reasoning)" "64×48 pixels, 45.0 s" "each under fifty seconds"
}

case_alternatives_are_of_the_whole_alone() {
    simulator sim
    use
    clip 310 long.mp4
    answer=$(ask --task video --options '{"n": 2}' "$TEST_DIR/long.mp4")
    contains "$answer" "other 1 " "the second"
    for part in 1 2 3; do lacks "$(body $part)" '"n":' "part $part"; done
    contains "$(body 4)" '"n":2' "the whole"
}

case_the_budget_is_for_all_parts() {
    simulator sim
    use
    configure '"budget": {"request": 0.01}'
    clip 310 long.mp4
    refuse "failed “budget”" "$TEST_DIR/long.mp4"
}

# What a part's file needs is gone with the process, however it ends.
case_nothing_stays_behind() {
    simulator sim
    use silent
    clip 310 long.mkv
    mkdir "$TEST_DIR/tmp"
    TMPDIR=$TEST_DIR/tmp ask --task video "$TEST_DIR/long.mkv" >"$TEST_DIR/out.log" &
    asking=$!
    deadline=$(($(date +%s) + 20))
    until grep -qs '"event":"request"' "$TEST_DIR/sim.journal"; do
        [ "$(date +%s)" -lt "$deadline" ] || fail "nothing was sent"
        sleep 0.02
    done
    equal "$(ls -A "$TEST_DIR/tmp")" "" "nothing while it is sent"
    kill -KILL "$asking"
    wait "$asking" || true
    equal "$(ls -A "$TEST_DIR/tmp")" "" "nothing after a crash"
    TMPDIR=/nonexistent ask --task video "$TEST_DIR/long.mkv" >"$TEST_DIR/out.log" &&
        fail "it did without a temporary folder"
    contains "$(cat "$TEST_DIR/out.log")" "no temporary file can be made in /nonexistent" "no folder"
}

case_what_is_not_whole_is_refused() {
    simulator sim
    use
    clip 310 long.mp4
    clip 60 clip.mkv
    cd "$TEST_DIR" || exit
    head -c 60000 long.mp4 >cut.mp4
    refuse "cut.mp4: the video ends before its index" cut.mp4
    head -c 60000 clip.mkv >cut.mkv
    refuse "cut.mkv: the video ends after " cut.mkv
    { head -c 32 long.mp4 && printf '\0\0\0\0mdat' && head -c 5000 /dev/zero; } >live.mp4
    refuse "live.mp4: the video has no index: it is still being written" live.mp4
    clip 310 lie.mkv
    # The length in its head, 310,000 ms as a float, becomes 20,000.
    at=$(LC_ALL=C grep -obUaP '\x44\x89\x88' lie.mkv | head -n 1 | cut -d : -f 1)
    printf '\100\323\210\0\0\0\0\0' | dd of=lie.mkv bs=1 seek=$((at + 3)) conv=notrunc status=none
    refuse "lie.mkv: what the video says of its length is not so; convert it: ffmpeg" lie.mkv
    mkdir folder.mp4
    refuse "folder.mp4: this is a directory" folder.mp4
    mkfifo pipe.mp4
    refuse "pipe.mp4: this is a pipe" pipe.mp4
    refuse "gone.mp4: there is no such file" gone.mp4
    clip 310 rare.mp4 -g 100000 -sc_threshold 0
    refuse "convert it: ffmpeg -i rare.mp4 -c:v libx264 -force_key_frames" rare.mp4
    for other in clip.mkv long.mp4; do
        refuse "$other: beside a long video there can be no other one" --task ask \
            --instruction "Both?" long.mp4 "$other"
    done
    refuse "long.mp4: beside a long video" --task ask --instruction "Both?" clip.mkv long.mp4
}

# A file that changes while it is worked on is not mixed up with what it was.
case_a_file_that_changes_is_noticed() {
    simulator sim
    use delay=300
    clip 310 long.mkv
    ask --task video "$TEST_DIR/long.mkv" >"$TEST_DIR/out.log" &
    asking=$!
    deadline=$(($(date +%s) + 20))
    until grep -qs '"event":"request"' "$TEST_DIR/sim.journal"; do
        [ "$(date +%s)" -lt "$deadline" ] || fail "nothing was sent"
        sleep 0.02
    done
    echo more >>"$TEST_DIR/long.mkv"
    wait "$asking" && fail "the change was not noticed"
    contains "$(cat "$TEST_DIR/out.log")" "long.mkv, part 2 of 3, 1:55 to 3:50: the file was changed since it was opened" \
        "told"
    equal "$(bodies)" 1 "nothing of the changed file was sent"
}

# A build without the module says what is missing; what needs none goes as ever.
case_without_the_module() {
    simulator sim
    use
    clip 20 clip.mkv
    clip 20 clip.mp4
    mkdir "$TEST_DIR/alone"
    cp "$BUILD_DIR/bin/sightline-test-ask" "$TEST_DIR/alone/"
    cd "$TEST_DIR" || exit
    if answer=$(alone/sightline-test-ask --task video clip.mkv); then fail "it was taken"; fi
    contains "$answer" "clip.mkv: this video needs Sightline's video module, which this build has not; \
install libavformat (Debian: libavformat-dev) and build again, or convert it: ffmpeg -i clip.mkv " \
        "how to get it"
    answer=$(alone/sightline-test-ask --task video clip.mp4)
    contains "$(said text)" "Video 1: MP4, 64×48 pixels, 20.0 s" "an MP4 needs none"
    echo "no module" >alone/sightline-video.so
    if answer=$(alone/sightline-test-ask --task video clip.mkv); then fail "it was taken"; fi
    contains "$answer" "needs Sightline's video module, which cannot be used (" "a broken one"
}

"case_$(echo "$1" | tr - _)"
