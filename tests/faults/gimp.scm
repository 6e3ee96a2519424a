; Read after a prelude of tests/gimp: carries out what comes through one pipe, and tells through another.

(define IMAGE 0)

; What a procedure returns, or how it fails: “done: …”, “failed: …”.
(define (attempt call)
  (let* ((answer "") (failure (failure-of (lambda () (set! answer (call))))))
    (if (string=? failure "nothing")
        (string-append "done: " answer)
        (string-append "failed: " failure))))

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
