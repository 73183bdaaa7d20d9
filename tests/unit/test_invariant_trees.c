/* Planted streams about trees: groups that shut down for significant ends, and groups that are made
 * anew. */
#include "planted.h"

#define TREE(how, more) \
    "supervisor: {groups: [{name: g, auto-shutdown: " how "}" more "]}\n" \
    "services: [{name: a, group: g, significant: true}, {name: b, group: g, significant: true}, " \
    "{name: c, group: g}]"
#define BEGIN "a begins; b begins; c begins"
#define CLEAN(name) name " ended succeeded; " name " terminated completed"
#define SHUT "group runtime.g group-shutdown"
#define STOPS(name) \
    name " cancel-delivered; " name " ended cancelled; " name " terminated cancelled"
#define NOBODY "nobody significant of the group has ended"
#define MISSED "a group has to shut down for it"

/* Starts of a group that are refused: a and d are in one, b in another. */
#define LIMITED "significant: true, restart-limit: {max: 1, within: 1h, counts: starts}"
#define TWO_AT_ONCE \
    "supervisor: {groups: [{name: p}, {name: p.g, auto-shutdown: any}, {name: p.h, " \
    "auto-shutdown: any}]}\n" \
    "services: [{name: a, group: p.g, " LIMITED "}, {name: b, group: p.h, " LIMITED "}, " \
    "{name: c, group: p}, {name: d, group: p.g, " LIMITED "}]"
#define REFUSED(name) name " exhausted 1 1 terminate; " name " terminated restart-limit"
#define BOTH_REFUSED \
    BEGIN \
    "; d begins; a ended failed; a waits 10ms 1; b ended failed; b waits 10ms 1; " \
    "d ended failed; d waits 10ms 1; +10ms; " REFUSED("a") "; " REFUSED("b") "; " REFUSED("d")
static const struct planted ends[] = {
    {"any of them", TREE("any", ""), BEGIN "; " CLEAN("a"), "settle", "group-shutdown", MISSED,
     SHUT "; +1ms"},
    {"at once", TREE("any", ""), BEGIN "; " CLEAN("a"), "c cancel-delivered; " SHUT,
     "group-shutdown", "it had to come at event 9", SHUT "; c cancel-delivered"},
    {"not who is not significant", TREE("any", ""), BEGIN "; " CLEAN("c"), SHUT, "group-shutdown",
     NOBODY, "+1ms"},
    {"together with another one, whichever is told first", TWO_AT_ONCE, BOTH_REFUSED, "settle",
     "group-shutdown", MISSED,
     "group runtime.p.g group-shutdown; c not-ready; group runtime.p.h group-shutdown"},
    {"and not one of them alone", TWO_AT_ONCE, BOTH_REFUSED "; group runtime.p.h group-shutdown",
     "settle", "group-shutdown", MISSED, "group runtime.p.g group-shutdown"},
    {"once for two of them", TWO_AT_ONCE,
     BOTH_REFUSED "; group runtime.p.h group-shutdown; group runtime.p.g group-shutdown",
     "group runtime.p.g group-shutdown", "group-shutdown", NOBODY, "+1ms"},
    {"not for a command", TREE("any", ""), BEGIN "; a command cancel; " STOPS("a"), SHUT,
     "group-shutdown", NOBODY, "+1ms"},
    {"not before the last of all", TREE("all", ""), BEGIN "; " CLEAN("a"), SHUT, "group-shutdown",
     NOBODY, CLEAN("b") "; " SHUT "; +1ms"},
    {"with the last of all", TREE("all", ""), BEGIN "; " CLEAN("b") "; " CLEAN("a"), "settle",
     "group-shutdown", MISSED, SHUT "; +1ms"},
    {"who is held does not live", TREE("all", ""),
     BEGIN "; b command pause; b paused; b cancel-delivered; b ended cancelled; " CLEAN("a"),
     "settle", "group-shutdown", MISSED, SHUT "; +1ms"},
    {"who is being held does", TREE("all", ""),
     BEGIN "; b command pause; b paused; b cancel-delivered; " CLEAN("a"), SHUT, "group-shutdown",
     NOBODY, "+1ms"},
    {"who waits does", TREE("all", ""), BEGIN "; b ended failed; b waits 10ms 1; " CLEAN("a"), SHUT,
     "group-shutdown", NOBODY, "+1ms"},
    {"who was removed while it waited does not", TREE("all", ""),
     BEGIN "; b ended failed; b waits 10ms 1; b removed; " CLEAN("a"), "settle", "group-shutdown",
     MISSED, SHUT "; +1ms"},
    {"a limit of its own",
     "supervisor: {groups: [{name: g, auto-shutdown: any}]}\n"
     "services: [{name: a, group: g, significant: true, restart-limit: {max: 0, within: 1s}}]",
     "a begins; a ended failed; a exhausted 0 0 terminate; a terminated restart-limit", "settle",
     "group-shutdown", MISSED, SHUT "; +1ms"},
    {"not the limit of its group",
     "supervisor: {groups: [{name: g, auto-shutdown: any, restart-limit: {max: 0, within: 1s, "
     "then: terminate}}]}\nservices: [{name: a, group: g, significant: true}]",
     "a begins; a ended failed; group runtime.g exhausted 0 0; a terminated restart-limit", SHUT,
     "group-shutdown", NOBODY, "+1ms"},
    {"not while all drains", TREE("any", ""),
     BEGIN "; shutdown; c cancel-delivered; c ended "
           "cancelled; c terminated cancelled; a cancel-delivered; a ended cancelled; "
           "a terminated cancelled",
     SHUT, "group-shutdown", NOBODY, "+1ms"},
    {"all groups drain",
     "supervisor: {auto-shutdown: any}\n"
     "services: [{name: a, significant: true}, {name: b}]",
     "a begins; b begins; " CLEAN("a") "; group runtime group-shutdown", "settle", "group-shutdown",
     "all groups shut down, and nothing drains", "shutdown"},
};

