/* The record of what was used, and the budget. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "budget.h"
#include "buf.h"
#include "file.h"
#include "json.h"

enum { TAIL = 1 << 20 }; /* as much of the end of the file as a day can fill */

static char *record_path(const struct sl_config *config)
{
    struct sl__buf path = SL__BUF_INIT(8192);
    if (sl__buf_addf(&path, "%s/usage.jsonl", config->state_dir))
        sl__buf_release(&path);
    return sl__buf_take(&path);
}

/* Days are those of the person's clock. */
static void today(char day[16])
{
    time_t now = time(NULL);
    struct tm parts;
    localtime_r(&now, &parts);
    strftime(day, 16, "%Y-%m-%d", &parts);
}

/* The end of the record, as a text that is the caller's, or NULL without one. */
static int read_end(const struct sl_config *config, size_t most, bool *whole, char **end)
{
    char *path = record_path(config);
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    off_t size = fd >= 0 ? lseek(fd, 0, SEEK_END) : 0;
    size_t wanted = size > (off_t)most ? most : size > 0 ? (size_t)size : 0;
    char *text = fd >= 0 ? malloc(wanted + 1) : NULL;
    ssize_t len = text ? pread(fd, text, wanted, size - (off_t)wanted) : 0;
    for (ssize_t i = 0; i < len; i++) /* a crash of the machine leaves such bytes behind */
        text[i] = text[i] ? text[i] : '\n';
    if (text)
        text[len > 0 ? len : 0] = '\0';
    *whole = size <= (off_t)most;
    if (fd >= 0)
        close(fd);
    free(path);
    *end = text;
    return !path || (fd >= 0 && !text) ? SL_E_NOMEM : 0;
}

int sl__budget_read(const struct sl_config *config, size_t most, bool *whole,
                    int (*take)(const cJSON *line, void *data), void *data)
{
    char *text;
    int code = read_end(config, most, whole, &text);
    for (const char *line = text; line && *line && !code;) {
        size_t len = strcspn(line, "\n");
        cJSON *json = sl__json_parse(line, len, NULL);
        if (cJSON_IsObject(json))
            code = take(json, data);
        else if (!json && errno == ENOMEM)
            code = SL_E_NOMEM;
        cJSON_Delete(json);
        line += len + (line[len] == '\n');
    }
    free(text);
    return code;
}

/* What was spent on a day in a currency. */
struct spent {
    char day[16];
    const char *currency;
    double sum;
};

static int add_cost(const cJSON *line, void *data)
{
    struct spent *spent = data;
    const char *when = sl__json_string(line, "time"), *in = sl__json_string(line, "currency");
    const cJSON *cost = sl__json_member(line, "cost");
    if (when && strncmp(when, spent->day, strlen(spent->day)) == 0 && in &&
        strcmp(in, spent->currency) == 0 && cJSON_IsNumber(cost))
        spent->sum += cost->valuedouble;
    return 0;
}

/* What was spent today, as far as it is known. */
static int sum_today(const struct sl_config *config, const char *currency, double *sum)
{
    struct spent spent = {.currency = currency};
    bool whole;
    today(spent.day);
    int code = sl__budget_read(config, TAIL, &whole, add_cost, &spent);
    *sum = spent.sum;
    return code;
}

const char *sl__budget_currency(const struct sl_config *config)
{
    const struct sl__model *model = &config->model_row;
    if (model->own_price)
        return model->prices[0].currency;
    return config->row->currency ? config->row->currency : "USD";
}

int sl__budget_check(const struct sl_config *config, double spent, double estimate,
                     struct sl_error *error)
{
    const char *currency = sl__budget_currency(config);
    double next = estimate > 0 ? estimate : 0;
    if (config->request_budget >= 0 && spent + next > config->request_budget)
        return sl_error_set(error, SL_E_BUDGET,
                            "to send this is estimated at %.4f %s, and budget.request allows %.4f; "
                            "send less, or raise it in the configuration",
                            spent + next, currency, config->request_budget);
    double before = 0;
    if (config->day_budget >= 0 && sum_today(config, currency, &before))
        return sl_error_set(error, SL_E_NOMEM, "there is no memory left");
    if (config->day_budget >= 0 && before + next > config->day_budget)
        return sl_error_set(error, SL_E_BUDGET,
                            "%.4f %s were spent today, and budget.day allows %.4f; go on tomorrow, "
                            "or raise it in the configuration",
                            before, currency, config->day_budget);
    return 0;
}

static bool add_count(cJSON *json, const char *name, int64_t count)
{
    return count < 0 || cJSON_AddNumberToObject(json, name, (double)count);
}

static char *write_line(const struct sl_config *config, const char *task,
                        const struct sl_usage *usage, const struct sl_cost *cost)
{
    char now[32];
    time_t seconds = time(NULL);
    struct tm parts;
    localtime_r(&seconds, &parts);
    strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%S%z", &parts);
    cJSON *json = cJSON_CreateObject();
    bool good = cJSON_AddStringToObject(json, "time", now) &&
                cJSON_AddStringToObject(json, "provider", config->provider) &&
                cJSON_AddStringToObject(json, "model", config->model) &&
                cJSON_AddStringToObject(json, "task", task) &&
                add_count(json, "input_tokens", usage->input_tokens) &&
                add_count(json, "cached_tokens", usage->cached_tokens) &&
                add_count(json, "output_tokens", usage->output_tokens);
    if (good && cost->amount >= 0)
        good = cJSON_AddNumberToObject(json, "cost", cost->amount) &&
               cJSON_AddStringToObject(json, "currency", cost->currency) &&
               cJSON_AddBoolToObject(json, "estimated", cost->estimated);
    char *line = good ? cJSON_PrintUnformatted(json) : NULL;
    cJSON_Delete(json);
    return line;
}

int sl__budget_record(const struct sl_config *config, const char *task,
                      const struct sl_usage *usage, const struct sl_cost *cost,
                      struct sl_error *error)
{
    if (usage->input_tokens < 0 && usage->output_tokens < 0)
        return 0;
    char *line = write_line(config, task, usage, cost), *path = record_path(config);
    int code = line && path
                   ? sl__file_append_private(path, line, error)
                   : sl_error_set(error, SL_E_NOMEM, "there is no memory left to note the cost");
    cJSON_free(line);
    free(path);
    return code;
}
