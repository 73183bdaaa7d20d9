/* A planted decision on memory that nobody wrote: the seed of a hidden
 * nondeterminism.
 *
 * Found by memcheck: uninitialised value
 */
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    int *volatile choice = malloc(sizeof *choice);
    if (choice == NULL) {
        return 2;
    }
    puts(*choice > 7 ? "left" : "right");
    free(choice);
    return 0;
}
