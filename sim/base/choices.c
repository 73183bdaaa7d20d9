/* The choices of a run under their labels; see choices.h. */
#include "choices.h"

#include <stdlib.h>
#include <string.h>

#include "grow.h"
#include "sup/assert.h"

void sim__choices_release(struct sim__choices *choices)
{
    for (uint32_t i = 0; i < choices->label_count; i++) {
        free(choices->labels[i].text);
    }
    free(choices->labels);
    free(choices->items);
    free(choices->places);
    *choices = (struct sim__choices){0};
}

void sim__choices_clear(struct sim__choices *choices)
{
    choices->count = 0;
    for (uint32_t i = 0; i < choices->label_count; i++) {
        choices->labels[i].first = choices->labels[i].last = SIM__NO_CHOICE;
    }
}

bool sim__label_is_good(const char *label)
{
    size_t length = 0;
    for (; label[length] != '\0'; length++) {
        char c = label[length];
        bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    c == '_' || c == '.' || c == '-' || c == ':';
        if (!good || length + 1 >= SIM__LABEL_BYTES) {
            return false;
        }
    }
    return length > 0;
}

/* FNV-1a, for finding a label; the order of the table decides nothing. */
static uint64_t hash_of(const char *label)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    for (const char *p = label; *p != '\0'; p++) {
        hash = (hash ^ (unsigned char)*p) * UINT64_C(0x100000001B3);
    }
    return hash;
}

/* Where the label is, or would be. */
static uint32_t *place_of(const struct sim__choices *choices, const char *label, uint64_t hash)
{
    uint32_t mask = choices->place_count - 1;
    uint32_t i = (uint32_t)(hash ^ hash >> 32) & mask;
    SUP_ASSERT(choices->place_count > 0 && (choices->place_count & mask) == 0);
    while (choices->places[i] != 0) {
        const struct sim__choice_label *known = &choices->labels[choices->places[i] - 1];
        if (known->hash == hash && strcmp(known->text, label) == 0) {
            break;
        }
        i = (i + 1) & mask;
    }
    return &choices->places[i];
}

static bool places_grow(struct sim__choices *choices)
{
    uint32_t count = choices->place_count == 0 ? 64 : choices->place_count * 2;
    uint32_t *places = calloc(count, sizeof(*places));
    if (places == NULL) {
        return false;
    }
    free(choices->places);
    choices->places = places;
    choices->place_count = count;
    for (uint32_t i = 0; i < choices->label_count; i++) {
        const struct sim__choice_label *known = &choices->labels[i];
        *place_of(choices, known->text, known->hash) = i + 1;
    }
    return true;
}

uint32_t sim__choices_find(const struct sim__choices *choices, const char *label)
{
    uint32_t place = 0;
    if (choices->place_count > 0) {
        place = *place_of(choices, label, hash_of(label));
    }
    return place > 0 ? place - 1 : SIM__NO_CHOICE;
}

/* The number of the label, which is made when it is new; SIM__NO_CHOICE without memory. */
static uint32_t intern(struct sim__choices *choices, const char *label)
{
    if (choices->label_count * 2 >= choices->place_count && !places_grow(choices)) {
        return SIM__NO_CHOICE;
    }
    uint64_t hash = hash_of(label);
    uint32_t *place = place_of(choices, label, hash);
    if (*place != 0) {
        return *place - 1;
    }
    void *grown = sim__grown(choices->labels, &choices->label_room,
                             (uint64_t)choices->label_count + 1, sizeof(*choices->labels));
    if (grown == NULL) {
        return SIM__NO_CHOICE;
    }
    choices->labels = grown;
    char *text = strdup(label);
    if (text == NULL) {
        return SIM__NO_CHOICE;
    }
    choices->labels[choices->label_count] =
        (struct sim__choice_label){text, hash, SIM__NO_CHOICE, SIM__NO_CHOICE};
    *place = ++choices->label_count;
    return *place - 1;
}

int sim__choices_add(struct sim__choices *choices, const char *label,
                     const struct sim__choice *choice)
{
    if (choices->count >= SIM__CHOICES_MAX) {
        return SUP_ELIMIT;
    }
    void *grown = sim__grown(choices->items, &choices->room, (uint64_t)choices->count + 1,
                             sizeof(*choices->items));
    if (grown == NULL) {
        return SUP_ENOMEM;
    }
    choices->items = grown;
    uint32_t number = intern(choices, label);
    if (number == SIM__NO_CHOICE) {
        return SUP_ENOMEM;
    }
    struct sim__choice_label *known = &choices->labels[number];
    struct sim__choice *item = &choices->items[choices->count];
    *item = *choice;
    item->label = number;
    item->after = SIM__NO_CHOICE;
    if (known->first == SIM__NO_CHOICE) {
        known->first = choices->count;
    } else {
        choices->items[known->last].after = choices->count;
    }
    known->last = choices->count++;
    return SUP_OK;
}

const char *sim__choices_label(const struct sim__choices *choices, uint32_t index)
{
    SUP_ASSERT(index < choices->count);
    return choices->labels[choices->items[index].label].text;
}
