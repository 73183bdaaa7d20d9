/* Compose files and manifests: what each key comes to, at the edges of what it may be; merged maps,
 * and documents in one file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sup/error.h"
#include "sup/time.h"
#include "unit/imported.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

struct row {
    const char *text;   /* between `before` and `behind` */
    const char *wanted; /* in the scenario, or of what is said where that begins a line */
};

static void check(const char *path, const char *before, const char *behind, const struct row *row)
{
    char text[4096];
    (void)snprintf(text, sizeof(text), "%s%s%s", before, row->text, behind);
    import_has(path, text, row->wanted);
}

/* ---- compose ---- */

#define A "services:\n  a: {"
static const struct row of_compose[] = {
    {"restart: \"no\"", "        restart: \"no\"  # c.yaml:2\n"},
    {"restart: \"false\"", "        restart: \"no\"  # c.yaml:2\n"},
    {"restart: always", "        restart: always  # c.yaml:2\n"},
    {"restart: on-failure", "        restart: on-failure  # c.yaml:2\n"},
    {"restart: \"on-failure:08\"", "        restart: \"on-failure:8\"  # c.yaml:2\n"},
    {"restart: \"on-failure:2147483647\"", "        restart: \"on-failure:2147483647\"  # c"},
    {"restart: \"on-failure:2147483648\"", "c.yaml:2:7: error: restart: on-failure:2147483648: "},
    {"stop_grace_period: 999ms", "        stop-timeout: 0  # c.yaml:2\n"},
    {"stop_grace_period: 1s999ms", "c.yaml:2:7: warning: stop_grace_period: docker cuts it to"},
    {"stop_grace_period: 2s", "        stop-timeout: 2  # c.yaml:2\n"},
    {"stop_grace_period: never", "c.yaml:2:7: error: stop_grace_period: never: a duration, like"},
    {"stop_signal: 9", "        stop-signal: SIGKILL  # c.yaml:2\n"},
    {"stop_signal: 64", "c.yaml:2:7: error: stop_signal: 64: no signal that a scenario has"},
    {"scale: 1", "  - name: a  # c.yaml:2\n    preset: docker\n    script"},
    {"scale: 2", "    count: 2\n"},
    {"scale: 0", "    paused: true  # c.yaml:2\n"},
    {"scale: 10000", "    count: 10000\n"},
    {"scale: 10001", "c.yaml:2:7: error: replicas: 10001: at most 10000\n"},
    {"scale: 2, deploy: {replicas: 3}", "    count: 3\n"},
    {"scale: 02", "c.yaml:2:7: error: replicas: 02: a whole number\n"},
    {"deploy: {restart_policy: }", "    preset: docker\n"},
    {"deploy: {restart_policy: {}}", "    preset: swarm\n"},
    {"deploy: {restart_policy: {condition: none}}", "        condition: none  # c.yaml:2\n"},
    {"deploy: {restart_policy: {condition: any}}", "        condition: any  # c.yaml:2\n"},
    {"deploy: {restart_policy: {condition: on-failure}}", "        condition: on-failure  # c"},
    {"deploy: {restart_policy: {delay: 1m30s}}", "        delay: 1m30s  # c.yaml:2\n"},
    {"deploy: {restart_policy: {window: 0s}}", "        window: 0s  # c.yaml:2\n"},
    {"deploy: {restart_policy: {max_attempts: 0}}", "        max_attempts: 0  # c.yaml:2\n"},
    {"deploy: {restart_policy: {max_attempts: 4294967295}}",
     "c.yaml:2:33: error: max_attempts: 4294967295: a whole number\n"},
    {"deploy: {restart_policy: {}}, restart: always",
     "c.yaml:2:37: warning: restart: with `deploy."},
    {"healthcheck: {x: y}", "c.yaml:2:7: warning: healthcheck: docker does not restart"},
    {"healthcheck: ~", "    preset: docker\n"},
    {"depends_on: [b]", "c.yaml:2:7: warning: depends_on: all start at 0"},
    {"profiles: [b]", "c.yaml:2:7: warning: profiles: it is taken to be started"},
    {"extends: ~", "  - name: a  # c.yaml:2\n    preset: docker\n    script"},
    {"extends: {x: y}", "c.yaml:2:7: error: extends: {…}: no service of this file\n"},
    {"extends: [b]", "c.yaml:2:7: error: extends: […]: no service of this file\n"},
};

static void compose__what_keys_come_to(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(of_compose); i++) {
        check("c.yaml", A, "}\n", &of_compose[i]);
    }
}

