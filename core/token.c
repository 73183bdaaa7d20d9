/* Cancellation tokens; see <sup/token.h>. */
#include "sup/token.h"

#include <stddef.h>

#include "sup/assert.h"

void sup_token_init(struct sup_token *token, struct sup_token *parent)
{
    *token = (struct sup_token){.parent = parent};
    if (parent == NULL) {
        return;
    }
    token->cancelled = parent->cancelled;
    token->next_sibling = parent->first_child;
    if (parent->first_child != NULL) {
        parent->first_child->previous_sibling = token;
    }
    parent->first_child = token;
}

static void unlink_token(struct sup_token *token)
{
    SUP_ASSERT(token->previous_sibling != NULL || token->parent == NULL ||
               token->parent->first_child == token);
    if (token->previous_sibling != NULL) {
        token->previous_sibling->next_sibling = token->next_sibling;
    } else if (token->parent != NULL) {
        token->parent->first_child = token->next_sibling;
    }
    if (token->next_sibling != NULL) {
        token->next_sibling->previous_sibling = token->previous_sibling;
    }
    token->next_sibling = token->previous_sibling = NULL;
}

static void adopt(struct sup_token *parent, struct sup_token *child)
{
    child->parent = parent;
    child->previous_sibling = NULL;
    child->next_sibling = parent == NULL ? NULL : parent->first_child;
    if (child->next_sibling != NULL) {
        child->next_sibling->previous_sibling = child;
    }
    if (parent != NULL) {
        parent->first_child = child;
    }
}

void sup_token_release(struct sup_token *token)
{
    unlink_token(token);
    while (token->first_child != NULL) {
        struct sup_token *child = token->first_child;
        token->first_child = child->next_sibling;
        adopt(token->parent, child);
    }
    while (token->first_watch != NULL) {
        sup_token_watch_stop(token->first_watch);
    }
    token->parent = NULL;
}

static void tell_watchers(struct sup_token *token)
{
    SUP_ASSERT(token->cancelled);
    while (token->first_watch != NULL) {
        struct sup_token_watch *watch = token->first_watch;
        sup_token_watch_stop(watch);
        watch->fn(watch->context);
    }
}

/* The next token of the subtree of `top` after that of `token`; NULL at its end. */
static struct sup_token *next_beside(struct sup_token *token, const struct sup_token *top)
{
    while (token != top) {
        if (token->next_sibling != NULL) {
            return token->next_sibling;
        }
        token = token->parent;
    }
    return NULL;
}

/* Parents first. The subtree of a token that was cancelled before is cancelled
 * already. */
void sup_token_cancel(struct sup_token *token)
{
    for (struct sup_token *at = token; at != NULL;) {
        bool before = at->cancelled;
        at->cancelled = true;
        if (!before) {
            tell_watchers(at);
        }
        bool down = !before && at->first_child != NULL;
        at = down ? at->first_child : next_beside(at, token);
    }
}

bool sup_token_cancelled(const struct sup_token *token)
{
    return token->cancelled;
}

void sup_token_watch_start(struct sup_token_watch *watch, struct sup_token *token, sup_token_fn fn,
                           void *context)
{
    *watch = (struct sup_token_watch){.fn = fn, .context = context};
    if (token->cancelled) {
        fn(context);
        return;
    }
    watch->token = token;
    watch->next = token->first_watch;
    if (watch->next != NULL) {
        watch->next->previous = watch;
    }
    token->first_watch = watch;
}

void sup_token_watch_stop(struct sup_token_watch *watch)
{
    if (watch->token == NULL) {
        return;
    }
    SUP_ASSERT(watch->previous != NULL || watch->token->first_watch == watch);
    if (watch->previous != NULL) {
        watch->previous->next = watch->next;
    } else {
        watch->token->first_watch = watch->next;
    }
    if (watch->next != NULL) {
        watch->next->previous = watch->previous;
    }
    watch->token = NULL;
    watch->next = watch->previous = NULL;
}
