/* The record of what was used, and the budget. */
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

/* What one line adds to the sum: nothing for another day, another currency or a damaged line. */
static double line_cost(const char *line, size_t len, const char *day, const char *currency)
{
    cJSON *json = sl__json_parse(line, len, NULL);
    const char *when = sl__json_string(json, "time"), *in = sl__json_string(json, "currency");
    const cJSON *cost = sl__json_member(json, "cost");
    double sum = 0;
    if (when && strncmp(when, day, strlen(day)) == 0 && in && strcmp(in, currency) == 0 &&
        cJSON_IsNumber(cost))
        sum = cost->valuedouble;
    cJSON_Delete(json);
    return sum;
}

static double sum_lines(const char *text, const char *day, const char *currency)
{
    double sum = 0;
    while (*text) {
        size_t len = strcspn(text, "\n");
        sum += line_cost(text, len, day, currency);
        text += len + (text[len] == '\n');
    }
    return sum;
}

/* What was spent today, as far as it is known. */
static double spent_today(const struct sl_config *config, const char *currency)
{
    char day[16], *path = record_path(config), *text = malloc(TAIL + 1);
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    double sum = 0;
    today(day);
    if (fd >= 0 && text) {
        off_t size = lseek(fd, 0, SEEK_END);
        ssize_t len = pread(fd, text, TAIL, size > TAIL ? size - TAIL : 0);
        for (ssize_t i = 0; i < len; i++) /* a crash of the machine leaves such bytes behind */
            text[i] = text[i] ? text[i] : '\n';
        text[len > 0 ? len : 0] = '\0';
        sum = sum_lines(text, day, currency);
    }
    if (fd >= 0)
        close(fd);
    free(path);
    free(text);
    return sum;
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
    double before = config->day_budget >= 0 ? spent_today(config, currency) : 0;
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

void sl__budget_record(const struct sl_config *config, const char *task,
                       const struct sl_usage *usage, const struct sl_cost *cost)
{
    if (usage->input_tokens < 0 && usage->output_tokens < 0)
        return;
    char *line = write_line(config, task, usage, cost), *path = record_path(config);
    if (line && path)
        sl__file_append_private(path, line, NULL);
    cJSON_free(line);
    free(path);
}
