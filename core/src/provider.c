/* Providers, as data. Addresses and fields: the vendors' API references. */
#include <string.h>

#include "parameter.h"
#include "provider.h"

/* Settings that every protocol of every provider documents. */
#define COMMON                                                                                     \
    (SL__BIT(SL__TEMPERATURE) | SL__BIT(SL__TOP_P) | SL__BIT(SL__MAX_TOKENS) | SL__BIT(SL__STOP) | \
     SL__BIT(SL__EXTRA))
/* And those that most servers of Chat Completions do. */
#define COMMON_CHAT                                                                                \
    (COMMON | SL__BIT(SL__SEED) | SL__BIT(SL__FREQUENCY_PENALTY) | SL__BIT(SL__PRESENCE_PENALTY) | \
     SL__BIT(SL__LOGPROBS) | SL__BIT(SL__TOP_LOGPROBS) | SL__BIT(SL__TOOL_CHOICE) |                \
     SL__BIT(SL__PARALLEL_TOOL_CALLS))
#define REASONING (SL__BIT(SL__REASONING_MAX_TOKENS) | SL__BIT(SL__REASONING_EXCLUDE))

#define STEPFUN_TAKES                                                                              \
    (SL__TAKES_DETAIL | SL__TAKES_ADDRESSES | SL__TAKES_VIDEO | SL__TAKES_TOOLS | SL__TAKES_JSON | \
     SL__TAKES_SCHEMA | SL__REPLAYS_REASONING)

/* Stored files are documented for the platforms, not for the subscription. */
#define STEPFUN_ABILITIES(stored)                                                                  \
    {                                                                                              \
        [SL__CHAT] = {true, SL__EFFORT_FLAT, STEPFUN_TAKES | (stored),                             \
                      COMMON | SL__BIT(SL__N) | SL__BIT(SL__FREQUENCY_PENALTY) |                   \
                          SL__BIT(SL__TOOL_CHOICE),                                                \
                      "max_tokens"},                                                               \
        [SL__MESSAGES] = {true, SL__EFFORT_OUTPUT, SL__TAKES_ADDRESSES | SL__TAKES_TOOLS,          \
                          COMMON | SL__BIT(SL__TOP_K), "max_tokens"},                              \
    }

enum { MAX_FILES = 1000 }; /* of one user: the page of the Files API */

static const struct sl__provider_row providers[] = {
    {"stepfun", "https://api.stepfun.ai/v1", "step-3.7-flash", "STEP_API_KEY",
     "https://platform.stepfun.ai/interface-key", "stepfun-cn", "USD", 5,
     STEPFUN_ABILITIES(SL__TAKES_STORED), 0, MAX_FILES},
    {"stepfun-cn", "https://api.stepfun.com/v1", "step-3.7-flash", "STEP_API_KEY",
     "https://platform.stepfun.com/interface-key", "stepfun", "CNY", 5,
     STEPFUN_ABILITIES(SL__TAKES_STORED), 0, MAX_FILES},
    {"step-plan", "https://api.stepfun.ai/step_plan/v1", "step-3.7-flash", "STEP_API_KEY",
     "https://platform.stepfun.ai/interface-key", "stepfun", NULL, 5, STEPFUN_ABILITIES(0), 0, 0},
    {"aimlapi",
     "https://api.aimlapi.com/v1",
     "stepfun/step-3.7-flash",
     "AIMLAPI_API_KEY",
     "https://aimlapi.com/app/keys",
     NULL,
     "USD",
     5,
     {[SL__CHAT] = {true, SL__EFFORT_NESTED,
                    SL__TAKES_DETAIL | SL__TAKES_ADDRESSES | SL__TAKES_VIDEO | SL__TAKES_TOOLS |
                        SL__TAKES_JSON | SL__TAKES_SCHEMA | SL__TAKES_STREAM_OPTIONS,
                    COMMON_CHAT | SL__BIT(SL__N) | REASONING, "max_completion_tokens"}},
     0,
     0},
    {"openrouter",
     "https://openrouter.ai/api/v1",
     "stepfun/step-3.7-flash",
     "OPENROUTER_API_KEY",
     "https://openrouter.ai/settings/keys",
     NULL,
     "USD",
     5,
     {[SL__CHAT] = {true, SL__EFFORT_NESTED,
                    SL__TAKES_DETAIL | SL__TAKES_ADDRESSES | SL__TAKES_VIDEO | SL__TAKES_TOOLS |
                        SL__TAKES_JSON | SL__TAKES_SCHEMA | SL__REPLAYS_DETAILS,
                    COMMON_CHAT | SL__BIT(SL__TOP_K) | REASONING, "max_tokens"}},
     0,
     0},
    /* The quirks are llama-server's. */
    {"local",
     "http://127.0.0.1:8080/v1",
     "step3-vl-10b",
     NULL,
     NULL,
     NULL,
     NULL,
     4,
     {[SL__CHAT] = {true, SL__EFFORT_NOWHERE,
                    SL__TAKES_TOOLS | SL__TAKES_JSON | SL__TAKES_SCHEMA | SL__TAKES_STREAM_OPTIONS,
                    COMMON_CHAT | SL__BIT(SL__TOP_K) | SL__BIT(SL__N), "max_tokens"},
      [SL__MESSAGES] = {true, SL__EFFORT_NOWHERE, SL__TAKES_TOOLS,
                        COMMON | SL__BIT(SL__TOP_K) | SL__BIT(SL__TOOL_CHOICE), "max_tokens"}},
     SL__CLOSES_EARLY | SL__JPEG_AND_PNG | SL__LASTING_ERRORS,
     0},
    {"simulator", "http://127.0.0.1:8765/v1", "step-3.7-flash", NULL, NULL, NULL, "USD", 8,
     STEPFUN_ABILITIES(SL__TAKES_STORED), 0, MAX_FILES},
};

static const size_t provider_count = sizeof providers / sizeof *providers;

const struct sl__provider_row *sl__provider_find(const char *name)
{
    for (size_t i = 0; i < provider_count; i++) {
        if (strcmp(providers[i].name, name) == 0)
            return &providers[i];
    }
    return NULL;
}

const struct sl__provider_row *sl__provider_at(size_t index)
{
    return index < provider_count ? &providers[index] : NULL;
}
