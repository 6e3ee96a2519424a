/* reasoning_details: kept as they came, so that they can go back to the server. */
#include <string.h>

#include "answer.h"
#include "json.h"
#include "utf8.h"

enum { MOST_DETAIL_MEMBERS = 64 };

int sl__answer_settle_detail(struct sl__answer *answer)
{
    cJSON *last = answer->last_detail;
    if (answer->detail.len == 0)
        return 0;
    const char *field = sl__json_string(last, "text") ? "text" : "summary";
    cJSON *text = cJSON_CreateString(answer->detail.data);
    sl__buf_reset(&answer->detail);
    if (text && cJSON_ReplaceItemInObjectCaseSensitive(last, field, text))
        return 0;
    cJSON_Delete(text);
    return SL_E_NOMEM;
}

/* What goes back to the server must be JSON that it can read, and not without end. */
static int weigh_detail(struct sl__answer *answer, const cJSON *detail, bool *good)
{
    char *text = cJSON_PrintUnformatted(detail);
    size_t len = text ? strlen(text) : 0;
    *good = text && cJSON_IsObject(detail) && sl__utf8_is_valid(text, len);
    cJSON_free(text);
    answer->details_len += *good ? len : 0;
    if (!text)
        return SL_E_NOMEM;
    return answer->details_len > SL__MAX_ANSWER ? SL_E_TOO_LARGE : 0;
}

static bool same_member(const cJSON *a, const cJSON *b, const char *name)
{
    const cJSON *left = sl__json_member(a, name), *right = sl__json_member(b, name);
    return left == right || cJSON_Compare(left, right, true);
}

/* Signatures and the like come with any of the pieces. */
static int join_detail(struct sl__answer *answer, cJSON *last, const cJSON *detail)
{
    const cJSON *item;
    int code = 0;
    cJSON_ArrayForEach(item, detail)
    {
        const cJSON *known = sl__json_member(last, item->string);
        bool said = strcmp(item->string, "text") == 0 || strcmp(item->string, "summary") == 0;
        if (code || (said && !cJSON_IsString(item)))
            continue;
        if (said) {
            code = sl__buf_adds(&answer->detail, item->valuestring);
        } else if (!known || cJSON_IsNull(known)) {
            cJSON *copy = cJSON_Duplicate(item, true);
            cJSON_DeleteItemFromObjectCaseSensitive(last, item->string);
            if (!copy || !cJSON_AddItemToObject(last, item->string, copy)) {
                cJSON_Delete(copy);
                code = SL_E_NOMEM;
            }
        }
    }
    return code;
}

static const char *said_in(const cJSON *detail)
{
    const char *text = sl__json_string(detail, "text");
    return text ? text : sl__json_string(detail, "summary");
}

static int add_detail(struct sl__answer *answer, const cJSON *detail)
{
    const char *said = said_in(detail);
    int code = sl__answer_settle_detail(answer);
    if (!code && !answer->details)
        answer->details = cJSON_CreateArray();
    cJSON *copy = code ? NULL : cJSON_Duplicate(detail, true);
    if (!copy || !cJSON_AddItemToArray(answer->details, copy)) {
        cJSON_Delete(copy);
        return SL_E_NOMEM;
    }
    answer->last_detail = copy;
    return said ? sl__buf_adds(&answer->detail, said) : 0;
}

/* Whether a piece belongs to what the last one said. */
static bool goes_with(const cJSON *last, const cJSON *piece)
{
    return last && said_in(last) && said_in(piece) && same_member(last, piece, "type") &&
           same_member(last, piece, "index") &&
           cJSON_GetArraySize(last) + cJSON_GetArraySize(piece) <= MOST_DETAIL_MEMBERS;
}

int sl__answer_detail(struct sl__answer *answer, const cJSON *detail, bool goes_on)
{
    bool good;
    int code = weigh_detail(answer, detail, &good);
    if (code || !good)
        return code;
    return goes_on && goes_with(answer->last_detail, detail)
               ? join_detail(answer, answer->last_detail, detail)
               : add_detail(answer, detail);
}
