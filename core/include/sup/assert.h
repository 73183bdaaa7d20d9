/* Assertions of libsup, always on.
 *
 * SUP_ASSERT states our own promise; a caller's mistake is an error code
 * instead. A broken promise calls sup_assert_failed, which must not return. The
 * library's own definition is weak and traps without printing; a program that
 * wants a message (the expression, its place, the seed, the virtual time)
 * defines the function itself. So there is no global state to set.
 *
 * SUP_MAYBE(x) says that x may be either, and evaluates nothing.
 */
#ifndef SUP_ASSERT_H
#define SUP_ASSERT_H

#include "sup/face.h"

SUP_BEGIN_DECLS

SUP_NORETURN void sup_assert_failed(const char *expression, const char *file, int line);

#define SUP_ASSERT(x) \
    (__builtin_expect(!!(x), 1) ? (void)0 : sup_assert_failed(#x, __FILE__, __LINE__))
#define SUP_MAYBE(x) ((void)sizeof(!!(x)))

SUP_END_DECLS

#endif
