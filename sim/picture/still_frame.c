/* What stands around the rows of a still, and what lies across all of them. */
#include <string.h>

#include "scale.h"
#include "sim/base/escape.h"
#include "still_parts.h"
#include "sup/event.h"
#include "sup/sup.h"

void sim__still_ruler(struct sim__still *still, uint32_t bottom)
{
    struct sup_duration step = sim__scale_step(still->whole, TICKS);
    struct sim__text words = {0};
    for (struct sup_instant at = {0}; at.ns <= still->whole.ns; at = sup_instant_add(at, step)) {
        uint32_t x = LEFT * 10 + sim__scale(at, still->whole, ACROSS * 10);
        sim__text_clear(&words);
        sim__text_duration(&words, SUP_NS(at.ns));
        sim__text_put(still->text, "<line class=\"tick\"");
        sim__still_tenths(still->text, "x1", x);
        sim__still_tenths(still->text, "x2", x);
        sim__text_format(still->text, " y1=\"%u\" y2=\"%u\"/>\n<text class=\"time\"", TOP - 6,
                         bottom);
        sim__still_tenths(still->text, "x", x);
        sim__text_format(still->text, " y=\"%u\">%s</text>\n", TOP - 12, sim__text_string(&words));
    }
    still->text->failed |= words.failed;
    sim__text_release(&words);
}

/* Which command it is, the first word of its details. */
static void put_command_name(struct sim__still *still, const char *detail, uint32_t x,
                             uint32_t bottom)
{
    size_t length = strcspn(detail, " :");
    sim__text_put(still->text, "<text class=\"foot\"");
    sim__still_tenths(still->text, "x", x);
    sim__text_format(still->text, " y=\"%u\">", bottom + 14);
    sim__text_xml(still->text, detail, length);
    sim__text_put(still->text, "</text>\n");
}

/* Commands as lines with their names at the foot, where they do not lie on one another. */
#define NAME_TENTHS 700u

void sim__still_commands(struct sim__still *still, uint32_t bottom)
{
    const struct sim__picture *picture = still->picture;
    uint32_t last = 0, named = 0;
    for (uint32_t i = 0; i < picture->event_count; i++) {
        const struct sim__picture_event *event = &picture->events[i];
        if (strcmp(picture->words[event->type], sup_event_name(SUP_EVENT_COMMAND)) != 0) {
            continue;
        }
        uint32_t x = sim__still_x(still, event->instant);
        if (last > 0 && x < last + 10) {
            continue;
        }
        sim__text_put(still->text, "<line class=\"command\"");
        sim__still_tenths(still->text, "x1", x);
        sim__still_tenths(still->text, "x2", x);
        sim__text_format(still->text, " y1=\"%u\" y2=\"%u\"><title>", TOP - 6, bottom);
        sim__still_words(still->text, picture->words[event->detail]);
        sim__text_put(still->text, "</title></line>\n");
        last = x;
        if (named == 0 || x >= named + NAME_TENTHS) {
            put_command_name(still, picture->words[event->detail], x, bottom);
            named = x;
        }
    }
}

/* A step function as an area: its name before it, its peak behind it. */
void sim__still_plot(struct sim__still *still, const struct sim__plot *plot, uint32_t top)
{
    struct sim__text *text = still->text;
    uint32_t base = top + PLOT - 14, height = PLOT - 22, last = UINT32_MAX, last_y = UINT32_MAX;
    uint64_t peak = plot->peak > 0 ? plot->peak : 1;
    sim__text_format(text, "<text class=\"sub\" x=\"20\" y=\"%u\">", base - height / 2);
    sim__still_words(text, plot->name);
    sim__text_format(text, "</text>\n<text class=\"sub\" x=\"20\" y=\"%u\">at most %llu</text>\n",
                     base - height / 2 + 14, (unsigned long long)plot->peak);
    sim__text_format(text, "<path class=\"plot\" d=\"M%u %u", LEFT, base);
    for (uint32_t i = 0; i < plot->step_count; i++) {
        uint32_t x = sim__still_x(still, plot->steps[i].instant);
        uint32_t y = base - (uint32_t)(plot->steps[i].value * height / peak);
        if (x == last && y == last_y) {
            continue; /* nobody would see it */
        }
        sim__text_format(text, "H%u.%uV%u", x / 10, x % 10, y);
        last = x;
        last_y = y;
    }
    sim__text_format(text, "H%uV%uz\"/>\n", WIDTH - RIGHT, base);
}

