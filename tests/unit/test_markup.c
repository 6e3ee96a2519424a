/* Pictures in documents: which are found, what is said of them, and what becomes of an answer. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sightline/markup.h>

#include "buf.h"
#include "harness.h"

/*
 * Each picture as "STATE address", where STATE is - (missing), 0 (empty on purpose) or + (there),
 * then what there is of "alt so far" >link ^caption #button !why-fixed; pictures apart by ";".
 */
static void describe(struct sl__buf *out, const struct sl_picture *picture)
{
    const char states[] = {[SL_ALT_MISSING] = '-', [SL_ALT_EMPTY] = '0', [SL_ALT_PRESENT] = '+'};
    sl__buf_addf(out, "%s%c %s", out->len ? "; " : "", states[picture->state], picture->address);
    if (*picture->text)
        sl__buf_addf(out, " \"%s\"", picture->text);
    if (picture->link)
        sl__buf_addf(out, " >%s", picture->link);
    if (picture->caption)
        sl__buf_addf(out, " ^%s", picture->caption);
    if (picture->button)
        sl__buf_adds(out, " #");
    if (picture->fixed)
        sl__buf_addf(out, " !%.12s", picture->fixed);
}

static struct sl_markup *read_text(const char *filetype, const char *text)
{
    struct sl_markup *markup = NULL;
    struct sl_error error = SL_ERROR_INIT;
    if (sl_markup_read(&markup, text, strlen(text), filetype, &error))
        fail_msg("%s: %s", text, error.message);
    return markup;
}

struct found {
    const char *text, *pictures;
};

static void check_found(const char *filetype, const struct found *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct sl_markup *markup = read_text(filetype, rows[i].text);
        struct sl__buf out = SL__BUF_INIT(1 << 20);
        const struct sl_picture *picture;
        for (size_t n = 0; (picture = sl_markup_picture(markup, n)); n++)
            describe(&out, picture);
        if (strcmp(sl__buf_text(&out), rows[i].pictures) != 0)
            fail_msg("%s\n  gave:     %s\n  expected: %s", rows[i].text, sl__buf_text(&out),
                     rows[i].pictures);
        sl__buf_release(&out);
        sl_markup_free(markup);
    }
}

#define FOUND(filetype, rows) check_found(filetype, rows, sizeof(rows) / sizeof *(rows))

