/* A planted broken promise: what SUP_ASSERT does without a hook is trap, and a
 * runner must count that as a failure.
 *
 * Found by run-tests: status 132
 */
#include "sup/assert.h"

int main(void)
{
    volatile int zero = 0;
    SUP_ASSERT(zero != 0);
    return 0;
}
