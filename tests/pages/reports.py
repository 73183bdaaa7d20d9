"""The pages of `rehearse report`, used as people use them: what is drawn and read, the way to a run, the search, squares, keys,
CSV to the byte, paper, hostile names, and a report of ten thousand variants."""
import base64
import os
import re
import struct
import subprocess
import time

from browser import Tab

SIZES = [(1440, 900), (1024, 768), (390, 844)]
SECONDS, SLACK = 3, 3

# Waits of very different lengths, what fails now and then, what never holds.
SWEEP = """scenario: 1
name: seeds
vary: {services.a.backoff.base: [10ms, 100ms, 1s], services.a.backoff.jitter: [none, full]}
services:
  - {name: a, backoff: {base: 10ms, jitter: full}, script: [{fail: {after: {uniform: [1ms, 20ms]}}, times: 3}, run]}
  - {name: b, backoff: {base: 1s, jitter: full}, restart-limit: {max: 1000, within: 1s}, script: [{fail: {after: 500ms}}]}
until: 20s
measures:
  recovery: {from: {event: attempt-ended, service: a}, until: {service: a, is: {phase: running, starts: 4}}}
expect:
  - {measure: recovery, is: {max: 2500ms}}
  - {sometimes: {service: a, is: {starts: 9}}}
"""
WIDE = """scenario: 1
name: ten thousand variants
vary: {services.a.backoff.base: [%s], services.a.backoff.max: [%s]}
services: [{name: a, backoff: {base: 1s, max: 1h, jitter: none}, script: [{fail: {after: 1s}, times: 3}, run]}]
until: 1h
measures: {recovery: {from: {event: attempt-ended}, until: {service: a, is: {phase: running, starts: 4}}}}
""" % (", ".join(f"{1 + i}s" for i in range(100)), ", ".join(f"{200 + i}s" for i in range(100)))


def reports_of(rehearse, place):
    """The reports, by name; each in a directory of its own with its sheets and pages."""
    rehearse = os.path.abspath(rehearse)
    with open("tests/pages/campaign.yaml", encoding="utf-8") as file:
        hostile = file.read()
    found = {}
    for name, text, runs in (("report", SWEEP, ["--seeds", "1..200"]), ("strange", hostile, ["--seeds", "1..20"]), ("wide", WIDE, ["--once"])):
        own = os.path.join(place, name)
        os.makedirs(own)
        with open(os.path.join(own, "sweep.yaml"), "w", encoding="utf-8") as file:
            file.write(text)

        def call(*words):
            subprocess.run([rehearse, *words], cwd=own, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300)
        call("run", "-q", *runs, "--results", "r.jsonl", "sweep.yaml")
        results, more = ["r.jsonl"], []
        if name == "report":
            call("fuzz", "-q", "--seeds", "1..200", "--results", "f.jsonl")
            call("sweep", "-q", "--points", "20", "--results", "s.jsonl", "sweep.yaml")
            with open(os.path.join(own, "ledger"), "wb") as file:
                for what, times in (("cell: idle, start", 1234567), ("cell: running, start", 0), ("cell: running, end", 5), ("pool: waits for a slot", 0)):
                    file.write(struct.pack("<Q120s", times, what.encode()))
            results, more = ["r.jsonl", "f.jsonl", "s.jsonl"], ["--pages", "runs", "--ledger", "ledger"]
        call("report", "--html", "report.html", "--csv", "sheets", *more, *results)
        found[name] = os.path.join(own, "report.html")
    return found


def quiet(checks, tab, what):
    checks.same(f"{what}: nothing is complained of", tab.complaints(), [])
    checks.same(f"{what}: nothing but the page itself is fetched", len([url for url in tab.fetched() if not url.startswith("blob:")]), 1)


def goes_to(tab, selector):
    """Brings an element into sight, under nothing that sticks, and clicks on it."""
    tab.js(f"document.querySelector('{selector}').scrollIntoView({{ block: 'center' }})")
    tab.settle()
    tab.click_on(selector)


