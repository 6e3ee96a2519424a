/* Questions, answers and reasoning in the dialog. See transcript.h. */
#include "transcript.h"

#include "i18n.h"

#define LINE_SPACING 2
#define REASONING_HEIGHT 110
#define ALT_CHARACTERS 150 /* what the task asks for */

/* A text in a scrolled window. */
struct pane {
    GtkWidget *scrolled;
    GtkWidget *view;
    GtkTextBuffer *buffer;
    bool follow; /* the end is in view, and is to stay so */
};

struct transcript {
    GtkWidget *column;
    GtkWidget *heading, *note;
    GtkWidget *expander;
    struct pane reasoning, text;
    GtkTextMark *start; /* of the answer */
    GtkTextTag *asked, *code, *fixed;
    bool alt;
    GtkTextTag *tag; /* of the answer: code or NULL */
};

static double end_of(GtkAdjustment *scroll)
{
    return gtk_adjustment_get_upper(scroll) - gtk_adjustment_get_page_size(scroll);
}

static void on_scrolled(GtkAdjustment *scroll, struct pane *pane)
{
    pane->follow = gtk_adjustment_get_value(scroll) >= end_of(scroll) - 1;
}

/* The text is measured a while after it was inserted; only then is its end known. */
static void on_grown(GtkAdjustment *scroll, struct pane *pane)
{
    if (pane->follow)
        gtk_adjustment_set_value(scroll, end_of(scroll));
}

static void init_view(struct pane *pane, const char *name)
{
    pane->view = gtk_text_view_new();
    GtkTextView *view = GTK_TEXT_VIEW(pane->view);

    gtk_text_view_set_editable(view, FALSE);
    gtk_text_view_set_accepts_tab(view, FALSE);
    gtk_text_view_set_wrap_mode(view, GTK_WRAP_WORD_CHAR);
    gtk_text_view_set_left_margin(view, SPACING);
    gtk_text_view_set_right_margin(view, SPACING);
    gtk_text_view_set_pixels_above_lines(view, LINE_SPACING);
    gtk_text_view_set_pixels_below_lines(view, LINE_SPACING);
    atk_object_set_name(gtk_widget_get_accessible(pane->view), name);
    pane->buffer = gtk_text_view_get_buffer(view);
}

static void init_pane(struct pane *pane, const char *name)
{
    init_view(pane, name);
    pane->scrolled = gtk_scrolled_window_new(NULL, NULL);
    GtkScrolledWindow *scrolled = GTK_SCROLLED_WINDOW(pane->scrolled);
    GtkAdjustment *scroll = gtk_scrolled_window_get_vadjustment(scrolled);

    gtk_scrolled_window_set_policy(scrolled, GTK_POLICY_AUTOMATIC, GTK_POLICY_AUTOMATIC);
    gtk_scrolled_window_set_shadow_type(scrolled, GTK_SHADOW_IN);
    gtk_container_add(GTK_CONTAINER(scrolled), pane->view);
    pane->follow = true;
    g_signal_connect(scroll, "value-changed", G_CALLBACK(on_scrolled), pane);
    g_signal_connect(scroll, "changed", G_CALLBACK(on_grown), pane);
}

static void insert(struct pane *pane, const char *text, gssize len, GtkTextTag *tag)
{
    GtkTextIter end;

    gtk_text_buffer_get_end_iter(pane->buffer, &end);
    if (tag)
        gtk_text_buffer_insert_with_tags(pane->buffer, &end, text, (int)len, tag, NULL);
    else
        gtk_text_buffer_insert(pane->buffer, &end, text, (int)len);
}

/* Stays hidden until there is something to unfold. */
static void init_expander(struct transcript *transcript)
{
    transcript->expander = gtk_expander_new_with_mnemonic(_("_Reasoning"));
    gtk_widget_set_size_request(transcript->reasoning.scrolled, -1, REASONING_HEIGHT);
    gtk_container_add(GTK_CONTAINER(transcript->expander), transcript->reasoning.scrolled);
    gtk_widget_show(transcript->reasoning.view);
    /* In GTK 3 Tab would go to what is folded away. */
    g_object_bind_property(transcript->expander, "expanded", transcript->reasoning.scrolled,
                           "visible", G_BINDING_SYNC_CREATE);
    gtk_widget_set_no_show_all(transcript->expander, TRUE);
}

/* What has to be known of alt text. */
static void show_note(struct transcript *transcript)
{
    char *answer = transcript_answer(transcript);
    long count = g_utf8_strlen(answer, -1);
    char *note = g_strdup_printf(
        _("Machine-written: check before publishing. %ld of %d characters"), count, ALT_CHARACTERS);

    gtk_label_set_text(GTK_LABEL(transcript->note), transcript->alt && count > 0 ? note : "");
    g_free(note);
    g_free(answer);
}

static void on_changed(GtkTextBuffer *buffer, struct transcript *transcript)
{
    (void)buffer;
    show_note(transcript);
}