#define DEEP \
    "supervisor: {groups: [{name: p, auto-shutdown: any}, {name: p.g, auto-shutdown: any, " \
    "significant: true}]}\n" \
    "services: [{name: a, group: p.g, significant: true}, {name: b, group: p.g}, {name: c, " \
    "group: p}]"
#define CHILD BEGIN "; " CLEAN("a") "; group runtime.p.g group-shutdown"
#define PARENT "group runtime.p group-shutdown"
#define LATER \
    "supervisor: {groups: [{name: p, auto-shutdown: any}, {name: p.g, auto-shutdown: any, " \
    "significant: true}]}\n" \
    "services: [{name: a, group: p.g, significant: true}, {name: b, group: p.g}, {name: c, " \
    "group: p}, {name: d, group: p.g}]"
#define LATER_ALL \
    "supervisor: {groups: [{name: p, auto-shutdown: all}, {name: p.g, auto-shutdown: any, " \
    "significant: true}]}\n" \
    "services: [{name: a, group: p.g, significant: true}, {name: b, group: p.g}, {name: c, " \
    "group: p, significant: true}, {name: d, group: p.g, restart: never}]"
#define BOTH_OF_THEM \
    "supervisor: {groups: [{name: p, auto-shutdown: any}, {name: p.g, auto-shutdown: any, " \
    "significant: true}]}\n" \
    "services: [{name: a, group: p.g, significant: true}, {name: b, group: p.g}, {name: c, " \
    "group: p, significant: true}]"
#define KEPT(how) \
    "supervisor: {groups: [{name: p, auto-shutdown: " how "}, {name: p.g, auto-shutdown: any, " \
    "significant: true}]}\n" \
    "services: [{name: a, group: p.g, significant: true}, {name: b, group: p.g}, {name: c, " \
    "group: p, significant: true}]"
