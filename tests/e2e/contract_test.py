"""The contract's own examples (tests/e2e/contract: its text, unchanged), sent by curl and by its words."""
import json
import pathlib
import re
import subprocess
import unittest

from server import Server

here = pathlib.Path(__file__).resolve().parent / "contract"
HOST = "https://api.stg.oprag.ai"
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
FAQ = b"# Billing\n\nOur refund policy: Refunds are available within 30 days of purchase. You can cancel any time from Account.\n"


def example(name):
    return json.loads((here / f"{name}.json").read_text())


def kind(value):
    return "number" if isinstance(value, (int, float)) and not isinstance(value, bool) else type(value).__name__


class Contract(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.close)
        cls.owner = cls.server.owner()
        cls.company = cls.owner.get("/v1/companies/me")["companyId"]
        cls.project = cls.owner.post("/v1/projects", {"name": "Billing"})["projectId"]
        cls.owner.upload(cls.project, "billing-faq.md", FAQ)
        cls.key = cls.owner.post(f"/v1/projects/{cls.project}/deploy")["apiKey"]
        cls.owner.wait_indexed(cls.project, 60)

    def curl(self, *words, url=None):
        """Status and body of `curl WORDS`; what is posted is JSON."""
        if "-d" in words:
            words = ("-H", "Content-Type: application/json", *words)
        ran = subprocess.run(["curl", "-sS", "-w", "\n%{http_code}", *words, *([self.server.url + url] if url else [])],
                             capture_output=True, check=True, timeout=60)
        body, _, status = ran.stdout.rpartition(b"\n")
        return int(status), body

    def shell(self, name):
        """The example as it stands in the contract, with this server's host and a real key."""
        line = (here / f"{name}.sh").read_text().replace(HOST, self.server.url).replace("sk_live_...", self.key)
        ran = subprocess.run(["sh", "-c", line.replace("curl ", "curl -sS -w '\\n%{http_code}' ", 1)], capture_output=True,
                             check=True, timeout=60)
        body, _, status = ran.stdout.rpartition(b"\n")
        return int(status), body

    def as_user(self, method, path, body=None, token=None):
        words = ["-X", method, "-H", f"Authorization: Bearer {token or self.owner.token}"]
        if body is not None:
            words += ["-d", body if isinstance(body, str) else json.dumps(body)]
        return self.curl(*words, url=path)

    def refused(self, status, answer, words=None):
        """The envelope: `error` first, a string."""
        self.assertEqual(answer[0], status, answer[1])
        self.assertTrue(answer[1].startswith(b'{"error":"'), answer[1])
        error = json.loads(answer[1])["error"]
        if words:
            self.assertEqual(error, words)
        return error

    def like(self, found, shown):
        """The example's members come first, in its order and of its types."""
        if isinstance(shown, dict):
            self.assertEqual(list(found)[:len(shown)], list(shown))
            for name, value in shown.items():
                self.like(found[name], value)
        elif isinstance(shown, list):
            self.assertTrue(found)
            for each in found:
                self.like(each, shown[0])
        else:
            self.assertEqual(kind(found), kind(shown))

    def test_health(self):
        status, body = self.shell("health")
        self.assertEqual(status, 200)
        shown = json.dumps(example("health.response"), separators=(",", ":"))
        pattern = re.sub(r'(?<="timestamp":")[^"]+', r"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z", re.escape(shown).replace(r"\-", "-"))
        self.assertRegex(body.decode(), f"^{pattern}$")

    def test_chat(self):
        status, body = self.shell("chat")
        self.assertEqual(status, 200, body)
        answer, shown = json.loads(body), example("chat.response")
        shown["sources"][0].pop("pageNumber")  # Markdown has no pages
        self.like(answer, shown)
        self.assertEqual(answer["visitorId"], example("chat.request")["visitorId"])
        source = answer["sources"][0]
        self.assertRegex(source["title"], f"^{UUID}-billing-faq\\.md$")
        self.assertIn("Refunds are available within 30 days of purchase", source["excerpt"])
        # What was not known begins anew; the ids that it got go on.
        again = {**example("chat.request"), "sessionId": answer["sessionId"], "conversationId": answer["conversationId"]}
        status, body = self.curl("-H", f"Authorization: Bearer {self.key}", "-d", json.dumps(again), url="/v1/chat")
        self.assertEqual((status, json.loads(body)["conversationId"]), (200, answer["conversationId"]))
        status, body = self.curl("-H", f"X-Oprag-Key: {self.key}", "-d", '{"question":"Who won the cup in 1954?"}', url="/v1/chat")
        self.assertNotIn("sources", json.loads(body))

    def test_document_upload_flow(self):
        path = f"/v1/projects/{self.project}/documents"
        status, body = self.as_user("POST", path + "/upload-url", (here / "upload_url.request.json").read_text())
        self.assertEqual(status, 201, body)
        ticket, shown = json.loads(body), example("upload_url.response")
        self.like(ticket, shown)
        self.assertEqual(ticket["metadataBody"], shown["metadataBody"].replace('"tenant_id":"..."', f'"tenant_id":"{self.company}"')
                         .replace('"project_id":"..."', f'"project_id":"{self.project}"'))
        self.assertRegex(ticket["key"], f"^documents/{self.company}/{self.project}/{UUID}-billing-faq\\.pdf$")
        self.assertEqual(ticket["metadataKey"], ticket["key"] + ".metadata.json")
        self.assertEqual(ticket["expiresInSeconds"], shown["expiresInSeconds"])
        self.assertEqual(ticket["instructions"], shown["instructions"])

        document = f"{path}/{ticket['documentId']}"
        self.refused(400, self.as_user("POST", document + "/confirm"))
        file = self.server.folder / "billing-faq.pdf"
        file.write_bytes((pathlib.Path(__file__).resolve().parents[2] / "samples/atlas-handbook.pdf").read_bytes())
        self.assertEqual(self.curl("-T", str(file), "-H", "Content-Type: application/pdf", ticket["uploadUrl"])[0], 200)
        self.assertEqual(self.curl("-X", "PUT", "--data-binary", ticket["metadataBody"], ticket["metadataUploadUrl"])[0], 200)
        status, body = self.as_user("POST", document + "/confirm")
        self.assertEqual((status, json.loads(body)["status"]), (200, "uploaded"), body)
        status, body = self.as_user("POST", path + "/sync")
        self.assertEqual(status, 202, body)
        synced, shown = json.loads(body), example("sync.response")
        self.like(synced, shown)
        self.assertEqual((synced["statuses"], synced["message"]), (shown["statuses"], shown["message"]))
        self.assertEqual((synced["companyId"], synced["projectId"]), (self.company, self.project))
        self.owner.wait_indexed(self.project, 60)
        status, body = self.as_user("GET", document + "/versions")
        self.assertEqual((status, [v["version"] for v in json.loads(body)["versions"]]), (200, [1]))
        link = json.loads(self.as_user("GET", document + "/preview-url")[1])
        self.assertEqual(link["expiresInSeconds"], 300)
        self.assertEqual(self.curl(link["url"])[1], file.read_bytes())

    def test_every_route_of_the_list_is_there_and_wants_what_it_says(self):
        rows = [line.split(" ", 2) for line in (here / "routes.txt").read_text().splitlines()]
        self.assertEqual(len(rows), 53)
        for method, path, access in rows:
            with self.subTest(f"{method} {path}"):
                status, body = self.curl("-X", method, url=re.sub(r"\{\w+\}", "x", path))
                self.assertNotIn(b"No route for", body)
                self.assertEqual(status == 401, access != "Public", (status, body))
                if access == "API key":
                    self.refused(401, self.as_user(method, path, {"question": "Q?"}))
                if access.startswith("JWT"):
                    words = ["-X", method, "-H", f"Authorization: Bearer {self.key}"]
                    self.refused(401, self.curl(*words, url=re.sub(r"\{\w+\}", "x", path)))

    def test_errors_and_their_causes(self):
        chat = ("-H", f"X-Oprag-Key: {self.key}")
        self.refused(400, self.curl(*chat, "-d", "{}", url="/v1/chat"), example("error")["error"])
        self.refused(400, self.curl(*chat, "-d", '{"question":" "}', url="/v1/chat"), example("error")["error"])
        self.refused(400, self.curl(*chat, "-d", "{", url="/v1/chat"), "Invalid JSON")
        self.refused(400, self.curl(*chat, "-d", json.dumps({"question": "q" * 1001}), url="/v1/chat"))
        status, body = self.as_user("POST", "/v1/projects", {"name": "Empty"})
        empty = f"/v1/projects/{json.loads(body)['projectId']}"
        self.refused(400, self.as_user("POST", empty + "/documents/upload-url", {}), "filename is required")
        self.refused(400, self.as_user("POST", empty + "/documents/sync"), "No documents ready for sync")
        self.refused(400, self.as_user("POST", empty + "/keys/rotate"))  # deploy before rotate
        self.refused(401, self.curl(url="/v1/projects"))
        self.refused(401, self.as_user("GET", "/v1/projects", token="e30.e30.e30"))
        self.refused(401, self.curl("-d", '{"question":"Q?"}', url="/v1/chat"))
        self.refused(401, self.curl("-H", "X-Oprag-Key: sk_live_...", "-d", '{"question":"Q?"}', url="/v1/chat"))
        self.refused(404, self.as_user("GET", "/v1/projects/proj_none"))
        self.refused(404, self.as_user("GET", f"/v1/projects/{self.project}/documents/doc_none/versions"))
        self.refused(404, self.as_user("DELETE", f"/v1/projects/{self.project}/keys/key_none"))
        self.refused(404, self.curl("-X", "PUT", url="/v1/nothing"), "No route for PUT /v1/nothing")
        self.refused(409, self.as_user("POST", "/v1/companies", {"name": "Second"}))
        self.refused(409, self.as_user("POST", "/v1/companies/users/invite", {"email": "owner@example.com", "role": "member"}))
        stranger = self.server.owner("stranger@example.com")
        self.refused(409, self.as_user("POST", "/v1/companies/users/invite", {"email": "stranger@example.com", "role": "member"}))
        self.refused(404, self.as_user("GET", f"/v1/projects/{self.project}", token=stranger.token))

    def test_origins(self):
        page = ("-H", f"X-Oprag-Key: {self.key}", "-H", "Origin: https://shop.example", "-d", '{"question":"Refunds?"}')
        self.refused(403, self.curl(*page, url="/v1/chat"))
        self.as_user("PATCH", f"/v1/projects/{self.project}", {"allowedOrigins": ["https://shop.example"]})
        self.assertEqual(self.curl(*page, url="/v1/chat")[0], 200)
        self.assertEqual(self.curl(*page[:2], *page[4:], url="/v1/chat")[0], 200)  # a server names none
        for other in ("https://shop.example/", "http://shop.example", "https://www.shop.example"):
            self.refused(403, self.curl(*page[:2], "-H", f"Origin: {other}", *page[4:], url="/v1/chat"))
        self.as_user("PATCH", f"/v1/projects/{self.project}", {"allowedOrigins": []})

    def test_keys(self):
        path = f"/v1/projects/{self.project}/keys"
        status, body = self.as_user("POST", path, {"environment": "test"})
        made = json.loads(body)
        self.assertTrue(status == 201 and made["apiKey"].startswith("sk_test_"), body)
        listed = self.as_user("GET", path)[1] + self.as_user("GET", "/v1/keys")[1]
        self.assertNotIn(made["apiKey"].encode(), listed)
        self.assertIn(made["prefix"].encode(), listed)
        self.assertEqual(self.as_user("DELETE", f"{path}/{made['keyId']}")[0], 200)
        self.refused(401, self.curl("-H", f"X-Oprag-Key: {made['apiKey']}", "-d", '{"question":"Q?"}', url="/v1/chat"))

    def test_502_and_503(self):
        for flags, status in ((("--model-url", "http://127.0.0.1:9", "--model-name", "m"), 502), (("--rag", "off"), 503)):
            with self.subTest(status):
                server = Server("--embedder", "none", *flags)
                self.addCleanup(server.close)
                owner = server.owner()
                project = owner.post("/v1/projects", {"name": "Project"})["projectId"]
                if status == 502:
                    owner.upload(project, "billing-faq.md", FAQ)
                    owner.post(f"/v1/projects/{project}/documents/sync")
                    owner.wait_indexed(project, 60)
                words = ["-X", "POST", "-H", f"Authorization: Bearer {owner.token}", "-d", '{"question":"Which refunds?"}']
                self.refused(status, self.curl(*words, f"{server.url}/v1/projects/{project}/chat"))


if __name__ == "__main__":
    unittest.main()
