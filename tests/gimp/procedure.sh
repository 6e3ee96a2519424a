#!/bin/sh
# The procedures, called by scripts in a GIMP without a display.
# Usage: procedure.sh CASE.
#
# shellcheck source=tests/lib.sh
. "$SOURCE_DIR/tests/lib.sh"
# shellcheck source=tests/gimp/gimp.sh
. "$SOURCE_DIR/tests/gimp/gimp.sh"

with_simulator() {
    simulator server
    use_simulator
}

case_three_pictures() {
    with_simulator
    gimp '
        (say "red" (describe (new-image 300 200 200 50 50)))
        (say "green" (describe (new-image 64 256 40 180 60)))
        (say "blue" (describe (new-image 500 500 30 60 200)))'
    mean_is "$(said red)" 200 50 50 "the red picture"
    mean_is "$(said green)" 40 180 60 "the green picture"
    mean_is "$(said blue)" 30 60 200 "the blue picture"
    contains "$(said red)" "300×200" "the red picture"
    contains "$(said green)" "64×256" "the green picture"
    contains "$(said blue)" "500×500" "the blue picture"
}

case_file_and_unsaved_edit() {
    with_simulator
    gimp "
        (let ((image (open-image \"$SOURCE_DIR/tests/samples/lighthouse.jpg\")))
          (say \"before\" (describe image))
          (fill-layer (top-layer image) 20 60 200)
          (say \"after\" (describe image)))"
    contains "$(said before)" "Mean colour" "the file as it was opened"
    mean_is "$(said after)" 20 60 200 "the file with an edit that was not saved"
    [ "$(said before)" != "$(said after)" ] || fail "the edit is not in the answer"
}

case_layers_with_opacity() {
    with_simulator
    gimp '
        (let* ((image (new-image 200 100 200 0 0))
               (top (add-layer image 200 100)))
          (fill-layer top 0 0 200)
          (set-opacity top 50)
          (say "half" (describe image))
          (clear-layer top)
          (set-opacity top 100)
          (say "clear" (describe image)))'
    # GIMP mixes in linear light.
    mean_is "$(said half)" 146 0 145 "half a blue layer over red"
    mean_is "$(said clear)" 200 0 0 "a transparent layer over red"
}

case_transparency_is_white() {
    with_simulator
    gimp '
        (let ((image (new-image 200 100 200 0 0)))
          (clear-layer (top-layer image))
          (say "nothing" (describe image)))'
    mean_is "$(said nothing)" 255 255 255 "an image with nothing in it"
}

# A layer that ends where the second strip of rows begins: strips in a wrong order would show.
case_many_strips() {
    with_simulator
    gimp '
        (let* ((image (new-image 90 300 200 200 0))
               (top (add-layer image 90 64)))
          (fill-layer top 0 0 200)
          (say "strips" (describe image)))'
    mean_is "$(said strips)" 157 157 43 "blue rows above yellow ones"
    contains "$(said strips | sed 's/#[0-9a-f]* //g')" \
        "(blue) (blue) (blue) / (yellow) (yellow) (yellow) / (yellow)" "the places of the colours"
}

case_colour_modes() {
    with_simulator
    gimp '
        (let ((indexed (new-image 100 100 200 50 50))
              (grey (new-image 100 100 90 90 90))
              (deep (new-image 100 100 40 180 60)))
          (make-indexed indexed)
          (make-grey grey)
          (make-deep deep)
          (say "indexed" (describe indexed))
          (say "grey" (describe grey))
          (say "deep" (describe deep)))'
    mean_is "$(said indexed)" 200 50 50 "an indexed image"
    mean_is "$(said grey)" 90 90 90 "a grey image"
    mean_is "$(said deep)" 40 180 60 "an image in linear floating point"
}

# 200, 50, 50 in Adobe RGB is a stronger red in sRGB.
case_colour_profile() {
    with_simulator
    "$BUILD_DIR/bin/wide-profile" "$TEST_DIR/wide.icc"
    gimp "
        (let ((image (new-image 100 100 200 50 50))
              (indexed (new-image 100 100 200 50 50))
              (deep (new-image 100 100 200 50 50)))
          (assign-profile deep \"$TEST_DIR/wide.icc\")
          (make-deep deep)
          (say \"deep\" (describe deep))
          (assign-profile image \"$TEST_DIR/wide.icc\")
          (assign-profile indexed \"$TEST_DIR/wide.icc\")
          (make-indexed indexed)
          (say \"profile\" (describe image))
          (say \"indexed\" (describe indexed)))"
    mean_is "$(said profile)" 232 46 46 "an image with a profile"
    mean_is "$(said indexed)" 232 46 46 "an indexed image with a profile"
    mean_is "$(said deep)" 232 46 46 "an image with a profile in linear floating point"
}

case_leaves_the_image_alone() {
    with_simulator
    gimp '
        (let ((image (new-image 300 200 200 50 50)))
          (add-layer image 30 20)
          (gimp-image-select-ellipse image CHANNEL-OP-REPLACE 20 30 100 50)
          (mark-clean image)
          (say "before" (state-of image))
          (say "answer" (describe image))
          (say "after" (state-of image)))'
    contains "$(said answer)" "Mean colour" "the answer"
    equal "$(said after)" "$(said before)" "the state of the image"
}

case_settings_are_sent() {
    with_simulator
    gimp '
        (let ((image (new-image 2000 1000 200 50 50)))
          (say "plain" (describe image))
          (say "set" (describe-with image "Count the boats" "high" "Icelandic")))'
    contains "$(said plain)" "728×364" "low detail, as the task says"
    contains "$(said set)" "1512×756" "high detail"
    contains "$(cat "$TEST_DIR/server.bodies/2.body")" "Count the boats" "the instruction"
    contains "$(cat "$TEST_DIR/server.bodies/2.body")" "Icelandic" "the language"
}

# asks_for NUMBER TASK: that request has the prompt of this task, which begins like its file.
asks_for() {
    start=$(sed '1,/^$/d' "$SOURCE_DIR/core/tasks/$2.task" | head -n 1 | cut -c 1-40)
    contains "$(cat "$TEST_DIR/server.bodies/$1.body")" "$start" "request $1, for the task $2"
}

# Each sends the picture, with a prompt of its own, and returns what was answered.
case_every_procedure() {
    with_simulator
    gimp '
        (let ((image (new-image 100 80 40 180 60)))
          (say "describe" (call plug-in-sightline-describe-image image "one"))
          (say "alt" (call plug-in-sightline-alt-text image "two"))
          (say "ocr" (call plug-in-sightline-extract-text image "three"))
          (say "ask" (call plug-in-sightline-ask image "What is it?"))
          (say "critique" (call plug-in-sightline-critique image "five"))
          (say "code" (to-code image "svelte")))'
    number=0
    for task in describe alt ocr ask critique code; do
        number=$((number + 1))
        asks_for $number $task
        contains "$(cat "$TEST_DIR/server.bodies/$number.body")" image_url "the picture of $task"
    done
    for task in describe alt ocr ask critique; do
        mean_is "$(said $task)" 40 180 60 "$task"
    done
    contains "$(cat "$TEST_DIR/server.bodies/4.body")" "What is it?" "the question"
    contains "$(cat "$TEST_DIR/server.bodies/6.body")" "App.svelte" "the stack"
    contains "$(said code)" "Simulated answer" "the code"
}

case_own_task() {
    with_simulator
    own_task boats 'title: A boat counter' 'media: image' '' 'Count the masts. {{instruction}}'
    gimp '(say "boats" (run-task (new-image 100 80 30 60 200) "boats" "Only the red ones."))'
    mean_is "$(said boats)" 30 60 200 "the picture"
    contains "$(cat "$TEST_DIR/server.bodies/1.body")" "Count the masts. Only the red ones." "the prompt"
}

case_unknown_task() {
    with_simulator
    gimp '(run-task (new-image 50 50 9 9 9) "bots" "")'
    contains "$(cat "$GIMP_LOG")" "bots" "the error"
    [ ! -e "$TEST_DIR/server.bodies/1.body" ] || fail "something was sent"
}

case_no_task() {
    with_simulator
    gimp '(run-task (new-image 50 50 9 9 9) "" "")'
    contains "$(cat "$GIMP_LOG")" "no task is named" "the error"
}

case_no_question() {
    with_simulator
    gimp '(call plug-in-sightline-ask (new-image 50 50 9 9 9) "")'
    contains "$(cat "$GIMP_LOG")" "there is no question" "the error"
    [ ! -e "$TEST_DIR/server.bodies/1.body" ] || fail "something was sent"
}

case_selection() {
    with_simulator
    gimp '
        (let ((image (new-image 200 100 0 0 200)))
          (select-rectangle image 0 0 50 100)
          (select-rectangle image 150 20 50 60)
          (say "before" (state-of image))
          (say "part" (describe-source image "selection" ""))
          (say "alone" (describe-source image "selection-only" ""))
          (say "after" (state-of image)))'
    mean_is "$(said part)" 0 0 200 "the rectangle"
    contains "$(said part)" "200×100" "the rectangle"
    # 8000 of 20000 pixels are selected.
    mean_is "$(said alone)" 153 153 233 "the selection alone"
    equal "$(said after)" "$(said before)" "the state of the image"
}

case_selected_part() {
    with_simulator
    gimp '
        (let* ((image (new-image 300 200 200 0 0))
               (top (add-layer image 60 40)))
          (fill-layer top 0 0 200)
          (select-rectangle image 10 10 40 30)
          (say "part" (describe-source image "selection" "")))'
    mean_is "$(said part)" 0 0 200 "the part"
    contains "$(said part)" "40×30" "the part"
}

case_layer() {
    with_simulator
    "$BUILD_DIR/bin/wide-profile" "$TEST_DIR/wide.icc"
    gimp "
        (let* ((image (new-image 300 200 200 0 0))
               (top (add-layer image 60 40)))
          (fill-layer top 200 50 50)
          (set-opacity top 10)
          (assign-profile image \"$TEST_DIR/wide.icc\")
          (mark-clean image)
          (say \"before\" (state-of image))
          (say \"top\" (describe-source image \"layer\" \"\"))
          (say \"after\" (state-of image))
          (layer-with-mask top)
          (say \"masked\" (describe-source image \"layer\" \"\")))"
    contains "$(said top)" "60×40" "the layer"
    mean_is "$(said top)" 232 46 46 "the layer without its opacity, as sRGB"
    equal "$(said after)" "$(said before)" "the state of the image"
    mean_is "$(said masked)" 255 255 255 "the layer with a mask that hides it"
}

case_layers_and_images() {
    with_simulator
    gimp '
        (let* ((image (new-image 300 200 200 0 0))
               (top (add-layer image 60 40)))
          (fill-layer top 0 0 200)
          (select-layers image)
          (say "layers" (describe-source image "layers" ""))
          (new-image 80 80 0 200 0)
          (say "images" (describe-source image "images" "")))'
    for text in "Picture 1" "60×40" "Picture 2" "300×200"; do
        contains "$(said layers)" "$text" "each layer"
    done
    for text in "Picture 1" "80×80" "Picture 2" "300×200"; do
        contains "$(said images)" "$text" "each image"
    done
}

case_effort() {
    with_simulator
    gimp '(describe-source (new-image 50 50 200 50 50) "visible" "high")'
    grep -q 'effort": *"high"' "$TEST_DIR/server.bodies/1.body" || fail "the effort was not sent"
}

# What is wrong with a call is told as GIMP tells that of its own procedures.
case_wrong_calls() {
    with_simulator
    gimp '(describe-source (new-image 50 50 9 9 9) "selection" "")'
    contains "$(cat "$GIMP_LOG")" "nothing is selected" "the error"
    if [ "$GIMP_MAJOR" -lt 3 ]; then
        contains "$(cat "$GIMP_LOG")" "invalid input arguments" "the kind of error"
        gimp '(describe-source (new-image 50 50 9 9 9) "moon" "")'
        contains "$(cat "$GIMP_LOG")" "there is no source “moon”" "the error"
    fi
    [ ! -e "$TEST_DIR/server.bodies/1.body" ] || fail "something was sent"
}

# Alt text is for one picture.
case_too_many_pictures() {
    with_simulator
    gimp '(let ((image (new-image 50 50 9 9 9)))
            (new-image 60 60 9 9 9)
            (run-task-source image "alt" "images"))'
    contains "$(cat "$GIMP_LOG")" "alt takes" "the error"
    [ ! -e "$TEST_DIR/server.bodies/1.body" ] || fail "something was sent"
}

# Of a code answer the code alone.
case_code_alone() {
    simulator server
    use_simulator fences=1
    gimp '(say "code" (to-code (new-image 100 80 200 50 50) "html"))'
    case $(said code) in *'```'* | *answer*) fail "there is more than code: $(said code)" ;; esac
}

case_code_of_several_files() {
    simulator server
    use_simulator fences=2
    gimp '(say "code" (to-code (new-image 100 80 200 50 50) "html"))'
    contains "$(said code)" "==> index.html <==" "the first file"
    contains "$(said code)" "==> style.css <==" "the second file"
}

# The model looks closer at what was scaled down: the pixels are still there then.
case_looks_closer() {
    simulator server
    use_simulator tools=1
    gimp '(say "ocr" (call plug-in-sightline-extract-text (new-image 2600 1300 200 50 50) ""))'
    mean_is "$(said ocr | sed '/^Picture 2/,$d')" 200 50 50 "the whole picture"
    mean_is "$(said ocr | sed '1,/^Picture 1/d')" 200 50 50 "the part that was looked at"
}

case_asked_again() {
    simulator server
    use_simulator times=1/status=429/retry-after=1
    gimp '(say "answer" (describe (new-image 50 50 200 50 50)))'
    mean_is "$(said answer)" 200 50 50 "the answer to the second try"
}

case_cut_answer() {
    simulator server
    use_simulator length=3
    fails_with "cut"
}

# fails_with SENTENCE…: a description fails as GIMP's procedures fail, and says this. What runs
# after it shows that neither GIMP nor the plug-in was harmed.
fails_with() {
    gimp '(describe (new-image 50 50 200 50 50))'
    contains "$(cat "$GIMP_LOG")" "plug-in-sightline-describe-image" "the failing procedure is named"
    for part do
        contains "$(cat "$GIMP_LOG")" "$part" "the error"
    done
    no_plug_in || fail "the plug-in is still running"
}

case_no_key() {
    export SIGHTLINE_PROVIDER=stepfun
    fails_with "stepfun has no API key: choose Filters > Sightline > Settings, or set STEP_API_KEY"
}

# A server on another machine, by its address; no key is needed there.
case_no_consent() {
    unset SIGHTLINE_LOOPBACK_ONLY
    export SIGHTLINE_PROVIDER=local SIGHTLINE_BASE_URL=https://elsewhere.example.com/v1
    fails_with "nothing was sent" "for elsewhere.example.com" "or SIGHTLINE_CONSENT=yes"
}

case_wrong_key() {
    simulator server --key right
    use_simulator
    export SIGHTLINE_API_KEY=wrong-one
    fails_with "401"
    case $(cat "$GIMP_LOG") in *wrong-one*) fail "the key is in the error" ;; esac
}

# What core says of a failure is said in GIMP's language.
case_wrong_key_in_chinese() {
    simulator server --key right
    use_simulator
    export SIGHTLINE_API_KEY=wrong-one
    speak zh_CN
    fails_with "127.0.0.1 返回 401：" "；请选择“滤镜 > Sightline > 设置”"
}

case_no_key_in_chinese() {
    export SIGHTLINE_PROVIDER=stepfun
    speak zh_CN
    fails_with "stepfun 没有 API 密钥：" "，或设置 STEP_API_KEY"
}

case_refused_connection() {
    export SIGHTLINE_PROVIDER=simulator SIGHTLINE_BASE_URL=http://127.0.0.1:9/v1
    fails_with "127.0.0.1:9"
}

case_server_fails() {
    simulator server
    use_simulator status=503
    fails_with "503"
}

case_unknown_detail() {
    with_simulator
    gimp '(describe-with (new-image 50 50 9 9 9) "" "enormous" "")'
    contains "$(cat "$GIMP_LOG")" "enormous" "the error"
    # GIMP 3 complains on its own and goes on with the default.
    [ "$GIMP_MAJOR" -ge 3 ] || [ ! -e "$TEST_DIR/server.bodies/1.body" ] || fail "something was sent"
}

# Another image shows afterwards that nothing was harmed.
case_closed_image() {
    with_simulator
    gimp '(describe-closed (new-image 50 50 200 50 50))'
    contains "$(cat "$GIMP_LOG")" "rror" "the log"
    [ ! -e "$TEST_DIR/server.bodies/1.body" ] || fail "something was sent"
    no_plug_in || fail "the plug-in is still running"
}

case_too_large() {
    with_simulator
    gimp '
        (let ((image (new-image 25100 10 200 50 50)))
          (describe image))'
    contains "$(cat "$GIMP_LOG")" "25100 × 10 pixels is too large" "the error"
    [ ! -e "$TEST_DIR/server.bodies/1.body" ] || fail "something was sent"
}

case_gimp_killed() {
    simulator server
    use_simulator stall=100
    gimp_start '(describe (new-image 50 50 200 50 50))'
    until_true 30 "the answer has begun" journal_has server answer 200
    kill -9 "$GIMP_PID"
    until_true 5 "the server has noticed" journal_has server end "client closed"
    until_true 5 "the plug-in has ended" no_plug_in
}

case_local_every_answer() {
    use_llama --grammar "$GRAMMAR"
    gimp '
        (let ((image (new-image 100 80 40 180 60)))
          (say "describe" (describe image))
          (say "ask" (call plug-in-sightline-ask image "What is it?")))'
    equal "$(said describe)" "$SPOKEN" "the description"
    equal "$(said ask)" "$SPOKEN" "the answer"
}

case_local_json() {
    use_llama
    use_local "$CLOSING"
    gimp '(say "chart" (run-task (new-image 100 80 40 180 60) "chart" ""))'
    contains "$(said chart)" '"uncertain_fields":' "the chart"
}

case_local_cut_answer() {
    use_llama
    fails_with "cut at the model's length limit"
}

case_local_refused() {
    use_llama
    gimp "(call plug-in-sightline-describe-image (new-image 50 50 9 9 9) (make-string 9000 #\\a))"
    contains "$(cat "$GIMP_LOG")" "exceeds the available context size" "the error"
    no_plug_in || fail "the plug-in is still running"
}

# readme LANGUAGE TEXT: the first block of this language in the README that has this text in it.
readme() {
    awk -v start="\`\`\`$1" -v text="$2" '
        /^```/ && on { if (index(block, text)) { printf "%s", block; exit } on = 0; next }
        $0 == start { on = 1; block = ""; next }
        on { block = block $0 "\n" }' "$SOURCE_DIR/README.md"
}

# run_readme INTERPRETER SCRIPT: in GIMP 3, as the README says.
run_readme() {
    [ -n "$2" ] || fail "the README has no example for $1"
    "$GIMP" -i -d -f --batch-interpreter="$1" -b "$2" --quit >"$GIMP_LOG" 2>&1 || true
    contains "$(cat "$GIMP_LOG")" "Mean colour" "the example for $1"
}

case_readme_examples() {
    with_simulator
    cp "$SOURCE_DIR/tests/samples/lighthouse.jpg" "$TEST_DIR/photo.jpg"
    cd "$TEST_DIR"
    case $GIMP_MAJOR in
    2)
        readme sh "gimp-console -i" | sed "s/^gimp-console/$GIMP/" >example
        sh example >"$GIMP_LOG" 2>&1 || true
        contains "$(cat "$GIMP_LOG")" "Mean colour" "the example"
        ;;
    *)
        run_readme plug-in-script-fu-eval "$(readme scheme describe-image)"
        body=$(cat "$TEST_DIR/server.bodies/1.body")
        contains "$body" "Count the boats" "the request of the example"
        run_readme python-fu-eval "$(readme python describe-image)"
        ;;
    esac
}

case_python() {
    [ "$GIMP_MAJOR" -ge 3 ] || skip "GIMP 2.10 has no Python here"
    with_simulator
    cat >"$TEST_DIR/script.py" <<'END'
image = Gimp.Image.new(120, 80, Gimp.ImageBaseType.RGB)
layer = Gimp.Layer.new(image, "layer", 120, 80, Gimp.ImageType.RGB_IMAGE, 100, Gimp.LayerMode.NORMAL)
image.insert_layer(layer, None, 0)
layer.fill(Gimp.FillType.WHITE)
procedure = Gimp.get_pdb().lookup_procedure("plug-in-sightline-describe-image")
config = procedure.create_config()
config.set_property("image", image)
config.set_core_object_array("drawables", [layer])
config.set_property("instruction", "Count the boats")
result = procedure.run(config)
print("status=%s" % result.index(0).value_nick)
print("answer=%s" % result.index(1))
config.set_property("source", "selection")
print("wrong=%s" % procedure.run(config).index(0).value_nick)
END
    "$GIMP" -i -d -f -s --batch-interpreter=python-fu-eval -b "$(cat "$TEST_DIR/script.py")" --quit \
        >"$GIMP_LOG" 2>&1 || true
    grep -q 'python-fu-eval.*not\|No batch interpreter' "$GIMP_LOG" && skip "GIMP has no Python here"
    contains "$(cat "$GIMP_LOG")" "status=success" "the status"
    contains "$(cat "$GIMP_LOG")" "wrong=calling-error" "the status of a wrong call"
    mean_is "$(cat "$GIMP_LOG")" 255 255 255 "the answer"
}

own_profile
"case_$(echo "$1" | tr - _)"
