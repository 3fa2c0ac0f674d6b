"""The program as an operator meets it: starting, refusing to start, stopping, and what it leaves readable."""
import json
import re
import socket
import stat
import time
import unittest

from server import Oprag, Server, free_port, run


class Process(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def test_answers_its_system_routes(self):
        for path in ("/health", "/ready", "/config", "/openapi.json"):
            with self.subTest(path):
                status, headers, body = self.server.get(path)
                self.assertEqual(status, 200)
                self.assertTrue(headers["Content-Type"].startswith("application/json"))
                self.assertTrue(json.loads(body))
        self.assertEqual(json.loads(self.server.get("/ready")[2])["status"], "ready")
        self.assertEqual(json.loads(self.server.get("/openapi.json")[2])["openapi"][:2], "3.")
        status, _, body = self.server.get("/metrics")
        self.assertEqual(status, 200)
        self.assertRegex(body.decode(), r"(?m)^# TYPE \w+ (counter|gauge|histogram)$")

    def test_gives_every_answer_a_request_id_of_its_own(self):
        ids = [self.server.get(path)[1]["X-Request-Id"] for path in ("/health", "/health", "/v1/projects", "/nowhere")]
        self.assertTrue(all(ids))
        self.assertEqual(len(set(ids)), len(ids))

    def test_lets_one_process_at_a_time_use_the_data(self):
        for words in (("serve", "--listen", "127.0.0.1:0"), ("migrate",)):
            with self.subTest(words[0]):
                second = self.server.command(*words)
                self.assertNotEqual(second.returncode, 0)
                self.assertIn("in use by another oprag process", second.stderr)
                self.assertEqual(len(second.stderr.strip().splitlines()), 1)
        self.assertEqual(self.server.get("/health")[0], 200)

    def test_takes_files_and_questions_from_the_operator(self):
        self.assertIn("there is no project yet", self.server.command("ask", "What?").stderr)
        self.server.owner().post("/v1/projects", {"name": "Ours"})
        good, bad = self.server.folder / "good.txt", self.server.folder / "bad.pdf"
        good.write_text("The windmill was built in 1862.")
        bad.write_bytes(b"\x7fELF" + bytes(range(256)))
        taken = self.server.command("ingest", str(bad), str(good), str(self.server.folder / "absent.txt"))
        self.assertEqual(taken.returncode, 1, taken.stderr)
        self.assertIn(f"{bad}: refused", taken.stdout)
        self.assertIn("absent.txt: cannot be read", taken.stdout)
        self.assertIn("good.txt: indexed", taken.stdout)
        self.assertEqual(self.server.command("ingest", str(good)).returncode, 0)
        self.assertIn("1862", self.server.command("ask", "When was the windmill built?").stdout)

    def test_refuses_to_start_with_an_unknown_setting(self):
        refused = run("serve", "--data-dir", str(self.server.folder / "other"), OPRAG_NO_SUCH_SETTING="1")
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("no_such_setting", refused.stderr.lower())
        self.assertFalse((self.server.folder / "other").exists())

    def test_wants_sign_up_to_be_said_when_others_can_reach_it(self):
        refused = run("serve", "--data-dir", str(self.server.folder / "reachable"), "--listen", "0.0.0.0:0")
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("signup", refused.stderr)

    def test_keeps_its_data_from_other_users_of_the_machine(self):
        self.assertEqual(stat.S_IMODE(self.server.data.stat().st_mode), 0o700)
        secrets = [f for f in (self.server.data / "secrets").rglob("*") if f.is_file()]
        self.assertTrue(secrets)
        for file in secrets:
            self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600, file)


class Upgrading(unittest.TestCase):
    def test_indexes_anew_with_another_model_while_the_old_index_answers(self):
        server = Server("--embedder", "none")
        self.addCleanup(server.close)
        api = server.owner()
        project = api.post("/v1/projects", {"name": "Upgraded"})["projectId"]
        text = "\n\n".join(f"The marker of lantern {i} is value {i + 1000}. " + "The ferry leaves the harbour. " * 12 for i in range(500))
        api.upload(project, "long.txt", text.encode())
        key = api.post(f"/v1/projects/{project}/deploy")["apiKey"]
        api.wait_indexed(project, 60)
        self.assertEqual(server.stop(), 0)
        server.flags = ()
        server.start()

        def semantic(question):
            found = api.post(f"/v1/projects/{project}/search", {"question": question, "topK": 3})["results"]
            return {result["filename"]: result["scores"]["semantic"] for result in found}

        self.assertIn("1123", api.ask(key, "What is the marker of lantern 123?")["answer"])
        api.upload(project, "new.txt", b"The windmill was built in 1862 by the miller's guild.")
        api.post(f"/v1/projects/{project}/documents/sync")
        api.wait_indexed(project, 60)
        self.assertIn("1862", api.ask(key, "When was the windmill built?")["answer"], "what is new is found at once")
        end = time.monotonic() + 120
        while None in semantic("markers of lanterns").values() and time.monotonic() < end:
            self.assertIn("1123", api.ask(key, "What is the marker of lantern 123?")["answer"])
        self.assertNotIn(None, semantic("markers of lanterns").values())
        self.assertNotIn(None, semantic("When was the windmill built?").values())
        self.assertIn("1862", api.ask(key, "When was the windmill built?")["answer"])

    def test_loses_nothing_when_the_new_model_cannot_be_reached(self):
        server = Server("--embedder", "none")
        self.addCleanup(server.close)
        api = server.owner()
        project = api.post("/v1/projects", {"name": "Upgraded"})["projectId"]
        api.upload(project, "mill.txt", b"The windmill was built in 1862 by the miller's guild.")
        key = api.post(f"/v1/projects/{project}/deploy")["apiKey"]
        api.wait_indexed(project, 60)
        self.assertEqual(server.stop(), 0)
        server.flags = ("--embedder", "openai", "--embedder-url", "http://127.0.0.1:9", "--embedder-model", "m", "--fallback", "extractive")
        server.start()
        end = time.monotonic() + 90
        while "a document could not be indexed" not in server.log() and time.monotonic() < end:
            time.sleep(0.2)
        self.assertIn("a document could not be indexed", server.log())
        self.assertEqual([d["status"] for d in api.documents(project)], ["indexed"])
        answer = api.ask(key, "When was the windmill built?")
        self.assertIn("1862", answer["answer"])
        self.assertTrue(answer["degraded"])


