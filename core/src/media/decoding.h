/* How much is decoded at once, by all threads of the process. */
#ifndef SL__DECODING_H
#define SL__DECODING_H

#include "picture.h"

/*
 * Waits until the pictures that are being decoded leave room for this one: together they are half
 * as large as a single one may be, or one alone. Those that wait are let in one after the other.
 * Errors: SL_E_CANCELLED.
 */
int sl__decoding_begin(const struct sl__input *input, uint64_t pixels);
void sl__decoding_end(uint64_t pixels);

#endif
