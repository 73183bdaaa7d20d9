/* Goes through a JSON array; see json_items.h. */
#include "json_items.h"

#include <string.h>

static const char *skip_string(const char *at, const char *end)
{
    for (at++; at < end && *at != '"'; at++) {
        at += *at == '\\';
    }
    return at < end ? at + 1 : end;
}

/* Behind a string, an array or an object. */
static const char *skip_value(const char *at, const char *end)
{
    size_t depth = 0;
    while (at < end) {
        char c = *at;
        at = c == '"' ? skip_string(at, end) : at + 1;
        depth += c == '[' || c == '{';
        depth -= c == ']' || c == '}';
        if (depth == 0) {
            return at;
        }
    }
    return end;
}

bool sim__json_items(const struct sim__json_member *member, struct sim__json_items *ret_items)
{
    if (member->value_length < 2 || member->value[0] != '[') {
        return false;
    }
    *ret_items =
        (struct sim__json_items){member->value + 1, member->value + member->value_length - 1};
    return true;
}

bool sim__json_item(struct sim__json_items *items, struct sim__json_member *ret_item)
{
    const char *end = items->end;
    while (items->at < end && memchr(" \t\r\n,", *items->at, 5) != NULL) {
        items->at++;
    }
    if (items->at >= end) {
        return false;
    }
    const char *from = items->at;
    bool nested = *from == '[' || *from == '{' || *from == '"';
    if (nested) {
        items->at = skip_value(from, end);
    } else {
        while (items->at < end && memchr(" \t\r\n,", *items->at, 5) == NULL) {
            items->at++;
        }
    }
    *ret_item = (struct sim__json_member){
        .key = from, .value = from, .value_length = (size_t)(items->at - from)};
    return true;
}