#define KEPT_ALL KEPT("all")
#define KEPT_ANY KEPT("any")
#define ABOVE(then) \
    "supervisor: {groups: [{name: p, auto-shutdown: any, restart-limit: {max: 0, within: " \
    "1s, " then "}}, {name: p.g, auto-shutdown: any, significant: true}]}\n" \
    "services: [{name: a, group: p.g, significant: true}, {name: b, group: p.g}, {name: c, " \
    "group: p}]"
static const struct planted deeper[] = {
    {"when all of it has ended", DEEP, CHILD "; " STOPS("b"), "settle", "group-shutdown", MISSED,
     PARENT "; +1ms"},
    {"or had ended before", DEEP,
     BEGIN "; " CLEAN("b") "; " CLEAN("a") "; group runtime.p.g group-shutdown",
     "c cancel-delivered; " PARENT, "group-shutdown", "it had to come at event 12",
     PARENT "; c cancel-delivered"},
    {"or is removed", DEEP,
     CHILD "; b cancel-delivered; b command remove; b ended cancelled; "
           "b removed",
     "settle", "group-shutdown", MISSED, PARENT "; +1ms"},
    {"at once", DEEP, CHILD "; " STOPS("b"), "c cancel-delivered; " PARENT, "group-shutdown",
     "it had to come at event 13", PARENT "; c cancel-delivered"},
    {"and only then",
     "supervisor: {groups: [{name: p, auto-shutdown: all}, {name: p.g, "
     "auto-shutdown: any, significant: true}]}\nservices: [{name: a, group: p.g, significant: "
     "true}, "
     "{name: b, group: p.g}, {name: c, group: p, significant: true}]",
     CHILD "; " STOPS("b"), PARENT, "group-shutdown", NOBODY, "+1ms"},
    {"not when it is not significant",
     "supervisor: {groups: [{name: p, auto-shutdown: any}, {name: "
     "p.g, auto-shutdown: any}]}\nservices: [{name: a, group: p.g, significant: true}, "
     "{name: b, group: p.g}, {name: c, group: p}]",
     CHILD, PARENT, "group-shutdown", NOBODY, "+1ms"},
    {"not for a group elsewhere",
     "supervisor: {groups: [{name: p, auto-shutdown: any}, {name: p.g, "
     "auto-shutdown: any, significant: true}, {name: q, auto-shutdown: any}]}\n"
     "services: [{name: a, group: p.g, significant: true}, {name: b, group: p.g}, "
     "{name: c, group: q}]",
     CHILD, "group runtime.q group-shutdown", "group-shutdown", NOBODY, "+1ms"},
    {"not when something above has taken over",
     "supervisor: {groups: [{name: p, auto-shutdown: any, "
     "restart-limit: {max: 0, within: 1s, then: terminate}}, {name: p.g, auto-shutdown: any, "
     "significant: true}]}\nservices: [{name: a, group: p.g, significant: true}, "
     "{name: b, group: p.g}, {name: c, group: p}]",
     CHILD "; b cancel-delivered; c ended failed; group runtime.p exhausted 0 0; c terminated "
           "restart-limit; b ended cancelled; b terminated restart-limit",
     "settle", "snapshot-differs",
     "phase: by the events phase terminated, attempt 1, restarts 0, failures 0, streak 0; by the "
     "snapshot running, 1, 0, 0, 0",
     "+1ms"},
    {"not for who comes meanwhile", LATER, CHILD "; d begins; " STOPS("b"), "settle",
     "group-shutdown", MISSED, PARENT "; +1ms"},
    {"whatever becomes of that one", LATER, CHILD "; d begins; " CLEAN("d") "; " STOPS("b"),
     "settle", "group-shutdown", MISSED, PARENT "; +1ms"},
    {"nor for it alone", LATER_ALL,
     CHILD "; d begins; " STOPS("b") "; c command cancel; " STOPS("c") "; d ended failed; "
                                                                       "d terminated unrecoverable",
     PARENT, "group-shutdown", NOBODY, "+1ms"},
    {.name = "whenever, where an operator has taken one over",
     .world = DEEP,
     .story = CHILD "; b command pause; b paused; b cancel-delivered; b ended cancelled",
     .fine = PARENT "; c cancel-delivered"},
    {"nor later, when it is over", KEPT_ALL,
     CHILD "; b cancel-delivered; b command restart; b ended cancelled; b restarted; b starts; "
           "c command cancel; " STOPS("c") "; b command cancel; " STOPS("b"),
     "settle", "snapshot-differs",
     "phase: by the events phase terminated, attempt 1, restarts 0, failures 0, streak 0; by the "
     "snapshot running, 1, 0, 0, 0",
     PARENT},
    {"or held it, and lets it go", KEPT_ALL,
     CHILD "; b cancel-delivered; b command pause; b paused; b ended cancelled; "
           "c command cancel; " STOPS("c") "; b command cancel; b terminated cancelled",
     "settle", "snapshot-differs",
     "phase: by the events phase terminated, attempt 1, restarts 0, failures 0, streak 0; by the "
     "snapshot running, 1, 0, 0, 0",
     PARENT},
    {"or has replaced it", KEPT_ALL,
     CHILD "; b cancel-delivered; b ended cancelled; b replaced; b registered; b starts; "
           "c command cancel; " STOPS("c") "; b command cancel; " STOPS("b"),
     "settle", "snapshot-differs",
     "phase: by the events phase terminated, attempt 1, restarts 0, failures 0, streak 0; by the "
     "snapshot running, 1, 0, 0, 0",
     PARENT},
    {"until it shuts down again", KEPT_ANY,
     CHILD "; b cancel-delivered; b command restart; b ended cancelled; b restarted; b starts; "
           "a command restart; a registered; a restarted; a starts; " CLEAN(
               "a") "; group runtime.p.g group-shutdown; " STOPS("b"),
     "settle", "group-shutdown", MISSED, PARENT "; +1ms"},
    {"once more", DEEP,
     CHILD "; " STOPS("b") "; " PARENT "; " STOPS(
         "c") "; a command restart; a registered; "
              "a restarted; a starts; b command restart; b registered; b restarted; b "
              "starts; " CLEAN("a") "; group runtime.p.g group-shutdown; " STOPS("b"),
     "settle", "group-shutdown", MISSED, PARENT "; +1ms"},
    {"not when its parent shuts down first", BOTH_OF_THEM,
     CHILD "; " CLEAN("c") "; " PARENT "; " STOPS("b"), "settle", "snapshot-differs",
     "phase: by the events phase terminated, attempt 1, restarts 0, failures 0, streak 0; by the "
     "snapshot running, 1, 0, 0, 0",
     "+1ms"},
    {"not when all drains", DEEP,
     CHILD "; b cancel-delivered; shutdown; b ended cancelled; b terminated cancelled", "settle",
     "snapshot-differs",
     "phase: by the events phase terminated, attempt 1, restarts 0, failures 0, streak 0; by the "
     "snapshot running, 1, 0, 0, 0",
     "+1ms"},
    {"although something above pauses", ABOVE("then: {pause: 1s}"),
     CHILD "; c ended failed; group runtime.p exhausted 0 0; c waits 1s 1; " STOPS("b"), "settle",
     "group-shutdown", MISSED, PARENT "; +1ms"},
    {"not when something above starts it again", ABOVE("then: escalate"),
     CHILD "; b cancel-delivered; c ended failed; group runtime.p exhausted 0 0; c waits 10ms 1; "
           "b ended cancelled; +10ms; group runtime.p group-restart; b starts; c starts; "
           "b command cancel; " STOPS("b"),
     "settle", "snapshot-differs",
     "phase: by the events phase terminated, attempt 1, restarts 0, failures 0, streak 0; by the "
     "snapshot running, 1, 0, 0, 0",
     "+1ms"},
    {.name = "not when something above takes over",
     .world = "supervisor: {groups: [{name: p, auto-shutdown: any, restart-limit: {max: 0, within: "
              "1s, then: quarantine}}, {name: p.g, auto-shutdown: any, significant: true}]}\n"
              "services: [{name: a, group: p.g, significant: true}, {name: b, group: p.g}, "
              "{name: c, group: p}]",
     .story = CHILD "; b cancel-delivered; c ended failed; group runtime.p exhausted 0 0; "
                    "c quarantined; b ended cancelled; b quarantined",
     .fine = "+1ms"},
};

