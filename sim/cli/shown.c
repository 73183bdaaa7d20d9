/* Which events the timeline shows. */
#include "shown.h"

#include <string.h>

#include "numbers.h"
#include "sim/glob.h"
#include "sup/event.h"
#include "sup/supervisor.h"

#define WORD_BYTES (SUP_NAME_MAX + 1)
#define NEAR 4u

/* The next word of a list with commas, cut off at WORD_BYTES; false at its end. */
static bool next_word(const char **list, char word[WORD_BYTES], size_t *ret_length)
{
    if (*list == NULL) {
        return false;
    }
    size_t length = strcspn(*list, ",");
    size_t kept = length < WORD_BYTES - 1 ? length : WORD_BYTES - 1;
    memcpy(word, *list, kept);
    word[kept] = '\0';
    *ret_length = length;
    *list = (*list)[length] == ',' ? *list + length + 1 : NULL;
    return true;
}

const char *cli_shown_target_mistake(const char *text)
{
    static const char good[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-*?";
    char word[WORD_BYTES];
    size_t length;
    while (next_word(&text, word, &length)) {
        if (length == 0 || length > SUP_NAME_MAX || word[strspn(word, good)] != '\0') {
            return "a name, a glob ('w-*'), or several with commas";
        }
    }
    return NULL;
}

static const char *const names[] = {
#define X(id, name) name,
    SUP_EVENT_LIST(X)
#undef X
};
static const char *const meant[] = {
#define X(id, name) "there is no such event; did you mean '" name "'?",
    SUP_EVENT_LIST(X)
#undef X
};
#define EVENTS (sizeof names / sizeof names[0])

/* The event that is most likely meant: EVENTS when none is near, the word itself when
 * it is one. `started` stands for an attempt's, which two letters of `restarted` do not. */
static size_t nearest_event(const char *word, uint32_t *ret_distance)
{
    static const char attempt[] = "attempt-";
    size_t nearest = EVENTS;
    *ret_distance = NEAR;
    for (size_t i = 0; i<EVENTS && * ret_distance> 0; i++) {
        bool short_form = strncmp(names[i], attempt, sizeof attempt - 1) == 0 &&
                          strcmp(names[i] + sizeof attempt - 1, word) == 0;
        uint32_t distance = short_form ? 1 : cli_distance(word, strlen(word), names[i]);
        if (distance < *ret_distance) {
            *ret_distance = distance;
            nearest = i;
        }
    }
    return nearest;
}

const char *cli_shown_event_mistake(const char *text)
{
    char word[WORD_BYTES];
    size_t length;
    while (next_word(&text, word, &length)) {
        uint32_t least;
        size_t nearest = nearest_event(word, &least);
        if (nearest == EVENTS) {
            return "there is no such event; 'attempt-started' is one, the manual "
                   "rehearse-scenario(5) names all";
        }
        if (least > 0) {
            return meant[nearest];
        }
    }
    return NULL;
}

bool cli_shown_chooses(const struct cli_shown *shown)
{
    return shown->service_count > 0 || shown->event_count > 0 || shown->has_from || shown->has_to;
}

static bool is_of(const struct sim__json *line, const char *list)
{
    char word[WORD_BYTES];
    char name[WORD_BYTES] = "";
    size_t length;
    const struct sim__json_member *service = sim__json_find(line, "service");
    if (service == NULL || service->value_length < 2 || service->value_length >= WORD_BYTES + 2) {
        return false;
    }
    /* Names need no escapes. */
    memcpy(name, service->value + 1, service->value_length - 2);
    while (next_word(&list, word, &length)) {
        if (sim_glob_match(word, name)) {
            return true;
        }
    }
    return false;
}

static bool is_one_of(const struct sim__json *line, const char *list)
{
    char word[WORD_BYTES];
    size_t length;
    while (next_word(&list, word, &length)) {
        if (sim__json_is(line, "event", word)) {
            return true;
        }
    }
    return false;
}

static bool is_in_time(const struct cli_shown *shown, const struct sim__json *line)
{
    uint64_t at = 0;
    sim__json_number(line, "t", &at);
    return (!shown->has_from || at >= shown->from.ns) && (!shown->has_to || at <= shown->to.ns);
}

bool cli_shown_fits(const struct cli_shown *shown, const struct sim__json *line)
{
    bool service = shown->service_count == 0;
    bool event = shown->event_count == 0;
    for (uint32_t i = 0; i < shown->service_count && !service; i++) {
        service = is_of(line, shown->services[i]);
    }
    for (uint32_t i = 0; i < shown->event_count && !event; i++) {
        event = is_one_of(line, shown->events[i]);
    }
    return service && event && is_in_time(shown, line);
}
