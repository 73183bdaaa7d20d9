/* Texts composed without stdio: reasons with their numbers. */
#include "text.h"

#include <string.h>

#include "service.h"
#include "supervisor.h"

void sup__copy_text(char *to, size_t size, const char *from)
{
    SUP_ASSERT(size > 0);
    size_t length = strlen(from);
    if (length >= size) {
        length = size - 1;
        /* Never cut inside a UTF-8 sequence. */
        while (length > 0 && ((unsigned char)from[length] & 0xC0) == 0x80) {
            length--;
        }
    }
    memmove(to, from, length);
    to[length] = '\0';
}

bool sup__blank(const char *text)
{
    if (text == NULL) {
        return true;
    }
    while (*text == ' ' || (*text >= '\t' && *text <= '\r')) {
        text++;
    }
    return *text == '\0';
}

/* There is room for more than the longest of these texts, with an error in it. */
static char *put(const struct sup *sup, char *at, const char *text)
{
    size_t length = strlen(text);
    SUP_ASSERT(length < (size_t)(sup->text + sup->text_bytes - at));
    memcpy(at, text, length + 1);
    return at + length;
}

static char *put_number(const struct sup *sup, char *at, uint32_t number)
{
    char digits[12];
    char *first = digits + sizeof(digits) - 1;
    *first = '\0';
    do {
        *--first = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    return put(sup, at, first);
}

static const char *limit_text(struct sup *sup, uint32_t count)
{
    char *at = put(sup, sup->text, "restart limit exhausted (");
    put(sup, put_number(sup, at, count), " restarts)");
    return sup->text;
}

static const char *breaker_text(struct sup *sup, uint32_t failures, uint32_t limit)
{
    char *at = put(sup, sup->text, "circuit breaker open (");
    at = put(sup, put_number(sup, at, failures), "/");
    put(sup, put_number(sup, at, limit), " failures)");
    return sup->text;
}

static const char *numbered(struct sup *sup, const char *before, int32_t number)
{
    char *at = put(sup, put(sup, sup->text, before), number < 0 ? "-" : "");
    put_number(sup, at, number < 0 ? 0u - (uint32_t)number : (uint32_t)number);
    return sup->text;
}

/* What somebody said, or what is made of a number. */
static __attribute__((noinline)) const char *kept_error(struct sup *sup,
                                                        const struct sup__service *s)
{
    char *error = sup__error_of(sup, s);
    if (s->error_kind == SUP__ERROR_CODE) {
        sup__copy_text(error, sup->config.error_bytes_max,
                       numbered(sup, "exit code ", s->error_number));
    } else if (s->error_kind == SUP__ERROR_SIGNAL) {
        sup__copy_text(error, sup->config.error_bytes_max,
                       numbered(sup, "killed by signal ", s->error_number));
    }
    return error;
}

const char *sup__error_literal(const struct sup__service *s)
{
    static const char *const literals[] = {
        [SUP__ERROR_NONE] = "",
        [SUP__ERROR_FAILED] = "failed",
        [SUP__ERROR_PANICKED] = "panicked",
        [SUP__ERROR_REFUSED] = "refused",
        [SUP__ERROR_NOT_READY] = "not ready in time",
        [SUP__ERROR_TOO_LONG] = "ran for too long",
        [SUP__ERROR_STALE] = "heartbeat stale",
        [SUP__ERROR_ABORTED] = "aborted",
    };
    SUP_ASSERT(s->error_kind < sizeof(literals) / sizeof(literals[0]));
    return literals[s->error_kind];
}

const char *sup__error_text(struct sup *sup, const struct sup__service *s)
{
    const char *literal = sup__error_literal(s);
    return literal != NULL ? literal : kept_error(sup, s);
}

const char *sup__reason_text(struct sup *sup, const struct sup__service *s)
{
    const struct sup__rare *rare = sup__rare_of(sup, s);
    SUP_ASSERT(s->reason != SUP_REASON_NONE);
    switch ((enum sup_reason)s->reason) {
    case SUP_REASON_CIRCUIT_BREAKER_OPEN:
        return breaker_text(sup, rare->reason_count, rare->reason_limit);
    case SUP_REASON_RESTART_LIMIT:
        return limit_text(sup, rare->reason_count);
    case SUP_REASON_UNRECOVERABLE: {
        const char *error = sup__error_text(sup, s); /* which may be written here, too */
        put(sup, put(sup, sup->text, "unrecoverable: "), error);
        return sup->text;
    }
    default:
        return sup_reason_name(s->reason);
    }
}
