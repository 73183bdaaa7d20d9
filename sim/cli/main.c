/* The command rehearse, without tasks of anybody's. */
#include "sim/main.h"
#include "sup/assert.h"

_Noreturn void sup_assert_failed(const char *expression, const char *file, int line)
{
    sim_main_assert_failed(expression, file, line);
}

int main(int argc, char **argv)
{
    return sim_main(argc, argv, NULL);
}