static void markdown(void **state)
{
    static const struct found rows[] = {
        /* Inline. */
        {"![](a.png)", "- a.png"},
        {"x ![ ](a.png) ![A b](b.png \"T\")", "- a.png; + b.png \"A b\" ^T"},
        {"![](<a b.png> 'T')", "- a b.png ^T"},
        {"![](a(1).png)", "- a(1).png"},
        {"![](a\\).png)", "- a).png"},
        {"![](a b.png)", ""},
        {"![](a.png", ""},
        {"![a](b.png)\n\n![c\nd](e.png)", "+ b.png \"a\"; + e.png \"c d\""},
        {"![a \\[b\\] *c* &amp; `d`](x.png)", "+ x.png \"a [b] *c* & `d`\""},
        {"![a [b] c](x.png)", "+ x.png \"a [b] c\""},
        {"\\![](a.png) \\![b](b.png)", ""},
        {"!\\[](a.png)", ""},
        /* References. */
        {"![][l]\n\n[l]: a.png 'T'", "- a.png ^T"},
        {"![A][L  m]\n\n[l M]: <a b.png>", "+ a b.png \"A\""},
        {"![Logo][] ![logo]\n\n[logo]: l.png", "+ l.png \"Logo\"; + l.png \"logo\""},
        {"![none] ![][none]", ""},
        {"![a]\n\n[a]: 1.png\n[a]: 2.png", "+ 1.png \"a\""},
        {"> ![a]\n\n> [a]: 1.png\n[b]: 2.png", "+ 1.png \"a\""},
        /* Links. */
        {"[![](a.png)](https://x.org/)", "- a.png >https://x.org/"},
        {"[x ![](a.png) ![](b.png)][l] ![](c.png)\n\n[l]: /y", "- a.png >/y; - b.png >/y; - c.png"},
        {"[[![](a.png)](b)](c)", "- a.png >b"},
        {"![x ![](a.png) y](b.png)", "+ b.png \"x ![](a.png) y\""},
        /* HTML inside. */
        {"a <img src=b.png> ![](c.png)", "- b.png; - c.png"},
        {"<figure>\n\n![](a.png)\n\n<figcaption>Cap <b>x</b></figcaption>\n</figure>",
         "- a.png ^Cap x"},
        {"<a href=\"/h\">![](a.png)</a>", "- a.png >/h"},
        {"<a title=\"![](a.png)\">", ""},
        /* Code, comments, front matter. */
        {"`![](a.png)` ``![](b`.png)`` ![](c.png)", "- c.png"},
        {"` ![](a.png)", "- a.png"},
        {"```\n![](a.png)\n```\n![](b.png)", "- b.png"},
        {"~~~~ x\n![](a.png)\n~~~\n![](b.png)\n~~~~\n![](c.png)", "- c.png"},
        {"```\n![](a.png)", ""},
        {"> ```\n> ![](a.png)\n![](b.png)", "- b.png"},
        {"x\n\n    ![](a.png)\n\ny ![](b.png)", "- b.png"},
        {"\t![](a.png)\n", ""},
        {"x\n    ![](a.png)", "- a.png"},
        {"- x\n\n  ![](a.png)\n\n      ![](b.png)\n", "- a.png"},
        {"1. x\n\n    ![](a.png)", "- a.png"},
        {"1. x\n   ```\n   ![](a.png)\n   ```\n   ![](b.png)", "- b.png"},
        {"<!-- ![](a.png)\n\n![](b.png) -->\n![](c.png)", "- c.png"},
        {"x <!-- ![](a.png) --> ![](b.png)", "- b.png"},
        {"<!-- ![](a.png)", "- a.png"},
        /* A label of nothing but spaces is none. */
        {"![] ![ ][]\n\n[ \n]: a.png", ""},
        {"---\nimage: ![](a.png)\n---\n![](b.png)", "- b.png"},
        {"---\n![](b.png)", "- b.png"},
        {"<script>\n\"![](a.png)\"\n\n</script>\n![](b.png)", "- b.png"},
        /* Blocks. */
        {"# ![](a.png)\n![](b.png)", "- a.png; - b.png"},
        {"| ![](a.png) | ![](b.png) |\n|--|--|", "- a.png; - b.png"},
        {"> - ![](a.png)", "- a.png"},
        {"![](data:image/png;base64,AAAA)", "- data:image/png;base64,AAAA !the picture "},
    };
    (void)state;
    FOUND("markdown", rows);
}

