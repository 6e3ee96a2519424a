/* JSON and code. */
#include "shape.h"

#include <ctype.h>
#include <string.h>

#include "colour.h"
#include "described.h"
#include "schema.h"

static void replace(struct text *text, struct text *by)
{
    text_release(text);
    *text = *by;
}

static void add_object(struct text *out, const struct text *text, const cJSON *schema)
{
    if (!schema) {
        text_adds(out, "{\"simulated\":true,\"answer\":");
        text_add_json(out, text->data, text->len);
        text_adds(out, "}");
        return;
    }
    cJSON *value = schema_value(schema, text);
    char *json = cJSON_PrintUnformatted(value);
    text_adds(out, json);
    cJSON_free(json);
    cJSON_Delete(value);
}

/* An answer to “where is which line of text”, in thousandths of the picture. */
static const char placed_lines[] =
    "{\"lines\":[{\"text\":\"Simulated sign\",\"left\":100,\"top\":50,\"right\":600,"
    "\"bottom\":150},{\"text\":\"Second line\",\"left\":500,\"top\":800,\"right\":950,"
    "\"bottom\":900}]}";

static void shape_json(struct text *text, const struct query *query, const struct plan *plan,
                       const cJSON *schema)
{
    struct text out = {0};
    if (plan->json == JSON_INVALID || (plan->json == JSON_REPAIR && query->user_messages < 2))
        return;
    if (plan->json == JSON_FENCED)
        text_adds(&out, "Here it is:\n\n```json\n");
    if (plan->json == JSON_LINES)
        text_adds(&out, placed_lines);
    else
        add_object(&out, text, schema);
    if (plan->json == JSON_FENCED)
        text_adds(&out, "\n```\n");
    replace(text, &out);
}

static const struct source {
    const char *name, *language, *code;
} sources[] = {
    {"index.html", "html", "<main>\n  <p>Simulated page 1.</p>\n</main>\n"},
    {"style.css", "css", "main {\n  margin: 1em;\n}\n"},
    {"script.js", "js", "console.log(`Simulated script`);\n"},
};

#define SOURCES (sizeof sources / sizeof sources[0])

static void add_fenced(struct text *out, const struct source *source)
{
    text_format(out, "```%s\n%s```\n\n", source->language, source->code);
}

static void add_named_files(struct text *out, long count)
{
    for (long i = 0; i < count; i++) {
        const struct source *source = &sources[(size_t)i % SOURCES];
        if ((size_t)i < SOURCES)
            text_format(out, "### %s\n\n", source->name);
        else
            text_format(out, "### part%ld/%s\n\n", i / (long)SOURCES + 1, source->name);
        add_fenced(out, source);
    }
}

static void shape_code(struct text *text, const struct plan *plan)
{
    struct text out = {0};
    if (plan->no_fence > 0) {
        text_adds(&out, sources[0].code);
        replace(text, &out);
        return;
    }
    text_add(&out, text->data, text->len);
    text_adds(&out, "\n\n");
    if (plan->fence_inside > 0)
        text_adds(&out, "````markdown\n# Simulated\n\n```sh\nmake\n```\n\nThat was it.\n````\n\n");
    else if (plan->fences > 1)
        add_named_files(&out, plan->fences);
    else
        add_fenced(&out, &sources[0]);
    text_adds(&out, "That is all.");
    replace(text, &out);
}

/* What the last user message has between the tags, or nothing. */
static struct text selection_of(const struct query *query)
{
    static const char open[] = "<selection>\n", close[] = "\n</selection>";
    const char *asked = query->asked.data ? query->asked.data : "", *start = NULL, *next;
    struct text selection = {0};
    for (next = strstr(asked, open); next; next = strstr(start, open))
        start = next + sizeof open - 1;
    next = start ? strstr(start, close) : NULL;
    text_add(&selection, start ? start : "", next ? (size_t)(next - start) : 0);
    return selection;
}

static void add_line(struct text *out, const char *line, size_t len, enum rewriting how)
{
    for (size_t i = 0; i < len; i++) {
        char byte = how == REWRITE_UPPER ? (char)toupper((unsigned char)line[i]) : line[i];
        text_add(out, &byte, 1);
    }
    text_adds(out, "\n");
}

static void shape_rewrite(struct text *text, const struct query *query, enum rewriting how)
{
    struct text out = {0}, selection = selection_of(query);
    text_adds(&out, "Simulated rewrite:\n\n`````\n");
    for (const char *line = selection.data; line && how != REWRITE_NONE;) {
        size_t len = strcspn(line, "\n");
        add_line(&out, line, len, how);
        if (how == REWRITE_TWICE)
            add_line(&out, line, len, how);
        line = line[len] ? line + len + 1 : NULL;
    }
    text_adds(&out, "`````");
    text_release(&selection);
    replace(text, &out);
}

/* A line about the first picture. */
static void shape_alt(struct text *text, const struct query *query, enum alt_answer how)
{
    const struct shown *shown = query->picture_count ? &query->pictures[0] : NULL;
    const char *colour = shown && !shown->url ? colour_word(shown->picture.mean) : "address";
    struct text out = {0};
    if (how == ALT_DECORATIVE || (how == ALT_BY_COLOUR && strcmp(colour, "blue") == 0))
        text_adds(&out, "[decorative]");
    else if (how == ALT_HOSTILE)
        text_format(&out, "A \"%s\" [one] *of* 5%% {{x}} <b> & 'y', \\z", colour);
    else
        text_format(&out, "A simulated %s picture", colour);
    replace(text, &out);
}

void shape_content(struct text *text, const struct query *query, const struct plan *plan)
{
    cJSON *described = query->json == JSON_SCHEMA ? NULL : described_schema(query->body);
    if (query->json != JSON_NONE || described)
        shape_json(text, query, plan, described ? described : query->schema);
    else if (plan->alt >= 0)
        shape_alt(text, query, (enum alt_answer)plan->alt);
    else if (plan->rewrite >= 0)
        shape_rewrite(text, query, (enum rewriting)plan->rewrite);
    else if (plan->fences > 0 || plan->fence_inside > 0 || plan->no_fence > 0)
        shape_code(text, plan);
    cJSON_Delete(described);
}
