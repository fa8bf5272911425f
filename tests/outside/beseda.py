"""The real server in a process of its own, with a data folder of its own, for tests whose judge is somebody else's program."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# What tools/sabotage.sh breaks; nothing in any other run.
SABOTAGE = {name: word for name, word in os.environ.items() if name == "BESEDA_SABOTAGE"}


def binary():
    """The server that BESEDA_TEST_BIN names."""
    path = Path(os.environ.get("BESEDA_TEST_BIN", ROOT / "target/debug/beseda"))
    if not path.exists():
        raise FileNotFoundError(f"No server at {path}: build it or name it in BESEDA_TEST_BIN.")
    return path


class Server:
    """Starts at once; `stop` ends it and removes its folder."""

    def __init__(self, listen="127.0.0.1:0", config="", data=None):
        self.data = Path(data or tempfile.mkdtemp(prefix="beseda-outside-"))
        (self.data / "config.toml").write_text(config, encoding="utf-8")
        self.said = []
        self.setup = None
        self.process = subprocess.Popen(
            [binary(), "serve", "--data", self.data, "--listen", listen, "--config", self.data / "config.toml"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={"PATH": os.environ["PATH"], "HOME": str(self.data)} | SABOTAGE,
        )
        self.url = None
        for line in self.process.stdout:
            self.said.append(line)
            if found := re.match(r"Beseda listens on (\S+)", line):
                self.url = found[1]
            if found := re.match(r"First run: open \S*/setup\?token=(\S+)", line):
                self.setup = found[1]
                break
        if not self.setup:
            raise RuntimeError("The server did not start:\n" + "".join(self.said))
        # Who does not read stops the writer once the pipe is full.
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.said.append(line)

    def log(self):
        """All it said so far."""
        return "".join(self.said)

    def call(self, method, path, body=None, token=None, cookie=None):
        """The API; answers the parsed body and keeps a session's cookie in `cookie`."""
        request = urllib.request.Request(
            f"{self.url}/api/v1{path}", method=method, data=None if body is None else json.dumps(body).encode()
        )
        request.add_header("Content-Type", "application/json")
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        if cookie:
            request.add_header("Cookie", cookie)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                if set_cookie := answer.headers.get("Set-Cookie"):
                    self.cookie = set_cookie.split(";")[0]
                text = answer.read()
                return json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{method} {path}: {error.code} {error.read().decode()}") from error

    def company(self):
        """Sets up the workspace; answers the administrator's cookie."""
        self.call("POST", "/setup", {
            "token": self.setup, "workspace": "Мастерская", "name": "Ольга", "login": "olga", "password": "olga-password",
            "language": "ru", "time_zone": "Europe/Moscow", "sample": False,
        })
        return self.cookie

    def join(self, admin, name, login, role):
        """A colleague by invitation; answers their cookie."""
        roles = self.call("GET", "/roles", cookie=admin)["roles"]
        role = next(one["id"] for one in roles if one["builtin"] == role)
        invited = self.call("POST", "/invitations", {"name": name, "email": "", "role_ids": [role]}, cookie=admin)
        self.call("POST", f"/join/{invited['url'].rsplit('/', 1)[1]}", {
            "name": name, "login": login, "password": f"{login}-password",
        })
        return self.cookie

    def end(self):
        """As a stop of the service would."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=30)

    def stop(self):
        self.end()
        shutil.rmtree(self.data, ignore_errors=True)
