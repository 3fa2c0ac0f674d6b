"""`objects = s3`: what the program says when the bucket is not as its settings say, or is lost later."""
import json
import os
import pathlib
import secrets
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import unittest

from server import ApiError, Server, free_port, run
from services import S3, Bucket, root


class Way:
    """A port through which the bucket is reached, and which can be closed."""

    def __init__(self, target):
        host, port = target.split(":")
        self.target, self.port = (host, int(port)), free_port()
        self.connections = []
        self.open()

    def open(self):
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self.accept, args=(self.listener,), daemon=True).start()

    def accept(self, listener):
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            server = socket.create_connection(self.target)
            self.connections += [client, server]
            for one, other in ((client, server), (server, client)):
                threading.Thread(target=self.carry, args=(one, other), daemon=True).start()

    def carry(self, one, other):
        try:
            while data := one.recv(65536):
                other.sendall(data)
            other.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for each in self.connections:
            each.close()
        self.connections = []


@unittest.skipUnless(S3, "OPRAG_TEST_S3 is not set")
class InABucket(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="oprag-bucket-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.bucket = Bucket()
        self.flags = self.bucket.flags(self.folder / "s3-secret")

    def refused(self, **changed):
        flags = list(self.flags)
        for name, value in changed.items():
            flags[flags.index("--s3-" + name.replace("_", "-")) + 1] = value
        started = run("serve", "--data-dir", str(self.folder / "data"), "--listen", "127.0.0.1:0", *flags)
        self.assertEqual(started.returncode, 1, started.stderr)
        words = started.stderr.strip().splitlines()[-1]
        self.assertNotIn(self.bucket.secret, started.stderr)
        return words

    def test_a_wrong_setting_is_said_at_start(self):
        place = f"oprag: the bucket {self.bucket.name} at {self.bucket.endpoint} cannot be used. "
        check = ": check the access key, its secret, its permissions and the region"
        self.assertEqual(self.refused(access_key="AKNOBODY"), f"{place}The bucket answered 403 InvalidAccessKeyId{check}")
        (self.folder / "wrong").write_text("wrong")
        self.assertEqual(self.refused(secret_key=f"file:{self.folder / 'wrong'}"),
                         f"{place}The bucket answered 403 SignatureDoesNotMatch{check}")
        nowhere = f"http://127.0.0.1:{free_port()}"
        self.assertEqual(self.refused(endpoint=nowhere),
                         f"oprag: the bucket {self.bucket.name} at {nowhere} cannot be used. The bucket cannot be reached")
        self.assertEqual(self.refused(bucket="Not_A_Bucket").split(". ")[0],
                         f"oprag: the bucket Not_A_Bucket at {self.bucket.endpoint} cannot be used")
        self.assertIn("s3_secret_key names the file /nowhere, which cannot be read", self.refused(secret_key="file:/nowhere"))

    def test_presigned_urls_and_the_pages_policy_name_the_bucket(self):
        server = Server(*self.flags, "--s3-public-endpoint", "https://files.example.com/")
        self.addCleanup(server.close)
        owner = server.owner()
        project = owner.post("/v1/projects", {"name": "Project"})["projectId"]
        ticket = owner.post(f"/v1/projects/{project}/documents/upload-url", {"filename": "a.txt"})
        for url in (ticket["uploadUrl"], ticket["metadataUploadUrl"]):
            self.assertTrue(url.startswith(f"https://files.example.com/{self.bucket.name}/{self.bucket.prefix}uploads/"), url)
        self.assertEqual(ticket["bucket"], self.bucket.name)
        self.assertIn("connect-src 'self' https://files.example.com;", server.get("/")[1]["Content-Security-Policy"])
        self.assertEqual(server.get("/_objects/")[0], 404)

    def test_a_bucket_that_is_lost_for_a_while_is_told_and_found_again(self):
        way = Way(self.bucket.host)
        self.addCleanup(lambda: way.close())
        flags = list(self.flags)
        flags[flags.index("--s3-endpoint") + 1] = f"http://127.0.0.1:{way.port}"
        server = Server(*flags)
        self.addCleanup(server.close)
        owner = server.owner()
        project = owner.post("/v1/projects", {"name": "Project"})["projectId"]
        ticket = owner.post(f"/v1/projects/{project}/documents/upload-url", {"filename": "lamp.txt"})
        owner.put_object(ticket["uploadUrl"], b"The amber lamp needs 12 volts.\n")
        owner.put_object(ticket["metadataUploadUrl"], ticket["metadataBody"].encode())
        confirm = f"/v1/projects/{project}/documents/{ticket['documentId']}/confirm"

        way.close()
        status, _, body = server.get("/ready")
        self.assertEqual((status, json.loads(body)["components"]["objects"]), (503, "failed"))
        with self.assertRaises(ApiError) as failed:
            owner.post(confirm)
        self.assertEqual((failed.exception.status, failed.exception.body["code"]), (502, "upstream_failed"))
        self.assertEqual(failed.exception.body["error"], "The bucket cannot be reached")

        way.open()
        self.assertEqual(server.get("/ready")[0], 200)
        self.assertEqual(owner.post(confirm)["status"], "uploaded")
        key = owner.post(f"/v1/projects/{project}/deploy")["apiKey"]
        owner.wait_indexed(project, 60)
        self.assertIn("12", owner.ask(key, "How many volts does the amber lamp need?")["answer"])


@unittest.skipUnless(S3, "OPRAG_TEST_S3 is not set")
class FromABrowser(unittest.TestCase):
    """The dashboard is at an origin that is not the bucket's, so that its rules for CORS decide."""
    warning = "browsers cannot upload to the bucket"

    def setUp(self):
        self.bucket = Bucket("cors-" + secrets.token_hex(6))
        self.url = f"http://127.0.0.1:{free_port()}"

    def serve(self):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        server = Server(*self.bucket.flags(f"{folder}/s3-secret"), url=self.url)
        self.addCleanup(server.close)
        return server

    def test_rules_that_do_not_let_it_upload_are_told_in_the_log(self):
        for origin, methods in (("https://example.com", ("GET", "PUT")), (self.url, ("GET",))):
            self.bucket.allow_browsers(origin, *methods)
            server = self.serve()
            end = time.monotonic() + 10
            while self.warning not in server.log() and time.monotonic() < end:
                time.sleep(0.05)
            self.assertIn(f"its CORS rules do not allow PUT with Content-Type from {self.url}", server.log())
            server.stop()

    def test_people_upload_to_it_and_open_a_source_in_it(self):
        self.bucket.allow_browsers(self.url, "GET", "PUT")
        server = self.serve()
        ran = subprocess.run([root / "tests/browser/run", "elsewhere.test.mjs"], capture_output=True, text=True, timeout=300,
                             env={**os.environ, "BROWSER_TEST_URL": self.url, "BROWSER_TEST_FILES": self.bucket.endpoint})
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertNotIn(self.warning, server.log())


if __name__ == "__main__":
    unittest.main()
