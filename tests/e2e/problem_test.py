"""Problem details (RFC 9457) in place of the envelope for who accepts them: the same refusal, of every kind."""
import json
import unittest
import urllib.error
import urllib.request

from server import Server

OF_THE_ANSWER = ("requestId", "instance")


class Problems(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server("--embedder", "none", "--chat-per-key", "1", "--model-url", "http://127.0.0.1:9", "--model-name", "m")
        cls.addClassCleanup(cls.server.close)
        cls.owner = cls.server.owner()
        cls.project = cls.owner.post("/v1/projects", {"name": "Project"})["projectId"]
        cls.owner.upload(cls.project, "lamp.txt", b"The amber lamp needs 12 volts.\n")
        cls.key = cls.owner.post(f"/v1/projects/{cls.project}/deploy")["apiKey"]
        cls.owner.wait_indexed(cls.project, 60)

    def refusal(self, method, url, body, headers):
        request = urllib.request.Request(url, body, headers, method=method)
        with self.assertRaises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=30)
        return refused.exception.code, refused.exception.headers, json.loads(refused.exception.read())

    def both(self, status, code, method, path, body=None, headers=None, server=None, owner=None):
        """The same request twice: what is refused as an envelope, and as a problem."""
        url = (server or self.server).url + path
        headers = {"Content-Type": "application/json", **({} if headers else {"Authorization": f"Bearer {(owner or self.owner).token}"}),
                   **(headers or {})}
        with self.subTest(f"{status} {code}"):
            found, given, envelope = self.refusal(method, url, body, headers)
            self.assertEqual((found, envelope["code"]), (status, code), envelope)
            self.assertEqual(given["Content-Type"], "application/json; charset=utf-8")
            found, given, problem = self.refusal(method, url, body, {**headers, "Accept": "application/problem+json"})
            self.assertEqual((found, given["Content-Type"]), (status, "application/problem+json"))
            self.assertEqual((problem["status"], problem["detail"], problem["code"]), (status, envelope["error"], code))
            self.assertTrue(problem["title"] and problem["type"])
            self.assertEqual(problem["requestId"], given["X-Request-Id"])
            # Members of the error's own are in both.
            own = {name: value for name, value in envelope.items() if name not in ("error", "code", *OF_THE_ANSWER)}
            self.assertEqual({name: problem[name] for name in own}, own)
            for name in ("WWW-Authenticate", "Retry-After"):
                self.assertEqual(name in given, (status == 401) if name[0] == "W" else (status in (429,)), name)

    def test_every_kind_of_refusal(self):
        project = f"/v1/projects/{self.project}"
        key = {"X-Oprag-Key": self.key}
        self.both(404, "no_route", "GET", "/v1/nowhere")
        self.both(401, "unauthenticated", "GET", "/v1/projects", headers={"Authorization": "Bearer x"})
        self.both(401, "unauthenticated", "POST", "/v1/chat", b"{}", {"X-Oprag-Key": "sk_live_x"})
        self.both(403, "origin_not_allowed", "POST", "/v1/chat", b"{}", {**key, "Origin": "https://x.example"})
        self.both(404, "not_found", "GET", "/v1/projects/proj_x")
        self.both(400, "invalid_json", "POST", "/v1/projects", b"{")
        self.both(400, "invalid_request", "POST", "/v1/projects", b"{}")
        self.both(413, "body_too_large", "POST", "/v1/projects", b" " * 2_000_000)
        self.both(415, "unsupported_media_type", "POST", "/v1/projects", b"a", {"Content-Type": "text/plain",
                                                                             "Authorization": f"Bearer {self.owner.token}"})
        self.both(409, "conflict", "POST", "/v1/companies", b'{"name":"Second"}')
        self.both(412, "precondition_failed", "PATCH", project, b'{"name":"New"}', {"If-Match": '"x"',
                                                                                "Authorization": f"Bearer {self.owner.token}"})
        self.both(502, "upstream_failed", "POST", project + "/chat", b'{"question":"How many volts does the amber lamp need?"}')
        empty = self.owner.post("/v1/projects", {"name": "Empty"})["projectId"]
        self.both(400, "deploy_blocked", "POST", f"/v1/projects/{empty}/deploy", b"{}")
        self.owner.post("/v1/projects", {"name": "Once"}, headers={"Idempotency-Key": "k"})
        self.both(422, "idempotency_mismatch", "POST", "/v1/projects", b'{"name":"Other"}',
                  {"Idempotency-Key": "k", "Authorization": f"Bearer {self.owner.token}"})
        urllib.request.urlopen(urllib.request.Request(self.server.url + "/v1/chat", b'{"question":"Who is there?"}',
                                                      {**key, "Content-Type": "application/json"})).read()
        self.both(429, "rate_limited", "POST", "/v1/chat", b'{"question":"Who is there?"}', key)
        off = Server("--embedder", "none", "--rag", "off")
        self.addCleanup(off.close)
        owner = off.owner()
        there = owner.post("/v1/projects", {"name": "Project"})["projectId"]
        self.both(503, "rag_disabled", "POST", f"/v1/projects/{there}/search", b"{}", server=off, owner=owner)
        stranger = self.server.owner("stranger@example.com")
        self.both(404, "not_found", "GET", project, owner=stranger)


if __name__ == "__main__":
    unittest.main()
