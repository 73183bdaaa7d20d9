/* What is said of a scenario that an import wrote and its reader refuses: at the place in the
 * source that the line names, and not without end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "sim/import/model.h"
#include "sup/error.h"

struct verified {
    struct sim__imported imported;
    struct sim_arena *arena;
};

/* `errors` have been said before. */
static struct verified verified(const char *scenario, uint64_t errors)
{
    const struct sim__import_request request = {.alloc = &sup_allocator_libc};
    struct verified of = {.imported = {.errors = errors}};
    assert_int_equal(sim__arena_create(&sup_allocator_libc, &of.arena), SUP_OK);
    sim__text_put(&of.imported.scenario, scenario);
    struct sim__import import = {.request = &request, .imported = &of.imported, .arena = of.arena};
    sim__import_verify(&import);
    assert_false(sim__arena_failed(of.arena));
    return of;
}

static void release(struct verified *of)
{
    sim__imported_release(&of->imported);
    sim__arena_free(of->arena);
}

#define HEAD "scenario: 1\nname: x\nservices:\n"

static void verify__what_is_refused_is_said_where_it_came_from(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        const char *said;
    } list[] = {
        {"  - {name: a}\n", ""},
        {"  - {name: a, restart: somtimes}  # a.service:7\n", "a.service:7:1: error: "},
        {"  - {name: a, restart: somtimes}  # a.service:7, b.conf:3\n", "a.service:7:1: error: "},
        {"  - {name: a, restart: somtimes}  # --set\n", "--set: error: "},
        {"  - {name: a, restart: somtimes}\n", "rehearse: error: "},
    };
    for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        char text[256] = HEAD;
        strcat(text, list[i].line);
        struct verified of = verified(text, 0);
        const char *said = sim__text_string(&of.imported.said);
        bool good = list[i].said[0] == '\0';
        assert_int_equal(of.imported.errors, !good);
        if (strncmp(said, list[i].said, strlen(list[i].said)) != 0 || (good && said[0] != '\0')) {
            fail_msg("%s%s", list[i].line, said);
        }
        /* Nobody gets a scenario that is refused. */
        assert_string_equal(sim__text_string(&of.imported.scenario), good ? text : "");
        release(&of);
    }
}

static void verify__a_hint_is_said_behind_what_is_wrong(void **state)
{
    (void)state;
    struct verified of = verified(HEAD "  - {name: a, restart: alway}\n", 0);
    assert_non_null(strstr(sim__text_string(&of.imported.said), "; did you mean"));
    release(&of);
    of = verified(HEAD "  - {name: a, stop: {grace: -1s}}\n", 0);
    assert_string_equal(sim__text_string(&of.imported.said),
                        "rehearse: error: `grace`: a duration cannot be negative, found `-1s`\n");
    release(&of);
}

static void verify__no_more_is_said_than_of_others(void **state)
{
    (void)state;
    static const char wrong[] = HEAD "  - {name: a, restart: somtimes}\n";
    struct verified of = verified(wrong, SIM__IMPORT_SAID_MAX - 1);
    assert_int_equal(of.imported.errors, SIM__IMPORT_SAID_MAX);
    assert_true(of.imported.said.length > 0);
    release(&of);
    of = verified(wrong, SIM__IMPORT_SAID_MAX);
    assert_int_equal(of.imported.errors, SIM__IMPORT_SAID_MAX + 1);
    assert_int_equal(of.imported.said.length, 0);
    release(&of);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verify__what_is_refused_is_said_where_it_came_from),
        cmocka_unit_test(verify__a_hint_is_said_behind_what_is_wrong),
        cmocka_unit_test(verify__no_more_is_said_than_of_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
