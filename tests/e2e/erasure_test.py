"""`oprag project erase` and `oprag company remove` on the running program: no byte is left in its data directory."""
import pathlib
import unittest

from server import Server

CANARY = "Zanzibarquokka"


class Erasure(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.close)
        self.owner = self.server.owner(f"{CANARY.lower()}@example.com")

    def answering(self, word):
        """A project that holds the word in its name, its documents and a conversation."""
        project = self.owner.post("/v1/projects", {"name": word})["projectId"]
        self.owner.upload(project, f"{word}.txt", f"{word} opens at nine in the morning every day.\n".encode() * 200)
        key = self.owner.post(f"/v1/projects/{project}/deploy")["apiKey"]
        self.owner.wait_indexed(project, 60)
        for n in range(20):
            self.owner.ask(key, f"When does {word} open? ({n})")
        return project, key

    def test_a_project_is_erased_while_another_goes_on_answering(self):
        doomed, _ = self.answering(CANARY)
        _, key = self.answering("Harbourmaster")
        self.assertTrue(self.server.place.holding(CANARY))
        erased = self.server.command("project", "erase", doomed)
        self.assertEqual(erased.returncode, 0, erased.stderr)
        self.assertRegex(erased.stdout, r"messages: 40\n")
        self.assertRegex(erased.stdout, r"objects: 4\n?$")
        self.assertEqual(self.server.place.holding(CANARY), [])
        self.assertNotIn(CANARY, self.server.log())
        self.assertIn("nine", self.owner.ask(key, "When does Harbourmaster open?")["answer"])
        again = self.server.command("project", "erase", doomed)
        self.assertEqual((again.returncode, again.stdout), (1, ""))
        self.assertIn("there is no project", again.stderr)

    def test_a_company_is_removed_with_its_people(self):
        self.answering(CANARY)
        company = self.owner.get("/v1/companies/me")["companyId"]
        removed = self.server.command("company", "remove", company)
        self.assertEqual(removed.returncode, 0, removed.stderr)
        self.assertRegex(removed.stdout, r"identity_users: 1\n")
        for word in (CANARY, CANARY.lower(), company):
            # Directories that its objects lay in may stay, empty.
            self.assertEqual([each for each in self.server.place.holding(word) if not pathlib.Path(each).is_dir()], [])

    def test_an_id_that_is_nobodys_or_empty_erases_nothing(self):
        project = self.owner.post("/v1/projects", {"name": "Only one"})["projectId"]
        for words in (("project", "erase", ""), ("project", "erase", "proj_x"), ("company", "remove", ""),
                      ("company", "remove", "co_x")):
            self.assertEqual(self.server.command(*words).returncode, 1, words)
        self.assertEqual(self.owner.get(f"/v1/projects/{project}")["name"], "Only one")


if __name__ == "__main__":
    unittest.main()
