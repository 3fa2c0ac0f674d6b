"""The vendors' own clients against the built program; each says how much it checked. Started by tests/clients/run."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time
import unittest

import boto3
from botocore.config import Config

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

    def store(self):
        """Of the objects: address, access key, secret, bucket and region; the operator's for oprag's own, or the bucket's."""
        if ON_SERVICES:
            bucket = self.server.place.bucket
            return bucket.endpoint, bucket.access, bucket.secret, bucket.name, "us-east-1"
        return self.server.url + "/_objects", *self.secrets("objects_access_key", "objects_secret_key"), "oprag-documents", "local"

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

    def eventually(self, holds):
        end = time.monotonic() + 30
        while not holds() and time.monotonic() < end:
            time.sleep(0.1)
        self.assertTrue(holds())

    def test_boto3_and_the_objects(self):
        self.assertGreater(self.ran(here / "objects/s3.py", *self.store()), 60)

    def test_the_javascript_sdk_and_the_objects(self):
        self.assertGreater(self.ran(here / "objects/s3.mjs", *self.store()), 30)

    def test_boto3_finds_what_was_uploaded_and_nothing_of_what_was_deleted(self):
        endpoint, access, secret, bucket, region = self.store()
        s3 = boto3.client("s3", endpoint_url=endpoint, aws_access_key_id=access, aws_secret_access_key=secret,
                          region_name=region, config=Config(s3={"addressing_style": "path"}))
        prefix = self.server.place.bucket.prefix if ON_SERVICES else ""
        owner = self.server.owner()
        project = owner.post("/v1/projects", {"name": "Project"})["projectId"]
        text = b"The amber lamp needs 12 volts.\n"
        document = owner.upload(project, "lamp \u00fc.txt", text)

        def keys():
            return {each["Key"] for each in s3.list_objects_v2(Bucket=bucket, Prefix=prefix + "documents/").get("Contents", [])}

        def held(key):
            return s3.get_object(Bucket=bucket, Key=key)["Body"].read()

        file, sidecar = (prefix + document["key"] + end for end in ("", ".metadata.json"))
        self.assertEqual(keys(), {file, sidecar})
        self.assertEqual(held(file), text)
        self.assertEqual(json.loads(held(sidecar)), {"metadataAttributes": {
            "tenant_id": owner.get("/v1/companies/me")["companyId"], "project_id": project}})
        owner.send("DELETE", f"/v1/projects/{project}/documents/{document['documentId']}")
        self.server.stop()
        self.server.start()  # housekeeping is done at the start and each hour
        self.eventually(lambda: keys() == set())

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
