"""A program in a terminal: tmux runs it, types into it and says what its screen shows, in
text and, with its colours, as a page."""
import html
import os
import re
import subprocess
import time

# Of the sixteen colours that a program names by number; a terminal may choose them.
COLOURS = ["#1d2433", "#c0392b", "#2e7d32", "#9a6700", "#2457a8", "#6c4ab6", "#0b7285", "#d5dbe5",
           "#7a8699", "#d9534f", "#3f9b46", "#b98309", "#3d7bd9", "#dcd6f7", "#1799b0", "#ffffff"]
INK, PAPER = "#1d2433", "#fbfcfe"


class Terminal:
    def __init__(self, place, command, columns=100, rows=30):
        self.socket, self.size = os.path.join(place, "tmux"), (columns, rows)
        self.tmux("-f", "/dev/null", "new-session", "-d", "-s", "tour", "-x", str(columns), "-y", str(rows), *command)

    def tmux(self, *words):
        done = subprocess.run(["tmux", "-S", self.socket, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            raise RuntimeError(f"tmux {words[0]}: {done.stderr.strip()}")
        return done.stdout

    def keys(self, *names):
        """Keys by tmux's names: Enter, Escape, C-x, or a character."""
        for name in names:
            self.tmux("send-keys", "-t", "tour", name)
            time.sleep(0.05)

    def write(self, text):
        """Typed as it stands; a line's end is the key."""
        for number, line in enumerate(text.split("\n")):
            if number:
                self.keys("Enter")
            if line:
                self.tmux("send-keys", "-t", "tour", "-l", "--", line)

    def screen(self):
        return self.tmux("capture-pane", "-t", "tour", "-p").rstrip("\n")

    def until(self, *words, without=(), seconds=60):
        """The screen, as soon as it shows all of these words and stays so for a moment."""
        last, end = None, time.monotonic() + seconds
        while time.monotonic() < end:
            shown = self.screen()
            if all(word in shown for word in words) and not any(word in shown for word in without):
                if shown == last:
                    return shown
                last = shown
            time.sleep(0.4)
        raise TimeoutError(f"the screen does not show {words}{f' without {without}' if without else ''}, but\n{self.screen()}")

    def page(self, title):
        cells = self.tmux("capture-pane", "-t", "tour", "-p", "-e").rstrip("\n").split("\n")
        row, column = map(int, self.tmux("display-message", "-t", "tour", "-p", "#{cursor_y} #{cursor_x}").split())
        lines = drawn(cells + [""] * (self.size[1] - len(cells)), row, column, self.size[0])
        return f"""<!doctype html><meta charset="utf-8"><title>{html.escape(title)}</title><style>
body {{ margin: 0; background: #fff }}
#window {{ display: inline-block; border: 1px solid #c4ccd9; border-radius: 8px; overflow: hidden; background: {PAPER} }}
#title {{ font: 13px "DejaVu Sans", sans-serif; color: #4a5568; background: #e9edf3; padding: 6px 12px; border-bottom: 1px solid #c4ccd9 }}
pre {{ font: 14px/18px "DejaVu Sans Mono", monospace; color: {INK}; margin: 0; padding: 8px 10px }}
span {{ display: inline-block; height: 18px; vertical-align: top }}
</style><div id="window"><div id="title">{html.escape(title)}</div><pre>{lines}</pre></div>"""

    def close(self):
        try:
            self.tmux("kill-server")
        except RuntimeError:
            pass # it has ended with its only program


def colour(number):
    if number < 16:
        return COLOURS[number]
    if number < 232:
        steps = [0, 95, 135, 175, 215, 255]
        return "#" + "".join(f"{steps[(number - 16) // part % 6]:02x}" for part in (36, 6, 1))
    return "#" + f"{8 + 10 * (number - 232):02x}" * 3


def taken(style, codes):
    """The style after an escape sequence with these numbers."""
    codes = [int(code or 0) for code in codes.split(";")]
    while codes:
        code = codes.pop(0)
        if code == 0:
            style = {}
        elif code in (38, 48):
            kind = codes.pop(0)
            value = colour(codes.pop(0)) if kind == 5 else "#%02x%02x%02x" % tuple(codes.pop(0) for _ in range(3))
            style = style | {"fg" if code == 38 else "bg": value}
        elif code in (39, 49):
            style = {key: value for key, value in style.items() if key != ("fg" if code == 39 else "bg")}
        elif 30 <= code <= 37 or 90 <= code <= 97:
            style = style | {"fg": COLOURS[code % 10 + (8 if code >= 90 else 0)]}
        elif 40 <= code <= 47 or 100 <= code <= 107:
            style = style | {"bg": COLOURS[code % 10 + (8 if code >= 100 else 0)]}
        elif code in (1, 3, 4, 7):
            style = style | {code: True}
        elif code in (22, 23, 24, 27):
            style = {key: value for key, value in style.items() if key != code - 20 and (code, key) != (22, 1)}
    return style


def css(style):
    fg, bg = style.get("fg", INK), style.get("bg", PAPER)
    if style.get(7):
        fg, bg = bg, fg
    found = [f"color:{fg}", f"background:{bg}"]
    found += ["font-weight:bold"] * (1 in style) + ["font-style:italic"] * (3 in style) + ["text-decoration:underline"] * (4 in style)
    return ";".join(found)


def drawn(lines, row, column, width):
    """The cells as spans, with the cursor as a bar; a style holds until another comes, over ends of lines too."""
    style, out = {}, []
    for at, line in enumerate(lines):
        made, x = [], 0
        for part in re.split(r"(\x1b\[[0-9;]*m)", line):
            if part.startswith("\x1b["):
                style = taken(style, part[2:-1])
                continue
            for character in part:
                cursor = ";box-shadow:-2px 0 #c0392b" if (at, x) == (row, column) else ""
                made.append((css(style) + cursor, character))
                x += 1
        while x <= column and at == row:
            made.append((css({}) + (";box-shadow:-2px 0 #c0392b" if x == column else ""), " "))
            x += 1
        made += [(css({}), " ")] * (width - len(made))
        out.append(joined(made))
    return "\n".join(out)


def joined(cells):
    spans, last = [], None
    for style, character in cells:
        if style == last:
            spans[-1][1] += character
        else:
            spans.append([style, character])
            last = style
    return "".join(f'<span style="{style}">{html.escape(text)}</span>' for style, text in spans)
