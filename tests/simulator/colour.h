/* An ordinary word for a colour. */
#ifndef SIMULATOR_COLOUR_H
#define SIMULATOR_COLOUR_H

const char *colour_word(unsigned rgb);

#endif
