"""What of the tour is more than a command and what it prints: the editor, the forge that runs the
workflow, and pages in a browser. Each leaves pictures, and looks at what they have to show."""
import glob
import os
import re
import subprocess
import tempfile
import time

from browser import Browser, Tab
from terminal import Terminal

FORGE = "/srv/payments.git"
STORE = "/srv/runner"
# Of the steps of a job, those whose lines say more of others' programs than of this one.
OTHERS = ("packages", "badge")
PAGE = """<!doctype html><meta charset="utf-8"><style>
body { font: 14px/1.5 "DejaVu Sans", sans-serif; color: #1f2328; margin: 0; padding: 20px 28px; width: 1040px }
h2 { font-size: 20px; border-bottom: 1px solid #d1d9e0; padding-bottom: 6px; margin: 0 0 12px }
table { border-collapse: collapse } th, td { border: 1px solid #d1d9e0; padding: 6px 10px; text-align: left }
code, pre { font: 12px/1.45 "DejaVu Sans Mono", monospace } code { background: #eff1f3; border-radius: 4px; padding: 1px 4px }
pre { background: #f6f8fa; border-radius: 6px; padding: 10px } pre code { background: none; padding: 0 }
</style>"""
# Whether the failing instant is in sight, and which lane is marked.
OPENED = """(() => {
  const at = instantX(across(), state.model.run.fails_at), lane = document.querySelector(".lane.named.chosen");
  return [at > layout.label && at < layout.width, lane ? lane.querySelector(".own").textContent : ""];
})()"""

# Where the mark of its only expectation is on the screen.
MARK = """(() => {
  const box = byId("chart").getBoundingClientRect();
  return [box.x + instantX(across(), checkInstant(state.model.run.expectations[0])), box.y + layout.checks.y + layout.checks.h / 2];
})()"""

# The sign of the last end of an attempt in the first lane.
LAST = """(() => {
  const box = byId("chart").getBoundingClientRect(), ends = [...slice(state.model.marks, 0)], e = ends[ends.length - 1];
  return [box.x + instantX(across(), state.model.at(e, 0)), box.y + layout.lanes.y + 4 + (rowOf(0) + 0.5) * layout.rowHeight - byId("lanes").scrollTop];
})()"""


class Tour:
    """The machine, the directory for pictures, and what was not as it has to be."""

    def __init__(self, place, work, out):
        self.place, self.work, self.out, self.good, self.wrong = place, work, out, 0, []
        self.browser = None

    def ok(self, what, holds, found=""):
        self.good += bool(holds)
        self.wrong += [] if holds else [f"{what}: {found}"]

    def tab(self, path, size):
        self.browser = self.browser or Browser()
        return Tab(self.browser, path, size=size)

    def write(self, name, text):
        with open(os.path.join(self.out, name), "w", encoding="utf-8") as file:
            file.write(text)

    def page(self, text):
        path = os.path.join(self.work, "page.html")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def shot(self, tab, name, selector=None):
        if selector:
            box = tab.js(f"(({{width, height}}) => [Math.ceil(width), Math.ceil(height)])(document.querySelector('{selector}').getBoundingClientRect())")
            tab.call("Emulation.setDeviceMetricsOverride", width=box[0], height=box[1], deviceScaleFactor=1, mobile=False)
        tab.shot(os.path.join(self.out, name))
        self.ok(f"{name} is a picture", os.path.getsize(os.path.join(self.out, name)) > 5000, "it is too small")

    def close(self):
        if self.browser:
            self.browser.close()


# ---- an editor ----

def settings():
    """What docs/editors.md tells to put into init.lua."""
    with open("docs/editors.md", encoding="utf-8") as file:
        return re.search(r"\*\*Neovim\*\* of Debian.*?```lua\n(.*?)```", file.read(), re.S)[1]


