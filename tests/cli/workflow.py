"""Reads docs/ci/*.yml as a runner does, and runs them in a checkout.

    python3 workflow.py check FILE                     what a runner would refuse, and what is asked besides
    python3 workflow.py run FILE [JOB...] NAME=VALUE... the jobs, with these variables set from outside

Of GitHub: steps, each in a shell of its own, `if`, GITHUB_PATH, GITHUB_STEP_SUMMARY, the cache, artifacts.
Of GitLab: `extends`, `before_script`, `rules`, the cache, artifacts. What needs a network is not run: `uses:`
is done here with directories under $STORE, and programs of that kind are expected to be others in $PATH.
"""
import os
import re
import shutil
import subprocess
import sys

import yaml

# What the actions take of what is known to us.
ACTIONS = {
    "actions/checkout@v4": {"submodules", "fetch-depth", "path"},
    "actions/cache@v4": {"path", "key", "restore-keys"},
    "actions/upload-artifact@v4": {"name", "path", "if-no-files-found", "retention-days"},
}
GITHUB = {"name", "on", "permissions", "env", "defaults", "jobs"}
GITHUB_JOB = {"runs-on", "container", "timeout-minutes", "permissions", "steps", "if", "needs", "env"}
GITHUB_STEP = {"name", "run", "uses", "with", "if", "env", "shell"}
EVENTS = {"push", "pull_request", "schedule", "workflow_dispatch"}
GITLAB_JOB = {"extends", "image", "before_script", "script", "timeout", "rules", "cache", "artifacts", "variables"}
GITLAB_PREDEFINED = {"CI_COMMIT_SHA", "CI_PIPELINE_SOURCE", "CI_PROJECT_DIR"}
GITHUB_PREDEFINED = {"GITHUB_SHA", "GITHUB_PATH", "GITHUB_STEP_SUMMARY", "GITHUB_REF"}


def load(path):
    with open(path, encoding="utf-8") as file:
        document = yaml.safe_load(file)
    # YAML 1.1 takes the key `on` for true.
    return {"on" if key is True else key: value for key, value in document.items()}


def demand(good, what):
    if not good:
        sys.exit(f"workflow: {what}")


def syntax(script, shell):
    done = subprocess.run([shell, "-n"], input=script, text=True, stderr=subprocess.PIPE)
    demand(done.returncode == 0, f"{shell} refuses: {done.stderr}")


def known_variables(script, known):
    """Every variable is set in the script, by the file or by the runner."""
    own = set(re.findall(r"\b(\w+)=", script)) | {"PWD", "PATH"}
    for name in re.findall(r"\$\{?([A-Za-z_]\w*)", re.sub(r"'[^']*'", "", script)):
        demand(name in own | known, f"nobody sets ${name}")


# ---- GitHub ------------------------------------------------------------------


def check_github(flow):
    demand(set(flow) <= GITHUB, f"unknown keys {set(flow) - GITHUB}")
    demand(set(flow["on"]) <= EVENTS, "an event that does not exist")
    demand(flow["defaults"]["run"]["shell"] == "bash", "in a container the shell is sh unless it is said")
    demand(flow["permissions"] == {"contents": "read"}, "the least that it needs, unless a job says more")
    for entry in flow["on"].get("schedule", []):
        demand(re.fullmatch(r"[0-9*/,-]+( [0-9*/,-]+){4}", entry["cron"]), "no cron line")
    for job in flow["jobs"].values():
        demand(set(job) <= GITHUB_JOB and job["runs-on"] == "ubuntu-latest", f"unknown keys {set(job) - GITHUB_JOB}")
        demand(isinstance(job["timeout-minutes"], int), "a job needs an end")
        for step in job["steps"]:
            demand(set(step) <= GITHUB_STEP, f"unknown keys {set(step) - GITHUB_STEP}")
            demand(("run" in step) != ("uses" in step), "a step runs something or uses something")
            meaning(step.get("if", "success()"), {}, True)
            if "uses" in step:
                demand(step["uses"] in ACTIONS, f"{step['uses']} is not known")
                demand(set(step.get("with", {})) <= ACTIONS[step["uses"]], f"{step['uses']} takes no such thing")
            else:
                demand("name" in step, "a step that runs something has a name")
                demand("${{" not in step["run"], "what stands in ${{ }} would be read by the shell")
                syntax(step["run"], "bash")
                known_variables(step["run"], set(flow["env"]) | GITHUB_PREDEFINED)


