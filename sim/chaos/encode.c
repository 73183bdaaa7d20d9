/* Items of scripts as text: writing, reading, and finding `do` steps again. */
#include "encode.h"

#include <stdbool.h>
#include <string.h>

#include "sim/base/text.h"
#include "sup/error.h"

enum flag {
    HAS_FOR = 1,
    HAS_CODE = 2,
    HAS_BEAT = 4,
    HAS_BEAT_FOR = 8,
    HAS_STOP_AFTER = 16,
    IGNORES_CANCEL = 32,
    IGNORES_ABORT = 64,
    FLAGS_ALL = 127,
};

static uint64_t flags_of(const struct sim_behaviour *b)
{
    return (b->has_for ? (unsigned)HAS_FOR : 0) | (b->has_code ? (unsigned)HAS_CODE : 0) |
           (b->has_beat ? (unsigned)HAS_BEAT : 0) | (b->has_beat_for ? (unsigned)HAS_BEAT_FOR : 0) |
           (b->has_stop_after ? (unsigned)HAS_STOP_AFTER : 0) |
           (b->ignore_cancel ? (unsigned)IGNORES_CANCEL : 0) |
           (b->ignore_abort ? (unsigned)IGNORES_ABORT : 0);
}

/* ---- writing ---- */

struct writer {
    struct sim__text out;
    uint64_t actions; /* `do` steps so far */
};

static void put_number(struct writer *writer, uint64_t value)
{
    sim__text_u64(&writer->out, value);
    sim__text_char(&writer->out, ' ');
}

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
}

/* "-" for none, else "=" and the text, with other characters as %XX. */
static void put_text(struct writer *writer, const char *text)
{
    static const char digits[] = "0123456789ABCDEF";
    sim__text_char(&writer->out, text == NULL ? '-' : '=');
    for (; text != NULL && *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (is_plain(*text)) {
            sim__text_char(&writer->out, *text);
        } else {
            sim__text_char(&writer->out, '%');
            sim__text_char(&writer->out, digits[c >> 4]);
            sim__text_char(&writer->out, digits[c & 15]);
        }
    }
    sim__text_char(&writer->out, ' ');
}

static void put_draw(struct writer *writer, const struct sim_draw *draw)
{
    put_number(writer, (uint64_t)draw->kind);
    if (draw->kind == SIM_DRAW_PICK) {
        put_number(writer, draw->pick_count);
        for (uint32_t i = 0; i < draw->pick_count; i++) {
            put_number(writer, draw->picks[i].ns);
        }
        return;
    }
    put_number(writer, draw->low.ns);
    if (draw->kind == SIM_DRAW_UNIFORM) {
        put_number(writer, draw->high.ns);
    }
}

static void put_block(struct writer *writer, const struct sim_block *block);

static void put_step(struct writer *writer, const struct sim_step *step)
{
    put_number(writer, (uint64_t)step->kind);
    switch (step->kind) {
    case SIM_STEP_SLEEP:
        put_draw(writer, &step->draw);
        break;
    case SIM_STEP_FAIL:
        put_text(writer, step->text);
        break;
    case SIM_STEP_CRASH:
        put_number(writer, (uint64_t)step->signal);
        break;
    case SIM_STEP_REPEAT:
        put_number(writer, step->times);
        put_block(writer, &step->body);
        break;
    case SIM_STEP_ON_CANCEL:
        put_block(writer, &step->body);
        break;
    case SIM_STEP_CHOOSE:
        put_number(writer, step->choice_count);
        for (uint32_t i = 0; i < step->choice_count; i++) {
            put_number(writer, step->choices[i].weight);
            put_block(writer, &step->choices[i].block);
        }
        break;
    case SIM_STEP_DO:
        put_number(writer, writer->actions++);
        break;
    default:
        break;
    }
}

static void put_block(struct writer *writer, const struct sim_block *block)
{
    put_number(writer, block->count);
    for (uint32_t i = 0; i < block->count; i++) {
        put_step(writer, &block->steps[i]);
    }
}