static void html(void **state)
{
    static const struct found rows[] = {
        {"<img src=\"a.png\">", "- a.png"},
        {"<IMG\n  ALT='A &amp; b'\n  SRC=a.png />", "+ a.png \"A & b\""},
        {"<img src=a.png alt>", "0 a.png"},
        {"<img src='a.png' alt=''>", "0 a.png"},
        {"<img alt = \"x\" src = 'a b.png'>", "+ a b.png \"x\""},
        {"<img title=\"<img src=x.png>\" src=\"a>b.png\">", "- a>b.png"},
        {"<img src=\"a.png\" role=presentation> <img src=b.png aria-hidden='true'>",
         "0 a.png; 0 b.png"},
        {"<img src=a.png aria-label=x>", "+ a.png"},
        {"<img alt=x> <img src=\"\"> <image src=a.png>", ""},
        {"<input type=\"image\" src=go.png> <input type=text src=x.png>", "- go.png #"},
        {"<button><img src=x.svg></button><img src=y.svg>", "- x.svg #; - y.svg"},
        {"<a href='/x?a=1&amp;b'><img src=a.png></a><img src=b.png>", "- a.png >/x?a=1&b; - b.png"},
        {"<figure><img src=a.png><figcaption>A <em>b</em>\n c</figcaption></figure>"
         "<img src=b.png>",
         "- a.png ^A b c; - b.png"},
        {"<figure><figcaption>F</figcaption><img src=a.png><img src=b.png></figure>",
         "- a.png ^F; - b.png ^F"},
        {"<!-- <img src=a.png> --><img src=b.png>", "- b.png"},
        {"<!-- <img src=a.png>", "- a.png"},
        {"<script>'<img src=a.png>'</script ><style><img src=a.png></style><img src=b.png>",
         "- b.png"},
        {"<script><img src=a.png>", ""},
        {"<textarea><img src=a.png></textarea>", ""},
        {"<?php echo '<img src=a.png>'; ?><img src=b.png>", "- b.png"},
        {"<img src=\"<?= $x ?>\"><img src='{{ y }}'>",
         "- <?= $x ?> !where it is,; - {{ y }} !where it is,"},
        {"<img src=a.png {% if x %}alt=\"y\"{% endif %}>", "+ a.png \"y\""},
        {"<img src=a.png {{ attrs }}>", "- a.png !its alt text"},
        {"<img src=a.png alt='{{ x }}'>", "+ a.png \"{{ x }}\" !its alt text"},
        {"a < b <img src=a.png", ""},
        {"<img src=\"a.png alt=x>", ""},
        {"<picture><source srcset=b.webp><img src=a.png></picture>", "- a.png"},
        {"<img src=\"a%20b.png\">", "- a%20b.png"},
    };
    static const struct found jsx[] = {
        {"const x = a < b; return <img src=\"a.png\" />", "- a.png"},
        {"<img src={hero} /><Image src=\"b.png\" alt={t('x')} />",
         "- {hero} !where it is,; + b.png \"{t('x')}\" !its alt text"},
        {"<img {...props} src=\"a.png\" /> <img src=\"b.png\" {...{a: '}'}} alt=\"x\" />",
         "- a.png !its alt text; + b.png \"x\""},
        {"/* <img src=\"a.png\" /> */ <input accept=\"image/*\" /> <img src=\"b.png\" />",
         "- b.png"},
        {"// <img src=\"a.png\" />\n<p>http://x <img src=\"b.png\" /></p>", "- b.png"},
        {"<Link href=\"/home\"><img src=\"a.png\" onClick={() => a > b} /></Link>",
         "- a.png >/home"},
        {"const f = useState<Array<string>>([]); <IMG src=\"a.png\" />", ""},
        {"<Link href=\"/x\" /><button /><img src=\"a.png\" />", "- a.png"},
        {"{/* <img src=\"a.png\" />", "- a.png"},
    };
    static const struct found vue[] = {
        {"<template><img src=\"a.png\"><img :src=\"x\"><img src=\"b.png\" :alt=\"y\"></template>",
         "- a.png; - x !where it is,; + b.png \"y\" !its alt text"},
        {"<img v-bind=\"x\" src=\"a.png\"><img v-bind:src=\"y\">",
         "- a.png !its alt text; - y !where it is,"},
        {"<script setup>const a = '<img src=\"a.png\">'</script>", ""},
        {"<NuxtLink to=\"/x\"><NuxtImg src=\"a.png\" /></NuxtLink>", "- a.png >/x"},
    };
    static const struct found svelte[] = {
        {"<img {src} alt=\"x\"><img src=\"{base}/a.png\"><img src='b.png' {alt}>",
         "+ {src} \"x\" !where it is,; - {base}/a.png !where it is,; + b.png \"{alt}\" !its alt "
         "text"},
    };
    (void)state;
    FOUND("html", rows);
    FOUND("typescriptreact", jsx);
    FOUND("vue", vue);
    FOUND("svelte", svelte);
}

