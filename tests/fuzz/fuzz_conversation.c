/* Fuzzes conversation files: what was opened can be saved, and opened again with as many turns. */
#include <stdio.h>
#include <stdlib.h>

#include <sightline/conversation.h>

#include "fuzz.h"

static void open_again(const struct sl_conversation *conversation)
{
    struct sl_conversation *again = NULL;
    char path[64];
    snprintf(path, sizeof path, "%s/talk.json", fuzz_place());
    if (sl_conversation_save(conversation, path, NULL) ||
        sl_conversation_open(&again, path, NULL) ||
        sl_conversation_turns(again) != sl_conversation_turns(conversation))
        abort();
    sl_conversation_free(again);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    struct sl_conversation *conversation = NULL;
    struct sl_error error = SL_ERROR_INIT;
    int code = sl_conversation_open(&conversation, fuzz_file(data, len), &error);
    if (code ? conversation || !error.message[0] : !conversation)
        abort();
    if (!code)
        open_again(conversation);
    sl_conversation_free(conversation);
    return 0;
}
