#include <sightline/media.h>