void sim__still_failing(struct sim__still *still, uint32_t bottom)
{
    if (still->frame->fails_at == SIM__PICTURE_NONE) {
        return;
    }
    uint32_t x = sim__still_x(still, still->frame->fails_at);
    sim__text_put(still->text, "<line class=\"fails\"");
    sim__still_tenths(still->text, "x1", x);
    sim__still_tenths(still->text, "x2", x);
    sim__text_format(still->text,
                     " y1=\"%u\" y2=\"%u\"/>\n<path class=\"flag\" d=\"M%u %ul-8 -8h16z\"/>\n",
                     TOP - 6, bottom, x / 10, TOP - 2);
}

static const char defs[] =
    "<style>\n"
    "svg{--paper:#fff;--ink:#1b1f24;--soft:#5f6b7a;--line:#dfe3e8;--run:#4c8a5b;--start:#9cc5a5;"
    "--wait:#d8a23c;--stop:#7d6bb0;--bad:#c0392b;--band:#dbe7f3;--held:#8894a5}\n"
    "@media (prefers-color-scheme:dark){svg{--paper:#15181c;--ink:#e6e9ed;--soft:#9aa5b3;"
    "--line:#2b3138;--run:#5aa56c;--start:#35593e;--wait:#c08d2c;--stop:#9585c9;--bad:#e8695b;"
    "--band:#233243;--held:#697586}}\n"
    "text{font:12px system-ui,'Segoe UI',Helvetica,Arial,sans-serif;fill:var(--ink)}\n"
    ".title{font-size:18px;font-weight:600}.sub,.time,.state{fill:var(--soft);font-size:11px}\n"
    ".time{text-anchor:middle}.group{font-weight:600}.verdict{font-weight:700;text-anchor:end}\n"
    ".bad{fill:var(--bad)}.tick{stroke:var(--line)}.rule{stroke:var(--line)}\n"
    ".running{fill:var(--run)}.starting{fill:url(#starting);stroke:var(--run)}\n"
    ".unready{fill:url(#starting);stroke:var(--wait)}.stopping{fill:url(#stopping);"
    "stroke:var(--stop)}\n"
    ".finishing{fill:var(--stop)}.waiting{fill:url(#waiting);stroke:var(--wait)}\n"
    ".cooling{fill:var(--wait)}.held{fill:none;stroke:var(--held);stroke-width:2}\n"
    ".idle{fill:var(--line)}.ended{fill:var(--soft)}.open{fill:var(--bad)}\n"
    ".half-open{fill:var(--wait)}.up{fill:var(--band)}.down{fill:url(#down);stroke:var(--bad)}\n"
    ".command{stroke:var(--stop);stroke-dasharray:2 3}.fails{stroke:var(--bad);stroke-width:2}\n"
    ".foot{fill:var(--stop);font-size:11px;text-anchor:middle}\n"
    ".plot{fill:var(--band);stroke:var(--held);stroke-width:1}\n"
    ".state{paint-order:stroke;stroke:var(--paper);stroke-width:4px;fill:var(--ink)}\n"
    ".flag{fill:var(--bad)}.mark{fill:none;stroke:var(--ink);stroke-width:1.6}\n"
    ".missed{fill:none;stroke:var(--bad);stroke-width:2.4}\n"
    "</style>\n"
    "<defs>\n"
    "<pattern id=\"starting\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" "
    "patternTransform=\"rotate(45)\"><rect width=\"2\" height=\"5\" fill=\"var(--start)\"/>"
    "</pattern>\n"
    "<pattern id=\"stopping\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" "
    "patternTransform=\"rotate(-45)\"><rect width=\"2\" height=\"5\" fill=\"var(--stop)\"/>"
    "</pattern>\n"
    "<pattern id=\"waiting\" width=\"4\" height=\"4\" patternUnits=\"userSpaceOnUse\">"
    "<rect width=\"2\" height=\"4\" fill=\"var(--wait)\"/></pattern>\n"
    "<pattern id=\"down\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" "
    "patternTransform=\"rotate(45)\"><rect width=\"2\" height=\"6\" fill=\"var(--bad)\"/>"
    "</pattern>\n"
    "<g id=\"badly\"><path d=\"M-4 -4l8 8m0 -8l-8 8\" stroke=\"var(--paper)\" stroke-width=\"4\"/>"
    "<path d=\"M-4 -4l8 8m0 -8l-8 8\" stroke=\"var(--bad)\" stroke-width=\"2\"/></g>\n"
    "<g id=\"well\"><circle r=\"3.5\" fill=\"var(--paper)\" stroke=\"var(--run)\" "
    "stroke-width=\"2\"/></g>\n"
    "<g id=\"told\"><path d=\"M0 -5v10\" stroke=\"var(--paper)\" stroke-width=\"5\"/>"
    "<path d=\"M0 -5v10\" stroke=\"var(--stop)\" stroke-width=\"2.4\"/></g>\n"
    "<g id=\"held\"><path class=\"mark\" d=\"M-4 0l3 4l6 -8\"/></g>\n"
    "<g id=\"missed\"><circle r=\"7\" fill=\"var(--paper)\"/>"
    "<path class=\"missed\" d=\"M-5 -5l10 10m0 -10l-10 10\"/></g>\n"
    "</defs>\n";

