/* A badge: what the whole came to, as a small SVG for a page. It needs neither a font nor a
 * network: each text is as long as the table here makes it, whatever letters the reader
 * has. Words say it all; the colours only agree. */
#include <string.h>

#include "headline.h"
#include "report.h"

#define LABEL "rehearse"
#define FONT_SIZE 11u
#define MARGIN 6u
#define HEIGHT 20u

/* What is written in a badge is short and never a user's: small letters, digits, commas. */
#define UNITS 2048u /* of an em */
static unsigned units_of(char c)
{
    static const unsigned short letters[] = {1230, 1276, 1067, 1276, 1220, 720,  1276, 1296, 562,
                                             705,  1212, 562,  1992, 1296, 1243, 1276, 1276, 874,
                                             1067, 807,  1296, 1212, 1676, 1212, 1212, 1076};
    if (c >= 'a' && c <= 'z') {
        return letters[c - 'a'];
    }
    if (c >= '0' && c <= '9') {
        return 1302;
    }
    return c == ' ' ? 720 : 745; /* a comma */
}

static unsigned width_of(const char *words)
{
    unsigned units = 0;
    for (; *words != '\0'; words++) {
        units += units_of(*words);
    }
    return (units * FONT_SIZE + UNITS - 1) / UNITS;
}

/* White on each of them has a contrast of 4.5 and more. */
static const char *color_of(enum cli_outcome outcome)
{
    switch (outcome) {
    case CLI_OUTCOME_GOOD:
        return "#1a7f37";
    case CLI_OUTCOME_UNDECIDED:
        return "#7d4e00";
    case CLI_OUTCOME_BAD:
        break;
    }
    return "#b3261e";
}

static void put_words(struct sim__text *text, unsigned x, const char *words)
{
    sim__text_format(text, "<text x=\"%u\" y=\"14\" textLength=\"%u\">%s</text>\n", x,
                     width_of(words), words);
}

static void end(struct cli_writer *writer, const struct cli_tally *tally)
{
    struct sim__text *text = &writer->text;
    struct sim__text words = {0};
    const char *color = color_of(cli_headline(&words, tally));
    unsigned left = width_of(LABEL) + 2 * MARGIN;
    unsigned right = width_of(sim__text_string(&words)) + 2 * MARGIN;
    sim__text_format(
        text,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"rehearse-badge\" width=\"%u\" "
        "height=\"%u\" viewBox=\"0 0 %u %u\" role=\"img\" aria-label=\"" LABEL
        ": %s\">\n<title>" LABEL ": %s</title>\n",
        left + right, HEIGHT, left + right, HEIGHT, sim__text_string(&words),
        sim__text_string(&words));
    sim__text_format(text,
                     "<rect width=\"%u\" height=\"%u\" fill=\"#24292f\"/>\n"
                     "<rect x=\"%u\" width=\"%u\" height=\"%u\" fill=\"%s\"/>\n"
                     "<g fill=\"#fff\" font-family=\"Verdana,'DejaVu Sans',Geneva,sans-serif\" "
                     "font-size=\"%u\">\n",
                     left, HEIGHT, left, right, HEIGHT, color, FONT_SIZE);
    put_words(text, MARGIN, LABEL);
    put_words(text, left + MARGIN, sim__text_string(&words));
    sim__text_put(text, "</g>\n</svg>\n");
    text->failed |= words.failed;
    sim__text_release(&words);
}

const struct cli_writer_calls cli_report_badge = {.end = end};
