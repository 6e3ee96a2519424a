/*
 * What the programs of ./dev bench share: the clock that all of them and the simulator's journal
 * are read by, and how they say what they measured.
 */
#ifndef SIGHTLINE_BENCH_H
#define SIGHTLINE_BENCH_H

#include <stddef.h>

/* CLOCK_MONOTONIC. */
double now_ms(void);

/* Sorts them. */
double median(double *numbers, size_t count);

/*
 * Prints a row as report.awk reads it, without the fields in front that say what was measured: the
 * unit, whose it is, and a sample of each round. Rows whose samples belong to the same rounds are
 * compared.
 */
void print_row(const char *unit, const char *whose, const double *samples, size_t count);

#endif
