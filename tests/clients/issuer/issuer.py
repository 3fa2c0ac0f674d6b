"""What any issuer of somebody else's shows at a built oprag; beside this file stand the issuers."""
import base64
import contextlib
import json
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "e2e"))
from server import ApiError, Oprag, Server  # noqa: E402

PASSWORD = "Correct-horse-1"


def with_claims(token, **claims):
    """The token with other claims under its old signature."""
    head, body, signature = token.split(".")
    changed = {**json.loads(base64.urlsafe_b64decode(body + "==")), **claims}
    return ".".join((head, base64.urlsafe_b64encode(json.dumps(changed).encode()).decode().rstrip("="), signature))


class Issuer(unittest.TestCase):
    """Of an issuer: `new_user` (its e-mail), `tokens` of a user for a client (`id`, `access`), `claim_tenant` of a user."""

    @classmethod
    def start_issuer(cls, command, port, seconds=30, **more):
        """The issuer's process, whose output is in `cls.folder`, once it listens."""
        log_path = cls.folder / "issuer.log"
        with open(log_path, "w") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, **more)
        cls.addClassCleanup(process.wait)
        cls.addClassCleanup(process.terminate)
        end = time.monotonic() + seconds
        while process.poll() is None and time.monotonic() < end:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 1).close()
                return process
            time.sleep(0.1)
        raise RuntimeError(f"the issuer does not listen; its log says:\n{log_path.read_text()[-2000:]}")

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.server = Server("--embedder", "none", "--signup", "open", *cls.settings())
        cls.addClassCleanup(cls.server.close)

    def api(self, token):
        api = Oprag(self.server.url)
        api.token = token
        return api

    def signed_in(self, email):
        return self.api(self.tokens(email)["id"])

    def status(self, token):
        try:
            self.api(token).get("/v1/companies/me")
            return 200
        except ApiError as error:
            return error.status


class Accepted:
    """For an `Issuer` whose tokens the server takes."""

    def test_its_id_token_signs_in_founds_a_company_and_works_in_it(self):
        email = self.new_user()
        api = self.signed_in(email)
        self.assertEqual(self.status(api.token), 403)
        company = api.post("/v1/companies", {"name": "Theirs"})
        me = api.get("/v1/companies/me")
        self.assertEqual((me["companyId"], me["email"], me["role"]), (company["companyId"], email, "owner"))
        project = api.post("/v1/projects", {"name": "Help"})
        self.assertIn(project["projectId"], [p["projectId"] for p in api.get("/v1/projects")["projects"]])

    def test_two_of_its_users_do_not_see_each_other(self):
        mine, theirs = (self.signed_in(self.new_user()) for _ in range(2))
        for api in (mine, theirs):
            api.post("/v1/companies", {"name": "One"})
        project = mine.post("/v1/projects", {"name": "Secret"})["projectId"]
        with self.assertRaises(ApiError) as caught:
            theirs.get(f"/v1/projects/{project}")
        self.assertEqual(caught.exception.status, 404)

    def test_a_tenant_claim_that_is_not_the_users_company_is_refused(self):
        email = self.new_user()
        company = self.signed_in(email).post("/v1/companies", {"name": "Claimed"})["companyId"]
        self.claim_tenant(email, company)
        self.assertEqual(self.signed_in(email).get("/v1/companies/me")["companyId"], company)
        self.claim_tenant(email, "co_of_somebody_else")
        self.assertEqual(self.status(self.tokens(email)["id"]), 401)

    def test_a_tenant_claim_makes_no_member(self):
        company = self.signed_in(self.new_user()).post("/v1/companies", {"name": "Closed"})["companyId"]
        outsider = self.new_user()
        self.claim_tenant(outsider, company)
        self.assertEqual(self.status(self.tokens(outsider)["id"]), 401)

    def test_its_other_tokens_are_refused(self):
        email = self.new_user()
        tokens = self.tokens(email)
        self.assertEqual(self.status(tokens["access"]), 401)
        self.assertEqual(self.status(self.tokens(email, self.other_client)["id"]), 401)
        self.assertEqual(self.status(with_claims(tokens["id"], sub=str(uuid.uuid4()))), 401)
        self.assertEqual(self.status(tokens["id"] + "="), 401)
        self.assertEqual(self.status(tokens["id"]), 403)

    def test_the_built_in_provider_goes_on_beside_it(self):
        api, email = Oprag(self.server.url), f"own-{uuid.uuid4()}@example.test"
        api.sign_up(email, PASSWORD)
        api.sign_in(email, PASSWORD).post("/v1/companies", {"name": "Own"})
        self.assertEqual(api.get("/v1/companies/me")["email"], email)