/* So many that extend each other are followed, and no more. */
static void compose__extends_so_deep(void **state)
{
    char text[1024] = "";
    (void)state;
    for (int last = 16; last <= 17; last++) {
        text[0] = '\0';
        for (int i = 1; i < last; i++) {
            char line[64];
            (void)snprintf(line, sizeof(line), "  s%d: {extends: s%d}\n", i, i + 1);
            strcat(text, line);
        }
        const struct row row = {
            text, last == 16 ? "  - name: s1  # c.yaml:2\n    preset:\n      docker:\n        "
                               "restart: always  # c.yaml:17\n"
                             : "c.yaml:17:9: error: extends: s17: services that extend each other "
                               "in a circle, or more than 16 deep\n"};
        check("c.yaml", "services:\n", last == 16 ? "  s16: {restart: always}\n" : "  s17: {}\n",
              &row);
    }
}

/* ---- merged maps ---- */

static const struct row of_merges[] = {
    {"x: &x {restart: always}\nservices: {a: {<<: *x}}\n", "restart: always  # c.yaml:1\n"},
    {"x: &x {restart: always}\nservices: {a: {<<: *x, restart: \"no\"}}\n",
     "restart: \"no\"  # c.yaml:2\n"},
    {"x: &x {scale: 3}\ny: &y {restart: always}\nservices: {a: {<<: [*x, *y]}}\n",
     "restart: always  # c.yaml:2\n"},
    {"x: &x {restart: always}\ny: &y {restart: \"no\"}\nservices: {a: {<<: [*x, *y]}}\n",
     "restart: always  # c.yaml:1\n"},
    {"x: &x {restart: always}\nservices: {a: {<<: [y, *x]}}\n", "restart: always  # c.yaml:1\n"},
    {"x: &x {restart: always}\ny: &y {<<: *x}\nservices: {a: {<<: *y}}\n",
     "restart: always  # c.yaml:1\n"},
    {"x: &x {restart: always}\ny: &y {<<: *x}\nservices: {a: {<<: [*y]}}\n",
     "    preset: docker\n"},
    {"services: {a: {<<: x}}\n", "    preset: docker\n"},
    /* Of so many maps, and of one more. */
    {"x: &x {restart: always}\ny: &y {}\nservices: {a: {<<: [*y, *y, *y, *y, *y, *y, *y, *y, *y, "
     "*y, *y, *y, *y, *y, *y, *x]}}\n",
     "restart: always  # c.yaml:1\n"},
    {"x: &x {restart: always}\ny: &y {}\nservices: {a: {<<: [*y, *y, *y, *y, *y, *y, *y, *y, *y, "
     "*y, *y, *y, *y, *y, *y, *y, *x]}}\n",
     "    preset: docker\n"},
};

static void merges__of_one_map_and_of_several(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(of_merges); i++) {
        check("c.yaml", "", "", &of_merges[i]);
    }
}

/* ---- manifests ---- */