static void rst(void **state)
{
    static const struct found rows[] = {
        {".. image:: a.png", "- a.png"},
        {".. image:: a b.png\n   :width: 3\n   :alt: A\n     b\n   :target: /x\n",
         "+ a b.png \"A b\" >/x"},
        {".. image:: a.png\n   :alt:\n", "0 a.png"},
        {".. image:: a.png\n\n   :alt: no\n", "- a.png"},
        {".. |s| image:: a.png\n   :alt: S\n\nx |s|", "+ a.png \"S\""},
        {".. figure:: a.png\n   :alt: x\n\n   The *caption*\n   goes on.\n\n   Legend.\n",
         "+ a.png \"x\" ^The *caption* goes on."},
        {".. note::\n\n   .. image:: a.png\n      :alt: x\n", "+ a.png \"x\""},
        {"Code::\n\n   .. image:: a.png\n\n.. image:: b.png", "- b.png"},
        {".. code-block:: rst\n\n   .. image:: a.png\n\n.. image:: b.png", "- b.png"},
        {".. A comment\n   .. image:: a.png\n..\n   .. image:: c.png\n.. _t: x\n.. image:: b.png",
         "- b.png"},
        {".. image::\n", ""},
        {"a .. image:: b.png", ""},
    };
    (void)state;
    FOUND("rst", rows);
}

static void asciidoc(void **state)
{
    static const struct found rows[] = {
        {"image::a.png[]", "- a.png"},
        {"image::a b.png[A b,300]", "+ a b.png \"A b\""},
        {"image::a.png[,300]", "- a.png"},
        {"image::a.png[width=300]", "- a.png"},
        {"image::a.png[alt=\"A, b\",link=http://x]", "+ a.png \"A, b\" >http://x"},
        {"image::a.png[\"A \\\"b\\\", c\",3]", "+ a.png \"A \"b\", c\""},
        {"image::a.png[\"\"]", "0 a.png"},
        {"image::a.png[alt=]", "0 a.png"},
        {".The title\n[link=/x]\nimage::a.png[]", "- a.png >/x ^The title"},
        {".Title\n\nimage::a.png[]", "- a.png"},
        {"x image:a.png[] y image:b.png[B,2]", "- a.png; + b.png \"B\""},
        {"ximage:a.png[] \\image:b.png[] image: c.png[] image:[x]", ""},
        {"image:a.png[A \\] b] image:b.png[", "+ a.png \"A ] b\""},
        {"----\nimage::a.png[]\n----\nimage::b.png[]", "- b.png"},
        {"////\nimage::a.png[]\n////\n// image::b.png[]\n```\nimage:c.png[]\n```", ""},
        {"[source]\nimage::a.png[]\n\n image:b.png[]\n\nimage::c.png[]", "- c.png"},
        {"* x image:a.png[]\n\n  * y image:b.png[]", "- a.png; - b.png"},
    };
    (void)state;
    FOUND("asciidoc", rows);
}

static void latex(void **state)
{
    static const struct found rows[] = {
        {"\\includegraphics{a}", "- a"},
        {"\\includegraphics[width=3cm]{figs/a.png}", "- figs/a.png"},
        {"\\includegraphics*[width=3cm,alt={A, 5\\% b}]{a}", "+ a \"A, 5% b\""},
        {"\\includegraphics[alt=A b, width=3cm]{a}", "+ a \"A b\""},
        {"\\includegraphics[alt={}]{a}\\includegraphics[artifact]{b}", "0 a; 0 b"},
        {"% \\includegraphics{a}\n5\\% \\includegraphics{b}", "- b"},
        {"\\includegraphics[% x]\n width=3cm,\n]{ a }", "- a"},
        {"\\begin{figure}\n\\includegraphics{a}\n\\includegraphics{b}\n\\caption[s]{The "
         "\\emph{c}}\n"
         "\\end{figure}\\includegraphics{c}",
         "- a ^The \\emph{c}; - b ^The \\emph{c}; - c"},
        {"\\begin{figure}\\begin{subfigure}\\includegraphics{a}\\caption{A}\\end{subfigure}"
         "\\includegraphics{b}\\caption{B}\\end{figure}",
         "- a ^A; - b ^B"},
        {"\\begin{verbatim}\\includegraphics{a}\\end{verbatim}\\verb|\\includegraphics{b}|", ""},
        {"\\includegraphics{\\path/a}", "- \\path/a !where it is,"},
        {"\\href{http://x/\\%}{\\includegraphics{a}}\\includegraphics{b}", "- a >http://x/%; - b"},
        {"\\includegraphicsx{a} \\includegraphics a", ""},
        {"\\includegraphics[{", ""},
    };
    (void)state;
    FOUND("tex", rows);
}