#define LIMITS(rebirth) \
    "supervisor: {groups: [{name: p, restart-limit: {max: 9, within: 1h}}, {name: p.g, " \
    "rebirth: " rebirth ", restart-limit: {max: 1, within: 1h}}]}\n" \
    "services: [{name: a, group: p.g}]"
#define AGAIN \
    "a begins; a ended failed; a waits 10ms 1; +10ms; a starts; a ended failed; " \
    "group runtime.p.g exhausted 1 1; a waits 20ms 2; +20ms; group runtime.p.g group-restart; " \
    "a starts; a ended failed"
#define PAUSES(rebirth) \
    "supervisor: {groups: [{name: p, restart-limit: {max: 0, within: 1h}}, {name: p.g, " \
    "rebirth: " rebirth ", restart-limit: {max: 1, within: 1h, then: {pause: 1s}}}]}\n" \
    "services: [{name: a, group: p.g}, {name: c, group: p}]"
#define PAUSED_AND_AGAIN \
    "a begins; c begins; a ended failed; a waits 10ms 1; +10ms; a starts; a ended failed; " \
    "group runtime.p.g exhausted 1 1; a waits 1s 2; c ended failed; group runtime.p exhausted 0 " \
    "0; " \
    "c waits 10ms 1; +10ms; group runtime.p group-restart; a starts; c starts; a ended failed"
