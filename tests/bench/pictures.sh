# The preparation of pictures, whole processes from a file to the bytes of a request, beside the vendor's
# recipe for Pillow, ImageMagick, vipsthumbnail and npm's sharp. Part of ./dev bench.
#
# shellcheck shell=sh

PICTURES=build/bench/pictures

# photo SIZE SAMPLING FILE: shapes with sharp edges, clouds, leaves as fine as a sensor resolves, and its
# noise.
photo() {
    convert \( tests/samples/lighthouse.jpg -resize "$1!" \) \
        \( -seed 7 -size "$1" plasma:white-black -colorspace Gray -normalize \) \
        -compose overlay -composite \
        \( -size "$1" 'xc:gray50' -seed 5 +noise Random -colorspace Gray -blur 0x4 -normalize \) \
        -compose softlight -composite -seed 3 -attenuate 0.2 +noise Gaussian \
        -quality 92 -sampling-factor "$2" "$3"
}

# licence FROM TO WIDTH: these lines of it, in lines of that width.
licence() {
    fold -s -w "$3" LICENSE | sed -n "$1,$2p"
}

# screenshot FILE: an editor with three columns of text and a picture.
screenshot() {
    convert -size 3840x2160 'xc:#1e1e2e' -font DejaVu-Sans-Mono -pointsize 26 \
        -fill '#cdd6f4' -annotate +40+60 "$(licence 1 66 76)" \
        -fill '#a6e3a1' -annotate +1320+60 "$(licence 67 132 76)" \
        -fill '#f9e2af' -annotate +2600+60 "$(licence 133 198 76)" \
        tests/samples/gimp.png -geometry +2800+1450 -composite PNG24:"$1"
}

# Alpha runs from nothing to all across the picture.
translucent() {
    convert "$PICTURES/photo12.jpg" -resize '2400x1800!' \
        \( -size 1800x2400 gradient: -rotate 90 \) -alpha off -compose CopyOpacity -composite \
        PNG32:"$1"
}

text_page() {
    convert -size 3840x2160 xc:white -fill black -font DejaVu-Sans -pointsize 80 \
        -annotate +80+140 "$(licence 5 24 90)" PNG24:"$1"
}

# page NUMBER FILE: one of many pictures of 3 megapixels, no two of which are alike.
page() {
    convert "$PICTURES/photo12.jpg" -crop "2000x1500+$(($1 * 30))+$(($1 * 20))" +repage -quality 92 "$2"
}

# picture NAME COMMAND…: made once.
picture() {
    made=$PICTURES/$1
    shift
    [ -e "$made" ] || "$@" "$made"
}

make_pictures() {
    say "Making the pictures in $PICTURES" >&2
    mkdir -p "$PICTURES"
    picture photo12.jpg photo 4000x3000 2x2
    picture photo24.jpg photo 6000x4000 2x1
    picture progressive.jpg convert "$PICTURES/photo12.jpg" -interlace JPEG
    picture shot.png screenshot
    picture shot-rgba.png convert "$PICTURES/shot.png" -alpha opaque -define png:color-type=6
    picture alpha.png translucent
    picture photo12.webp convert "$PICTURES/photo12.jpg" -quality 85
    picture photo.gif convert "$PICTURES/photo12.jpg" -resize 1600x1200
    picture shot-3840x2160.rgba convert "$PICTURES/shot.png" -alpha opaque -depth 8
    picture text.png text_page
    for number in $(seq 60); do picture "page-$number.jpg" page "$number"; done
}

# Sets SHARP to the folder where npm has put it, or to nothing where it cannot be had.
get_sharp() {
    SHARP=$ROOT/build/bench/sharp
    [ -d "$SHARP/node_modules/sharp" ] && return
    mkdir -p "$SHARP"
    say "Getting sharp" >&2
    npm install --silent --no-audit --no-fund --prefix "$SHARP" sharp >&2 && return
    say "npm cannot get sharp here: its rows are left out." >&2
    SHARP=
}

prepared="Pictures, from the file to the bytes of a request: whole processes"
warm_prepared="Pictures again and again in one process"
grown="Pictures of 3 megapixels in one request, from the files to the answer: whole processes"

# cold PICTURE SIDE
cold() {
    ours="$BIN/sightline-bench-prepare $2 $PICTURES/$1"
    set -- "$1" "$2" "vipsthumbnail" "vipsthumbnail -s $2 -o $WORK/thumbnail.jpg[Q=80,background=255] $PICTURES/$1" \
        ImageMagick "convert $PICTURES/$1 -auto-orient -resize $2x$2 -background white -flatten -quality 80 $WORK/im.jpg" \
        ${SHARP:+sharp} ${SHARP:+"node tests/bench/recipe.mjs $SHARP $2 0 $PICTURES/$1"}
    case="$1 to $2" recipe="$PYTHON tests/bench/recipe.py $2 $PICTURES/$1"
    shift 2
    race "$prepared" "$case" - time Sightline "$ours" Pillow "$recipe" "$@"
}