#define POD "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {"
static const struct row of_pods[] = {
    {"containers: [{name: c}]", "  - name: p  # k.yaml:3\n    preset: kubernetes\n"},
    {"containers: [{name: c}, {name: d}]", "  - name: p-d  # k.yaml:4\n    preset: kubernetes\n"},
    {"containers: [{name: c}], restartPolicy: Always",
     "        restartPolicy: Always  # k.yaml:4\n"},
    {"containers: [{name: c}], restartPolicy: OnFailure", "        restartPolicy: OnFailure  # k"},
    {"containers: [{name: c}], restartPolicy: Never", "        restartPolicy: Never  # k.yaml:4\n"},
    {"containers: [{name: c}], terminationGracePeriodSeconds: 2147483647",
     "        terminationGracePeriodSeconds: 2147483647  # k.yaml:4\n"},
    {"containers: [{name: c}], terminationGracePeriodSeconds: 2147483648",
     "k.yaml:4:33: error: terminationGracePeriodSeconds: 2147483648: a whole number up to"},
    {"containers: [{name: c}], terminationGracePeriodSeconds: 0",
     "        terminationGracePeriodSeconds: 0  # k.yaml:4\n"},
    {"containers: [{name: c}], terminationGracePeriodSeconds: 00",
     "k.yaml:4:33: error: terminationGracePeriodSeconds: 00: a whole number up to"},
    {"containers: [{name: c}], terminationGracePeriodSeconds: ~",
     "  - name: p  # k.yaml:3\n    preset: kubernetes\n"},
    {"containers: [{name: c, livenessProbe: {}}]",
     "    heartbeat: {stale-after: 30s, then: restart}  # k.yaml:4\n"},
    {"containers: [{name: c, livenessProbe: {periodSeconds: 0, failureThreshold: 0}}]",
     "    heartbeat: {stale-after: 1s, then: restart}  # k.yaml:4\n"},
    {"containers: [{name: c, livenessProbe: {periodSeconds: 1, failureThreshold: 2}}]",
     "    heartbeat: {stale-after: 2s, then: restart}  # k.yaml:4\n"},
    {"containers: [{name: c, livenessProbe: {periodSeconds: 500000000, failureThreshold: 2}}]",
     "    heartbeat: {stale-after: 11574d1h46m40s, then: restart}  # k.yaml:4\n"},
    {"containers: [{name: c, livenessProbe: {periodSeconds: 500000001, failureThreshold: 2}}]",
     "    heartbeat: {stale-after: 11574d1h46m40s, then: restart}  # k.yaml:4\n"},
    {"containers: [{name: c, livenessProbe: x}]", "    preset: kubernetes\n    script: [run]\n"},
    {"containers: [{name: c, startupProbe: {periodSeconds: 7}}]",
     "    ready: {explicit: {timeout: 21s}}  # k.yaml:4\n"},
    {"containers: [{name: c, startupProbe: x}]", "    preset: kubernetes\n    script: [run]\n"},
    {"containers: [{name: c, readinessProbe: {}}]", "k.yaml:4:31: warning: readinessProbe: who"},
    {"containers: [{name: c, lifecycle: {preStop: {}}}]", "k.yaml:4:43: warning: preStop: it is"},
    {"containers: [{name: c, restartPolicy: Always}]",
     "k.yaml:4:31: warning: restartPolicy: rules"},
    {"containers: [{name: c, restartPolicyRules: []}]",
     "k.yaml:4:31: warning: restartPolicyRules: rules of a container's own"},
    {"containers: [{name: c}], initContainers: [{name: i}]",
     "k.yaml:4:33: warning: initContainers: they are left out\n"},
    {"containers: [{name: c}], initContainers: [{name: i}, {name: j, restartPolicy: Always}]",
     "k.yaml:4:33: warning: initContainers: they are left out, sidecars among them\n"},
    {"containers: [c]", "k.yaml:4:21: error: a container without a name\n"},
    {"containers: x", "k.yaml:4:8: error: Pod p: no containers\n"},
    {"x: y", "k.yaml:3:12: error: Pod p: no containers\n"},
};

#define WORKLOAD(kind) "apiVersion: v1\nkind: " kind "\nmetadata: {generateName: w}\nspec: {"
#define TEMPLATE ", template: {spec: {containers: [{name: c}]}}}\n"
static const struct row of_workloads[] = {
    {"replicas: 1", "  - name: w  # k.yaml:3\n    preset: kubernetes\n    script"},
    {"replicas: 2", "    count: 2\n"},
    {"replicas: 10000", "    count: 10000\n"},
    {"replicas: 10001", "k.yaml:4:8: error: replicas: at most 10000\n"},
    {"replicas: 0", "k.yaml:4:8: warning: replicas: 0: one is taken\n"},
    {"replicas: ~", "  - name: w  # k.yaml:3\n    preset: kubernetes\n    script"},
    {"activeDeadlineSeconds: 3", "k.yaml:4:8: warning: activeDeadlineSeconds: it is not modelled"},
    {"activeDeadlineSeconds: ~", "  - name: w  # k.yaml:3\n    preset: kubernetes\n    script"},
};
static const struct row of_jobs[] = {
    {"backoffLimit: 3", "        job: true  # k.yaml:3\n        backoffLimit: 3  # k.yaml:4\n"},
    {"successPolicy: {}", "k.yaml:4:8: warning: successPolicy: it is not modelled\n"},
    {"completions: 3", "k.yaml:4:8: warning: completions: one pod is taken"},
    {"x: y", "k.yaml:3:12: warning: restartPolicy: Kubernetes wants OnFailure or Never of a job\n"},
};

static void kubernetes__what_keys_come_to(void **state)
{
    static const char *const workloads[] = {WORKLOAD("Deployment"), WORKLOAD("StatefulSet"),
                                            WORKLOAD("DaemonSet"), WORKLOAD("ReplicaSet")};
    (void)state;
    for (size_t i = 0; i < COUNT(of_pods); i++) {
        check("k.yaml", POD, "}\n", &of_pods[i]);
    }
    for (size_t i = 0; i < COUNT(of_workloads); i++) {
        for (size_t k = 0; k < COUNT(workloads); k++) {
            check("k.yaml", workloads[k], TEMPLATE, &of_workloads[i]);
        }
    }
    for (size_t i = 0; i < COUNT(of_jobs); i++) {
        check("k.yaml", WORKLOAD("Job"), TEMPLATE, &of_jobs[i]);
    }
}