def editor(tour, _):
    """Ada writes her scenario; two pictures."""
    tour.place.take("build/editors/node_modules", "/usr/local/lib/node_modules")
    tour.place.must("root", "ln -s ../lib/node_modules/yaml-language-server/bin/yaml-language-server /usr/local/bin/")
    tour.place.must("ada", f"mkdir -p ~/.config/nvim && cat >~/.config/nvim/init.lua <<'END'\n{settings()}END")
    with tempfile.TemporaryDirectory() as socket:
        # The terminal is a light one, which this editor cannot ask tmux for.
        terminal = Terminal(socket, [*tour.place.prefix("ada", "screen-256color"), "sh", "-c",
                                     "cd ~/payments && exec nvim --cmd 'set background=light' rehearsals/outage.yaml"], rows=24)
        try:
            typed(tour, terminal)
        finally:
            terminal.close()


def typed(tour, terminal):
    terminal.until("outage.yaml")
    terminal.keys("i")
    terminal.write("scenario: 1\nname: payments come back after the database\nuntil: 3m\nconditions: {db: up}\nservices:\n"
                   "  - name: payments\n  restart: always\n")
    for _ in range(60):  # the server needs a moment to begin
        terminal.keys("C-x", "C-o")
        time.sleep(1)
        if "heartbeat" in terminal.screen():
            break
    terminal.keys("Down", "Up")
    shown = terminal.until("The waits before restarts.", "breaker", "heartbeat", "interval")
    tour.ok("completion: what stands there already is not offered", not re.search(r"^~.* restart +Property", shown, re.M), shown)
    picture(tour, terminal, "3-completion.png", ["The waits before restarts.", "backoff", "clean-exits", "heartbeat"])
    terminal.keys("C-y")
    terminal.until("backoff:", without=["heartbeat"])
    terminal.write("base: 500ms\nmax: 10s\n")
    terminal.keys("C-d")
    terminal.write("restarts-limit: {max: 5, within: 1m}")
    terminal.keys("Escape")
    terminal.until("Property restarts-limit is not allowed")
    picture(tour, terminal, "3-misspelt.png", ["restarts-limit", "Property restarts-limit is not allowed."])
    terminal.keys("^", "2", "f", "s", "x")  # the second s
    terminal.until("restart-limit: {max", without=["not allowed"])
    terminal.keys("o")
    terminal.write("needs: {db: {fail: {after: 100ms, error: connection refused}, live: crash}}\n")
    terminal.keys("C-u")
    terminal.write("timeline:\n  - {at: 60s, set: {db: down}}\n- {at: 90s, set: {db: up}}\n")
    terminal.keys("C-u")
    terminal.write("expect:\n  - {at: 100s, service: payments, is: {phase: running}}")
    terminal.keys("Escape")
    terminal.until("phase: running", without=["not allowed", "■"])
    terminal.write(":x")
    terminal.keys("Enter")


def picture(tour, terminal, name, words):
    tab = tour.tab(tour.page(terminal.page("nvim rehearsals/outage.yaml")), (1200, 800))
    shown = tab.js("document.querySelector('pre').innerText")
    for word in words:
        tour.ok(f"{name} shows {word!r}", word in shown, shown)
    tour.shot(tab, name, "#window")
    tab.close()


# ---- a forge ----

def forge(tour, _):
    """An empty repository, and the runner's own programs; no part of the story."""
    tour.place.must("root", "git config --system --add safe.directory '*' && git config --system user.name Ada && "
                            "git config --system user.email ada@example.org && git config --system init.defaultBranch main")
    tour.place.must("root", f"git init -q --bare {FORGE} && chown -R ada: {FORGE} && apt-get -qq install --no-install-recommends python3-yaml")
    tour.place.take("tests/cli/workflow.py", f"{STORE}/workflow.py")