# warm PICTURE SIDE [NAME COMMAND]
warm() {
    case="$1 to $2" ours="$BIN/sightline-bench-prepare $2 $PICTURES/$1 9"
    theirs="node tests/bench/recipe.mjs $SHARP $2 9 $PICTURES/$1"
    shift 2
    race "$warm_prepared" "$case" - printed Sightline "$ours" "$@" ${SHARP:+sharp} ${SHARP:+"$theirs"}
}

# warm_jpeg PICTURE SIDE SHRINK
warm_jpeg() {
    "$BIN/sightline-bench-prepare" "$2" "$PICTURES/$1" 0 >"$WORK/$1-$2.jpg"
    warm "$1" "$2" 'decoding and encoding alone' "$BIN/sightline-bench-floor $3 $PICTURES/$1 $WORK/$1-$2.jpg 9"
}

# many COUNT
many() {
    pictures=$(for number in $(seq "$1"); do printf ' %s' "$PICTURES/page-$number.jpg"; done)
    post="sh tests/bench/post.sh $URL/chat/completions"
    SIGHTLINE_BASE_URL=$URL race "$grown" '' "$1" time Sightline "$BIN/sightline-test-ask$pictures" \
        'Pillow and curl' "$post $PYTHON tests/bench/recipe.py 728$pictures" \
        ${SHARP:+'sharp and curl'} ${SHARP:+"$post node tests/bench/recipe.mjs $SHARP 728 0$pictures"}
}

# quality PICTURE SIDE
quality() {
    "$BIN/sightline-bench-prepare" "$2" "$PICTURES/$1" 0 >"$WORK/ours.jpg"
    "$PYTHON" tests/bench/recipe.py --save "$WORK/pillow.jpg" "$2" "$PICTURES/$1"
    "$PYTHON" tests/bench/recipe.py --save "$WORK/reference.png" "$2" "$PICTURES/$1"
    samples "Nearness to the full-resolution Lanczos of Pillow" "$1 to $2" - "$BIN/sightline-bench-quality" pixels \
        "$WORK/reference.png" Sightline "$WORK/ours.jpg" 'Pillow, quality 80' "$WORK/pillow.jpg"
}

# read_text FILE.jpg: what tesseract reads in it, beside it as .txt; three times as large, since that
# is what it wants of small letters.
read_text() {
    convert "$1" -resize 300% "$WORK/large.png"
    tesseract "$WORK/large.png" "${1%.jpg}" --psm 6 >/dev/null 2>&1
}

# legibility SIDE
legibility() {
    licence 5 24 90 >"$WORK/true.txt"
    "$BIN/sightline-bench-prepare" "$1" "$PICTURES/text.png" 0 >"$WORK/ours.jpg"
    "$PYTHON" tests/bench/recipe.py --save "$WORK/pillow.jpg" "$1" "$PICTURES/text.png"
    read_text "$WORK/ours.jpg"
    read_text "$WORK/pillow.jpg"
    samples "A page of text, read by tesseract" "to $1" - "$BIN/sightline-bench-quality" text "$WORK/true.txt" \
        Sightline "$WORK/ours.txt" 'Pillow, quality 80' "$WORK/pillow.txt"
}

bench_cold() {
    race "$prepared" "start-up" - time 'Sightline, nothing prepared' "$BIN/sightline-bench-prepare" /bin/true /bin/true
    cold photo12.jpg 728
    cold photo12.jpg 2016
    cold photo24.jpg 728
    cold photo24.jpg 2016
    cold progressive.jpg 728
    cold shot.png 728
    cold shot.png 2016
    cold shot-rgba.png 728
    cold alpha.png 728
    cold photo12.webp 728
    cold photo.gif 728
}

bench_warm() {
    warm_jpeg photo12.jpg 728 2
    warm_jpeg photo24.jpg 2016 2
    warm shot-3840x2160.rgba 728
}

bench_many() {
    start_simulator pictures
    for count in 1 10 60; do many "$count"; done
}

bench_quality() {
    for name in photo12.jpg photo24.jpg progressive.jpg shot.png alpha.png photo12.webp; do
        quality "$name" 728
        quality "$name" 2016
    done
    legibility 728
    legibility 2016
}

set_up_pictures() {
    PYTHON=$(python_with PIL)
    make_pictures
    get_sharp
}

bench_pictures() {
    set_up_pictures
    bench_cold
    bench_warm
    bench_many
    bench_quality
}
