/* Random names. */
#include "token.h"

#include <openssl/rand.h>
#include <stdio.h>

void token_new(char token[33])
{
    unsigned char bytes[16] = {0};
    RAND_bytes(bytes, sizeof bytes);
    for (int i = 0; i < 16; i++)
        snprintf(token + 2 * i, 3, "%02x", bytes[i]);
}
