#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

double median(double *numbers, size_t count)
{
    qsort(numbers, count, sizeof *numbers, compare);
    return numbers[count / 2];
}

void print_row(const char *unit, const char *whose, const double *samples, size_t count)
{
    printf("%s\t%s", unit, whose);
    for (size_t i = 0; i < count; i++)
        printf("\t%.4f", samples[i]);
    putchar('\n');
}
