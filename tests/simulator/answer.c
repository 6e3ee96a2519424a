/* The text of an answer. */
#include "answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "colour.h"
#include "excerpt.h"
#include "schema.h"
#include "shape.h"
#include "token.h"

/* What a terminal, an editor or a page might act on, were it not made harmless. */
static const char controls[] =
    "Controls: bell \a, escape \033[31mred\033[0m, title \033]0;title\a, "
    "backspace \b, delete \177, return \r, zero \0, "
    "C1 \302\233 31m, override \342\200\256desrever\342\200\254.\n"
    "vim: set filetype=sh:\n";

static void add_colour(struct text *text, unsigned rgb)
{
    text_format(text, "#%06x (%s)", rgb, colour_word(rgb));
}

static void add_picture(struct text *text, const struct shown *shown, size_t number)
{
    const struct picture *picture = &shown->picture;
    if (shown->url) {
        text_format(text, "Picture %zu: %s, which nobody fetched.\n\n", number, shown->url);
        return;
    }
    text_format(text, "Picture %zu: %s, %u×%u pixels, %zu bytes. Mean colour ", number,
                picture->format, picture->width, picture->height, picture->bytes);
    add_colour(text, picture->mean);
    text_adds(text, ".\nGrid: ");
    for (int i = 0; i < 9; i++) {
        text_adds(text, i == 0 ? "" : i % 3 ? " " : " / ");
        add_colour(text, picture->grid[i]);
    }
    text_adds(text, "\n\n");
}

static void add_video(struct text *text, const struct video *video)
{
    if (video->url)
        text_format(text, "Video 1: %s, which nobody fetched.\n\n", video->url);
    else if (video->format)
        text_format(text, "Video 1: %s, %u×%u pixels, %.1f s, %zu bytes", video->format,
                    video->width, video->height, video->seconds, video->bytes);
    if (video->first_is_key)
        text_format(text, ", from a key frame at %.1f s", video->start);
    if (video->format)
        text_adds(text, ".\n\n");
}

static void add_content(struct text *text, const struct query *query, const struct plan *plan,
                        size_t number)
{
    text_adds(text, "Simulated answer: no model runs here.\n\n");
    for (size_t i = 0; i < query->picture_count; i++)
        add_picture(text, &query->pictures[i], i + 1);
    add_video(text, &query->video);
    text_add(text, query->results.data, query->results.len);
    text_adds(text, "Asked: ");
    excerpt_add(text, query->asked.data, query->asked.len);
    text_adds(text, "\n");
    if (query->n > 1)
        text_format(text, "\nAlternative %zu of %ld.\n", number, query->n);
    if (plan->lines > 0)
        text_adds(text, "\n");
    for (long i = 1; i <= plan->lines; i++)
        text_format(text, "Line %ld of %ld of a simulated answer.\n", i, plan->lines);
    if (plan->controls > 0)
        text_add(text, controls, sizeof controls - 1);
    text->len--; /* no line end at the end */
    text->data[text->len] = 0;
}

static void cut_at(struct text *text, size_t len)
{
    text->len = len;
    text->data[len] = 0;
}

/* The earliest of all stop sequences ends the text. */
static void cut_at_stops(struct answer *answer, struct text *text)
{
    const cJSON *stop = answer->query->stop;
    const cJSON *one = cJSON_IsArray(stop) ? stop->child : stop;
    for (; one; one = cJSON_IsArray(stop) ? one->next : NULL) {
        const char *word = cJSON_GetStringValue(one);
        const char *at = word && *word ? strstr(text->data, word) : NULL;
        if (!at)
            continue;
        cut_at(text, (size_t)(at - text->data));
        answer->stop = word;
    }
}

static bool cut_to_tokens(struct text *text, long *left)
{
    long tokens = answer_tokens(text->len);
    bool cut = tokens > *left;
    if (cut)
        cut_at(text, text_boundary(text->data, (size_t)*left * 4));
    *left -= cut ? *left : tokens;
    return cut;
}

static void end_calls(struct answer *answer)
{
    while (answer->call_count)
        text_release(&answer->calls[--answer->call_count].arguments);
}

/* The budget holds for the reasoning too, which is spent first, and for each alternative. */
static void cut_to_budget(struct answer *answer, long max_tokens)
{
    long left = max_tokens, calls = 0;
    bool cut = cut_to_tokens(&answer->reasoning, &left);
    for (size_t i = 0; i < answer->call_count; i++)
        calls += answer_tokens(answer->calls[i].arguments.len);
    if (calls > left) {
        end_calls(answer);
        cut = true;
    }
    for (size_t i = 0; i < answer->count; i++) {
        long own = left;
        if (cut_to_tokens(&answer->contents[i], &own))
            cut = true;
    }
    if (cut) {
        answer->finish = "length";
        answer->stop = NULL;
    }
}

static void cut_to_chunks(struct answer *answer, long chunks)
{
    for (size_t i = 0; i < answer->count; i++) {
        size_t end = 0;
        for (long left = chunks; left > 0; left--)
            end = answer_chunk_end(&answer->contents[i], end);
        cut_at(&answer->contents[i], end);
    }
    answer->finish = "length";
    answer->stop = NULL;
}

