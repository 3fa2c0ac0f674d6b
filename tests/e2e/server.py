"""The built program as a test runs it: its own data directory, a free port, and what a company needs to ask questions."""
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from services import ON_SERVICES, Bucket, Database, root

sys.path.insert(0, str(root / "scripts/lib"))
from oprag_api import ApiError, Oprag  # noqa: E402,F401

program = os.environ.get("E2E_PROGRAM", str(root / "build/release/oprag"))
# What the tests are run with is no setting of the program, which refuses those that it does not know.
environment = {name: value for name, value in os.environ.items() if not name.startswith("OPRAG_")}

# For who asks more often than the limits of requests let anybody.
NO_LIMITS = [word for name in ("chat-per-key", "chat-per-project", "requests-per-user", "requests-per-company")
             for word in ("--" + name, "0")]


def run(*words, **settings):
    return subprocess.run([program, *words], capture_output=True, text=True, timeout=60, env={**environment, **settings})


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Place:
    """Where an installation keeps what it has: SQLite and files, or the test services (E2E_ON=services)."""

    def __init__(self, folder, database=None):
        self.data = folder
        self.database = database or (Database() if ON_SERVICES else None)
        self.bucket = Bucket() if ON_SERVICES else None
        self.flags = ["--data-dir", str(folder)]
        if ON_SERVICES:
            self.flags += self.database.flags + self.bucket.flags(str(folder) + "-s3-secret")

    def holding(self, word):
        """Files, objects and rows with these characters in their names or bytes."""
        found = [str(path) for path in self.data.rglob("*")
                 if word in path.name or (path.is_file() and word.encode() in path.read_bytes())]
        if ON_SERVICES:
            found += [key for key, data in self.bucket.objects().items() if word in key or word.encode() in data]
            # The counters of rate limits name who called in the last minute.
            rows = self.database.dump("--data-only", "--exclude-table-data=counters").decode()
            found += [row for row in rows.splitlines() if word in row]
        return found


class Server:
    """Stopped and removed with `close`; may be killed and started again on the same data."""

    def __init__(self, *flags, url=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="oprag-e2e-"))
        self.place = Place(self.folder / "data")
        self.log_path = self.folder / "log"
        self.flags = flags
        self.process = None
        self.url = url or f"http://127.0.0.1:{free_port()}"
        self.start()

    def start(self):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen([program, "serve", "--listen", self.url[7:], *self.place.flags, *self.flags],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)
        end = time.monotonic() + 30
        while True:
            try:
                return urllib.request.urlopen(self.url + "/health", timeout=2).read()
            except OSError:
                if self.process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError("oprag did not start:\n" + self.log()) from None
                time.sleep(0.02)

    @property
    def data(self):
        return self.place.data

    def log(self):
        return self.log_path.read_text(errors="replace")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        """Asks it to end; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)

    def close(self):
        if self.process.poll() is None:
            self.kill()
        shutil.rmtree(self.folder)

    def command(self, *words):
        return run(*words, *self.place.flags, *self.flags)

    def get(self, path, headers=None):
        """Status, headers and body, whatever the status."""
        return self.send(urllib.request.Request(self.url + path, headers=headers or {}))

    def post(self, path, body, headers=None):
        headers = {"Content-Type": "application/json", **(headers or {})}
        return self.send(urllib.request.Request(self.url + path, json.dumps(body).encode(), headers))

    def send(self, request):
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def owner(self, email="owner@example.com", at=None):
        """A client signed in as the owner of a new company; `at`: another address of this server."""
        added = self.command("user", "add", email)
        if added.returncode != 0:
            raise RuntimeError(added.stderr)
        self.password = re.search(r"Password: (\S+)", added.stdout).group(1)
        api = Oprag(at or self.url).sign_in(email, self.password)
        api.post("/v1/companies", {"name": "Company"})
        return api
