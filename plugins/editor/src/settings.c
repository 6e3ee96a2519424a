/* The configuration as the client's next request uses it. */
#include "settings.h"

#include <string.h>

#include "events.h"
#include "running.h"

/* The configuration, or NULL after the editor was told why not. */
static struct sl_config *load(struct commands *commands, double number)
{
    struct sl_error error = SL_ERROR_INIT;
    struct sl_config *config = NULL;

    if (sl_client_config(commands->client, &config, &error) == 0)
        return config;
    running_emit(commands, event_of_failure(number, &error));
    return NULL;
}

void settings_info(struct commands *commands, double number, cJSON *message)
{
    struct sl_config *config = load(commands, number);

    (void)message;
    if (config)
        running_emit(commands, event_of_configuration(number, config));
    sl_config_free(config);
}

/* The person agreed to what was shown, which an edit of the file may have changed since. */
static int agree(const struct sl_config *config, const char *shown, struct sl_error *error)
{
    if (!shown || strcmp(shown, sl_config_base_url(config)) != 0)
        return sl_error_set(error, SL_E_INVALID,
                            "the configuration names another server now; ask again");
    return sl_config_agree(config, error);
}

void settings_agree(struct commands *commands, double number, cJSON *message)
{
    struct sl_config *config = load(commands, number);
    struct sl_error error = SL_ERROR_INIT;

    if (config)
        running_emit(commands, agree(config, commands_text(message, "base_url"), &error)
                                   ? event_of_failure(number, &error)
                                   : event_of_end(number, ""));
    sl_config_free(config);
}

void settings_providers(struct commands *commands, double number, cJSON *message)
{
    struct sl_config *config = load(commands, number);
    const char *name;

    (void)message;
    if (!config)
        return;
    for (size_t i = 0; (name = sl_config_provider_at(config, i)); i++)
        running_emit(commands, event_of_provider(number, name,
                                                 strcmp(name, sl_config_provider(config)) == 0));
    running_emit(commands, event_of_configuration(number, config));
    sl_config_free(config);
}

static int choose(struct commands *commands, const cJSON *message, struct sl_error *error)
{
    const char *provider = commands_text(message, "provider");
    const char *model = commands_text(message, "model");

    if (!provider && !model)
        return sl_error_set(error, SL_E_INVALID, "choose: a provider or a model must be named");
    return sl_client_choose(commands->client, provider, model, error);
}

void settings_choose(struct commands *commands, double number, cJSON *message)
{
    struct sl_error error = SL_ERROR_INIT;

    if (choose(commands, message, &error))
        running_emit(commands, event_of_failure(number, &error));
    else
        settings_info(commands, number, message);
}

void settings_usage(struct commands *commands, double number, cJSON *message)
{
    struct sl_config *config = load(commands, number);
    struct sl_error error = SL_ERROR_INIT;
    struct sl_usage_sums *sums = NULL;
    const struct sl_usage_sum *sum;

    (void)message;
    if (!config)
        return;
    if (sl_usage_sums_load(&sums, config, &error)) {
        running_emit(commands, event_of_failure(number, &error));
    } else {
        for (size_t i = 0; (sum = sl_usage_sums_at(sums, i)); i++)
            running_emit(commands, event_of_usage(number, sum));
        running_emit(commands,
                     event_of_budget(number, sl_usage_sums_budget(sums), sl_usage_sums_cut(sums)));
    }
    sl_usage_sums_free(sums);
    sl_config_free(config);
}
