/* The Files API. */
#ifndef SIMULATOR_FILES_H
#define SIMULATOR_FILES_H

#include "reply.h"

/* POST and GET /v1/files; GET /v1/files/{id} and its /content; DELETE /v1/files/{id}. */
bool files_create(struct reply *reply, const char *path);
bool files_list(struct reply *reply, const char *path);
bool files_read(struct reply *reply, const char *path);
bool files_delete(struct reply *reply, const char *path);

#endif