size_t sim__chaos_encode(const struct sim_behaviour *behaviour, char *buffer, size_t size)
{
    struct writer writer = {.actions = 0};
    sim__text_init_fixed(&writer.out, buffer, size);
    put_number(&writer, (uint64_t)behaviour->kind);
    put_number(&writer, flags_of(behaviour));
    put_number(&writer, behaviour->has_code ? (uint32_t)behaviour->code : 0);
    put_number(&writer, (uint32_t)behaviour->signal);
    put_text(&writer, behaviour->error);
    put_draw(&writer, &behaviour->after);
    put_number(&writer, (uint64_t)behaviour->ready);
    if (behaviour->ready == SIM_READY_AFTER) {
        put_draw(&writer, &behaviour->ready_after);
    }
    if (behaviour->has_beat) {
        put_draw(&writer, &behaviour->beat_every);
    }
    if (behaviour->has_beat_for) {
        put_draw(&writer, &behaviour->beat_for);
    }
    if (behaviour->has_stop_after) {
        put_draw(&writer, &behaviour->stop_after);
    }
    if (behaviour->kind == SIM_STEPS) {
        put_block(&writer, &behaviour->steps);
    }
    return writer.out.length;
}

/* ---- reading ---- */

struct reader {
    const char *at;
    const char *end;
    struct sim_arena *arena;
    uint32_t depth;
    bool bad;
};

/* At most `most`; 0 when the text is bad. */
static uint64_t get_number(struct reader *reader, uint64_t most)
{
    uint64_t value = 0;
    const char *from = reader->at;
    while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9') {
        uint64_t digit = (uint64_t)(*reader->at++ - '0');
        if (value > (UINT64_MAX - digit) / 10) {
            reader->bad = true;
            return 0;
        }
        value = value * 10 + digit;
    }
    if (reader->at == from || reader->at == reader->end || *reader->at != ' ' || value > most) {
        reader->bad = true;
        return 0;
    }
    reader->at++;
    return value;
}

/* How many things follow; each takes at least two bytes of the text. */
static uint32_t get_count(struct reader *reader)
{
    uint64_t most = (uint64_t)(reader->end - reader->at) / 2;
    return (uint32_t)get_number(reader, most < UINT32_MAX ? most : UINT32_MAX);
}

static void *get_room(struct reader *reader, size_t count, size_t size)
{
    void *room = reader->bad ? NULL : sim__arena_alloc(reader->arena, count, size);
    reader->bad = reader->bad || room == NULL;
    return room;
}