/* ---- documents ---- */

#define P(name) \
    "apiVersion: v1\nkind: Pod\nmetadata: {name: " name "}\nspec: {containers: [{name: c}]}\n"
static const struct row of_documents[] = {
    {P("p") "---\n" P("q"), "  - name: q  # k.yaml:8\n"},
    {P("p") "--- # x\n" P("q"), "  - name: q  # k.yaml:8\n"},
    {P("p") "---\t\r\n" P("q"), "  - name: q  # k.yaml:8\n"},
    {P("p") "...\n---\n# x\n...\n%YAML 1.2\n---\n" P("q"), "  - name: q  # k.yaml:13\n"},
    {"---\n---\n" P("p"), "  - name: p  # k.yaml:5\n"},
    {"# x\n---\n" P("p") "---", "  - name: p  # k.yaml:5\n"},
    {P("p") "---\nkind: [\n", "k.yaml:6:7: error: this is not closed"},
    {P("p") "---x: y\n", "  - name: p  # k.yaml:3\n"},
    {P("p") "---\napiVersion: v1\nkind: PodList\nitems: [{kind: Pod, metadata: {name: r}, spec: "
            "{containers: [{name: c}]}}]\n",
     "  - name: r  # k.yaml:8\n"},
    {P("p") "---\nkind: List\nitems: x\n", "  - name: p  # k.yaml:3\n"},
    {P("p") "---\nkind: KubeletConfiguration\ncrashLoopBackOff: {maxContainerRestartPeriod: 5s}\n",
     "k.yaml:7:20: warning: maxContainerRestartPeriod: of which containers a node has is not "
     "known; `--set max=5s` sets it for all\n"},
    {P("p") "---\nkind: CronJob\n", "k.yaml:6:1: warning: CronJob: it is not modelled\n"},
    {P("p") "---\nkind: ConfigMap\n", "  - name: p  # k.yaml:3\n"},
};

static void documents__in_one_file(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(of_documents); i++) {
        check("k.yaml", "", "", &of_documents[i]);
    }
}

/* ---- what happens from an instant on ---- */

static void when__is_read_as_a_whole(void **state)
{
    static const struct {
        const char *text;
        enum sim__import_when when; /* NONE: it is none */
        uint64_t after;
    } list[] = {
        {"fail", SIM__WHEN_FAIL, 0},
        {"crash", SIM__WHEN_CRASH, 0},
        {"succeed", SIM__WHEN_SUCCEED, 0},
        {"never-ready", SIM__WHEN_NEVER_READY, 0},
        {"no-beat", SIM__WHEN_NO_BEAT, 0},
        {"fail after 900ms", SIM__WHEN_FAIL, 900000000},
        {"crash after 1s", SIM__WHEN_CRASH, 1000000000},
        {"succeed after 0s", SIM__WHEN_SUCCEED, 0},
        {"fail after never", SIM__WHEN_NONE, 0},
        {"fail after", SIM__WHEN_NONE, 0},
        {"fail in 1s", SIM__WHEN_NONE, 0},
        {"fail after x", SIM__WHEN_NONE, 0},
        {"never-ready after 1s", SIM__WHEN_NONE, 0},
        {"no-beat after 1s", SIM__WHEN_NONE, 0},
        {"failed", SIM__WHEN_NONE, 0},
        {"fai", SIM__WHEN_NONE, 0},
        {"", SIM__WHEN_NONE, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(list); i++) {
        struct sim__import_failure failure = {.after = {77}};
        const char *why = sim__import_when_read(list[i].text, &failure);
        if (list[i].when == SIM__WHEN_NONE) {
            assert_non_null(why);
            continue;
        }
        assert_null(why);
        assert_int_equal(failure.when, list[i].when);
        assert_int_equal(failure.after.ns, list[i].after);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compose__what_keys_come_to),
        cmocka_unit_test(compose__extends_so_deep),
        cmocka_unit_test(merges__of_one_map_and_of_several),
        cmocka_unit_test(kubernetes__what_keys_come_to),
        cmocka_unit_test(documents__in_one_file),
        cmocka_unit_test(when__is_read_as_a_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
