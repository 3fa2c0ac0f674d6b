"""The vendors' own clients against the built program; each says how much it checked. Started by tests/clients/run."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

here = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(here.parent / "e2e"))
from server import ON_SERVICES, Server  # noqa: E402

CLIENTS = pathlib.Path(os.environ["CLIENTS"])  # what tests/clients/install.sh has installed


class Clients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server("--signup", "open", "--embedder", "none", "--oauth-clients", "wiki http://127.0.0.1:1/callback")
        cls.addClassCleanup(cls.server.close)

    def secrets(self, *names):
        return [(self.server.data / "secrets" / name).read_text().strip() for name in names]

    def of_the_objects(self):
        return self.server.url + "/_objects", *self.secrets("objects_access_key", "objects_secret_key")

    def ran(self, script, *words):
        """Runs it; how many checks it says that it passed."""
        if script.suffix == ".mjs":  # finds its packages from where it lies
            shutil.copy(script, CLIENTS / script.name)
            command = ["node", str(CLIENTS / script.name)]
        else:
            command = [sys.executable, str(script)]
        done = subprocess.run([*command, *words], capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        last = done.stdout.strip().splitlines()[-1]
        print(last, flush=True)
        return int(re.search(r"(\d+)( of \d+)? checks", last).group(1))

    @unittest.skipIf(ON_SERVICES, "the objects are in a bucket of somebody else's")
    def test_boto3_and_the_objects(self):
        self.assertGreater(self.ran(here / "objects/s3.py", *self.of_the_objects()), 60)

    @unittest.skipIf(ON_SERVICES, "the objects are in a bucket of somebody else's")
    def test_the_javascript_sdk_and_the_objects(self):
        self.assertGreater(self.ran(here / "objects/s3.mjs", *self.of_the_objects()), 30)

    def test_boto3_signs_in(self):
        self.assertGreater(self.ran(here / "identity/sign_in.py", self.server.url), 12)

    def test_boto3_administers(self):
        key = self.secrets("admin-access-key-id", "admin-secret-access-key")
        self.assertGreater(self.ran(here / "identity/admin.py", self.server.url, *key), 15)

    def test_authlib_signs_people_in_for_another_tool(self):
        self.assertGreater(self.ran(here / "identity/authorize.py", self.server.url), 11)

    def test_the_javascript_client_signs_in_by_srp(self):
        self.assertGreater(self.ran(here / "identity/sign_in.mjs", self.server.url), 17)


if __name__ == "__main__":
    unittest.main()