static int hex(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static const char *get_text(struct reader *reader)
{
    const char *from = reader->at;
    const char *space = memchr(from, ' ', (size_t)(reader->end - from));
    if (space == NULL || (*from != '=' && (*from != '-' || space != from + 1))) {
        reader->bad = true;
        return NULL;
    }
    reader->at = space + 1;
    if (*from == '-') {
        return NULL;
    }
    char *text = get_room(reader, (size_t)(space - from), 1);
    size_t length = 0;
    for (const char *p = from + 1; p < space && text != NULL; p++) {
        if (*p != '%') {
            text[length++] = *p;
            continue;
        }
        if (space - p < 3 || hex(p[1]) < 0 || hex(p[2]) < 0) {
            reader->bad = true;
            return NULL;
        }
        text[length++] = (char)(hex(p[1]) << 4 | hex(p[2]));
        p += 2;
    }
    return text;
}

static void get_draw(struct reader *reader, struct sim_draw *ret_draw)
{
    ret_draw->kind = (enum sim_draw_kind)get_number(reader, SIM_DRAW_PICK);
    if (ret_draw->kind == SIM_DRAW_PICK) {
        ret_draw->pick_count = get_count(reader);
        reader->bad = reader->bad || ret_draw->pick_count == 0;
        ret_draw->picks = get_room(reader, ret_draw->pick_count, sizeof(*ret_draw->picks));
        for (uint32_t i = 0; i < ret_draw->pick_count && !reader->bad; i++) {
            ret_draw->picks[i].ns = get_number(reader, UINT64_MAX);
        }
        return;
    }
    ret_draw->low.ns = get_number(reader, UINT64_MAX);
    if (ret_draw->kind == SIM_DRAW_UNIFORM) {
        ret_draw->high.ns = get_number(reader, UINT64_MAX);
        reader->bad = reader->bad || ret_draw->high.ns < ret_draw->low.ns;
    }
}

static void get_block(struct reader *reader, struct sim_block *ret_block);

static void get_choices(struct reader *reader, struct sim_step *step)
{
    step->choice_count = get_count(reader);
    step->choices = get_room(reader, step->choice_count, sizeof(*step->choices));
    for (uint32_t i = 0; i < step->choice_count && !reader->bad; i++) {
        step->choices[i].weight = (uint32_t)get_number(reader, UINT32_MAX);
        reader->bad = reader->bad || step->choices[i].weight == 0;
        get_block(reader, &step->choices[i].block);
    }
}

static void get_step(struct reader *reader, struct sim_step *step)
{
    step->kind = (enum sim_step_kind)get_number(reader, SIM_STEP_DO);
    switch (step->kind) {
    case SIM_STEP_SLEEP:
        get_draw(reader, &step->draw);
        break;
    case SIM_STEP_FAIL:
        step->text = get_text(reader);
        break;
    case SIM_STEP_CRASH:
        step->signal = (int32_t)get_number(reader, 64);
        break;
    case SIM_STEP_REPEAT:
        step->times = get_number(reader, UINT64_MAX);
        get_block(reader, &step->body);
        break;
    case SIM_STEP_ON_CANCEL:
        get_block(reader, &step->body);
        break;
    case SIM_STEP_CHOOSE:
        get_choices(reader, step);
        break;
    case SIM_STEP_DO:
        step->action = get_room(reader, 1, sizeof(*step->action));
        if (step->action != NULL) {
            step->action->times = get_number(reader, UINT32_MAX);
        }
        break;
    default:
        break;
    }
}

static void get_block(struct reader *reader, struct sim_block *ret_block)
{
    ret_block->count = get_count(reader);
    if (++reader->depth > SIM_DEPTH_MAX) {
        reader->bad = true;
    }
    ret_block->steps = get_room(reader, ret_block->count, sizeof(*ret_block->steps));
    for (uint32_t i = 0; i < ret_block->count && !reader->bad; i++) {
        get_step(reader, &ret_block->steps[i]);
    }
    reader->depth--;
}

static void get_modifiers(struct reader *reader, uint64_t flags, struct sim_behaviour *b)
{
    b->has_for = (flags & HAS_FOR) != 0;
    b->has_code = (flags & HAS_CODE) != 0;
    b->has_beat = (flags & HAS_BEAT) != 0;
    b->has_beat_for = (flags & HAS_BEAT_FOR) != 0;
    b->has_stop_after = (flags & HAS_STOP_AFTER) != 0;
    b->ignore_cancel = (flags & IGNORES_CANCEL) != 0;
    b->ignore_abort = (flags & IGNORES_ABORT) != 0;
    b->ready = (enum sim_ready_kind)get_number(reader, SIM_READY_NEVER);
    if (b->ready == SIM_READY_AFTER) {
        get_draw(reader, &b->ready_after);
    }
    if (b->has_beat) {
        get_draw(reader, &b->beat_every);
    }
    if (b->has_beat_for) {
        get_draw(reader, &b->beat_for);
    }
    if (b->has_stop_after) {
        get_draw(reader, &b->stop_after);
    }
}

int sim__chaos_decode(const char *text, struct sim_arena *arena,
                      struct sim_behaviour *ret_behaviour)
{
    struct reader reader = {.at = text, .end = text + strlen(text), .arena = arena};
    struct sim_behaviour b = {.times = 1};
    b.kind = (enum sim_behaviour_kind)get_number(&reader, SIM_STEPS);
    uint64_t flags = get_number(&reader, FLAGS_ALL);
    b.code = (int32_t)get_number(&reader, INT32_MAX);
    b.signal = (int32_t)get_number(&reader, 64);
    b.error = reader.bad ? NULL : get_text(&reader);
    get_draw(&reader, &b.after);
    get_modifiers(&reader, flags, &b);
    if (b.kind == SIM_STEPS) {
        get_block(&reader, &b.steps);
    }
    if (sim__arena_failed(arena)) {
        return SUP_ENOMEM;
    }
    if (reader.bad || reader.at != reader.end || b.kind == SIM_REFUSE) {
        return SUP_EINVAL;
    }
    *ret_behaviour = b;
    return SUP_OK;
}

/* ---- finding ---- */

/* Counts *number down; the action when it gets there. */
static const struct sim_action *find(const struct sim_block *block, uint64_t *number)
{
    const struct sim_action *found = NULL;
    for (uint32_t i = 0; i < block->count && found == NULL; i++) {
        const struct sim_step *step = &block->steps[i];
        if (step->kind == SIM_STEP_DO && (*number)-- == 0) {
            return step->action;
        }
        if (step->kind == SIM_STEP_REPEAT || step->kind == SIM_STEP_ON_CANCEL) {
            found = find(&step->body, number);
        }
        for (uint32_t c = 0; step->kind == SIM_STEP_CHOOSE && c < step->choice_count; c++) {
            found = found == NULL ? find(&step->choices[c].block, number) : found;
        }
    }
    return found;
}

const struct sim_action *sim__chaos_action(const struct sim_behaviour *behaviour, uint64_t number)
{
    return behaviour->kind == SIM_STEPS ? find(&behaviour->steps, &number) : NULL;
}
