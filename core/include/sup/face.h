/* How structs cross the public face, so that a program built today runs with the
 * libsup of ten years from now, and sources written today compile then.
 *
 * Every struct of the public headers says in its comment what it is:
 *
 * frozen  Its size and members never change: it is embedded in others, kept in the
 *         caller's storage, returned by value, or written in one line without
 *         names ({start, stop, stop, NULL, &world}).
 * grows   Members are added at its end, never in between and never in padding; a
 *         new member's 0, or its default, is what was before it. Nobody has to
 *         fill in or look at a size: the call that takes such a struct is a small
 *         inline function that passes sizeof as the program's compiler saw it, and
 *         calls the symbol of the same name with `_sized` at its end.
 *
 * What the library reads and the program does not have takes its default; what the
 * program has and the library does not know must be zero, else the call is
 * SUP_ENEWER. What the library writes and the program has no room for is left out;
 * what the program has room for and the library does not know is zeroed. A struct
 * that the library hands to a callback grows too: a member is there when a bit of
 * `fields` (struct sup_event) or the struct's own `size` says so.
 *
 * Bindings from other languages call the `_sized` symbols with their own sizes.
 */
#ifndef SUP_FACE_H
#define SUP_FACE_H

#include <stddef.h>
#include <string.h>

/* Between these two everything has C's linkage and is seen outside of a shared
 * library, which is compiled with everything else hidden. */
#ifdef __cplusplus
#define SUP_BEGIN_DECLS \
    extern "C" { \
    _Pragma("GCC visibility push(default)")
#define SUP_END_DECLS \
    _Pragma("GCC visibility pop") \
    }
#else
#define SUP_BEGIN_DECLS _Pragma("GCC visibility push(default)")
#define SUP_END_DECLS _Pragma("GCC visibility pop")
#endif

/* A value of a struct, written in place: SUP_MAKE(sup_instant){0}. */
#ifdef __cplusplus
#define SUP_MAKE(type) type
#else
#define SUP_MAKE(type) (struct type)
#endif

#define SUP_NORETURN __attribute__((noreturn))
/* The result says whether it was done at all. */
#define SUP_WARN_UNUSED __attribute__((warn_unused_result))
/* For a result that does not matter where it stands; a comment there says why. */
static inline void sup_ignore(int result)
{
    (void)result;
}

/* Old names stay for one release. A program that defines SUP_WARN_DEPRECATED before
 * its includes is warned of each use. */
#ifdef SUP_WARN_DEPRECATED
#define SUP_DEPRECATED(instead) __attribute__((deprecated(instead)))
#else
#define SUP_DEPRECATED(instead)
#endif

/* ---- for libraries that pass libsup's structs on in structs of their own ---- */

/* A stretch of a struct: its bytes as the program has it, and as the library does. A
 * struct that embeds one that grows consists of several. Frozen. */
struct sup_stretch {
    size_t theirs;
    size_t ours;
};

/* The program's struct over the library's, which holds the defaults. 0, or -1 when a
 * stretch holds something beyond what the library knows; `to` is then half written. */
SUP_WARN_UNUSED static inline int sup_face_take(void *to, const void *from,
                                                const struct sup_stretch *parts, size_t count)
{
    char *ours = (char *)to;
    const char *theirs = (const char *)from;
    for (size_t i = 0; i < count; i++) {
        size_t common = parts[i].theirs < parts[i].ours ? parts[i].theirs : parts[i].ours;
        memcpy(ours, theirs, common);
        for (size_t at = common; at < parts[i].theirs; at++) {
            if (theirs[at] != 0) {
                return -1;
            }
        }
        ours += parts[i].ours;
        theirs += parts[i].theirs;
    }
    return 0;
}

/* The library's struct into the program's. */
static inline void sup_face_give(void *to, const void *from, const struct sup_stretch *parts,
                                 size_t count)
{
    char *theirs = (char *)to;
    const char *ours = (const char *)from;
    for (size_t i = 0; i < count; i++) {
        size_t common = parts[i].theirs < parts[i].ours ? parts[i].theirs : parts[i].ours;
        memcpy(theirs, ours, common);
        memset(theirs + common, 0, parts[i].theirs - common);
        theirs += parts[i].theirs;
        ours += parts[i].ours;
    }
}

#endif
