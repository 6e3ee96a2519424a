; Read after a prelude of tests/gimp: carries out what comes through one pipe, and tells through another.

(define IMAGE 0)

(define (as-word value)
  (if (string? value) value ""))

; What a procedure returns, or how it fails: “done: …”, “failed: …”.
(define (attempt call)
  (call-with-current-continuation
   (lambda (leave)
     (set! *error-hook* (lambda words (leave (apply string-append "failed: " (map as-word words)))))
     (string-append "done: " (call)))))

(define (tell text)
  (let ((port (open-output-file "told")))
    (write text port)
    (newline port)
    (close-output-port port)))

(define (serve)
  (let ((port (open-input-file "wanted")))
    (do ((form (read port) (read port)))
        ((eof-object? form))
      (tell (eval form)))))