static void org(void **state)
{
    static const struct found rows[] = {
        {"[[file:a.png]]", "- a.png"},
        {"[[./a.png]] and [[file:b.png]]", "- ./a.png; - b.png !Org gives an"},
        {"#+CAPTION: Cap\n#+ATTR_HTML: :width 3 :alt A: b :class x\n[[file:a.png]]",
         "+ a.png \"A: b\" ^Cap"},
        {"#+ATTR_HTML: :alt \"\"\n[[file:a.png]]", "0 a.png"},
        {"#+attr_html: :width 3\n[[../a.png]]", "- ../a.png"},
        {"#+CAPTION: x\n\n[[file:a.png]]", "- a.png"},
        {"[[https://x.org][file:a.png]]", "- a.png >https://x.org"},
        {"[[file:a.png][words]] [[a.png]] [[file:a.txt]]", ""},
        {"Text\n[[file:a.png]]", "- a.png !Org gives an"},
        {"- [[file:a.png]]", "- a.png !Org gives an"},
        {"#+begin_src org\n[[file:a.png]]\n#+END_SRC\n[[file:b.png]]", "- b.png"},
        {"#+begin_quote\n[[file:a.png]]\n#+end_quote\n# [[file:b.png]]\n: [[file:c.png]]",
         "- a.png"},
        {"[[https://x.org/a.png]]", "- https://x.org/a.png"},
    };
    (void)state;
    FOUND("org", rows);
}

