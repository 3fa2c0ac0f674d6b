"""`oprag eval` on small sets whose figures can be told beforehand."""
import json
import pathlib
import shutil
import tempfile
import unittest

from server import Server, run


class Eval(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="oprag-eval-"))
        self.addCleanup(shutil.rmtree, self.folder)
        beir = self.folder / "beir"
        beir.mkdir()
        texts = {"d1": ("Clock", "The quartz clock stops at noon."), "d2": ("Orchard", "The orchard has forty rows of pears."),
                 "d3": ("Ferry", "The ferry to the island sails twice a day.")}
        lines = [{"_id": i, "title": title, "text": text} for i, (title, text) in texts.items()]
        (beir / "corpus.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
        asked = {"q1": "When does the quartz clock stop?", "q2": "How many rows has the orchard?"}
        (beir / "queries.jsonl").write_text("".join(json.dumps({"_id": i, "text": q}) + "\n" for i, q in asked.items()))
        (beir / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t1\nq2\td2\t1\n")

    def figures(self, path):
        return {f["measure"]: f for f in json.loads(path.read_text())["figures"]}

    def test_a_set_is_measured_by_a_server_of_its_own(self):
        out = self.folder / "figures.json"
        done = run("eval", f"documents={self.folder / 'beir'}", "--json", str(out))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("| nDCG@10 | 2 | 1.000 |", done.stdout)
        self.assertEqual(self.figures(out)["nDCG@10"], {"set": "beir", "measure": "nDCG@10", "n": 2, "value": 1, "low": 1, "high": 1})

    def test_saved_tests_are_run_on_a_server_that_is_there(self):
        server = Server()
        self.addCleanup(server.close)
        owner = server.owner()
        project = owner.post("/v1/projects", {"name": "Project"})["projectId"]
        owner.upload(project, "clock.txt", b"The quartz clock stops at noon.\n")
        owner.post(f"/v1/projects/{project}/deploy")
        owner.wait_indexed(project, 60)
        for contains in ("noon", "midnight"):
            owner.post(f"/v1/projects/{project}/test-prompts",
                       {"prompt": "When does the quartz clock stop?", "expect": {"contains": [contains]}})
        out = self.folder / "figures.json"
        done = run("eval", f"tests={project}", "--server", server.url, "--email", "owner@example.com", "--password", server.password,
                   "--json", str(out))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.figures(out)["saved tests passed"]["value"], 0.5)

    def test_what_is_asked_wrongly_is_said(self):
        for words in (["nonsense=x"], ["documents"], [f"documents={self.folder}/none"], ["tests=proj_x", "--server", "http://127.0.0.1:9"]):
            done = run("eval", *words)
            self.assertEqual(done.returncode, 1)
            self.assertIn("oprag: ", done.stderr)


if __name__ == "__main__":
    unittest.main()
