/* The text of an answer. */
#include "answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "colour.h"

#define ASKED_CHARACTERS 60

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

static void add_picture(struct text *text, const struct picture *picture, size_t number)
{
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

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* How the instruction begins, with white space made single spaces. */
static void add_asked(struct text *text, const struct text *asked)
{
    size_t characters = 0, i = 0;
    text_adds(text, "Asked: “");
    while (i < asked->len && is_space(asked->data[i]))
        i++;
    for (; i < asked->len; i++) {
        bool space = is_space(asked->data[i]);
        if (space && (i + 1 == asked->len || is_space(asked->data[i + 1])))
            continue;
        if (((unsigned char)asked->data[i] & 0xc0) != 0x80 && ++characters > ASKED_CHARACTERS)
            break;
        text_add(text, space ? " " : asked->data + i, 1);
    }
    text_adds(text, i < asked->len ? "…”\n" : "”\n");
}

static void add_content(struct text *text, const struct chat *chat, const struct plan *plan)
{
    text_adds(text, "Simulated answer: no model runs here.\n\n");
    for (size_t i = 0; i < chat->picture_count; i++)
        add_picture(text, &chat->pictures[i], i + 1);
    add_asked(text, &chat->asked);
    if (plan->lines > 0)
        text_adds(text, "\n");
    for (long i = 1; i <= plan->lines; i++)
        text_format(text, "Line %ld of %ld of a simulated answer.\n", i, plan->lines);
    if (plan->controls > 0)
        text_add(text, controls, sizeof controls - 1);
    text->len--; /* no line end at the end */
    text->data[text->len] = 0;
}

/* JSON mode: an object that holds the same text. */
static void wrap_in_json(struct text *text)
{
    struct text object = {0};
    text_adds(&object, "{\"simulated\":true,\"answer\":");
    text_add_json(&object, text->data, text->len);
    text_adds(&object, "}");
    text_release(text);
    *text = object;
}

static void cut_at(struct text *text, size_t len)
{
    text->len = len;
    text->data[len] = 0;
}

static void cut_at_stop(struct text *text, const char *stop)
{
    const char *at = stop && *stop ? strstr(text->data, stop) : NULL;
    if (at)
        cut_at(text, (size_t)(at - text->data));
}

static void cut_at_stops(struct text *text, const cJSON *stop)
{
    const cJSON *one;
    cut_at_stop(text, cJSON_GetStringValue(stop));
    cJSON_ArrayForEach(one, stop)
    {
        cut_at_stop(text, cJSON_GetStringValue(one));
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

/* The budget holds for the reasoning too, which is spent first. */
static void cut_to_budget(struct answer *answer, long max_tokens)
{
    long left = max_tokens;
    bool cut = cut_to_tokens(&answer->reasoning, &left);
    if (cut_to_tokens(&answer->content, &left) || cut)
        answer->finish = "length";
}

void answer_init(struct answer *answer, const struct chat *chat, const struct plan *plan)
{
    *answer = (struct answer){.finish = "stop", .prompt_tokens = chat_prompt_tokens(chat)};
    text_adds(&answer->reasoning, "");
    for (long i = 1; i <= plan->reasoning; i++)
        text_format(&answer->reasoning, "Thought %ld of %ld: nobody thinks here.\n", i,
                    plan->reasoning);
    add_content(&answer->content, chat, plan);
    if (chat->json)
        wrap_in_json(&answer->content);
    cut_at_stops(&answer->content, cJSON_GetObjectItemCaseSensitive(chat->body, "stop"));
    if (chat->max_tokens > 0)
        cut_to_budget(answer, chat->max_tokens);
    if (plan->finish[0])
        answer->finish = plan->finish;
}

void answer_release(struct answer *answer)
{
    text_release(&answer->reasoning);
    text_release(&answer->content);
}

long answer_tokens(size_t bytes)
{
    return (long)(bytes + 3) / 4;
}

cJSON *answer_usage(const struct answer *answer, size_t reasoning_bytes, size_t content_bytes)
{
    long reasoning = answer_tokens(reasoning_bytes);
    long completion = reasoning + answer_tokens(content_bytes);
    cJSON *usage = cJSON_CreateObject();
    cJSON_AddNumberToObject(usage, "prompt_tokens", (double)answer->prompt_tokens);
    cJSON_AddNumberToObject(usage, "completion_tokens", (double)completion);
    cJSON_AddNumberToObject(usage, "total_tokens", (double)(answer->prompt_tokens + completion));
    cJSON *details = cJSON_AddObjectToObject(usage, "prompt_tokens_details");
    cJSON_AddNumberToObject(details, "cached_tokens", 0);
    details = cJSON_AddObjectToObject(usage, "completion_tokens_details");
    cJSON_AddNumberToObject(details, "reasoning_tokens", (double)reasoning);
    return usage;
}
