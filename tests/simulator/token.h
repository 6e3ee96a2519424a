/* Random names for traces and answers. */
#ifndef SIMULATOR_TOKEN_H
#define SIMULATOR_TOKEN_H

/* 32 hexadecimal digits and a zero byte. */
void token_new(char token[33]);

#endif