/* Where an answer goes: the document after it. */
static const struct written {
    const char *filetype, *text, *answer, *result;
} answers[] = {
    {"markdown", "x ![](a.png) y", "A *b* [c] `d` \\ _e_ <f> & {g}",
     "x ![A \\*b\\* \\[c\\] &#96;d&#96; \\\\ \\_e\\_ \\<f> \\& \\{g\\}](a.png) y"},
    {"markdown", "x ` y ![](a.png)", "A `b`", "x ` y ![A &#96;b&#96;](a.png)"},
    {"markdown", "![old](a.png)", "new", "![new](a.png)"},
    {"markdown", "![old](a.png)", "[decorative]", "![](a.png)"},
    {"markdown", "![][l]\n\n[l]: a.png", "new", "![new][l]\n\n[l]: a.png"},
    {"markdown", "![l]\n\n[l]: a.png", "new", "![new][l]\n\n[l]: a.png"},
    {"markdown", "![l][]\n\n[l]: a.png", "new", "![new][l]\n\n[l]: a.png"},
    {"markdown", "![l][]\n\n[l]: a.png", "[Decorative].", "![][l]\n\n[l]: a.png"},
    {"markdown", "![](a.png)", "  \"One\n line\" ", "![One line](a.png)"},
    {"markdown", "![](a.png)", "\"A\" and \"B\"", "![\"A\" and \"B\"](a.png)"},
    {"html", "<img src=\"a.png\" width=3>", "\"A\" & 'b' <c> {{d}}",
     "<img src=\"a.png\" alt=\"&quot;A&quot; &amp; 'b' &lt;c&gt; &#123;&#123;d&#125;&#125;\" "
     "width=3>"},
    {"html", "<img alt='' src=a.png>", "It's \"b\"", "<img alt='It&#39;s \"b\"' src=a.png>"},
    {"markdown", "` <img src=a.png alt='' />", "A `b`", "` <img src=a.png alt='A &#96;b&#96;' />"},
    {"html", "<img alt src=a.png>", "b", "<img alt=\"b\" src=a.png>"},
    {"html", "<img alt=old src=a.png>", "b c", "<img alt=\"b c\" src=a.png>"},
    {"html", "<img src=a.png>", "[decorative]", "<img src=a.png alt=\"\">"},
    {"html", "<img alt=\"x\" src=a.png>", "[decorative]", "<img alt=\"\" src=a.png>"},
    {"html", "<img alt=x src=a.png>", "[decorative]", "<img alt=\"\" src=a.png>"},
    {"rst", ".. image:: a.png", "A: *b*", ".. image:: a.png\n   :alt: A: *b*"},
    {"rst", "  .. image:: a.png\n     :width: 3\n", "A",
     "  .. image:: a.png\n     :alt: A\n     :width: 3\n"},
    {"rst", ".. image:: a.png\n   :alt: old\n     text\n   :width: 3", "new",
     ".. image:: a.png\n   :alt: new\n   :width: 3"},
    {"rst", ".. image:: a.png", "[decorative]", ".. image:: a.png\n   :alt:"},
    {"asciidoc", "image::a.png[]", "A b", "image::a.png[A b]"},
    {"asciidoc", "image::a.png[]", "A, \"b\" ] *c*", "image::a.png[\"A, \\\"b\\\" ] *c*\"]"},
    {"asciidoc", "x image:a.png[] y", "A [b] *c*", "x image:a.png[\"A [b&#93; &#42;c&#42;\"] y"},
    {"asciidoc", "image::a.png[,300]", "A, b", "image::a.png[\"A, b\",300]"},
    {"asciidoc", "image::a.png[width=3]", "A", "image::a.png[A,width=3]"},
    {"asciidoc", "image::a.png[alt=old,width=3]", "A b", "image::a.png[alt=A b,width=3]"},
    {"asciidoc", "image::a.png[\"old, x\",3]", "A", "image::a.png[A,3]"},
    {"asciidoc", "image::a.png[]", "[decorative]", "image::a.png[alt=\"\"]"},
    {"asciidoc", "image::a.png[alt=old]", "[decorative]", "image::a.png[alt=\"\"]"},
    {"tex", "\\includegraphics{a}", "5% of A_b & {c} ~^\\ #$",
     "\\includegraphics[alt={5\\% of A\\_b \\& \\{c\\} "
     "\\textasciitilde{}\\textasciicircum{}\\textbackslash{} \\#\\$}]{a}"},
    {"tex", "\\includegraphics[width=3cm]{a}", "A", "\\includegraphics[width=3cm,alt={A}]{a}"},
    {"tex", "\\includegraphics[alt=old,width=3cm]{a}", "A, b",
     "\\includegraphics[alt={A, b},width=3cm]{a}"},
    {"tex", "\\includegraphics[]{a}", "A", "\\includegraphics[alt={A}]{a}"},
    {"tex", "\\includegraphics{a}", "[decorative]", "\\includegraphics[alt={}]{a}"},
    {"tex", "\\includegraphics[width=3cm]{a}", "[decorative]",
     "\\includegraphics[width=3cm,alt={}]{a}"},
    {"tex", "\\includegraphics[alt=x]{a}", "[decorative]", "\\includegraphics[alt={}]{a}"},
    {"tex", "\\DocumentMetadata{}\\includegraphics{a}", "[decorative]",
     "\\DocumentMetadata{}\\includegraphics[artifact]{a}"},
    {"org", "x\n\n  [[file:a.png]]", "A", "x\n\n  #+ATTR_HTML: :alt A\n  [[file:a.png]]"},
    {"org", "#+ATTR_HTML: :width 3\n[[file:a.png]]", "A :b c",
     "#+ATTR_HTML: :alt A\302\240:b c :width 3\n[[file:a.png]]"},
    {"org", "#+ATTR_HTML: :alt old :width 3\n[[file:a.png]]", "A",
     "#+ATTR_HTML: :alt A :width 3\n[[file:a.png]]"},
    {"org", "[[file:a.png]]", "[decorative]", "#+ATTR_HTML: :alt \"\"\n[[file:a.png]]"},
};

static void write_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        const struct written *row = &answers[i];
        struct sl_markup *markup = read_text(row->filetype, row->text);
        const struct sl_picture *picture = sl_markup_picture(markup, 0);
        struct sl_alt alt;
        char result[2048];
        assert_non_null(picture);
        assert_int_equal(sl_alt_write(&picture->form, row->answer, &alt, NULL), 0);
        snprintf(result, sizeof result, "%.*s%s%s", (int)picture->alt.start, row->text, alt.text,
                 row->text + picture->alt.end);
        assert_string_equal(result, row->result);
        sl_alt_release(&alt);
        sl_markup_free(markup);
    }
}

