/* What the ways that write metadata have in common. */
#ifndef USES_METADATA_H
#define USES_METADATA_H

#include "metadata_dialog.h"
#include "uses.h"

struct said said_error(const struct sl_error *error);
struct proposal proposal_of(const struct use *use);

/* As metadata_file_write, while the dialog stays alive. */
int write_file_aside(const char *path, const struct metadata *texts, struct sl_error *error);

#endif
