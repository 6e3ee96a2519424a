/* The URL of a picture: here only data URLs, since the simulator fetches nothing. */
#ifndef SIMULATOR_DATA_URL_H
#define SIMULATOR_DATA_URL_H

#include "picture.h"

bool data_url_picture(struct picture *picture, const char *url, const char *name,
                      struct failure *failure);

#endif
