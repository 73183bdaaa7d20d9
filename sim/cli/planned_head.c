/* Above a plan: whose it is, in which words, and the life that its attempts live. */
#include <inttypes.h>
#include <string.h>

#include "planned.h"
#include "sim/base/escape.h"
#include "sourced.h"

static void put_life(const struct cli_planned *planned, struct sim__text *text)
{
    static const char *const at_once[] = {
        "every attempt fails at once", "every attempt crashes at once",
        "every attempt ends clean at once", "no attempt ever reports that it is ready",
        "every attempt beats at its start and never again"};
    static const char *const later[] = {"every attempt fails after ",
                                        "every attempt crashes after ",
                                        "every attempt ends clean after "};
    const struct sim_life *life = &planned->life;
    if (sim__life_has_length(life) && life->after.ns > 0) {
        sim__text_put(text, later[life->kind]);
        sim__text_duration(text, life->after);
    } else {
        sim__text_put(text, at_once[life->kind]);
    }
    sim__text_char(text, '\n');
}

/* The path of what was imported, whose lines nobody has seen; 0: it was not. */
static size_t imported_length(const char *source)
{
    const size_t length = strlen(source), mark = strlen(CLI_IMPORTED);
    bool is = length > mark && strcmp(source + length - mark, CLI_IMPORTED) == 0;
    return is ? length - mark : 0;
}

/* Whether the file is called after the service: "api.service", "units/api.service". */
static bool is_called_so(const char *path, size_t length, const char *name)
{
    size_t begin = length, named = strlen(name);
    while (begin > 0 && path[begin - 1] != '/') {
        begin--;
    }
    return length - begin >= named && memcmp(path + begin, name, named) == 0 &&
           (length - begin == named || path[begin + named] == '.');
}

void cli_planned_put_place(const struct sim_scenario *scenario, const struct sim_service *service,
                           struct sim__text *text)
{
    static const char word[] = "preset ";
    const char *source = scenario->sources[service->place.file].name;
    const char *preset = service->preset;
    size_t length = imported_length(source);
    if (length == 0) {
        sim__text_show(text, source);
        sim__text_format(text, ":%" PRIu32 ": ", service->place.line);
        sim__text_show(text, service->name);
    } else {
        sim__text_putn(text, source, length);
        if (!is_called_so(source, length, service->name)) {
            sim__text_put(text, ": ");
            sim__text_show(text, service->name);
        }
    }
    if (preset != NULL) {
        bool bare = length > 0 && strncmp(preset, word, strlen(word)) == 0;
        sim__text_put(text, "   ");
        sim__text_show(text, bare ? preset + strlen(word) : preset);
    }
    sim__text_char(text, '\n');
}

void cli_planned_put_head(const struct cli_planned *planned, struct sim__text *text)
{
    const struct sim_service *service = planned->service;
    cli_planned_put_place(planned->scenario, service, text);
    if (service->overrides != NULL) {
        sim__text_format(text, "beside the preset %s is said, and wins\n", service->overrides);
    }
    put_life(planned, text);
}
