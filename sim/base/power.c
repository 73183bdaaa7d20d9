/* Powers of whole numbers, digit by digit: 64 factors of 64 bits are 128 digits of 32.
 *
 * A root is guessed from the two before it, which are in the same proportion, and then found
 * exactly: whatever was guessed, the same numbers come out.
 */
#include "power.h"

#include <stdbool.h>
#include <string.h>

#include "sup/assert.h"

#define DIGITS_MAX (2 * SIM__STEPS_MAX + 2)

struct number {
    uint32_t digits[DIGITS_MAX]; /* the least one first */
    uint32_t count;              /* the greatest one is not 0 */
};

/* One digit's worth of a product, `at` digits up. */
static void add_product(struct number *to, const struct number *from, uint32_t digit, uint32_t at)
{
    uint64_t carry = 0;
    for (uint32_t i = 0; digit != 0 && (i < from->count || carry != 0); i++) {
        uint64_t part = i < from->count ? (uint64_t)from->digits[i] * digit : 0;
        SUP_ASSERT(at + i < DIGITS_MAX);
        uint64_t sum = part + to->digits[at + i] + carry;
        to->digits[at + i] = (uint32_t)sum;
        carry = sum >> 32;
    }
}

static void multiply(struct number *number, uint64_t by)
{
    struct number product;
    uint32_t room = number->count + 2;
    SUP_ASSERT(room <= DIGITS_MAX);
    memset(product.digits, 0, room * sizeof(product.digits[0]));
    add_product(&product, number, (uint32_t)by, 0);
    add_product(&product, number, (uint32_t)(by >> 32), 1);
    for (product.count = room; product.count > 0 && product.digits[product.count - 1] == 0;) {
        product.count--;
    }
    memcpy(number->digits, product.digits, product.count * sizeof(product.digits[0]));
    number->count = product.count;
}

static void multiply_often(struct number *number, uint64_t by, uint32_t times)
{
    for (uint32_t i = 0; i < times; i++) {
        multiply(number, by);
    }
}

static bool is_above(const struct number *a, const struct number *b)
{
    if (a->count != b->count) {
        return a->count > b->count;
    }
    for (uint32_t i = a->count; i-- > 0;) {
        if (a->digits[i] != b->digits[i]) {
            return a->digits[i] > b->digits[i];
        }
    }
    return false;
}

struct root {
    struct number of;
    uint32_t count;
    uint64_t most; /* no root is above it */
};

static bool fits(const struct root *root, uint64_t x)
{
    struct number power = {.digits = {1}, .count = 1};
    multiply_often(&power, x, root->count);
    return !is_above(&power, &root->of);
}

/* From the guess in strides that double, then between the last two. */
static uint64_t find(const struct root *root, uint64_t guess)
{
    uint64_t low = guess, high = guess, stride = 1;
    if (fits(root, guess)) {
        do {
            low = high;
            high = stride < root->most - low ? low + stride : root->most;
            stride *= 2;
        } while (low < root->most && fits(root, high));
        if (low == root->most) {
            return low;
        }
    } else {
        do {
            high = low;
            low = stride < high ? high - stride : 0;
            stride *= 2;
        } while (!fits(root, low));
    }
    while (high - low > 1) {
        uint64_t middle = low + (high - low) / 2;
        bool good = fits(root, middle);
        low = good ? middle : low;
        high = good ? high : middle;
    }
    return low;
}

void sim__power_steps(uint64_t first, uint64_t last, uint32_t count, uint64_t *ret_steps)
{
    SUP_ASSERT(first > 0 && first <= last && count >= 1 && count <= SIM__STEPS_MAX);
    struct root root = {.count = count, .most = last};
    ret_steps[0] = first;
    ret_steps[count] = last;
    for (uint32_t j = 1; j < count; j++) {
        double before = (double)ret_steps[j - 1];
        double guess = j == 1 ? before : before * before / (double)ret_steps[j - 2];
        root.of = (struct number){.digits = {1}, .count = 1};
        multiply_often(&root.of, first, count - j);
        multiply_often(&root.of, last, j);
        ret_steps[j] = find(&root, guess < (double)last / 2 ? (uint64_t)guess : last / 2);
    }
}
