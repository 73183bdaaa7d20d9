/* What kinds of mistakes a file can have: a short name for each, which tools may rely
 * on. A name is never changed and never given another meaning; docs/lint.md lists
 * them, and scripts/check-words holds it to this list.
 */
#ifndef SIM_SCENARIO_CODES_H
#define SIM_SCENARIO_CODES_H

/* clang-format off */

/* X(ID, "name", what it stands for) */
#define SIM__CODE_LIST(X) \
    X(CONFLICT, "conflict", "keys or values that cannot stand together, or make no sense here") \
    X(UNREADABLE, "unreadable", "the file or directory cannot be read") \
    X(NOT_TEXT, "not-text", "bytes that are no text: not UTF-8, or control characters") \
    X(SYNTAX, "syntax", "this is not YAML, or YAML that a scenario cannot hold") \
    X(DUPLICATE_KEY, "duplicate-key", "a key stands twice in one map") \
    X(VERSION, "version", "a version of the format that this program does not know") \
    X(UNKNOWN_KEY, "unknown-key", "a key that this map does not have") \
    X(MISSING_KEY, "missing-key", "a key that this map has to have") \
    X(WRONG_TYPE, "wrong-type", "a map, a list, a number or a text where another is due") \
    X(UNKNOWN_WORD, "unknown-word", "a word that is none of those that can stand here") \
    X(DURATION, "duration", "no duration: a unit is missing, or it is not exact") \
    X(OUT_OF_RANGE, "out-of-range", "a number, a duration or a text too small or too large") \
    X(AFTER_END, "after-end", "an instant after `until`") \
    X(EMPTY, "empty", "a list, a map or a text that must not be empty") \
    X(BAD_NAME, "bad-name", "a name, a pattern or a path that cannot be one") \
    X(DUPLICATE_NAME, "duplicate-name", "a second service or group of one name") \
    X(UNKNOWN_NAME, "unknown-name", "a service, a group or a policy that the file does not have") \
    X(LIMIT, "limit", "more of something than there may be, memory among it") \
    X(MORE, "more", "how many diagnostics are not shown")

/* clang-format on */

enum sim__code {
#define SIM__X(id, name, meaning) SIM__CODE_##id,
    SIM__CODE_LIST(SIM__X)
#undef SIM__X
};

const char *sim__code_name(enum sim__code code);

#endif