def check_report(checks, browser, path):
    tab = Tab(browser, path)
    checks.same("report: title", tab.js("document.title"), "3 campaigns — rehearse report")
    checks.ok("report: how many did not pass", re.fullmatch(r"[0-9]+ did not pass", tab.js("byId('word').textContent")) and tab.js("byId('word').className") == "word bad")
    checks.same("report: its sections, and the way to each", tab.js("[...byId('nav').children].map((a) => a.getAttribute('href').slice(1))"),
                ["campaigns", "verdicts", "failures", "measures", "heat", "slowest", "points", "features", "relations", "cells", "probes"])
    table = tab.js("[...document.querySelectorAll('#cells tr')].map((row) => [...row.cells].map((cell) => cell.textContent))")
    checks.same("report: the phase table, with what never was", table, [["phase", "start", "end"], ["idle", "1,234,567", "·"], ["running", "never", "5"]])
    tab.click_on("#nav a[href='#heat']")
    top = tab.js("byId('heat').getBoundingClientRect().top")
    checks.ok("report: a click leads there", 0 <= top < 300, top)
    row = tab.js("(() => { const s = SHEETS.measures, r = s.rows.find((one) => told(s, one, 'measure') === 'recovery'); return [figure(s, r, 'min'), figure(s, r, 'max'), figure(s, r, 'median'), cell(s, r, 'min-seed')]; })()")
    tree = tab.tree()
    checks.ok("report: a plot is an image with a name", any(role == "image" and name == f"200 runs from {row[0]} to {row[1]}, median {row[2]}" for role, name, _ in tree), row)
    checks.ok("report: a bar of verdicts, too", any(role == "image" and re.fullmatch(r"\d+ passed, \d+ failed", name) for role, name, _ in tree))
    checks.ok("report: tables have names", any(role in ("table", "LayoutTable") and name == "Verdicts" for role, name, _ in tree), [name for role, name, _ in tree if "able" in role][:5])
    lone = tab.js("[...document.querySelectorAll('svg')].filter((svg) => !svg.getAttribute('aria-label')).length")
    checks.same("report: no plot is without one", lone, 0)
    # The shapes: parts of one scale, in it, as high as their share.
    shapes = tab.js("""[...document.querySelectorAll('#measures svg')].map((svg) => [...svg.querySelectorAll('.bar')].map((bar) => ['x', 'y', 'width', 'height'].map((name) => Number(bar.getAttribute(name)))))""")
    checks.ok("report: every measure of every variant is drawn", len(shapes) == tab.js("SHEETS.measures.rows.length") and all(shapes), len(shapes))
    inside = all(x >= -0.01 and x + width <= 1000.01 and y >= 1.9 and y + height <= 44.01 for bars in shapes for x, y, width, height in bars)
    checks.ok("report: bars stay within their plot", inside)
    apart = all(a[0] + a[2] <= b[0] + 0.6 for bars in shapes for a, b in zip(bars, bars[1:]) if a[2] > 3 and b[2] > 3)
    checks.ok("report: bars stand beside each other", apart)
    grown = tab.js("(() => { const s = SHEETS.measures, k = 'recovery'; const at = [...document.querySelectorAll('#measures .plot')].find((p) => p.querySelector('h3').textContent.startsWith(k)); return [...at.querySelectorAll('svg')].map((svg) => [...svg.querySelectorAll('.bar')].map((bar) => bar.getBBox())).map((bars) => [bars.length, bars[bars.length - 1].x + bars[bars.length - 1].width - bars[0].x]); })()")
    checks.ok("report: short waits have a shape beside long ones", len(grown) == 6 and all(grown[i][0] >= 4 and grown[i][1] > 80 for i in (1, 3, 5)), grown)
    quiet(checks, tab, "report")
    tab.close()


