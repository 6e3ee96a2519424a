; A picture as people make them: ten layers of several sizes, modes and opacities. After the words of
; tests/gimp.

(define (blend layer width height)
  (gimp-drawable-edit-gradient-fill layer GRADIENT-LINEAR 0 FALSE 1 0 TRUE 0 0 width height))

(define (paint-layer image width height red mode opacity)
  (let ((layer (add-layer image width height)))
    (gimp-context-set-foreground (list red 120 40))
    (gimp-context-set-background (list 30 (- 255 red) 200))
    (blend layer width height)
    (gimp-layer-set-mode layer mode)
    (gimp-layer-set-opacity layer opacity)
    layer))

(define (paint-quarter image width height red mode opacity)
  (let ((layer (paint-layer image (quotient width 2) (quotient height 2) red mode opacity)))
    (gimp-layer-set-offsets layer red red)))

(define (paint-image width height)
  (let ((image (new-image width height 200 180 120)))
    (paint-layer image width height 250 LAYER-MODE-NORMAL 80)
    (paint-layer image width height 30 LAYER-MODE-MULTIPLY 60)
    (paint-layer image width height 90 LAYER-MODE-SOFTLIGHT 40)
    (paint-quarter image width height 10 LAYER-MODE-NORMAL 100)
    (paint-quarter image width height 60 LAYER-MODE-SCREEN 70)
    (paint-quarter image width height 110 LAYER-MODE-OVERLAY 50)
    (paint-quarter image width height 160 LAYER-MODE-ADDITION 30)
    (paint-quarter image width height 210 LAYER-MODE-DIFFERENCE 20)
    (paint-quarter image width height 250 LAYER-MODE-HARDLIGHT 90)
    image))
