/* Names of services and groups: who declares them, how many there may be. */
#include "reading.h"

#include <stdlib.h>

/* Whether a name is taken twice does not depend on the order of the file: what a
 * spawn may bring comes after all that `services` has. */
static void names__order_of_services_and_spawns_does_not_matter(void **state)
{
    (void)state;
    static const char *const good[] = {
        "services:\n"
        "  - {name: a, script: [{steps: [{do: {spawn: {name: b}}}, run]}]}\n"
        "  - {name: b}\n",
        "services:\n"
        "  - {name: b}\n"
        "  - {name: a, script: [{steps: [{do: {spawn: {name: b}}}, run]}]}\n",
        "services:\n"
        "  - {name: a, script: [{steps: [{do: {spawn: {name: b-3}}}, run]}]}\n"
        "  - {name: b, count: 5}\n",
        "services:\n"
        "  - {name: a, script: [{steps: [{do: {spawn: {name: b, count: 5}}}, run]}]}\n"
        "  - {name: b-3}\n",
        "services:\n"
        "  - {name: a, script: [{steps: [{do: {spawn: {name: b, count: 5}}}, run]}]}\n"
        "  - {name: b, count: 3}\n",
        ("services: [{name: b-3}]\n"
         "timeline: [{at: 1s, spawn: {name: b, count: 5}, expect: {result: exists}}]\n"),
    };
    assert_all_good(good, COUNT(good));
    static const struct refusal refused[] = {
        {"services: [{name: b}, {name: b}]\n", "3:24: error: a second service called `b`"},
        {"services:\n"
         "  - {name: a, script: [{steps: [{do: {spawn: {name: b}}}, run]}]}\n"
         "  - {name: b}\n"
         "  - {name: b}\n",
         "6:6: error: a second service called `b`;"},
        {"services:\n"
         "  - {name: a, script: [{steps: [{do: {spawn: {name: b, count: 9}}}, run]}]}\n"
         "  - {name: b, count: 3}\n"
         "  - {name: b-2}\n",
         "6:6: error: a second service called `b-2`;"},
        {"services: [{name: b-2}, {name: b, count: 3}]\n",
         "3:26: error: a second service called `b`-...;"},
        {"services: [{name: b, count: 2}, {name: b, count: 3}]\n",
         "3:34: error: a second service called `b`-...;"},
    };
    assert_all_refused(refused, COUNT(refused));
}

/* One beyond the file's own count is free, also when a spawn has it. */
static void names__count_of_a_spawn_takes_nothing_from_the_file(void **state)
{
    (void)state;
    static const char *const good[] = {
        "services:\n"
        "  - {name: a, script: [{steps: [{do: {spawn: {name: b, count: 9}}}, run]}]}\n"
        "  - {name: b, count: 3}\n"
        "  - {name: b-3}\n",
    };
    assert_all_good(good, COUNT(good));
}

static void names__each_counts_once(void **state)
{
    (void)state;
    static const char *const good[] = {
        "services: [{name: a, count: 999999}, {name: b}]\n",
        /* Spawned again and again, it is one name. */
        "services: [{name: a, count: 1000000}]\n"
        "timeline: [{at: 1s, spawn: {name: a-7}}, {at: 2s, spawn: {name: a, count: 1000000}}]\n",
        "supervisor: {on-duplicate: replace}\n"
        "services: [{name: a-7}, {name: a, count: 1000000}, {name: a-9}]\n",
    };
    assert_all_good(good, COUNT(good));
    static const struct refusal refused[] = {
        {"services: [{name: a, count: 1000000}, {name: b}]\n",
         "3:40: error: with this there are 1000001 names of services, `count` included; there "
         "can be 1000000"},
        {"services: [{name: a, count: 600000}]\n"
         "timeline: [{at: 1s, spawn: {name: b, count: 400001}}]\n",
         "4:29: error: with this there are 1000001 names of services"},
        {"services: [{name: a, count: 1000000}]\n"
         "timeline: [{at: 1s, spawn: {name: a-1000000}}]\n",
         "4:29: error: with this there are 1000001 names of services"},
    };
    assert_all_refused(refused, COUNT(refused));
}

/* `count` groups of 32 levels each, the first of which they do not share. */
static char *many_groups(unsigned count)
{
    char *text = malloc(128 + (size_t)count * 128);
    assert_non_null(text);
    size_t used = (size_t)sprintf(text, HEAD "supervisor:\n  groups:\n");
    for (unsigned i = 0; i < count; i++) {
        used += (size_t)sprintf(text + used, "    - {name: g%u", i);
        for (int level = 1; level < 32; level++) {
            used += (size_t)sprintf(text + used, ".a");
        }
        used += (size_t)sprintf(text + used, "}\n");
    }
    return text;
}

static void groups__those_on_the_way_count_too(void **state)
{
    (void)state;
    char *text = many_groups(3124); /* 99,968 and the root */
    char *extra = text + strlen(text);
    (void)sprintf(extra, "services: [{name: a, group: x.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v."
                         "w.x.y.z.1.2.3.4.5}]\n"); /* 31 */
    sim_scenario_free(read_good(text));
    (void)sprintf(extra, "services: [{name: a, group: runtime.x.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r."
                         "s.t.u.v.w.x.y.z.1.2.3.4.5.6}]\n"); /* 32 */
    assert_refused_once(text, "3129:22: error: with this there are more than 100000 groups, the "
                              "root and those on the way to others included");
    (void)sprintf(extra,
                  "services: [{name: a, script: [{steps: [{do: {spawn: {name: b, group: "
                  "h.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z.1.2.3.4.5.6}}}]}]}]\n");
    assert_refused_once(text, "3129:63: error: with this there are more than 100000 groups");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names__order_of_services_and_spawns_does_not_matter),
        cmocka_unit_test(names__count_of_a_spawn_takes_nothing_from_the_file),
        cmocka_unit_test(names__each_counts_once),
        cmocka_unit_test(groups__those_on_the_way_count_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
