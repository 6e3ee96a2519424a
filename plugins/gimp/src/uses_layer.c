/* An answer onto text layers of the image. See uses.h. */
#include "i18n.h"
#include "text_layer.h"
#include "uses.h"

struct said use_text_layer(const struct use *use)
{
    struct sl_error error = SL_ERROR_INIT;
    unsigned count;

    if (text_layer_insert(use->image, use->sent, use->text, &count, &error) != 0)
        return (struct said){SL_LEVEL_ERROR, g_strdup(error.message)};
    return (struct said){
        SL_LEVEL_OK,
        g_strdup_printf(ngettext("%u text layer was inserted; Undo takes it out again",
                                 "%u text layers were inserted; Undo takes them out again", count),
                        count)};
}