def runner(tour, _):
    """The workflow that Ada has pushed, step by step, as a runner does: what it prints."""
    checkout = f"{STORE}/payments"
    tour.place.must("root", f"rm -rf {checkout} {STORE}/store && mkdir {STORE}/store && git clone -q {FORGE} {checkout}")
    sha = tour.place.must("root", f"git -C {checkout} rev-parse HEAD").strip()
    printed, _ = tour.place.run("root", f"cd {checkout} && STORE={STORE}/store python3 {STORE}/workflow.py run .github/workflows/rehearsals.yml rehearse "
                                        f"GITHUB_SHA={sha} GITHUB_REF=refs/heads/main github.event_name=push github.ref=refs/heads/main github.run_id=1; cd /root")
    tour.place.must("root", f"chown -R ada: {FORGE}")
    with open(os.path.join(tour.work, "runner.log"), "w", encoding="utf-8") as file:
        file.write(printed)
    found, step = [], ""
    for line in printed.splitlines():
        step = line if line.startswith("--- ") else step
        if line == step or line.startswith("=== ") or not step.endswith(OTHERS):
            found.append(line)
    return "\n".join(found) + "\n"


def summary(tour, name):
    """What the job has put on its page, as a file and as a picture."""
    pages = [path for path in glob.glob(f"{tour.place.root}{STORE}/store/GITHUB_STEP_SUMMARY-*") if os.path.getsize(path)]
    if len(pages) != 1:
        raise RuntimeError(f"there are {len(pages)} summaries")
    with open(pages[0], encoding="utf-8") as file:
        text = file.read()
    tour.write(f"{name}.txt", text)
    done = subprocess.run(["cmark-gfm", "-e", "table", "--unsafe"], input=text, capture_output=True, text=True, check=True)
    tab = tour.tab(tour.page(PAGE + done.stdout.replace("<details>", "<details open>")), (1096, 700))
    rows = tab.js("[...document.querySelectorAll('td')].map((one) => one.innerText)")
    tour.ok(f"{name}: a row for the failure", rows[:1] == ["FAIL"] and any("outage.yaml:" in row for row in rows) and any("terminated" in row for row in rows), rows)
    tour.shot(tab, f"{name}.png", "html")
    tab.close()


def badge(tour, name):
    """What the job has pushed to the branch of badges."""
    text = tour.place.must("ada", f"git --git-dir={FORGE} show badges:rehearsals.svg")
    tour.write(f"{name}.svg", text)


# ---- the picture of the run ----

def run_page(tour, path):
    """The page that Ada has made: as it opens, and with its expectation."""
    tab = tour.tab(tour.place.root + path, (1200, 620))
    tour.ok("the page says FAIL", tab.js("byId('word').textContent") == "FAIL", "")
    opened = tab.js(OPENED)
    tour.ok("the page says when, as the report does", tab.js("state.model.when(state.model.run.fails_at)") == "1m40s", tab.js("state.model.when(state.model.run.fails_at)"))
    tour.ok("the page opens at the failing instant, its service marked", opened == [True, "payments"], opened)
    told = tab.js("[...document.querySelectorAll('.check.broken')].map((one) => one.innerText)")
    tour.ok("the expectation has what was expected and found", len(told) == 1 and "phase running" in told[0] and "terminated" in told[0], told)
    tour.shot(tab, "5-picture.png")
    tab.key("0")
    tab.click(*tab.js(MARK))
    shown = tab.js("document.querySelector('.check.chosen') ? document.querySelector('.check.chosen').innerText : ''")
    tour.ok("a click on its mark opens it", "phase running" in shown and "outage.yaml:" in shown, shown)
    tour.ok("with what was expected and found", "payments: phase running" in shown and "terminated" in shown, shown)
    tab.move(*tab.js(LAST))
    tip = tab.js("[...byId('tip').children].map((one) => one.textContent)")
    tour.ok("pointing at the lane's end says why", any("restart-limit: restart 6 of 5 in 1m" in line for line in tip), tip)
    tour.shot(tab, "5-expectation.png")
    tour.ok("the page complains of nothing", tab.complaints() == [], tab.complaints())
    tab.close()


STAGES = {"editor": editor, "forge": forge, "runner": runner, "summary": summary, "badge": badge, "page": run_page}
