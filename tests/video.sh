# Sourced by shell tests: videos of a few bytes, whose index says what they would show.
#
# shellcheck shell=sh

# bytes HEX…
bytes() {
    for byte in $(echo "$*" | tr -d ' ' | sed 's/../& /g'); do
        # shellcheck disable=SC2059 # an octal escape
        printf "\\$(printf %03o "0x$byte")"
    done
}

# box TYPE: a box of MP4 around what comes in
box() {
    cat >"$TEST_DIR/box.$1"
    bytes "$(printf %08x $(($(wc -c <"$TEST_DIR/box.$1") + 8)))"
    printf %s "$1"
    cat "$TEST_DIR/box.$1"
}

# mp4 BRAND SECONDS [track]: 640×360
mp4() {
    { printf %s "$1" && bytes 00000000; } | box ftyp
    {
        { head -c 12 /dev/zero && bytes "000003e8 $(printf %08x $(($2 * 1000)))" &&
            head -c 80 /dev/zero; } | box mvhd
        if [ "${3-track}" = track ]; then
            {
                { head -c 76 /dev/zero && bytes 02800000 01680000; } | box tkhd
                {
                    { head -c 8 /dev/zero && printf vide && head -c 13 /dev/zero; } | box hdlr
                    { bytes 00000000 00000001 00000056 && printf avc1 && head -c 78 /dev/zero; } |
                        box stsd | box stbl | box minf
                } | box mdia
            } | box trak
        fi
    } | box moov
    head -c 100 /dev/zero | box mdat
}