def check_way(checks, browser, path):
    """From a seed to its run."""
    tab = Tab(browser, path)
    links = tab.js("[...new Set([...document.querySelectorAll('a.seed')].map((a) => a.getAttribute('href')))]")
    there = [os.path.exists(os.path.join(os.path.dirname(path), link)) for link in links]
    checks.ok("way: seeds at the ends lead to pages that are there", len(links) > 12 and all(there), links[:3])
    sheet = tab.js("(() => { const a = document.querySelector('#measures a.seed'); return [a.textContent, a.closest('tr').cells[0].textContent]; })()")
    browser.call("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    goes_to(tab, "#measures a.seed + button")
    checks.ok("way: what is known of the run", tab.js("byId('about').open") and sheet[1] in tab.js("byId('about').textContent"), sheet)
    tab.click_on("#about .copy:last-of-type")
    line = tab.js("navigator.clipboard.readText()")
    number = sheet[0].split()[1]
    checks.ok("way: a click copies the line that draws it", line.startswith("rehearse run --html run.html --variant ") and f" --seed {number} sweep.yaml" in line, line)
    tab.key("Escape")
    checks.ok("way: Escape closes it", not tab.js("byId('about').open"))
    goes_to(tab, "#measures a.seed")
    for _ in range(50):
        if tab.js("typeof DATA === 'object' && Array.isArray(DATA.runs)"):
            break
        time.sleep(0.1)
    checks.same("way: the page of that run, with one click", tab.js("[DATA.runs.length, 'seed ' + DATA.runs[0].seed, DATA.runs[0].variant]"), [1, *sheet])
    tab.close()


def check_keys(checks, browser, path):
    tab = Tab(browser, path)
    tab.key("/")
    checks.same("keys: / is the search", tab.js("document.activeElement.id"), "search")
    every = tab.js("document.querySelectorAll('#verdicts tbody tr').length")
    tab.write("base=10ms, services.a.backoff.jitter=FULL")
    rows = tab.js("[...document.querySelectorAll('#verdicts tbody tr')].map((row) => row.cells[0].textContent)")
    checks.ok("keys: search leaves those that fit", 0 < len(rows) < every and all("base=10ms" in row and "jitter=full" in row for row in rows), rows)
    checks.ok("keys: how many is said", tab.js("byId('said').textContent") == f"{len(rows)} rows of verdicts." and tab.js("byId('said').getAttribute('aria-live')") == "polite", tab.js("byId('said').textContent"))
    tab.js("byId('search').value = ''; search('')")
    checks.same("keys: and all without it", tab.js("document.querySelectorAll('#verdicts tbody tr').length"), every)
    tab.js("document.activeElement.blur()")
    before = tab.js("document.documentElement.dataset.theme")
    tab.key("t")
    checks.ok("keys: t is the theme", tab.js("document.documentElement.dataset.theme") != before)
    wanted = tab.js("[...document.querySelectorAll('#app a, #app button, #app input, #app select')].filter((e) => e.getClientRects().length && !e.disabled).length")
    tab.js("window.seen = new Set(); window.unseen = 0; document.addEventListener('focusin', (e) => { seen.add(e.target); if (getComputedStyle(e.target).outlineStyle === 'none') unseen++; }); document.body.focus()")
    for _ in range(wanted + 2):
        tab.call("Input.dispatchKeyEvent", type="keyDown", key="Tab", windowsVirtualKeyCode=9)
        tab.call("Input.dispatchKeyEvent", type="keyUp", key="Tab", windowsVirtualKeyCode=9)
    reached = tab.js("[...document.querySelectorAll('#app a, #app button, #app input, #app select')].filter((e) => seen.has(e)).length")
    checks.same("keys: Tab reaches everything", reached, wanted)
    checks.same("keys: the focus is seen", tab.js("unseen"), 0)
    tab.js("document.querySelector('#measures button.seed').focus()")
    tab.key("Enter")
    checks.ok("keys: Enter tells of a run", tab.js("byId('about').open"))
    quiet(checks, tab, "keys")
    tab.close()


# Of every square the ratio of its text to its ground, as they are painted.
CONTRAST = """(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const paint = (...colours) => { for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); } return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3); };
  const light = (rgb) => rgb.map((c) => c / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4).reduce((all, c, i) => all + c * [0.2126, 0.7152, 0.0722][i], 0);
  const paper = getComputedStyle(document.body).backgroundColor;
  return [...document.querySelectorAll('.heat td')].map((td) => {
    const style = getComputedStyle(td), [low, high] = [light(paint(paper, style.backgroundColor)), light(paint(style.color))].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  });
})()"""


def check_heat(checks, browser, path):
    for theme in ("light", "dark"):
        tab = Tab(browser, path, theme=theme)
        cells = "[...document.querySelectorAll('.heat tbody tr')].map((row) => [...row.cells].map((cell) => cell.textContent))"
        table = tab.js(cells)
        checks.same("heat: a square for each two values", [[row[0], len(row)] for row in table], [["none", 4], ["full", 4]])
        checks.ok("heat: what did not pass", table[0][1] == "0 of 200" and table[0][3] == "200 of 200", table)
        ratios = tab.js(CONTRAST)
        checks.ok(f"heat: its text is read in {theme}", len(ratios) == 6 and min(ratios) >= 4.5, ratios)
        shades = tab.js("[...document.querySelectorAll('.heat td')].map((td) => getComputedStyle(td).backgroundColor)")
        checks.ok("heat: more is darker", len(set(shades)) >= 3, shades)
        tab.js("(() => { const pick = document.querySelector('#heat select'); pick.value = [...pick.options].find((one) => one.textContent === 'recovery').value; pick.dispatchEvent(new Event('change')); })()")
        tab.settle()
        median = tab.js("(() => { const s = SHEETS.heat; return s.rows.filter((r) => told(s, r, 'measure') === 'recovery').map((r) => figure(s, r, 'median')); })()")
        table = tab.js(cells)
        checks.same("heat: the median of a measure", sorted(text for row in table for text in row[1:]), sorted(median))
        checks.ok(f"heat: that is read, too, in {theme}", min(tab.js(CONTRAST)) >= 4.5)
        checks.same("heat: the focus stays where it was", tab.js("document.activeElement.closest('.plot') !== null"), True)
        quiet(checks, tab, "heat")
        tab.close()


def check_sheets(checks, browser, path):
    """What the buttons save is what --csv wrote."""
    tab, own = Tab(browser, path), os.path.dirname(path)
    saved = os.path.join(own, "saved")
    os.makedirs(saved, exist_ok=True)
    browser.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=saved)
    names = tab.js("[...document.querySelectorAll('.save')].map((button) => button.textContent)")
    checks.ok("sheets: a button for each", set(names) == {name + ".csv" for name in tab.js("Object.values(SHEETS).filter((sheet) => sheet.rows.length).map((sheet) => sheet.name)")} - {"runs.csv"}, names)
    for number, name in enumerate(names):
        if number == 6: # a browser asks before a page saves its eleventh file, which nobody answers here
            quiet(checks, tab, "sheets")
            tab.close()
            tab = Tab(browser, path)
        file = os.path.join(saved, name)
        if os.path.exists(file):
            os.unlink(file)
        tab.js(f"document.querySelectorAll('.save')[{number}].id = 'save-{number}'")
        goes_to(tab, f"#save-{number}")
        for _ in range(100):
            if os.path.exists(file):
                break
            time.sleep(0.1)
        wanted = open(os.path.join(own, "sheets", name), "rb").read()
        found = open(file, "rb").read() if os.path.exists(file) else b""
        checks.ok(f"sheets: {name} has the bytes of --csv", found == wanted and len(found) > 20, (len(found), len(wanted)))
    quiet(checks, tab, "sheets")
    tab.close()


