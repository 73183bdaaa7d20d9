"""Reads a log as the runner of GitHub Actions does: each workflow command in it as a line of JSON.

    python3 commands.py LOG...

A line is a command when `::` begins it, space of any alphabet aside, and the word behind it is
known; else when `##[` stands anywhere in it. Properties are split at commas and unescaped.
"""
import json
import sys

KNOWN = {"error", "warning", "notice", "debug", "group", "endgroup", "add-mask", "stop-commands", "echo",
         "add-matcher", "remove-matcher", "set-output", "save-state", "set-env", "add-path"}


def unescaped(text, properties):
    for code, byte in (("%0D", "\r"), ("%0A", "\n")) + ((("%3A", ":"), ("%2C", ",")) if properties else ()):
        text = text.replace(code, byte)
    return text.replace("%25", "%")


def command(line):
    line = line.lstrip()
    if line.startswith("::") and "::" in line[2:]:
        head, data = line[2:].split("::", 1)
        name, _, rest = head.partition(" ")
        if name in KNOWN:
            pairs = [pair.split("=", 1) for pair in rest.strip().split(",") if "=" in pair]
            return {"command": name, **{key: unescaped(value, True) for key, value in pairs},
                    "data": unescaped(data, False)}
    if "##[" in line and "]" in line.split("##[", 1)[1]:
        name = line.split("##[", 1)[1].split("]", 1)[0].partition(" ")[0]
        if name in KNOWN:
            return {"command": name, "old": True}
    return None


for path in sys.argv[1:]:
    log = open(path, encoding="utf-8", newline="").read()
    for one in log.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        found = command(one)
        if found is not None:
            print(json.dumps(found, ensure_ascii=False))
