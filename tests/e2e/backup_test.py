"""A backup that is taken while people upload and ask, and a new installation from it that answers the same."""
import json
import pathlib
import shutil
import tempfile
import threading
import unittest

from server import Oprag, Server, root, run

SAMPLE = (root / "samples" / "atlas-handbook.pdf").read_bytes()
QUESTIONS = ("How long is the warranty of the Atlas Mini kiln?", "What does code E5 mean?",
             "What happens when the power fails?", "How many volts does the amber lamp need?")
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

    def restore(self, backup, data):
        return run("restore", str(backup), "--data-dir", str(data), "--verify")

    def test_a_restored_installation_answers_the_same(self):
        before = self.answers()
        backup, new = self.folder / "backup", self.folder / "new"
        taken = self.under_load(lambda: self.server.command("backup", str(backup)))
        self.assertEqual(taken.returncode, 0, taken.stderr)
        self.assertEqual(sorted(f.name for f in backup.iterdir()), ["manifest.json", "objects", "oprag.db", "secrets"])
        self.assertEqual(backup.stat().st_mode & 0o777, 0o700)
        manifest = json.loads((backup / "manifest.json").read_text())
        self.assertGreaterEqual(manifest["counts"]["documents"], 3)
        self.assertIn("not empty", self.server.command("backup", str(backup)).stderr)

        restored = self.restore(backup, new)
        self.assertEqual(restored.returncode, 0, restored.stderr)
        self.assertEqual((new / "secrets").stat().st_mode & 0o777, 0o700)
        for secret in (new / "secrets").iterdir():
            self.assertEqual(secret.stat().st_mode & 0o777, 0o600, secret)
        again = self.restore(backup, new)
        self.assertNotEqual(again.returncode, 0)
        self.assertIn("not empty", again.stderr)

        self.assertEqual(self.server.stop(), 0)
        self.server.data = new  # the same public URL: the owner's token and the key are good here too
        self.server.start()
        self.assertEqual(self.answers(), before)
        self.owner.upload(self.project, "late.txt", b"The cobalt lamp needs 24 volts.\n")
        self.owner.post(f"/v1/projects/{self.project}/documents/sync")
        self.owner.wait_indexed(self.project, 60)
        self.assertIn("24", self.owner.ask(self.key, "How many volts does the cobalt lamp need?")["answer"])

    def test_a_damaged_backup_is_refused_before_anything_is_written(self):
        self.assertEqual(self.server.stop(), 0)
        backup, new = self.folder / "backup", self.folder / "new"
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
            self.assertFalse(new.exists())
            file.write_bytes(whole)
        (backup / "manifest.json").rename(backup / "manifest")
        self.assertIn("no backup", self.restore(backup, new).stderr)
        (backup / "manifest").rename(backup / "manifest.json")
        self.assertEqual(self.restore(backup, new).returncode, 0)

    def test_a_document_whose_object_is_gone_leaves_no_backup(self):
        stored = next(f for f in (self.server.data / "objects" / "data").rglob("*lamps.txt"))
        stored.unlink()
        backup = self.folder / "backup"
        refused = self.server.command("backup", str(backup))
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("lamps.txt is gone", refused.stderr)
        self.assertEqual(list(backup.iterdir()), [])


if __name__ == "__main__":
    unittest.main()
