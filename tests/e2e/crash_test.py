"""kill -9 while documents are uploaded and indexed: what was acknowledged is there afterwards, once, and nothing else is.

E2E_KILLS (5) says how often, E2E_SEED (1) which times and documents. E2E_PDFS names a folder of large PDF files: the loop runs over
them, too, and kills until each has been indexed."""
import hashlib
import os
import pathlib
import random
import sqlite3
import threading
import time
import unittest
import urllib.error

from server import ApiError, Oprag, Server

KILLS = int(os.environ.get("E2E_KILLS", "5"))
SEED = int(os.environ.get("E2E_SEED", "1"))
PDFS = os.environ.get("E2E_PDFS")
WORDS = "kiln drill lease tariff harbour ledger valve orchard turbine statute ferry quarry".split()


def document(chance, number):
    lines = [f"Record {number} of the register.", f"The code of record {number} is R{number}X{chance.randrange(10**6)}."]
    lines += [" ".join(chance.choices(WORDS, k=12)).capitalize() + "." for _ in range(chance.randrange(20, 200))]
    if number % 9 == 0:  # so long that its words are published first
        lines += [" ".join(chance.choices(WORDS, k=90)).capitalize() + "." for _ in range(140)]
    return "\n\n".join(lines).encode()


class Crash(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.close)
        self.chance = random.Random(SEED)
        api = self.server.owner()
        self.token = api.token
        self.project = api.post("/v1/projects", {"name": "Register"})["projectId"]
        self.confirmed = {}  # document id -> its bytes
        self.number = 0
        self.trouble = []

    def api(self):
        api = Oprag(self.server.url)
        api.token = self.token
        return api

    def upload_until_killed(self):
        api = self.api()
        try:
            while True:
                self.number += 1
                data = document(self.chance, self.number)
                made = api.upload(self.project, f"record-{self.number}.txt", data)
                self.confirmed[made["documentId"]] = data  # acknowledged
                api.post(f"/v1/projects/{self.project}/documents/sync")
        except ApiError as error:
            self.trouble.append(str(error))
        except (OSError, urllib.error.URLError):
            pass

    def test_loses_nothing_and_does_nothing_twice(self):
        for _ in range(KILLS):
            uploads = threading.Thread(target=self.upload_until_killed)
            uploads.start()
            time.sleep(self.chance.uniform(0.1, 1.5))
            self.server.kill()
            uploads.join()
            self.server.start()
        self.assertEqual(self.trouble, [])
        api = self.api()
        try:
            api.post(f"/v1/projects/{self.project}/documents/sync")
        except ApiError as error:
            self.assertEqual(error.body["code"], "nothing_to_sync", error)
        self.assertGreater(len(self.confirmed), KILLS, "so few that little can have been interrupted")
        self.check_all(api, 120)

    @unittest.skipUnless(PDFS, "E2E_PDFS names no folder of large files")
    def test_indexes_large_files_once_however_often_it_is_killed(self):
        api = self.api()
        for file in sorted(pathlib.Path(PDFS).glob("*.pdf")):
            data = file.read_bytes()
            self.confirmed[api.upload(self.project, file.name, data)["documentId"]] = data
        api.post(f"/v1/projects/{self.project}/deploy")
        interrupted = 0
        for _ in range(KILLS):
            time.sleep(self.chance.uniform(0.2, 12))
            waiting = [d for d in self.api().documents(self.project) if d["status"] != "indexed"]
            interrupted += bool(waiting)
            self.server.kill()
            self.server.start()
        print(f"{interrupted} of {KILLS} kills fell into the indexing of {len(self.confirmed)} files")
        self.assertGreater(interrupted, KILLS // 2)
        self.check_all(self.api(), 1800)

    def check_all(self, api, seconds):
        found = {d["documentId"]: d for d in api.wait_indexed(self.project, seconds)}
        for identity, data in self.confirmed.items():
            self.assertEqual(found[identity]["status"], "indexed", found[identity])
            self.assertEqual(found[identity]["sizeBytes"], len(data))
            link = api.get(f"/v1/projects/{self.project}/documents/{identity}/preview-url")["url"]
            self.assertTrue(link.startswith(self.server.url), link)
            status, _, body = self.server.get(link[len(self.server.url):])
            self.assertEqual(status, 200)
            self.assertEqual(hashlib.sha256(body).hexdigest(), hashlib.sha256(data).hexdigest())

        self.assertEqual(self.server.stop(), 0)
        self.check_store(found)

    def check_store(self, found):
        store = sqlite3.connect(next(self.server.data.glob("*.db")))
        self.assertEqual(store.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
        self.assertEqual(store.execute("PRAGMA foreign_key_check").fetchall(), [])
        indexed = {identity for identity, d in found.items() if d["status"] == "indexed"}
        rows = store.execute("SELECT document_id FROM index_segments WHERE removed_revision IS NULL").fetchall()
        self.assertEqual(sorted(row[0] for row in rows), sorted(indexed))  # each exactly once
        self.assertEqual(store.execute("SELECT COUNT(*) FROM jobs WHERE status = 'running'").fetchone(), (0,))

        # Objects are named by their content, so what a killed worker left is what the next one wrote and named.
        objects = self.server.data / "objects"
        files = [str(f.relative_to(objects)) for f in objects.rglob("*") if f.is_file()]
        keys = {f.removeprefix("data/").replace("+/", "/") for f in files if f.startswith("data/")}  # see blobs/key_path.hpp
        for folder, column, table in (("index", "object_key", "index_segments"), ("text", "text_object", "document_versions")):
            named = {row[0] for row in store.execute(f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL")}
            self.assertEqual({key for key in keys if key.startswith(folder + "/")}, named)
        # Half an upload of the last moment is swept at the next start.
        self.assertEqual([f for f in files if f.startswith("incoming/")], [])


if __name__ == "__main__":
    unittest.main()
