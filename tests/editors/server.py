"""A language server over its standard streams, spoken to as an editor does."""
import json
import os
import pathlib
import queue
import shutil
import subprocess
import sys
import tempfile
import threading

WORK = "build/editors"
SERVER = f"{WORK}/node_modules/yaml-language-server"


def install(who):
    """npm's YAML language server, in the version of package-lock.json; nodejs and npm are Debian's."""
    missing = [package for package, program in (("nodejs", "node"), ("npm", "npm")) if not shutil.which(program)]
    if missing:
        subprocess.run(["scripts/install-deps", "--these", *missing], check=True)
    os.makedirs(WORK, exist_ok=True)
    with open("tests/editors/package-lock.json", encoding="utf-8") as file:
        lock = file.read()
    stamp = f"{WORK}/package-lock.json"
    if os.path.exists(f"{SERVER}/package.json") and open(stamp, encoding="utf-8").read() == lock:
        return
    for name in ("package.json", "package-lock.json"):
        shutil.copy(f"tests/editors/{name}", WORK)
    done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=WORK,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        shutil.rmtree(f"{WORK}/node_modules", ignore_errors=True)
        sys.exit(f"{who}: npm could not install the language server:\n{done.stdout.decode()}")


class Server:
    def __init__(self, command, seconds=60):
        self.seconds, self.number = seconds, 0
        self.come, self.told, self.answers = queue.Queue(), {}, {}
        self.complaints = tempfile.TemporaryFile()
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=self.complaints)
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        """Puts what the server says into the queue; None when it is gone."""
        stream = self.process.stdout
        while True:
            length = 0
            while (line := stream.readline().strip()):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            if length == 0:
                return self.come.put(None)
            self.come.put(json.loads(stream.read(length)))

    def send(self, **message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def hear(self):
        """One message: an answer, what is wrong with a file, or a question to us."""
        try:
            message = self.come.get(timeout=self.seconds)
        except queue.Empty:
            raise TimeoutError(f"the server says nothing for {self.seconds} s") from None
        if message is None:
            self.complaints.seek(0)
            raise EOFError(f"the server is gone: {self.complaints.read(1000).decode()}")
        if message.get("method") == "textDocument/publishDiagnostics":
            told = message["params"]
            self.told[told["uri"]] = told["diagnostics"]
        elif "method" in message and "id" in message:
            items = message.get("params", {}).get("items", []) if message.get("params") else []
            known = {"yaml": self.settings} if items else None
            self.send(id=message["id"], result=[known.get(one.get("section")) for one in items] if items else None)
        elif "id" in message:
            self.answers[message["id"]] = message

    def ask(self, method, params):
        self.number += 1
        self.send(id=self.number, method=method, params=params)
        while self.number not in self.answers:
            self.hear()
        answer = self.answers.pop(self.number)
        if "error" in answer:
            raise ValueError(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def begin(self, root, settings):
        self.settings = settings
        able = {"textDocument": {"completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
                                 "hover": {"contentFormat": ["markdown"]}, "publishDiagnostics": {}},
                "workspace": {"configuration": True}}
        self.ask("initialize", {"processId": os.getpid(), "rootUri": pathlib.Path(root).resolve().as_uri(),
                                "capabilities": able})
        self.send(method="initialized", params={})
        self.send(method="workspace/didChangeConfiguration", params={"settings": {"yaml": settings}})

    def open(self, path, text):
        """What is wrong with the file, as soon as the server says so."""
        uri = pathlib.Path(path).resolve().as_uri()
        self.told.pop(uri, None)
        self.send(method="textDocument/didOpen",
                  params={"textDocument": {"uri": uri, "languageId": "yaml", "version": 1, "text": text}})
        while uri not in self.told:
            self.hear()
        return self.told[uri]

    def close(self, path):
        self.send(method="textDocument/didClose", params={"textDocument": {"uri": pathlib.Path(path).resolve().as_uri()}})

    def at(self, method, path, line, character):
        return self.ask(f"textDocument/{method}", {"textDocument": {"uri": pathlib.Path(path).resolve().as_uri()},
                                                   "position": {"line": line, "character": character}})

    def end(self):
        self.ask("shutdown", None)
        self.send(method="exit")
        self.process.stdin.close()
        return self.process.wait(timeout=self.seconds)