/* What was written is found again as it was said. */
static void written_text_reads_back(void **state)
{
    static const char hostile[] =
        "a ] b [ c \\ d ` e * f _ g < h > i \" j ' k & l { m } n % o $ p # q ~ r ^ s | t , u = v";
    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        struct sl_markup *markup = read_text(answers[i].filetype, answers[i].text);
        const struct sl_picture *picture = sl_markup_picture(markup, 0);
        struct sl_alt alt;
        char result[4096];
        assert_int_equal(sl_alt_write(&picture->form, hostile, &alt, NULL), 0);
        snprintf(result, sizeof result, "%.*s%s%s", (int)picture->alt.start, answers[i].text,
                 alt.text, answers[i].text + picture->alt.end);
        sl_alt_release(&alt);
        struct sl_markup *again = read_text(answers[i].filetype, result);
        assert_non_null(sl_markup_picture(again, 0));
        if (strcmp(sl_markup_picture(again, 0)->text, hostile) != 0)
            fail_msg("%s\nreads back as: %s", result, sl_markup_picture(again, 0)->text);
        assert_int_equal(sl_markup_picture(again, 0)->state, SL_ALT_PRESENT);
        assert_string_equal(sl_markup_picture(again, 0)->address, picture->address);
        sl_markup_free(markup);
        sl_markup_free(again);
    }
}