#define PAUSED_FROM_THE_BEGINNING \
    "supervisor: {groups: [{name: g, rebirth: fresh}]}\n" \
    "services: [{name: a, group: g, paused: true}]"
#define REGISTERED_AGAIN \
    "a registered; a paused; a command cancel; a terminated cancelled; a registered"
/* e comes while the group below `p` starts again, for a limit of a group in it. */
#define JOINS \
    "supervisor: {groups: [{name: g, strategy: one-for-all, restart-limit: {max: 1, within: " \
    "1h}}, " \
    "{name: g.c, restart-limit: {max: 0, within: 1h}}]}\n" \
    "services: [{name: a, group: g}, {name: c, group: g.c}, {name: e, group: g}]"
#define STARTED_ABOVE \
    "a begins; c begins; a ended failed; a waits 10ms 1; +10ms; group runtime.g group-restart; " \
    "a starts; c ended failed; group runtime.g.c exhausted 0 0; group runtime.g exhausted 1 1; " \
    "c waits 10ms 1"
#define TAKES_OVER \
    "supervisor: {groups: [{name: p, restart-limit: {max: 0, within: 1h}}, {name: p.g, " \
    "strategy: one-for-all, restart-limit: {max: 1, within: 1h}}]}\n" \
    "services: [{name: a, group: p.g}, {name: c, group: p}]"
#define TWO_TREES(then) \
    "supervisor: {groups: [{name: p, restart-limit: {max: 0, within: 1h, " then "}}, {name: p.g, " \
    "rebirth: fresh, restart-limit: {max: 1, within: 1h}}, {name: h, restart-limit: {max: 0, " \
    "within: 1h, then: {pause: 1s}}}]}\n" \
    "services: [{name: a, group: p.g}, {name: d, group: h}]"
#define GAVE_UP \
    "a begins; d begins; a ended failed; a waits 10ms 1; +10ms; a starts; a ended failed; " \
    "group runtime.p.g exhausted 1 1"
