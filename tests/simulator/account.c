/* The account. */
#include "account.h"

bool account_answer(struct reply *reply, const char *path)
{
    (void)path;
    cJSON *object = cJSON_CreateObject();
    cJSON_AddStringToObject(object, "object", "account");
    cJSON_AddStringToObject(object, "type", "prepaid");
    cJSON_AddNumberToObject(object, "balance", 12.5);
    cJSON_AddNumberToObject(object, "total_cash_balance", 10);
    cJSON_AddNumberToObject(object, "total_voucher_balance", 2.5);
    return reply_json(reply, object);
}
