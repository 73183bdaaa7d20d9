/* The command rehearse, without tasks of anybody's. */
#include "sim/main.h"

int main(int argc, char **argv)
{
    return sim_main(argc, argv, NULL);
}