#define PAUSES_BESIDE "; d ended failed; group runtime.h exhausted 0 0; d waits 1s 1"
static const struct planted reborn[] = {
    {.name = "a limit that is empty again",
     .world = LIMITS("fresh"),
     .story = AGAIN,
     .fine = "a waits 40ms 3"},
    {"but not twice as large", LIMITS("fresh"),
     AGAIN "; a waits 40ms 3; +40ms; a starts; a ended failed", "a waits 80ms 4",
     "group-limit-exceeded", "its group has used 1 of 1 restarts",
     "group runtime.p.g exhausted 1 1; a waits 80ms 4"},
    {"a pause that is over", PAUSES("fresh"), PAUSED_AND_AGAIN, "a waits 990ms 3", "delay-bounds",
     "delay 990000000ns is not within 40000000ns and 40000000ns, streak 3", "a waits 40ms 3"},
    {"and one that goes on", PAUSES("kept"), PAUSED_AND_AGAIN, "a waits 40ms 3", "delay-bounds",
     "delay 40000000ns is not within 990000000ns and 990000000ns, streak 3", "a waits 990ms 3"},
    {"who was paused from the beginning", PAUSED_FROM_THE_BEGINNING, REGISTERED_AGAIN, "a starts",
     "follow-up", "`paused` has to come now", "a paused"},
    {"unless it is restarted by hand", PAUSED_FROM_THE_BEGINNING,
     "a registered; a paused; a command cancel; a terminated cancelled; a command restart; "
     "a registered",
     "a paused; a starts", "attempt-inactive", "it is paused", "a starts"},
    {"whoever joins what another group has started", JOINS,
     STARTED_ABOVE "; e begins; e ended failed", "e waits 11ms 1", "delay-bounds",
     "delay 11000000ns is not within 10000000ns and 10000000ns, streak 1", "e waits 10ms 1"},
    {"which takes over what acts below it", TAKES_OVER,
     "a begins; c begins; c ended failed; group runtime.p exhausted 0 0; c waits 10ms 1; "
     "a cancel-delivered; a ended cancelled; +10ms; group runtime.p group-restart; a starts; "
     "c starts; a ended failed; a waits 10ms 1; +10ms; group runtime.p.g group-restart; a starts; "
     "a ended failed",
     "a waits 20ms 2", "group-limit-exceeded", "its group has used 1 of 1 restarts",
     "group runtime.p.g exhausted 1 1; group runtime.p exhausted 0 0; a waits 20ms 2"},
    {"not where the group above gives up", TWO_TREES("then: quarantine"),
     GAVE_UP "; group runtime.p exhausted 0 0; a quarantined" PAUSES_BESIDE "; a command resume; "
             "a resumed; a starts; a ended failed",
     "a waits 10ms 1", "group-limit-exceeded", "its group has used 1 of 1 restarts",
     "group runtime.p.g exhausted 1 1; group runtime.p exhausted 0 0; a quarantined"},
    {"nor again with what another group does", TWO_TREES("then: escalate"),
     GAVE_UP "; group runtime.p exhausted 0 0; a waits 20ms 2; +20ms; group runtime.p "
             "group-restart; a starts; a ended failed; a waits 40ms 3" PAUSES_BESIDE
             "; +40ms; a starts; a ended failed",
     "a waits 80ms 4", "group-limit-exceeded", "its group has used 1 of 1 restarts",
     "group runtime.p.g exhausted 1 1; group runtime.p exhausted 0 0; a waits 80ms 4"},
    {"and one that is kept", LIMITS("kept"), AGAIN, "a waits 40ms 3", "group-limit-exceeded",
     "its group has used 1 of 1 restarts", "group runtime.p.g exhausted 1 1; a waits 40ms 3"},
};

#define TEST(list) \
    static void list##__are_foretold(void **state) \
    { \
        (void)state; \
        assert_planted(list, sizeof(list) / sizeof(list[0])); \
    }
TEST(ends)
TEST(deeper)
TEST(reborn)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ends__are_foretold),
        cmocka_unit_test(deeper__are_foretold),
        cmocka_unit_test(reborn__are_foretold),
    };
    return cmocka_run_group_tests_name("invariants: trees", tests, NULL, NULL);
}