def meaning(expression, context, good):
    """Of an `if`: names, strings, ==, !=, &&, || and the functions of a status."""
    functions = {"always": True, "failure": not good, "success": good}
    words = re.findall(r"'[^']*'|==|!=|&&|\|\||[a-z_.]+\(\)|[a-z_.]+|\S", expression)
    python, judges = [], False
    for word in words:
        if word.startswith("'") or word in ("==", "!="):
            python.append(repr(word[1:-1]) if word.startswith("'") else word)
        elif word in ("&&", "||"):
            python.append("and" if word == "&&" else "or")
        elif word.endswith("()") and word[:-2] in functions:
            python.append(str(functions[word[:-2]]))
            judges = True
        else:
            demand(word.startswith("github."), f"`{word}` in `{expression}`")
            python.append(repr(context.get(word, "")))
    value = eval(" ".join(python))  # of what is put together above
    return bool(value) and (judges or good)


def substituted(text, context):
    text = re.sub(r"\$\{\{ *([a-z_.]+) *\}\}", lambda match: context[match[1]], text)
    demand("${{" not in text, f"an expression in {text}")
    return text


def use(step, context, later):
    store, what = os.environ["STORE"], step["uses"].split("@")[0]
    given = {key: substituted(str(value), context) for key, value in step.get("with", {}).items()}
    if what == "actions/cache":
        caches = os.path.join(store, "cache")
        names = sorted(os.listdir(caches)) if os.path.isdir(caches) else []
        found = [name for name in names if name == given["key"]] or \
            [name for name in names if name.startswith(given["restore-keys"])]
        if found:
            shutil.copytree(os.path.join(caches, found[-1]), given["path"])
            print(f"cache: {found[-1]}")
        if given["key"] not in names:
            later.append((given["path"], os.path.join(caches, given["key"])))
    elif what == "actions/upload-artifact" and os.path.exists(given["path"]):
        shutil.copytree(given["path"], os.path.join(store, "artifacts", given["name"]))


def run_github(flow, wanted, context):
    codes = {}
    for name, job in flow["jobs"].items():
        if (wanted and name not in wanted) or not meaning(job.get("if", "success()"), context, True):
            continue
        subprocess.run(["git", "clean", "-qfdx"], check=True)  # each job has a checkout of its own
        good, later = True, []
        env = {**os.environ, **{key: os.environ.get(key, str(value)) for key, value in flow["env"].items()}}
        for number, step in enumerate(job["steps"]):
            if not meaning(step.get("if", "success()"), context, good):
                continue
            print(f"--- {name}: {step.get('name', step.get('uses'))}", flush=True)
            if "uses" in step:
                use(step, context, later)
                continue
            files = {key: os.path.join(os.environ["STORE"], f"{key}-{name}-{number}")
                     for key in ("GITHUB_STEP_SUMMARY", "GITHUB_PATH")}
            for path in files.values():
                open(path, "w").close()
            script = files["GITHUB_PATH"] + ".sh"
            with open(script, "w", encoding="utf-8") as file:
                file.write(step["run"])
            done = subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
                                  env={**env, **files}, stdin=subprocess.DEVNULL)
            good = good and done.returncode == 0
            for line in open(files["GITHUB_PATH"]).read().splitlines():
                env["PATH"] = line + ":" + env["PATH"]
        for path, kept in later if good else []:
            shutil.copytree(path, kept)
        codes[name] = good
        print(f"=== {name}: {'success' if good else 'failure'}", flush=True)
    return codes


# ---- GitLab ------------------------------------------------------------------


