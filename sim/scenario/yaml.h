/* What the files that build the tree from the YAML parser's events share. They are
 * the only ones that know libfyaml: tokens.c takes its tokens apart, syntax.c its
 * complaints, build.c makes the tree.
 */
#ifndef SIM_SCENARIO_YAML_H
#define SIM_SCENARIO_YAML_H

#include <libfyaml.h>

#include "node.h"
#include "place.h"
#include "sim/base/table.h"

/* A list or map that is still open. Its entries wait on the builder's stack. */
struct sim__frame {
    struct sim__node *node;
    uint32_t first;
    uint32_t id; /* keeps its keys apart from those of other maps */
    bool has_key;
    struct sim__entry pending; /* the key that waits for its value */
    const char *anchor;
    uint32_t anchor_length;
};

struct sim__builder {
    struct sim_arena *arena;
    struct sim__diagnosis *diagnosis;
    size_t skipped; /* offset of our first byte less the parser's */
    struct sim__cursor cursor;
    struct sim__frame frames[SIM_DEPTH_MAX];
    uint32_t depth;
    struct sim__entry *stack;
    uint32_t stack_count;
    uint32_t stack_size;
    uint32_t maps;
    uint32_t nodes;
    struct sim__table keys;
    struct sim__table anchors;
    struct sim__node *root;
    bool ended; /* the document is over */
    bool failed;
};

/* The first mistake ends the reading. */
__attribute__((format(printf, 3, 4))) void
sim__build_fail(struct sim__builder *b, struct sim_place place, const char *format, ...);
/* The same with a kind of its own; that of the one above is `syntax`. */
__attribute__((format(printf, 4, 5))) void sim__build_fail_as(struct sim__builder *b,
                                                              enum sim__code code,
                                                              struct sim_place place,
                                                              const char *format, ...);

/* ---- tokens.c ---- */
struct sim_place sim__token_place(struct sim__builder *b, struct fy_token *token);
/* The same for a token whose mark comes after its first character, which is
 * `lead`: a quote, or the star of an alias. */
struct sim_place sim__token_place_after(struct sim__builder *b, struct fy_token *token, char lead);
struct sim_place sim__scalar_place(struct sim__builder *b, struct fy_token *token);
/* A copy of a token's text, in the arena; NULL for no token. */
const char *sim__token_text(struct sim__builder *b, struct fy_token *token, uint32_t *ret_length);

/* ---- syntax.c ---- */
/* The parser's own complaint, in our words. */
void sim__syntax_error(struct sim__builder *b, struct fy_diag *diag);
/* Collects errors and writes nowhere; NULL when out of memory. */
struct fy_diag *sim__quiet_diag(void);

#endif