def check_strange(checks, browser, path):
    tab = Tab(browser, path)
    tab.js("document.querySelectorAll('.seed')[0].click()")
    tab.settle()
    checks.same("strange: no element, no script of its own", tab.js("['img', 'iframe', 'b b', 'script', 'svg svg', 'svg script'].map((name) => document.querySelectorAll(name).length)"), [0, 0, 0, 2, 0, 0])
    checks.same("strange: nothing ran", tab.js("typeof window.pwned"), "undefined")
    checks.ok("strange: no attribute of an element acts", tab.js("[...document.querySelectorAll('*')].every((e) => [...e.attributes].every((a) => !/^on/i.test(a.name)))"))
    text = tab.js("document.body.innerText")
    checks.ok("strange: it stands there as text", '</script><img src=x onerror="window.pwned=1">' in text and "<svg onload=window.pwned=1>" in text and "</title><img" in text)
    turned = re.findall("[\x00-\x08\x0e-\x1f\u202a-\u202e\u2066-\u2069\u2028]", text + tab.js("document.title"))
    checks.same("strange: nothing turns the direction of writing", turned, [])
    checks.ok("strange: what would turn it is shown", "\\u202e" in text)
    checks.same("strange: a path is no scheme", tab.js("addressOf('javascript:alert(1)/a b?c#d')"), "javascript%3Aalert(1)/a%20b%3Fc%23d")
    quiet(checks, tab, "strange")
    tab.close()
    check_sheets(checks, browser, path)