static void refuses_what_is_no_alt_text(void **state)
{
    const struct sl_alt_form form = {SL_ALT_MARKDOWN, "", "", ""}, unknown = {99, "", "", ""};
    struct sl_error error = SL_ERROR_INIT;
    char long_text[SL_ALT_MAX + 2];
    struct sl_alt alt;
    (void)state;
    memset(long_text, 'a', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    assert_int_equal(sl_alt_write(&form, " \n ", &alt, &error), SL_E_FORMAT);
    assert_int_equal(sl_alt_write(&form, long_text, &alt, &error), SL_E_FORMAT);
    assert_int_equal(sl_alt_write(&unknown, "a", &alt, &error), SL_E_INVALID);
}

static void languages(void **state)
{
    static const struct {
        const char *filetype, *text, *language;
    } rows[] = {
        {"markdown", "---\ntitle: x\nlang: \"de-DE\"\n---\n", "German"},
        {"markdown", "+++\nlanguage = 'fr'\n+++\n", "French"},
        {"markdown", "lang: de\n", NULL},
        {"markdown", "---\nlang: tlh\n...\n", "tlh"},
        {"html", "<!doctype html><html class=x lang=pt-BR>", "Brazilian Portuguese"},
        {"rst", ":lang: es\n\nText", "Spanish"},
        {"asciidoc", "= T\n:lang: zh_CN\n", "Simplified Chinese"},
        {"tex", "\\usepackage[english,ngerman]{babel}", "German"},
        {"tex", "\\usepackage[main=french,english]{babel}", "French"},
        {"tex", "\\setmainlanguage[variant=british]{english}", "English"},
        {"org", "#+TITLE: x\n#+language: it\n", "Italian"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sl_markup *markup = read_text(rows[i].filetype, rows[i].text);
        const char *language = sl_markup_language(markup);
        if (rows[i].language)
            assert_string_equal(language, rows[i].language);
        else
            assert_null(language);
        sl_markup_free(markup);
    }
}

static void folders(void **state)
{
    struct sl_markup *markup = read_text("tex", "\\graphicspath{{figs/} {../img/}}");
    (void)state;
    assert_string_equal(sl_markup_folder(markup, 0), "figs/");
    assert_string_equal(sl_markup_folder(markup, 1), "../img/");
    assert_null(sl_markup_folder(markup, 2));
    sl_markup_free(markup);
    markup = read_text("asciidoctor", ":imagesdir: images\n\nimage::a.png[]");
    assert_string_equal(sl_markup_folder(markup, 0), "images");
    sl_markup_free(markup);
}

static void other_types_are_refused_by_name(void **state)
{
    struct sl_error error = SL_ERROR_INIT;
    struct sl_markup *markup;
    (void)state;
    assert_true(sl_markup_knows("vue"));
    assert_false(sl_markup_knows("python"));
    assert_string_equal(sl_markup_filetype(0), "markdown");
    assert_null(sl_markup_filetype(1000));
    assert_int_equal(sl_markup_read(&markup, "", 0, "python", &error), SL_E_UNSUPPORTED);
    assert_non_null(strstr(error.message, "python: pictures are found in Markdown, HTML"));
}

/* Reads a text that is one unit over and over; in seconds of the processor. */
static double seconds_for(const char *filetype, const char *unit, size_t size)
{
    struct sl_markup *markup = NULL;
    size_t len = strlen(unit);
    char *text = malloc(size);
    assert_non_null(text);
    for (size_t at = 0; at < size; at++)
        text[at] = unit[at % len];
    clock_t started = clock();
    sl_markup_read(&markup, text, size, filetype, NULL);
    double seconds = (double)(clock() - started) / CLOCKS_PER_SEC;
    sl_markup_free(markup);
    free(text);
    return seconds;
}

/* Eight times as much takes about eight times as long, and 64 times a reader that looks again from
 * every place. */
static void hostile_text_takes_linear_time(void **state)
{
    static const char *const filetypes[] = {
        "markdown", "mdx", "html", "typescriptreact", "svelte", "rst", "org", "asciidoc", "tex"};
    static const char *const units[] = {"![![![",
                                        "[](",
                                        "![a](b \"",
                                        "`a``b```c",
                                        "<img ",
                                        "<a \"",
                                        "<!--",
                                        "<!-- ![](",
                                        "[a]: b\n",
                                        "![a]\n\n[a]: b\n\n",
                                        "> > >",
                                        "- - - ",
                                        "<script>",
                                        "<script></script>",
                                        "<!---->",
                                        "</script",
                                        "<figure>",
                                        "{{{{",
                                        "/* ",
                                        "<img {",
                                        "![](<",
                                        "[a][b",
                                        "\\[",
                                        ".. image:: a\n",
                                        ".. figure:: a\n\n",
                                        "image:a[",
                                        "image::a[\n",
                                        "image:",
                                        "----\n",
                                        "[a=b,",
                                        "```\n",
                                        "\\includegraphics[{",
                                        "\\begin{figure}",
                                        "\\begin{verbatim}",
                                        "\\caption{",
                                        "\\href{a}{",
                                        "%\n",
                                        "{}",
                                        "[[file:",
                                        "[[",
                                        "#+ATTR_HTML: :alt ",
                                        "#+begin_a\n",
                                        "a::\n ",
                                        "<",
                                        "]",
                                        "|",
                                        " ",
                                        "\n",
                                        "![a][",
                                        "<textarea>x</textarea>",
                                        ":alt ",
                                        "<?",
                                        "<% ",
                                        "---\n"};
    (void)state;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        for (size_t n = 0; n < sizeof filetypes / sizeof *filetypes; n++) {
            double few = seconds_for(filetypes[n], units[i], 64 << 10);
            double many = seconds_for(filetypes[n], units[i], 512 << 10);
            if (many > 20 * few + 0.1)
                fail_msg("%s in %s: %.3f s, and %.1f s", units[i], filetypes[n], few, many);
        }
    }
    assert_true(seconds_for("markdown", "![![![", 10 << 20) < 20);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(markdown),
        cmocka_unit_test(html),
        cmocka_unit_test(rst),
        cmocka_unit_test(asciidoc),
        cmocka_unit_test(latex),
        cmocka_unit_test(org),
        cmocka_unit_test(write_answers),
        cmocka_unit_test(written_text_reads_back),
        cmocka_unit_test(refuses_what_is_no_alt_text),
        cmocka_unit_test(languages),
        cmocka_unit_test(folders),
        cmocka_unit_test(other_types_are_refused_by_name),
        cmocka_unit_test(hostile_text_takes_linear_time),
    };
    return run_cases(tests, argc, argv);
}
