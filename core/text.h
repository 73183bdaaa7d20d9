/* Texts composed without stdio: reasons and errors with their numbers. */
#ifndef SUP_CORE_TEXT_H
#define SUP_CORE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "service.h"

struct sup;

/* Both are valid until the next text of the same supervisor is composed. */
const char *sup__reason_text(struct sup *sup, const struct sup__service *s);
const char *sup__error_text(struct sup *sup, const struct sup__service *s);
/* NULL when it has to be composed; else it is valid for ever. */
const char *sup__error_literal(const struct sup__service *s);

/* Cuts what is too long, never inside a UTF-8 sequence. */
void sup__copy_text(char *to, size_t size, const char *from);
bool sup__blank(const char *text);

#endif