static void init_heading(struct transcript *transcript)
{
    GtkWidget *label = gtk_label_new_with_mnemonic(_("_Answer:"));

    gtk_label_set_mnemonic_widget(GTK_LABEL(label), transcript->text.view);
    transcript->note = gtk_label_new(NULL);
    g_object_set(transcript->note, "xalign", 0.0, "ellipsize", PANGO_ELLIPSIZE_END, NULL);
    transcript->heading = ROW(SPACING);
    gtk_box_pack_start(GTK_BOX(transcript->heading), label, FALSE, FALSE, 0);
    gtk_box_pack_start(GTK_BOX(transcript->heading), transcript->note, TRUE, TRUE, SPACING);
}

struct transcript *transcript_new(void)
{
    struct transcript *transcript = g_new0(struct transcript, 1);

    init_pane(&transcript->reasoning, _("Reasoning"));
    init_pane(&transcript->text, _("Answer"));
    init_expander(transcript);
    transcript->asked = gtk_text_buffer_create_tag(transcript->text.buffer, NULL, "weight",
                                                   PANGO_WEIGHT_BOLD, NULL);
    transcript->code = gtk_text_buffer_create_tag(transcript->text.buffer, NULL, "family",
                                                  "monospace", "wrap-mode", GTK_WRAP_NONE, NULL);
    transcript->fixed =
        gtk_text_buffer_create_tag(transcript->text.buffer, NULL, "editable", FALSE, NULL);
    init_heading(transcript);
    transcript->column = COLUMN(SPACING);
    gtk_box_pack_start(GTK_BOX(transcript->column), transcript->heading, FALSE, FALSE, 0);
    gtk_box_pack_start(GTK_BOX(transcript->column), transcript->expander, FALSE, FALSE, 0);
    gtk_box_pack_start(GTK_BOX(transcript->column), transcript->text.scrolled, TRUE, TRUE, 0);
    transcript_begin(transcript, false);
    g_signal_connect(transcript->text.buffer, "changed", G_CALLBACK(on_changed), transcript);
    return transcript;
}

void transcript_free(struct transcript *transcript)
{
    g_free(transcript);
}

GtkWidget *transcript_widget(const struct transcript *transcript)
{
    return transcript->column;
}

GtkWidget *transcript_heading(const struct transcript *transcript)
{
    return transcript->heading;
}

char *transcript_answer(const struct transcript *transcript)
{
    GtkTextBuffer *buffer = transcript->text.buffer;
    GtkTextIter start, end;

    gtk_text_buffer_get_iter_at_mark(buffer, &start, transcript->start);
    gtk_text_buffer_get_end_iter(buffer, &end);
    return gtk_text_buffer_get_text(buffer, &start, &end, FALSE);
}

void transcript_set_editable(struct transcript *transcript, bool editable)
{
    GtkTextBuffer *buffer = transcript->text.buffer;
    GtkTextIter first, start;

    gtk_text_buffer_get_start_iter(buffer, &first);
    gtk_text_buffer_get_iter_at_mark(buffer, &start, transcript->start);
    gtk_text_buffer_apply_tag(buffer, transcript->fixed, &first, &start);
    gtk_text_view_set_editable(GTK_TEXT_VIEW(transcript->text.view), editable);
}

void transcript_set_alt(struct transcript *transcript, bool alt)
{
    transcript->alt = alt;
    show_note(transcript);
}

GtkTextBuffer *transcript_buffer(const struct transcript *transcript)
{
    return transcript->text.buffer;
}

void transcript_clear(struct transcript *transcript)
{
    gtk_text_buffer_set_text(transcript->text.buffer, "", 0);
    transcript->text.follow = true;
    transcript_forget_reasoning(transcript);
}

void transcript_question(struct transcript *transcript, const char *question)
{
    char *text = g_strdup_printf("\n\n> %s\n\n", question);

    insert(&transcript->text, text, -1, transcript->asked);
    transcript->text.follow = true;
    g_free(text);
}

void transcript_begin(struct transcript *transcript, bool code)
{
    GtkTextBuffer *buffer = transcript->text.buffer;
    GtkTextIter end;

    gtk_text_buffer_get_end_iter(buffer, &end);
    if (transcript->start)
        gtk_text_buffer_move_mark(buffer, transcript->start, &end);
    else
        transcript->start = gtk_text_buffer_create_mark(buffer, NULL, &end, TRUE);
    transcript->tag = code ? transcript->code : NULL;
}

void transcript_append(struct transcript *transcript, const char *text, size_t len)
{
    insert(&transcript->text, text, (gssize)len, transcript->tag);
}

void transcript_replace(struct transcript *transcript, const char *text)
{
    GtkTextBuffer *buffer = transcript->text.buffer;
    GtkTextIter start, end;

    gtk_text_buffer_get_iter_at_mark(buffer, &start, transcript->start);
    gtk_text_buffer_get_end_iter(buffer, &end);
    gtk_text_buffer_delete(buffer, &start, &end);
    insert(&transcript->text, text, -1, transcript->tag);
}

void transcript_reason(struct transcript *transcript, const char *text, size_t len)
{
    insert(&transcript->reasoning, text, (gssize)len, NULL);
    gtk_widget_show(transcript->expander);
}

void transcript_forget_reasoning(struct transcript *transcript)
{
    gtk_text_buffer_set_text(transcript->reasoning.buffer, "", 0);
    gtk_expander_set_expanded(GTK_EXPANDER(transcript->expander), FALSE);
    gtk_widget_hide(transcript->expander);
}
