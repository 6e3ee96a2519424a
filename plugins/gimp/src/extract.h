/* Extract Text to Layers, without a dialog. */
#ifndef EXTRACT_H
#define EXTRACT_H

#include "command.h"

/*
 * Asks where which line stands and inserts a text layer for each; where the model cannot say where,
 * the text alone is asked for and becomes one layer. The text of the result is what is on the
 * layers.
 */
struct result extract_run(int image, struct settings *settings);

#endif
