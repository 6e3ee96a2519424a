; GIMP 2.10: the words that the tests' scripts are written in.

(define (open-image file)
  (car (gimp-file-load RUN-NONINTERACTIVE file file)))

(define (fill-layer layer red green blue)
  (gimp-context-set-foreground (list red green blue))
  (gimp-drawable-fill layer FILL-FOREGROUND))

(define (add-layer image width height)
  (let ((layer (car (gimp-layer-new image width height RGBA-IMAGE "layer" 100 LAYER-MODE-NORMAL))))
    (gimp-image-insert-layer image layer 0 0)
    layer))

; A new image of one colour, with an alpha channel, never saved.
(define (new-image width height red green blue)
  (let* ((image (car (gimp-image-new width height RGB)))
         (layer (add-layer image width height)))
    (fill-layer layer red green blue)
    image))

(define (top-layer image)
  (car (gimp-image-get-active-layer image)))

(define (describe-layer mode image layer instruction detail language)
  (car (plug-in-sightline-describe-image mode image layer instruction "" detail "" language)))

(define (describe-with image instruction detail language)
  (describe-layer RUN-NONINTERACTIVE image (top-layer image) instruction detail language))

(define (describe-source image source effort)
  (car (plug-in-sightline-describe-image RUN-NONINTERACTIVE image (top-layer image)
                                         "" source "" effort "")))

(define (describe-in mode image)
  (describe-layer mode image (top-layer image) "" "" ""))

(define (describe image)
  (describe-in RUN-NONINTERACTIVE image))

; Any procedure that takes what describe-image takes.
(define (call procedure image instruction)
  (car (procedure RUN-NONINTERACTIVE image (top-layer image) instruction "" "" "" "")))

(define (to-code image stack)
  (car (plug-in-sightline-screenshot-to-code RUN-NONINTERACTIVE image (top-layer image)
                                             "" "" "" "" "" stack)))

(define (code-in mode image)
  (car (plug-in-sightline-screenshot-to-code mode image (top-layer image) "" "" "" "" "" "")))

(define (run-task image task instruction)
  (car (plug-in-sightline-run-task RUN-NONINTERACTIVE image (top-layer image)
                                   task instruction "" "" "" "" "")))

(define (alt-in mode image)
  (car (plug-in-sightline-alt-text mode image (top-layer image) "" "" "" "" "")))

(define (select-rectangle image x y width height)
  (gimp-image-select-rectangle image CHANNEL-OP-ADD x y width height))

; GIMP 2.10 takes every visible layer for "layers".
(define (select-layers image)
  #t)

(define (layer-with-mask layer)
  (let ((mask (car (gimp-layer-create-mask layer ADD-MASK-BLACK))))
    (gimp-layer-add-mask layer mask)))

(define (run-task-source image task source)
  (car (plug-in-sightline-run-task RUN-NONINTERACTIVE image (top-layer image)
                                   task "" source "" "" "" "")))

(define (critique-in mode image)
  (car (plug-in-sightline-critique mode image (top-layer image) "" "" "" "" "")))

; As a script does that kept the numbers of an image that was closed.
(define (describe-closed image)
  (let ((layer (top-layer image)))
    (gimp-image-delete image)
    (describe-layer RUN-NONINTERACTIVE image layer "" "" "")))

(define (set-opacity layer opacity)
  (gimp-layer-set-opacity layer opacity))

(define (clear-layer layer)
  (gimp-drawable-fill layer FILL-TRANSPARENT))

(define (make-indexed image)
  (gimp-image-convert-indexed image CONVERT-DITHER-NONE CONVERT-PALETTE-GENERATE 16 FALSE TRUE ""))

(define (make-grey image)
  (gimp-image-convert-grayscale image))

(define (make-deep image)
  (gimp-image-convert-precision image PRECISION-FLOAT-LINEAR))

(define (assign-profile image file)
  (gimp-image-set-color-profile-from-file image (string-append "file://" file)))

(define (mark-clean image)
  (gimp-image-clean-all image))

; Everything about an image that a description has to leave alone, as one text.
(define (state-of image)
  (string-append
   "dirty " (number->string (car (gimp-image-is-dirty image)))
   ", images " (number->string (car (gimp-image-list)))
   ", layers " (number->string (car (gimp-image-get-layers image)))
   ", active " (number->string (top-layer image))
   ", selection " (apply string-append
                         (map (lambda (n) (string-append (number->string n) " "))
                              (gimp-selection-bounds image)))
   ", undo " (number->string (car (gimp-image-undo-is-enabled image)))))

(define (settings-in mode provider address model detail effort language)
  (car (plug-in-sightline-settings mode provider address model detail effort language)))

; As a person exports with metadata.
(define (export image file)
  (file-png-save-defaults RUN-NONINTERACTIVE image (top-layer image) file file))

(define (text-of-source-to-layers image source)
  (car (plug-in-sightline-text-to-layers RUN-NONINTERACTIVE image (top-layer image)
                                         "" source "" "" "")))

(define (text-to-layers image)
  (text-of-source-to-layers image "visible"))

(define (layers-in mode image)
  (car (plug-in-sightline-text-to-layers mode image (top-layer image) "" "" "" "" "")))

(define (select-box image x y width height)
  (gimp-image-select-rectangle image CHANNEL-OP-REPLACE x y width height))

(define (layer-line layer)
  (string-append
   (if (= TRUE (car (gimp-item-is-text-layer layer))) (car (gimp-text-layer-get-text layer)) "-") ": "
   (apply string-append (map (lambda (n) (string-append (number->string n) " "))
                             (append (gimp-drawable-offsets layer)
                                     (gimp-drawable-width layer) (gimp-drawable-height layer))))
   "\n"
   (if (= TRUE (car (gimp-item-is-group layer)))
       (apply string-append (map layer-line (vector->list (cadr (gimp-item-get-children layer)))))
       "")))

; Each layer on a line, the topmost first: its text or a dash, x, y, width, height.
(define (layers-of image)
  (apply string-append (map layer-line (vector->list (cadr (gimp-image-get-layers image))))))

; The colour of the text in the first group, in a word.
(define (text-colour image)
  (let* ((group (vector-ref (cadr (gimp-image-get-layers image)) 0))
         (layer (vector-ref (cadr (gimp-item-get-children group)) 0)))
    (if (> (car (car (gimp-text-layer-get-color layer))) 127) "white " "black ")))

; folder, task, output, file, skip, many
(define (batch folder task output file skip many)
  (car (plug-in-sightline-batch-describe RUN-NONINTERACTIVE folder task output file skip
                                         "" "default" "" many)))

(define (batch-dialog)
  (car (plug-in-sightline-batch-describe RUN-INTERACTIVE "" "" "" "" "" "" "" "" "")))

(define (is-dirty image)
  (if (= (car (gimp-image-is-dirty image)) TRUE) "yes" "no"))

; All that is saved of an image, which stays as it is.
(define (snapshot image file)
  (let ((copy (car (gimp-image-duplicate image))))
    (gimp-xcf-save RUN-NONINTERACTIVE copy (top-layer copy) file file)
    (gimp-image-delete copy)))