static void add_reasoning(struct answer *answer, enum protocol protocol)
{
    long count = answer->plan->reasoning;
    if (count < 0) /* the Messages API documents none */
        count = protocol == PROTOCOL_CHAT ? 3 : 0;
    text_adds(&answer->reasoning, "");
    for (long i = 1; i <= count; i++)
        text_format(&answer->reasoning, "Thought %ld of %ld: nobody thinks here.\n", i, count);
    long left = answer->query->reasoning_tokens;
    if (left >= 0)
        cut_to_tokens(&answer->reasoning, &left);
}

/* What part of the picture it wants to see: another one each time. */
static cJSON *look_arguments(long turn)
{
    cJSON *arguments = cJSON_CreateObject();
    cJSON_AddNumberToObject(arguments, "x", 10.0 * (double)turn);
    cJSON_AddNumberToObject(arguments, "y", 20.0 * (double)turn);
    cJSON_AddNumberToObject(arguments, "width", 100.0 * (double)turn);
    cJSON_AddNumberToObject(arguments, "height", 80.0 * (double)turn);
    return arguments;
}

/* Which part of a long video it wants to see again: the next one each time. */
static cJSON *watch_arguments(long turn)
{
    cJSON *arguments = cJSON_CreateObject();
    cJSON_AddNumberToObject(arguments, "part", (double)turn);
    cJSON_AddStringToObject(arguments, "question", "What happens in it?");
    return arguments;
}

static cJSON *arguments_of(const struct tool *tool, long turn)
{
    if (!strcmp(tool->name, "look"))
        return look_arguments(turn);
    if (!strcmp(tool->name, "watch"))
        return watch_arguments(turn);
    return tool->schema ? schema_value(tool->schema, NULL) : cJSON_CreateObject();
}

static void add_call(struct answer *answer, const struct tool *tool)
{
    struct call *call = &answer->calls[answer->call_count++];
    char token[33];
    cJSON *arguments = arguments_of(tool, answer->query->calling_messages + 1);
    char *json = cJSON_PrintUnformatted(arguments);
    token_new(token);
    *call = (struct call){.name = tool->name};
    snprintf(call->id, sizeof call->id, "call_%s", token);
    text_adds(&call->arguments, json);
    cJSON_free(json);
    cJSON_Delete(arguments);
}

/* True when the answer is calls instead of a text. */
static bool add_calls(struct answer *answer)
{
    const struct query *query = answer->query;
    const struct plan *plan = answer->plan;
    bool wanted = query->choice == CALL_ALWAYS || query->calling_messages < plan->tools;
    if (!query->tool_count || query->choice == CALL_NEVER || !wanted)
        return false;
    long count = query->one_at_a_time || plan->tools_at_once < 0 ? 1 : plan->tools_at_once;
    for (long i = 0; i < count; i++)
        add_call(answer,
                 query->chosen ? query->chosen : &query->tools[(size_t)i % query->tool_count]);
    answer->finish = plan->tools_stop > 0 ? "stop" : "tool_calls";
    return true;
}

static void add_contents(struct answer *answer)
{
    for (size_t i = 0; i < answer->count; i++) {
        struct text *text = &answer->contents[i];
        if (answer->call_count) {
            text_adds(text, "");
        } else if (answer->refused) {
            text_adds(text, "Simulated refusal: nobody can help with that here.");
        } else {
            add_content(text, answer->query, answer->plan, i + 1);
            shape_content(text, answer->query, answer->plan);
            cut_at_stops(answer, text);
        }
    }
}

void answer_init(struct answer *answer, const struct query *query, enum protocol protocol)
{
    const struct plan *plan = &query->request->plan;
    *answer = (struct answer){.query = query,
                              .plan = plan,
                              .count = (size_t)query->n,
                              .finish = "stop",
                              .refused = plan->refusal > 0,
                              .prompt_tokens = query_prompt_tokens(query)};
    answer->cached_tokens = cache_tokens(query->request->settings->cache, &query->prefixes);
    add_reasoning(answer, protocol);
    if (!answer->refused)
        add_calls(answer);
    add_contents(answer);
    if (plan->length >= 0)
        cut_to_chunks(answer, plan->length);
    if (query->max_tokens > 0)
        cut_to_budget(answer, query->max_tokens);
    if (plan->finish[0])
        answer->finish = plan->finish;
}

void answer_release(struct answer *answer)
{
    text_release(&answer->reasoning);
    for (size_t i = 0; i < answer->count; i++)
        text_release(&answer->contents[i]);
    end_calls(answer);
}

long answer_tokens(size_t bytes)
{
    return (long)(bytes + 3) / 4;
}

size_t answer_bytes(const struct answer *answer)
{
    size_t bytes = 0;
    for (size_t i = 0; i < answer->count; i++)
        bytes += answer->contents[i].len;
    for (size_t i = 0; i < answer->call_count; i++)
        bytes += answer->calls[i].arguments.len * answer->count;
    return bytes;
}

size_t answer_chunk_end(const struct text *text, size_t start)
{
    size_t end = start + ANSWER_CHUNK;
    return end < text->len ? text_boundary(text->data, end) : text->len;
}

double answer_dollars(const struct answer *answer, long completion_tokens)
{
    double fresh = (double)(answer->prompt_tokens - answer->cached_tokens);
    return (0.20 * fresh + 0.04 * (double)answer->cached_tokens +
            1.15 * (double)completion_tokens) /
           1e6;
}
