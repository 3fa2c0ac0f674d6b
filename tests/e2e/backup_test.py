"""A backup that is taken while people upload and ask, and a new installation from it that answers the same."""
import json
import pathlib
import shutil
import tempfile
import threading
import unittest

from server import ON_SERVICES, Oprag, Place, Server, root, run
from services import postgres

SAMPLE = (root / "samples" / "atlas-handbook.pdf").read_bytes()
QUESTIONS = (
    "How long is the warranty of the Atlas Mini kiln?", "What does code E5 mean?", "What happens when the power fails?",
    "How many volts does the amber lamp need?", "Where may the kiln not stand?", "What fuse does the AM-20 need?",
    "How hot is the first firing?", "How many programmes does the controller have?", "What is the top temperature of porcelain?",
    "How long does a bisque firing take?", "How much energy does the stoneware glaze programme need?",
    "When may the lid be opened?", "How long does the controller remember the programme?", "What does code E1 mean?",
    "When is the thermocouple replaced?", "Are heating coils covered by the warranty?", "What is the price of a new kiln?",
    "When may an unused kiln be returned?", "Who pays the freight for returns?", "How long are spare parts kept in stock?")
OF_THE_REQUEST = ("sessionId", "conversationId", "messageId", "requestId", "createdAt", "latencyMs")


class Backup(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.close)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="oprag-backup-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.owner = self.server.owner()
        self.project = self.owner.post("/v1/projects", {"name": "Project"})["projectId"]
        self.owner.upload(self.project, "handbook.pdf", SAMPLE)
        self.owner.upload(self.project, "lamps.txt", b"The amber lamp needs 12 volts.\n")
        self.key = self.owner.post(f"/v1/projects/{self.project}/deploy")["apiKey"]
        self.owner.wait_indexed(self.project, 60)

    def answers(self):
        found = []
        for question in QUESTIONS:
            answer = self.owner.ask(self.key, question)
            found.append({name: value for name, value in answer.items() if name not in OF_THE_REQUEST})
        self.assertTrue(found[0]["sources"] and found[-1]["sources"], found)
        return found

    def under_load(self, work):
        """Runs `work` while documents of another project are uploaded and indexed and questions asked."""
        other = self.owner.post("/v1/projects", {"name": "Other"})["projectId"]
        done, trouble, counts = threading.Event(), [], {"uploads": 0, "questions": 0}

        def until_done(kind, step):
            api = Oprag(self.server.url)
            api.token = self.owner.token
            try:
                while not done.is_set():
                    step(api, counts[kind])
                    counts[kind] += 1
            except Exception as error:  # shown by the test's thread
                trouble.append(error)

        def upload(api, number):
            api.upload(other, f"{number}.txt", f"Record {number} of the register of harbours.\n".encode() * 50)
            api.post(f"/v1/projects/{other}/documents/sync")

        threads = [threading.Thread(target=until_done, args=("uploads", upload)),
                   threading.Thread(target=until_done, args=("questions", lambda api, n: api.ask(self.key, QUESTIONS[n % 4])))]
        for thread in threads:
            thread.start()
        try:
            while not trouble and min(counts.values()) < 2:
                done.wait(0.02)
            before = dict(counts)
            result = work()
        finally:
            done.set()
            for thread in threads:
                thread.join()
        self.assertEqual(trouble, [])
        self.assertGreater(sum(counts.values()), sum(before.values()), "nothing went on during the work")
        return result

    def take(self, backup):
        """With PostgreSQL its own dump comes first, as the command's words say."""
        if ON_SERVICES:
            (self.folder / "dump").write_bytes(self.server.place.database.dump("--format=custom"))
        return self.server.command("backup", str(backup))

    def restore(self, backup, place):
        return run("restore", str(backup), *place.flags, "--verify")

    def test_a_restored_installation_answers_the_same(self):
        before = self.answers()
        backup, new = self.folder / "backup", Place(self.folder / "new")
        taken = self.under_load(lambda: self.take(backup))
        self.assertEqual(taken.returncode, 0, taken.stderr)
        database = [] if ON_SERVICES else ["oprag.db"]
        self.assertEqual(sorted(f.name for f in backup.iterdir()), ["manifest.json", "objects", *database, "secrets"])
        self.assertEqual(backup.stat().st_mode & 0o777, 0o700)
        manifest = json.loads((backup / "manifest.json").read_text())
        self.assertGreaterEqual(manifest["counts"]["documents"], 3)
        self.assertIn("not empty", self.server.command("backup", str(backup)).stderr)

        if ON_SERVICES:
            postgres("pg_restore", "--dbname", new.database.url, str(self.folder / "dump"))
        restored = self.restore(backup, new)
        self.assertEqual(restored.returncode, 0, restored.stderr)
        self.assertEqual((new.data / "secrets").stat().st_mode & 0o777, 0o700)
        for secret in (new.data / "secrets").iterdir():
            self.assertEqual(secret.stat().st_mode & 0o777, 0o600, secret)
        again = self.restore(backup, new)
        self.assertNotEqual(again.returncode, 0)
        self.assertIn("not empty", again.stderr)

        self.assertEqual(self.server.stop(), 0)
        self.server.place = new  # the same public URL: the owner's token and the key are good here too
        self.server.start()
        self.assertEqual(self.answers(), before)
        self.owner.upload(self.project, "late.txt", b"The cobalt lamp needs 24 volts.\n")
        self.owner.post(f"/v1/projects/{self.project}/documents/sync")
        self.owner.wait_indexed(self.project, 60)
        self.assertIn("24", self.owner.ask(self.key, "How many volts does the cobalt lamp need?")["answer"])

    def test_a_damaged_backup_is_refused_before_anything_is_written(self):
        self.assertEqual(self.server.stop(), 0)
        # PostgreSQL's database stays, as if its dump had been restored.
        backup, new = self.folder / "backup", Place(self.folder / "new", self.server.place.database)
        taken = self.server.command("backup", str(backup))  # with no server
        self.assertEqual(taken.returncode, 0, taken.stderr)
        files = sorted(f for f in backup.rglob("*") if f.is_file() and f.name != "manifest.json")
        self.assertGreater(len(files), 10)
        for file in files:
            whole = file.read_bytes()
            flipped = bytearray(whole)
            flipped[len(whole) // 2] ^= 1
            file.write_bytes(flipped)
            refused = self.restore(backup, new)
            self.assertNotEqual(refused.returncode, 0, file)
            self.assertIn("damaged", refused.stderr)
            self.assertIn(file.name, refused.stderr)
            self.assertFalse(new.data.exists())
            self.assertEqual(new.bucket.keys() if ON_SERVICES else [], [])
            file.write_bytes(whole)
        (backup / "manifest.json").rename(backup / "manifest")
        self.assertIn("no backup", self.restore(backup, new).stderr)
        (backup / "manifest").rename(backup / "manifest.json")
        self.assertEqual(self.restore(backup, new).returncode, 0)

    def test_a_document_whose_object_is_gone_leaves_no_backup(self):
        if ON_SERVICES:
            bucket = self.server.place.bucket
            bucket.remove(next(key for key in bucket.keys() if key.endswith("lamps.txt")))
        else:
            next(f for f in (self.server.data / "objects" / "data").rglob("*lamps.txt")).unlink()
        backup = self.folder / "backup"
        refused = self.server.command("backup", str(backup))
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("lamps.txt is gone", refused.stderr)
        self.assertEqual(list(backup.iterdir()), [])


if __name__ == "__main__":
    unittest.main()
