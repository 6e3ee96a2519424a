; GIMP 3: the words that the tests' scripts are written in.
(script-fu-use-v3)

(define (open-image file)
  (gimp-file-load RUN-NONINTERACTIVE file))

(define (fill-layer layer red green blue)
  (gimp-context-set-foreground (list red green blue))
  (gimp-drawable-fill layer FILL-FOREGROUND))

(define (add-layer image width height)
  (let ((layer (gimp-layer-new image "layer" width height RGBA-IMAGE 100 LAYER-MODE-NORMAL)))
    (gimp-image-insert-layer image layer 0 0)
    layer))

; A new image of one colour, with an alpha channel, never saved.
(define (new-image width height red green blue)
  (let* ((image (gimp-image-new width height RGB))
         (layer (add-layer image width height)))
    (fill-layer layer red green blue)
    image))

(define (top-layer image)
  (vector-ref (gimp-image-get-layers image) 0))

(define (describe-with image instruction detail language)
  (plug-in-sightline-describe-image #:run-mode RUN-NONINTERACTIVE #:image image
                                    #:drawables (vector (top-layer image))
                                    #:instruction instruction #:detail detail #:language language))

(define (describe-source image source effort)
  (plug-in-sightline-describe-image #:image image #:drawables (vector (top-layer image))
                                    #:source source #:effort effort))

(define (describe-in mode image)
  (plug-in-sightline-describe-image #:run-mode mode #:image image
                                    #:drawables (vector (top-layer image))))

(define (describe image)
  (plug-in-sightline-describe-image #:image image #:drawables (vector (top-layer image))))

; Any procedure that takes what describe-image takes.
(define (call procedure image instruction)
  (procedure #:image image #:drawables (vector (top-layer image)) #:instruction instruction))

(define (to-code image stack)
  (plug-in-sightline-screenshot-to-code #:image image #:drawables (vector (top-layer image))
                                        #:stack stack))

(define (code-in mode image)
  (plug-in-sightline-screenshot-to-code #:run-mode mode #:image image
                                        #:drawables (vector (top-layer image))))

(define (run-task image task instruction)
  (plug-in-sightline-run-task #:image image #:drawables (vector (top-layer image))
                              #:task task #:instruction instruction))

(define (alt-in mode image)
  (plug-in-sightline-alt-text #:run-mode mode #:image image
                              #:drawables (vector (top-layer image))))

(define (select-rectangle image x y width height)
  (gimp-image-select-rectangle image CHANNEL-OP-ADD x y width height))

(define (select-layers image)
  (gimp-image-set-selected-layers image (gimp-image-get-layers image)))

(define (layer-with-mask layer)
  (gimp-layer-add-mask layer (gimp-layer-create-mask layer ADD-MASK-BLACK)))

(define (run-task-source image task source)
  (plug-in-sightline-run-task #:image image #:drawables (vector (top-layer image))
                              #:task task #:source source))

(define (critique-in mode image)
  (plug-in-sightline-critique #:run-mode mode #:image image
                              #:drawables (vector (top-layer image))))

; As a script does that kept the numbers of an image that was closed.
(define (describe-closed image)
  (let ((layer (top-layer image)))
    (gimp-image-delete image)
    (plug-in-sightline-describe-image #:image image #:drawables (vector layer))))

(define (set-opacity layer opacity)
  (gimp-layer-set-opacity layer opacity))

(define (clear-layer layer)
  (gimp-drawable-fill layer FILL-TRANSPARENT))

(define (make-indexed image)
  (gimp-image-convert-indexed image CONVERT-DITHER-NONE CONVERT-PALETTE-GENERATE 16 #f #t ""))

(define (make-grey image)
  (gimp-image-convert-grayscale image))

(define (make-deep image)
  (gimp-image-convert-precision image PRECISION-FLOAT-LINEAR))

(define (assign-profile image file)
  (gimp-image-set-color-profile-from-file image file))

(define (mark-clean image)
  (gimp-image-clean-all image))

(define (as-text value)
  (cond ((number? value) (number->string value))
        ((string? value) value)
        ((vector? value) (as-text (vector->list value)))
        ((pair? value) (apply string-append
                              (map (lambda (one) (string-append (as-text one) " ")) value)))
        ((null? value) "")
        (else (if value "yes" "no"))))

; Everything about an image that a description has to leave alone, as one text.
(define (state-of image)
  (string-append
   "dirty " (as-text (gimp-image-is-dirty image))
   ", images " (number->string (vector-length (gimp-get-images)))
   ", layers " (as-text (gimp-image-get-layers image))
   ", selected " (as-text (gimp-image-get-selected-layers image))
   ", selection " (as-text (gimp-selection-bounds image))
   ", undo " (as-text (gimp-image-undo-is-enabled image))))

(define (settings-in mode provider address model detail effort language)
  (plug-in-sightline-settings #:run-mode mode #:provider provider #:address address #:model model
                              #:detail detail #:effort effort #:language language))

; As a person exports with metadata.
(define (export image file)
  (file-png-export #:image image #:file file #:include-xmp #t #:include-exif #t
                   #:include-comment #t))

(define (text-of-source-to-layers image source)
  (plug-in-sightline-text-to-layers #:image image #:drawables (vector (top-layer image))
                                    #:source source))

(define (layers-in mode image)
  (plug-in-sightline-text-to-layers #:run-mode mode #:image image
                                    #:drawables (vector (top-layer image))))

(define (text-to-layers image)
  (plug-in-sightline-text-to-layers #:image image #:drawables (vector (top-layer image))))

(define (select-box image x y width height)
  (gimp-image-select-rectangle image CHANNEL-OP-REPLACE x y width height))

(define (layer-line layer)
  (string-append
   (if (gimp-item-id-is-text-layer layer) (gimp-text-layer-get-text layer) "-") ": "
   (as-text (gimp-drawable-get-offsets layer)) (as-text (gimp-drawable-get-width layer)) " "
   (as-text (gimp-drawable-get-height layer)) "\n"
   (if (gimp-item-is-group layer)
       (apply string-append (map layer-line (vector->list (gimp-item-get-children layer))))
       "")))

; Each layer on a line, the topmost first: its text or a dash, x, y, width, height.
(define (layers-of image)
  (apply string-append (map layer-line (vector->list (gimp-image-get-layers image)))))

; The colour of the text in the first group, in a word.
(define (text-colour image)
  (let* ((group (vector-ref (gimp-image-get-layers image) 0))
         (layer (vector-ref (gimp-item-get-children group) 0)))
    (if (> (car (gimp-text-layer-get-color layer)) 0.5) "white " "black ")))

(define (batch folder task output file skip many)
  (plug-in-sightline-batch-describe #:run-mode RUN-NONINTERACTIVE #:folder folder #:task task
                                    #:output output #:file file #:skip skip #:many many))

(define (batch-dialog)
  (plug-in-sightline-batch-describe #:run-mode RUN-INTERACTIVE))

(define (is-dirty image)
  (if (gimp-image-is-dirty image) "yes" "no"))

; The pixels of an image, which stays as it is.
(define (snapshot image file)
  (file-png-export #:image image #:file file #:time #f #:include-exif #f #:include-iptc #f
                   #:include-xmp #f))