class Stopping(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.close)

    def test_ends_with_status_0_when_asked_to(self):
        self.assertEqual(self.server.stop(), 0)
        self.assertIn('"stopped"', self.server.log())

    def test_keeps_its_people_when_its_address_changes(self):
        api = self.server.owner()
        project = api.post("/v1/projects", {"name": "Ours"})["projectId"]
        invited = api.post("/v1/companies/users/invite", {"email": "ben@example.com", "role": "member"})
        self.assertEqual(self.server.stop(), 0)
        self.server.url = f"http://127.0.0.1:{free_port()}"
        self.server.start()
        owner = Oprag(self.server.url).sign_in("owner@example.com", self.server.password)
        self.assertEqual([p["projectId"] for p in owner.get("/v1/projects")["projects"]], [project])
        ben = Oprag(self.server.url)
        asked = ben.identity("InitiateAuth", {"ClientId": ben.get("/config")["userPoolClientId"], "AuthFlow": "USER_PASSWORD_AUTH",
                                              "AuthParameters": {"USERNAME": "ben@example.com",
                                                                 "PASSWORD": invited["inviteUrl"].split("token=")[1]}})
        signed_in = ben.identity("RespondToAuthChallenge", {
            "ClientId": ben.get("/config")["userPoolClientId"], "ChallengeName": asked["ChallengeName"], "Session": asked["Session"],
            "ChallengeResponses": {"USERNAME": "ben@example.com", "NEW_PASSWORD": "Ben-and-more-1"}})
        ben.token = signed_in["AuthenticationResult"]["IdToken"]
        self.assertEqual([p["projectId"] for p in ben.get("/v1/projects")["projects"]], [project])

    def test_signs_nobody_out_when_its_keys_are_replaced(self):
        api = self.server.owner()
        kids = self.published_kids()
        self.assertEqual(self.server.command("rotate-keys").returncode, 0)
        self.assertEqual(self.server.stop(), 0)
        self.server.start()
        self.assertEqual(api.get("/v1/companies/me")["role"], "owner")
        again = Oprag(self.server.url).sign_in("owner@example.com", self.server.password)
        self.assertEqual(again.get("/v1/companies/me")["role"], "owner")
        self.assertEqual(len(self.published_kids()), 4)
        self.assertEqual(self.published_kids()[2:], kids)

    def published_kids(self):
        uri = json.loads(self.server.get("/config")[2])["jwksUri"]
        return [key["kid"] for key in json.loads(self.server.get(uri[len(self.server.url):])[2])["keys"]]

    def test_refuses_data_of_a_newer_format(self):
        self.assertEqual(self.server.stop(), 0)
        (self.server.data / "format").write_text("999\n")
        refused = self.server.command("serve", "--listen", "127.0.0.1:0")
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("newer oprag", refused.stderr)

    def test_logs_no_question_document_password_or_token(self):
        api = self.server.owner()
        project = api.post("/v1/projects", {"name": "Help"})["projectId"]
        api.upload(project, "zebra.txt", b"The quagga canary lives in enclosure 4711 of the western zoo.\n")
        key = api.post(f"/v1/projects/{project}/deploy")["apiKey"]
        api.wait_indexed(project, 60)
        answer = api.ask(key, "Where does the quagga canary live?")
        self.assertIn("4711", answer["answer"])
        Oprag(self.server.url)
        self.assertEqual(self.server.get("/v1/projects?token=sesame-canary", {"Authorization": "Bearer xyzzy-canary"})[0], 401)
        self.assertEqual(self.server.stop(), 0)
        log = self.server.log()
        self.assertGreater(len(log.splitlines()), 5)
        for word in ("quagga", "4711", "canary", key, self.server.password, api.token):
            self.assertIsNone(re.search(re.escape(word), log), f"the log contains {word[:12]}…")


class StalledMail(unittest.TestCase):
    """A mail server that takes the connection and then says nothing."""

    def setUp(self):
        self.mail = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(self.mail.close)
        self.server = Server("--smtp-url", f"smtp://127.0.0.1:{self.mail.getsockname()[1]}", "--smtp-from", "oprag@example.com")
        self.addCleanup(self.server.close)

    def test_keeps_nobody_waiting_who_signs_up(self):
        api = Oprag(self.server.url)
        began = time.monotonic()
        for name in ("ada", "eve"):
            self.assertFalse(api.sign_up(f"{name}@example.com", "correct horse")["UserConfirmed"])
        connection, _ = self.mail.accept()  # the letter is on its way
        connection.close()
        self.assertLess(time.monotonic() - began, 10)  # a letter may take twenty seconds, each


if __name__ == "__main__":
    unittest.main()
