"""A bare Debian of nothing but what apt needs, in which somebody called Ada works."""
import os
import shutil
import subprocess

ADA = "1000:1000"


class Place:
    def __init__(self, place):
        self.root, self.cwd = os.path.join(place, "root"), {"root": "/root", "ada": "/home/ada"}
        self.as_root = [] if os.getuid() == 0 else ["sudo"]

    def make(self):
        sources = [path for path in ("/etc/apt/sources.list", "/etc/apt/sources.list.d/debian.sources") if os.path.exists(path) and os.path.getsize(path)]
        with open("/etc/os-release", encoding="utf-8") as file:
            suite = dict(line.rstrip().split("=", 1) for line in file if "=" in line)["VERSION_CODENAME"]
        done = subprocess.run([*self.as_root, "mmdebstrap", "--variant=apt", suite, self.root, *sources],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode != 0:
            raise RuntimeError(f"no bare Debian:\n{done.stdout.decode()}")
        self.take("/etc/resolv.conf", "/etc/resolv.conf")

    def prefix(self, user, terminal="dumb"):
        """What to put before a command, so that it runs in there."""
        home, path = ("/root", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin") if user == "root" else (f"/home/{user}", "/usr/local/bin:/usr/bin:/bin")
        return [*self.as_root, "unshare", "--mount", "--pid", "--fork", f"--mount-proc={self.root}/proc", "chroot",
                f"--userspec={'0:0' if user == 'root' else ADA}", self.root, "/usr/bin/env", "-i", f"PATH={path}", f"HOME={home}", f"USER={user}",
                f"TERM={terminal}", "LANG=C.UTF-8", "DEBIAN_FRONTEND=noninteractive", "GIT_AUTHOR_DATE=2026-01-05T09:00:00Z", "GIT_COMMITTER_DATE=2026-01-05T09:00:00Z"]

    def run(self, user, command, seconds=900):
        """What a command of this user prints, and its status; where it goes to stays for the next."""
        script = f'cd "{self.cwd[user]}" && {{\n{command}\n}}\nstatus=$?\npwd >/tmp/cwd-{user}\nexit $status'
        done = subprocess.run([*self.prefix(user), "bash", "-c", script], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=seconds, cwd="/")
        self.cwd[user] = self.read(f"/tmp/cwd-{user}").strip()
        return done.stdout.decode(), done.returncode

    def must(self, user, command):
        """As run, of what is no part of the story: it has to go well."""
        printed, status = self.run(user, command)
        if status != 0:
            raise RuntimeError(f"{command}: status {status}\n{printed}")
        return printed

    def take(self, source, target, owner="0:0"):
        """A file or a directory from outside."""
        inside = self.root + target
        subprocess.run([*self.as_root, "mkdir", "-p", os.path.dirname(inside)], check=True)
        subprocess.run([*self.as_root, "cp", "-rL", source, inside], check=True)
        subprocess.run([*self.as_root, "chown", "-R", owner, inside], check=True)

    def read(self, path):
        with open(self.root + path, encoding="utf-8") as file:
            return file.read()

    def remove(self):
        if self.as_root:
            subprocess.run([*self.as_root, "rm", "-rf", self.root], check=True)
        else:
            shutil.rmtree(self.root, ignore_errors=True)
