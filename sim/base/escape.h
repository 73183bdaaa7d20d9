/* Text that came from outside, written so that its reader takes it for what it is:
 * one function for each reader. None lets through what a terminal would obey instead
 * of show (sim__utf8_steers), since any output may end up on one. */
#ifndef SIM_BASE_ESCAPE_H
#define SIM_BASE_ESCAPE_H

#include "text.h"

/* For people: \n, \t, \x1b for what steers and for bytes that are not UTF-8, \u202e
 * above U+00FF. A backslash stays as it is. */
void sim__text_safe(struct sim__text *text, const char *bytes, size_t length);
/* The same for a NUL-terminated one. */
void sim__text_show(struct sim__text *text, const char *string);
/* A JSON string with its quotation marks; bytes that are not UTF-8 become U+FFFD. */
void sim__text_json(struct sim__text *text, const char *string);
/* Character data of XML 1.0, for content and attributes alike. What XML cannot hold, or
 * what steers, is written as for people. */
void sim__text_xml(struct sim__text *text, const char *bytes, size_t length);
/* One word of a shell, quoted where it has to be: '…', and $'…' for what steers and
 * what is not UTF-8. */
void sim__text_shell(struct sim__text *text, const char *word);
/* The value of a Prometheus label, without its quotation marks: as for people, then
 * backslashes and quotation marks escaped. */
void sim__text_label(struct sim__text *text, const char *value);

#endif