def check_report_paper(checks, browser, path):
    tab = Tab(browser, path, theme="dark")
    printed = base64.b64decode(tab.call("Page.printToPDF", printBackground=True)["data"])
    checks.ok("report on paper: a PDF of some pages", printed.startswith(b"%PDF") and len(printed) > 30000, len(printed))
    tab.settle()
    checks.same("report on paper: the theme as before", tab.js("document.documentElement.dataset.theme"), "dark")
    tab.close()
    tab = Tab(browser, path, scripts=False)
    time.sleep(0.3)
    text = " ".join(name for _, name, _ in tab.tree())
    checks.ok("report without scripts says what is missing", "scripts are switched off here" in text and "tables and plots" in text, text[:100])
    tab.close()


def check_wide(checks, browser, path):
    tab = Tab(browser, path)
    size, took = os.path.getsize(path), tab.took
    print(f"pages: a report of 10000 variants opens in {took:.2f} s (should: {SECONDS} s), page {size / 1e6:.1f} MB")
    checks.ok("wide: it opens in time", took < SECONDS * SLACK, took)
    checks.same("wide: all variants are in it", tab.js("SHEETS.verdicts.rows.length"), 10000)
    shown = tab.js("document.querySelectorAll('#verdicts tbody tr').length")
    checks.same("wide: the first fifty are shown", shown, 50)
    checks.same("wide: and a way to all", tab.js("document.querySelector('#verdicts .more').textContent"), "show all 10,000")
    tab.js("search('base=99s')")
    checks.same("wide: the search finds among all", tab.js("document.querySelectorAll('#verdicts .more')[0].textContent"), "show all 100")
    tab.js("document.querySelector('#verdicts .more').click()")
    tab.settle()
    checks.same("wide: all of these, when they are asked for", tab.js("document.querySelectorAll('#verdicts tbody tr').length"), 100)
    checks.same("wide: squares of all values", tab.js("document.querySelectorAll('.heat td').length"), 100)
    quiet(checks, tab, "wide")
    tab.close()


