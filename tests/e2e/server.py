"""The built program as a test runs it: its own data directory, a free port, and what a company needs to ask questions."""
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

root = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(root / "scripts/lib"))
from oprag_api import ApiError, Oprag  # noqa: E402,F401

program = os.environ.get("E2E_PROGRAM", str(root / "build/release/oprag"))
# What the tests are run with is no setting of the program, which refuses those that it does not know.
environment = {name: value for name, value in os.environ.items() if not name.startswith("OPRAG_")}


def run(*words, **settings):
    return subprocess.run([program, *words], capture_output=True, text=True, timeout=60, env={**environment, **settings})


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """Stopped and removed with `close`; may be killed and started again on the same data."""

    def __init__(self, *flags):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="oprag-e2e-"))
        self.data = self.folder / "data"
        self.log_path = self.folder / "log"
        self.flags = flags
        self.process = None
        self.url = f"http://127.0.0.1:{free_port()}"  # kept over restarts: tokens name it
        self.start()

    def start(self):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen([program, "serve", "--data-dir", str(self.data), "--listen", self.url[7:],
                                             *self.flags], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env=environment)
        end = time.monotonic() + 30
        while True:
            try:
                return urllib.request.urlopen(self.url + "/health", timeout=2).read()
            except OSError:
                if self.process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError("oprag did not start:\n" + self.log()) from None
                time.sleep(0.02)

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
        return run(*words, "--data-dir", str(self.data))

    def get(self, path, headers=None):
        """Status, headers and body, whatever the status."""
        request = urllib.request.Request(self.url + path, headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def owner(self, email="owner@example.com"):
        """A client signed in as the owner of a new company."""
        added = self.command("user", "add", email)
        if added.returncode != 0:
            raise RuntimeError(added.stderr)
        self.password = re.search(r"Password: (\S+)", added.stdout).group(1)
        api = Oprag(self.url).sign_in(email, self.password)
        api.post("/v1/companies", {"name": "Company"})
        return api
