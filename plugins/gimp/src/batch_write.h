/* What becomes of the texts of a batch. */
#ifndef BATCH_WRITE_H
#define BATCH_WRITE_H

#include "batch.h"

enum batch_output {
    BATCH_METADATA, /* of each image that is open, and of each file of a folder */
    BATCH_SIDECAR,  /* a text file beside each picture */
    BATCH_CSV,      /* one file for all */
    BATCH_JSON,
};

/* The output by its name, "metadata" when it is none. */
enum batch_output batch_output_of(const char *name);
extern const struct choice batch_outputs[]; /* up to a NULL value */

/*
 * Writes the chosen texts that are there. `file` is for the outputs that are one file. What cannot
 * be written for one picture is written down as its failure, and the others go on. Returns how many
 * were written; 0 with `error` set when one file cannot be.
 */
int batch_write(struct batch *batch, enum batch_output output, const char *task, const char *file,
                struct sl_error *error);

#endif
