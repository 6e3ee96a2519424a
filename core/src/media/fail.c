/* What can be wrong with any picture, said in one place. */
#include "picture.h"

bool sl__cancelled(const struct sl__input *input)
{
    return input->cancel && atomic_load_explicit(input->cancel, memory_order_relaxed);
}

int sl__fail_caller(const struct sl__input *input, const char *what)
{
    return sl_error_set(input->error, SL_E_INVALID,
                        "%s: %s; this is a mistake of the program that asked, report it there",
                        input->name, what);
}

int sl__fail_cancelled(const struct sl__input *input)
{
    return sl_error_set(input->error, SL_E_CANCELLED, "%s: stopped as asked; ask again to go on",
                        input->name);
}

int sl__fail_memory(const struct sl__input *input)
{
    return sl_error_set(input->error, SL_E_NOMEM,
                        "%s: there is not enough memory for this picture; "
                        "close other programs or make it smaller",
                        input->name);
}

int sl__fail_damaged(const struct sl__input *input)
{
    return sl_error_set(input->error, SL_E_CORRUPT,
                        "%s: the picture is damaged; use another copy, "
                        "or open it in an image editor and save it again",
                        input->name);
}

int sl__fail_cut_short(const struct sl__input *input)
{
    return sl_error_set(input->error, SL_E_CORRUPT,
                        "%s: the picture is cut short; copy or download it again", input->name);
}
