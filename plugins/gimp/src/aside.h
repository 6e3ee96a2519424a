/* Work that would keep a dialog waiting. */
#ifndef ASIDE_H
#define ASIDE_H

/*
 * Runs `work` in a thread and returns when it has ended; meanwhile the main loop goes on, so that
 * windows are drawn and their buttons work. `work` may call nothing of GIMP or of the toolkit.
 */
void run_aside(void (*work)(void *data), void *data);

#endif
