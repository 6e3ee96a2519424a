; The words that the tests' scripts are written in, whatever the GIMP.
(define (say name text)
  (gimp-message (string-append name "={" text "}")))

; What a call that fails says. Not every GIMP tells of an error that a script catches itself.
(define (failure-of call)
  (let ((before *error-hook*))
    (call-with-current-continuation
      (lambda (leave)
        (set! *error-hook*
          (lambda said
            (set! *error-hook* before)
            (leave (apply string-append (map (lambda (part) (if (string? part) part "")) said)))))
        (call)
        (set! *error-hook* before)
        "nothing"))))
