"""Schemathesis against the built program and its own /openapi.json: as owner, by API key and by visitor token.

SCHEMATHESIS is its program, EXAMPLES the most cases that a route is fuzzed with."""
import json
import os
import pathlib
import subprocess
import sys
import unittest

here = pathlib.Path(__file__).resolve().parent
root = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(root / "tests/e2e"))
from server import Server  # noqa: E402

PROGRAM = os.environ["SCHEMATHESIS"]
EXAMPLES = os.environ.get("EXAMPLES", "10")
# An unknown method is 404 here; hooks.py has what takes the place of the other.
LEFT_OUT = "unsupported_method,positive_data_acceptance"
# Whoever calls has no budget that a fuzzer would not exceed.
UNLIMITED = [word for name in ("chat-per-key", "chat-per-visitor", "chat-per-project", "requests-per-user", "requests-per-company")
             for word in ("--" + name, "0")]
ORIGIN = "https://shop.example"
# What ends the things that the paths name.
ENDS = ["DELETE /v1/projects/{id}", "DELETE /v1/projects/{id}/documents/{docId}", "DELETE /v1/projects/{id}/keys/{keyId}",
        "POST /v1/projects/{id}/keys/rotate", "DELETE /v1/projects/{id}/test-prompts/{promptId}"]


class Api(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(*UNLIMITED, "--embedder", "none")
        cls.addClassCleanup(cls.server.close)
        cls.owner = cls.server.owner()
        cls.project = cls.owner.post("/v1/projects", {"name": "Project"})["projectId"]
        cls.document = cls.owner.upload(cls.project, "a.txt", b"The amber lamp needs 12 volts.\n")["documentId"]
        cls.key = cls.owner.post(f"/v1/projects/{cls.project}/deploy")["apiKey"]
        cls.owner.wait_indexed(cls.project, 60)
        cls.conversation = cls.owner.ask(cls.key, "How many volts does the amber lamp need?")["conversationId"]
        cls.prompt = cls.owner.post(f"/v1/projects/{cls.project}/test-prompts", {"prompt": "How many volts?"})["promptId"]
        cls.run_id = cls.owner.post(f"/v1/projects/{cls.project}/test-runs")["runId"]
        cls.key_id = cls.owner.get(f"/v1/projects/{cls.project}/keys")["keys"][0]["keyId"]
        cls.owner.send("PATCH", f"/v1/projects/{cls.project}", {"allowedOrigins": [ORIGIN]})
        cls.owner.send("PATCH", f"/v1/projects/{cls.project}/widget-config", {"enabled": True})

    def schemathesis(self, name, header, *words, parameters=None):
        folder = self.server.folder / name
        folder.mkdir()
        config = "".join(f'"path.{n}" = "{value}"\n' for n, value in (parameters or {}).items())
        (folder / "schemathesis.toml").write_text(
            f'hooks = "{here / "hooks.py"}"\n[parameters]\n{config}')
        ran = subprocess.run([PROGRAM, "--config-file", str(folder / "schemathesis.toml"), "run", self.server.url + "/openapi.json",
                              "--header", header, "--checks", "all", "--exclude-checks", LEFT_OUT, "--max-examples", EXAMPLES,
                              "--generation-deterministic", "--generation-with-security-parameters", "false",
                              "--continue-on-failure", "--no-color", *words],
                             capture_output=True, text=True, cwd=folder)
        print(ran.stdout[ran.stdout.index("SUMMARY"):] if ran.returncode == 0 else ran.stdout, ran.stderr, flush=True)
        self.assertEqual(ran.returncode, 0, name)
        self.assertRegex(ran.stdout, r"\d\d+ generated, \d\d+ passed")

    def test_as_the_owner(self):
        self.schemathesis("owner", "Authorization: Bearer " + self.owner.token)

    def test_as_the_owner_with_what_is_there(self):
        words = [word for each in ENDS for word in ("--exclude-name", each)]
        self.schemathesis("there", "Authorization: Bearer " + self.owner.token, "--include-path-regex", r"\{", *words,
                          parameters={"id": self.project, "docId": self.document, "keyId": self.key_id, "promptId": self.prompt,
                                      "runId": self.run_id, "conversationId": self.conversation})

    def test_with_an_api_key(self):
        self.schemathesis("key", "X-Oprag-Key: " + self.key, "--include-path-regex", "^/v1/chat")

    def test_as_a_visitor(self):
        status, _, body = self.server.get(f"/v1/widget/{self.project}/config", {"Origin": ORIGIN})
        token = json.loads(body)["visitorToken"]
        self.assertTrue(status == 200 and token)
        self.schemathesis("visitor", "Authorization: Bearer " + token, "--header", "Origin: " + ORIGIN,
                          "--include-path-regex", "^/v1/(chat|widget)", parameters={"id": self.project})


if __name__ == "__main__":
    unittest.main()
