"""Runs a command on a terminal of its own, and ends it when it has said something.

    python3 terminal.py SIGNAL WHEN COMMAND...

WHEN is `never`, `says:TEXT`, or `smaller:N`, when it has told of a file of less than N bytes, or
`smaller`, of less than the first that it told of. What was said goes to standard output, and
the status is the command's.
"""
import os
import pty
import re
import signal
import sys

number, when, command = getattr(signal, "SIG" + sys.argv[1]), sys.argv[2], sys.argv[3:]


def is_time(said):
    word, _, rest = when.partition(":")
    if word == "says":
        return rest.encode() in said
    sizes = [int(size) for size in re.findall(rb"the smallest has (\d+) bytes", said)]
    return word == "smaller" and bool(sizes) and sizes[-1] < (int(rest) if rest else sizes[0])


child, terminal = pty.fork()
if child == 0:
    os.execvp(command[0], command)
data, sent = b"", False
while True:
    try:
        part = os.read(terminal, 65536)
    except OSError:  # the other side is closed
        break
    if not part:
        break
    data += part
    if not sent and is_time(data):
        os.kill(child, number)
        sent = True
sys.stdout.buffer.write(data)
sys.stdout.flush()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) % 256)