void sim__still_head(struct sim__still *still, uint32_t height)
{
    struct sim__text *text = still->text;
    const struct sim__picture_frame *frame = still->frame;
    sim__text_put(text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                        "<!-- A picture of a run, by rehearse -->\n");
    sim__text_format(text,
                     "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %u %u\" "
                     "width=\"%u\" height=\"%u\" role=\"img\" aria-labelledby=\"t d\">\n"
                     "<title id=\"t\">",
                     WIDTH, height, WIDTH, height);
    sim__still_words(text, frame->name);
    sim__text_put(text, "</title>\n<desc id=\"d\">");
    sim__still_words(text, frame->word);
    sim__text_format(text, ", seed %llu, %u services, %llu events</desc>\n",
                     (unsigned long long)frame->seed, still->picture->lane_count,
                     (unsigned long long)still->picture->total);
    sim__text_put(text, defs);
    sim__text_format(text, "<rect width=\"%u\" height=\"%u\" fill=\"var(--paper)\"/>\n", WIDTH,
                     height);
    sim__text_put(text, "<text class=\"title\" x=\"20\" y=\"32\">");
    sim__still_words(text, frame->name);
    sim__text_put(text, "</text>\n<text class=\"sub\" x=\"20\" y=\"52\">");
    sim__still_words(text, frame->file);
    if (frame->variant != NULL) {
        sim__text_put(text, " [");
        sim__still_words(text, frame->variant);
        sim__text_char(text, ']');
    }
    sim__text_format(text, ", seed %llu, hash ", (unsigned long long)frame->seed);
    sim__text_hex16(text, frame->hash);
    sim__text_format(text, "</text>\n<text class=\"verdict%s\" x=\"%u\" y=\"32\">",
                     frame->passed ? "" : " bad", WIDTH - RIGHT);
    sim__still_words(text, frame->word);
    sim__text_put(text, "</text>\n");
}

void sim__still_legend(struct sim__still *still, uint32_t y)
{
    static const struct {
        const char *class;
        const char *words;
    } entries[] = {{"starting", "starting"}, {"running", "running"},    {"stopping", "stopping"},
                   {"waiting", "waiting"},   {"cooling", "cooling"},    {"held", "held"},
                   {"open", "breaker open"}, {"down", "condition down"}};
    uint32_t x = 20;
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++) {
        sim__text_format(still->text,
                         "<rect class=\"%s\" x=\"%u\" y=\"%u\" width=\"18\" height=\"%u\"/>\n"
                         "<text class=\"sub\" x=\"%u\" y=\"%u\">%s</text>\n",
                         entries[i].class, x, y + (i == 6 ? 4 : 0), i == 6 ? 3u : 10u, x + 24,
                         y + 9, entries[i].words);
        x += 40 + (uint32_t)strlen(entries[i].words) * 6;
    }
    static const struct {
        const char *id;
        const char *words;
    } marks[] = {{"badly", "failed"},
                 {"well", "ended well"},
                 {"told", "told to end"},
                 {"missed", "expectation failed"}};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        sim__text_format(still->text,
                         "<use href=\"#%s\" x=\"%u\" y=\"%u\"/>\n<text class=\"sub\" x=\"%u\" "
                         "y=\"%u\">%s</text>\n",
                         marks[i].id, x + 6, y + 5, x + 18, y + 9, marks[i].words);
        x += 34 + (uint32_t)strlen(marks[i].words) * 6;
    }
}