def check_report_shots(checks, browser, path, shots):
    for theme in ("light", "dark"):
        for size in SIZES:
            what = f"report at {size[0]} in {theme}"
            tab = Tab(browser, path, size, theme)
            checks.same(f"{what}: the theme that the system asks for", tab.js("document.documentElement.dataset.theme"), theme)
            checks.same(f"{what}: nothing is cut at the right", tab.js("document.documentElement.scrollWidth - innerWidth"), 0)
            tab.shot(f"{shots}/report-{size[0]}-{theme}.png")
            for section in ("measures", "heat"):
                tab.js(f"byId('{section}').scrollIntoView()")
                tab.shot(f"{shots}/report-{section}-{size[0]}-{theme}.png")
            quiet(checks, tab, what)
            tab.close()


WHAT = [(check_report, "report"), (check_way, "report"), (check_keys, "report"), (check_heat, "report"), (check_sheets, "report"),
        (check_strange, "strange"), (check_report_paper, "report"), (check_wide, "wide")]

# What is broken, the check that is run, and how the difference begins that it has to name.
PLANTED = [
    ('"aria-label": says }', '"aria-label": "" }', check_report, "report: a plot is an image with a name"),
    ('number(sheet, row, "times") ? figure(sheet, row, "times") : "never"', 'figure(sheet, row, "times")', check_report, "report: the phase table"),
    ("const tall = (height - 2) *", "const tall = (height + 9) *", check_report, "report: bars stay within their plot"),
    ('exact(SHEETS.spread, first, "scale") === "octaves"', "false", check_report, "report: short waits have a shape"),
    ('bar.setAttribute("aria-label", says);', "", check_report, "report: a bar of verdicts, too"),
    ("scroll-padding-top: 96px", "scroll-padding-top: 960px", check_report, "report: a click leads there"),
    ("path.split(\"/\").map(encodeURIComponent).join(\"/\")", "encodeURIComponent(path)", check_way, "way: seeds at the ends lead to pages"),
    ("writeText(line)", 'writeText("another")', check_way, "way: a click copies the line"),
    ("if (event.key === \"/\")", "if (event.key === \"x\")", check_keys, "keys: / is the search"),
    ("plain(query).trim().toLowerCase()", "plain(query).trim()", check_keys, "keys: search leaves those that fit"),
    ('id="theme" ', 'id="theme" tabindex="-1" ', check_keys, "keys: Tab reaches everything"),
    (":focus-visible { outline: 2px solid var(--focus)", ":focus-visible { outline: none; --x: 2px solid var(--focus)", check_keys, "keys: the focus is seen"),
    ("(0.45 * shade(square.size))", "(0.98 * shade(square.size))", check_heat, "heat: "),
    ('byId("heat " + key).focus();', "", check_heat, "heat: the focus stays"),
    ('cell(sheet, row, "measure")) === kept.what', 'cell(sheet, row, "measure")) !== kept.what', check_heat, "heat: the median of a measure"),
    ("text.replace(/\"/g, '\"\"')", "text", check_strange, "sheets: verdicts.csv has the bytes"),
    ('lines.join("\\n") + "\\n"', 'lines.join("\\r\\n") + "\\r\\n"', check_sheets, "sheets: campaigns.csv has the bytes"),
    ("made.append(...inside.filter(", 'made.insertAdjacentHTML("beforeend", inside.map((one) => one.outerHTML || one).join("")); void (inside.filter(', check_strange, "strange: "),
    ("String(text).replace(HIDDEN,", "String(text).replace(/$^/g,", check_strange, "strange: nothing turns the direction"),
    ('addEventListener("afterprint", () => setTheme(dark.matches))', 'addEventListener("afterprint", () => 0)', check_report_paper, "report on paper: the theme as before"),
    ("const SHOWN = 50;", "const SHOWN = 70;", check_wide, "wide: the first fifty"),
    ("state.whole.add(name); fill();", "state.whole.add(name);", check_wide, "wide: all of these"),
    ("<title>rehearse report</title>", '<title>rehearse report</title><img src="http://127.0.0.1:9/">', check_report, "report: nothing is complained of"),
]
