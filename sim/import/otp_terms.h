/* Terms of Erlang, as `file:consult` reads them. */
#ifndef SIM_IMPORT_OTP_TERMS_H
#define SIM_IMPORT_OTP_TERMS_H

#include "model.h"

#define SIM__TERM_DEPTH_MAX 40u

enum sim__term_kind {
    SIM__TERM_ATOM,
    SIM__TERM_INTEGER,
    SIM__TERM_TEXT,  /* a string or a binary */
    SIM__TERM_OTHER, /* a float, a fun */
    SIM__TERM_TUPLE,
    SIM__TERM_LIST,
    SIM__TERM_MAP, /* key, value, key, value, … */
};

struct sim__term {
    enum sim__term_kind kind;
    struct sim__spot spot;
    const char *text;   /* without quotes; NULL of what has parts */
    const char *source; /* as it stands in the file */
    uint32_t length;    /* of that */
    int64_t number;     /* of an integer; one that does not fit is an OTHER */
    struct sim__term *parts;
    uint32_t count;
    struct sim__term *next; /* of the parts, or the next term of the file */
};

/* The terms of a file; NULL when there are none, or after a mistake, which has been said. */
struct sim__term *sim__terms_read(struct sim__import *import, const char *path, const char *bytes,
                                  size_t length);
/* For a message, or a name. */
const char *sim__term_shown(struct sim__import *import, const struct sim__term *term);
bool sim__term_is_atom(const struct sim__term *term, const char *name);
/* The value of a map's key, an atom; NULL when it has none. */
const struct sim__term *sim__term_get(const struct sim__term *map, const char *key);
/* The part of that number, from 0; NULL: there are fewer. */
const struct sim__term *sim__term_part(const struct sim__term *term, uint32_t index);

#endif
