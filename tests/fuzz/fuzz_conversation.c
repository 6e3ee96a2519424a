/* Fuzzes conversation files: what was opened can be saved, and opened again with as many turns. */
#include <stdlib.h>
#include <unistd.h>

#include <sightline/conversation.h>

#include "fuzz.h"

static void open_again(const struct sl_conversation *conversation)
{
    static char path[] = "/tmp/sightline-fuzz.XXXXXX";
    static int fd = -1;
    struct sl_conversation *again = NULL;
    if (fd < 0)
        fd = mkstemp(path);
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