def jobs_of(flow):
    found = {}
    for name, job in flow.items():
        if name == "variables" or name.startswith("."):
            continue
        base = flow.get(job.get("extends"), {})
        demand("extends" not in job or base, f"{name} extends nothing")
        found[name] = {**base, **job}
    return found


def check_gitlab(flow):
    known = set(flow["variables"]) | GITLAB_PREDEFINED
    for name, job in jobs_of(flow).items():
        demand(set(job) <= GITLAB_JOB, f"{name}: unknown keys {set(job) - GITLAB_JOB}")
        demand({"image", "script", "timeout", "artifacts"} <= set(job), f"{name}: something is missing")
        demand(set(job["artifacts"]) <= {"when", "expose_as", "paths", "reports"}, f"{name}: artifacts")
        demand(job["artifacts"]["when"] in ("always", "on_failure"), f"{name}: what failed would be lost")
        demand(set(job.get("cache", {})) <= {"key", "paths", "when"}, f"{name}: the cache")
        for rule in job.get("rules", []):
            demand(set(rule) == {"if"} and rule_holds(rule["if"], {}) in (True, False), f"{name}: a rule")
        lines = job.get("before_script", []) + job["script"]
        demand(all(isinstance(line, str) for line in lines), f"{name}: a line that YAML takes for something else")
        for shell in ("bash", "sh"):
            syntax("\n".join(lines), shell)
        known_variables("\n".join(lines), known)
    demand("." not in jobs_of(flow), "no job")


def rule_holds(rule, context):
    match = re.fullmatch(r'\$(\w+) (==|!=) "([^"]*)"', rule)
    demand(match, f"the rule {rule}")
    return (context.get(match[1], "") == match[3]) == (match[2] == "==")


def run_gitlab(flow, wanted, context):
    codes, store = {}, os.environ["STORE"]
    for name, job in jobs_of(flow).items():
        rules = job.get("rules", [])
        if (wanted and name not in wanted) or (rules and not any(rule_holds(rule["if"], os.environ) for rule in rules)):
            continue
        subprocess.run(["git", "clean", "-qfdx"], check=True)
        cache = job.get("cache", {"paths": []})
        for path in cache["paths"]:
            kept = os.path.join(store, "cache", cache["key"], path)
            if os.path.isdir(kept):
                shutil.copytree(kept, path)
                print(f"cache: {cache['key']}")
        env = {**os.environ, **{key: os.environ.get(key, str(value)) for key, value in flow["variables"].items()}}
        print(f"--- {name}", flush=True)
        script = "\n".join(["set -eo pipefail"] + job["before_script"] + job["script"])
        done = subprocess.run(["bash", "-c", script], env=env, stdin=subprocess.DEVNULL)
        good = done.returncode == 0
        for path in cache["paths"]:
            if os.path.isdir(path) and (good or cache.get("when") == "always"):
                shutil.copytree(path, os.path.join(store, "cache", cache["key"], path), dirs_exist_ok=True)
        artifacts = job["artifacts"]
        for path in artifacts["paths"]:
            if os.path.isdir(path) and (artifacts["when"] == "always" or not good):
                shutil.copytree(path, os.path.join(store, "artifacts", name, path))
        report = artifacts.get("reports", {}).get("junit")
        demand(report is None or not os.path.exists("out") or os.path.isfile(report), f"{name}: no report {report}")
        codes[name] = good
        print(f"=== {name}: {'success' if good else 'failure'}", flush=True)
    return codes


def main():
    what, path = sys.argv[1:3]
    flow = load(path)
    github = "jobs" in flow
    if what == "check":
        (check_github if github else check_gitlab)(flow)
        return 0
    words = [word for word in sys.argv[3:] if "=" not in word]
    context = dict(word.split("=", 1) for word in sys.argv[3:] if "=" in word)
    os.environ.update({key: value for key, value in context.items() if not key.startswith("github.")})
    codes = (run_github if github else run_gitlab)(flow, words, context)
    return 0 if codes and all(codes.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
