/* Cancellation tokens: one-way, sticky, from parent to child.
 *
 * A token is the caller's storage. Cancelling one cancels its descendants, never
 * its parent; a token made under a cancelled parent is cancelled from the start.
 * Watchers are called once, inside the call that cancels, parents before
 * children. A token must outlive its children and watchers, or they must be
 * released first. Not thread-safe: a tree belongs to one thread at a time.
 */
#ifndef SUP_TOKEN_H
#define SUP_TOKEN_H

#include <stdbool.h>

#include "sup/face.h"

SUP_BEGIN_DECLS

/* The caller's storage, the library's contents. Frozen. */
struct sup_token {
    struct sup_token *parent;
    struct sup_token *first_child;
    struct sup_token *next_sibling;
    struct sup_token *previous_sibling;
    struct sup_token_watch *first_watch;
    bool cancelled;
    void *reserved[2];
};

typedef void (*sup_token_fn)(void *context);

/* The same. Frozen. */
struct sup_token_watch {
    struct sup_token *token; /* NULL: not watching */
    struct sup_token_watch *next;
    struct sup_token_watch *previous;
    sup_token_fn fn;
    void *context;
    void *reserved[2];
};

/* parent may be NULL. O(1). */
void sup_token_init(struct sup_token *token, struct sup_token *parent);
/* Takes the token out of its tree; its children go to its parent. Idempotent. */
void sup_token_release(struct sup_token *token);
/* Idempotent. Linear in the subtree. */
void sup_token_cancel(struct sup_token *token);
bool sup_token_cancelled(const struct sup_token *token);

/* Calls fn at once when the token is cancelled already. */
void sup_token_watch_start(struct sup_token_watch *watch, struct sup_token *token, sup_token_fn fn,
                           void *context);
void sup_token_watch_stop(struct sup_token_watch *watch);

SUP_END_DECLS

#endif
