"""A pool of somebody else's (cognito-local) as the issuer of a built oprag: PROGRAM, COGNITO_LOCAL."""
import base64
import contextlib
import http.server
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import uuid

import boto3

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "scripts" / "lib"))
from oprag_api import ApiError, Oprag  # noqa: E402

PASSWORD = "Correct-horse-1"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(port):
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        time.sleep(0.1)
    raise TimeoutError(f"nothing listens on port {port}")


class OtherIssuer(unittest.TestCase):
    kind = "cognito"
    named = ""  # the issuer that the discovery document names; empty: its own

    @classmethod
    def start(cls, port, command, **more):
        process = subprocess.Popen(command, stdout=cls.log, stderr=cls.log, **more)
        cls.addClassCleanup(process.wait)
        cls.addClassCleanup(process.terminate)
        try:
            wait_for(port)
        except TimeoutError as error:
            with open(cls.log.name) as log:
                raise TimeoutError(f"{error}; the log says:\n{log.read()[-2000:]}") from None
        return process

    @classmethod
    def serve_discovery(cls, cognito):
        """The address of a discovery document for every pool; cognito-local's own names one fixed port."""
        class Document(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                pool = self.path.split("/")[1]
                body = json.dumps({"issuer": f"{cls.named or address}/{pool}",
                                   "jwks_uri": f"{cognito}/{pool}/.well-known/jwks.json"}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Document)
        address = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        cls.addClassCleanup(server.server_close)
        cls.addClassCleanup(server.shutdown)
        return address

    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.log = cls.enterClassContext(open(os.path.join(folder, "log"), "w"))
        cognito_port, port = free_port(), free_port()
        cognito = f"http://127.0.0.1:{cognito_port}"
        issuer = cls.serve_discovery(cognito) if cls.kind == "oidc" else cognito
        pathlib.Path(folder, ".cognito").mkdir()
        pathlib.Path(folder, ".cognito", "config.json").write_text(json.dumps({"TokenConfig": {"IssuerDomain": issuer}}))
        cls.cognito = cls.start(cognito_port, [os.environ["COGNITO_LOCAL"]], cwd=folder,
                                env={**os.environ, "HOST": "127.0.0.1", "PORT": str(cognito_port)})
        cls.idp = boto3.client("cognito-idp", endpoint_url=cognito, region_name="us-east-1",
                               aws_access_key_id="local", aws_secret_access_key="local")
        cls.pool = cls.idp.create_user_pool(PoolName="theirs", Schema=[
            {"Name": "tenant_id", "AttributeDataType": "String", "Mutable": True}])["UserPool"]["Id"]
        cls.client, cls.other_client = (cls.idp.create_user_pool_client(
            UserPoolId=cls.pool, ClientName=name, ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
        )["UserPoolClient"]["ClientId"] for name in ("oprag", "another"))
        cls.url = f"http://127.0.0.1:{port}"
        cls.start(port, [os.environ["PROGRAM"], "serve", "--data-dir", os.path.join(folder, "data"),
                         "--listen", f"127.0.0.1:{port}", "--embedder", "none", "--issuer-kind", cls.kind,
                         "--issuer", f"{issuer}/{cls.pool}", "--issuer-client-ids", cls.client])

    def new_user(self):
        email = f"eve-{uuid.uuid4()}@example.test"
        self.idp.admin_create_user(UserPoolId=self.pool, Username=email, MessageAction="SUPPRESS",
                                   UserAttributes=[{"Name": "email", "Value": email}])
        self.idp.admin_set_user_password(UserPoolId=self.pool, Username=email, Password=PASSWORD, Permanent=True)
        return email

    def tokens(self, email, client=None):
        return self.idp.initiate_auth(ClientId=client or self.client, AuthFlow="USER_PASSWORD_AUTH",
                                      AuthParameters={"USERNAME": email, "PASSWORD": PASSWORD})["AuthenticationResult"]

    def api(self, token):
        api = Oprag(self.url)
        api.token = token
        return api

    def refused(self, token):
        with self.assertRaises(ApiError) as caught:
            self.api(token).get("/v1/companies/me")
        return caught.exception.status

    def test_its_id_token_signs_in_founds_a_company_and_works_in_it(self):
        email = self.new_user()
        api = self.api(self.tokens(email)["IdToken"])
        with self.assertRaises(ApiError) as caught:
            api.get("/v1/companies/me")
        self.assertEqual(caught.exception.status, 403)
        company = api.post("/v1/companies", {"name": "Theirs"})
        me = api.get("/v1/companies/me")
        self.assertEqual((me["companyId"], me["email"], me["role"]), (company["companyId"], email, "owner"))
        project = api.post("/v1/projects", {"name": "Help"})
        self.assertIn(project["projectId"], [p["projectId"] for p in api.get("/v1/projects")["projects"]])

    def test_two_of_its_users_do_not_see_each_other(self):
        mine, theirs = (self.api(self.tokens(self.new_user())["IdToken"]) for _ in range(2))
        for api in (mine, theirs):
            api.post("/v1/companies", {"name": "One"})
        project = mine.post("/v1/projects", {"name": "Secret"})["projectId"]
        with self.assertRaises(ApiError) as caught:
            theirs.get(f"/v1/projects/{project}")
        self.assertEqual(caught.exception.status, 404)

    def test_a_tenant_claim_that_is_not_the_users_company_is_refused(self):
        email = self.new_user()
        api = self.api(self.tokens(email)["IdToken"])
        company = api.post("/v1/companies", {"name": "Claimed"})["companyId"]
        for claim, allowed in ((company, True), ("cmp_of_somebody_else", False)):
            self.idp.admin_update_user_attributes(
                UserPoolId=self.pool, Username=email,
                UserAttributes=[{"Name": "custom:tenant_id", "Value": claim}])
            token = self.tokens(email)["IdToken"]
            if allowed:
                self.assertEqual(self.api(token).get("/v1/companies/me")["companyId"], company)
            else:
                self.assertEqual(self.refused(token), 401)

    def test_its_other_tokens_are_refused(self):
        email = self.new_user()
        tokens = self.tokens(email)
        self.assertEqual(self.refused(tokens["AccessToken"]), 401)
        self.assertEqual(self.refused(self.tokens(email, self.other_client)["IdToken"]), 401)
        head, body, signature = tokens["IdToken"].split(".")
        claims = json.loads(base64.urlsafe_b64decode(body + "=="))
        claims["sub"] = str(uuid.uuid4())
        forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
        self.assertEqual(self.refused(".".join((head, forged, signature))), 401)
        self.assertEqual(self.refused(tokens["IdToken"] + "="), 401)

    def test_the_built_in_provider_goes_on_beside_it(self):
        api, email = Oprag(self.url), f"own-{uuid.uuid4()}@example.test"
        api.sign_up(email, PASSWORD)
        api.sign_in(email, PASSWORD).post("/v1/companies", {"name": "Own"})
        self.assertEqual(api.get("/v1/companies/me")["email"], email)


class ByDiscovery(OtherIssuer):
    """The same pool as any OIDC issuer: its keys are where its discovery document says."""
    kind = "oidc"


class OfAnotherName(OtherIssuer):
    """A discovery document that speaks for another issuer brings no keys (OIDC Discovery 4.3)."""
    kind = "oidc"
    named = "http://issuer.example.test"

    def test_its_keys_are_not_taken(self):
        self.assertEqual(self.refused(self.tokens(self.new_user())["IdToken"]), 401)
        with open(self.log.name) as log:
            self.assertIn("the document is that of", log.read())


class WithoutItsIssuer(OtherIssuer):
    """Once its keys are known, tokens are good while the issuer is down; an unknown key is 401, never 500."""

    def test_known_keys_go_on_without_the_issuer(self):
        token = self.tokens(self.new_user())["IdToken"]
        self.api(token).post("/v1/companies", {"name": "Patient"})
        self.cognito.terminate()
        self.cognito.wait()
        self.assertEqual(self.api(token).get("/v1/companies/me")["name"], "Patient")
        head, body, signature = token.split(".")
        unknown = base64.urlsafe_b64encode(b'{"kid":"unknown","alg":"RS256"}').decode().rstrip("=")
        self.assertEqual(self.refused(".".join((unknown, body, signature))), 401)


def load_tests(loader, _tests, _pattern):
    all_of = unittest.TestSuite([loader.loadTestsFromTestCase(case) for case in (OtherIssuer, ByDiscovery)])
    all_of.addTest(OfAnotherName("test_its_keys_are_not_taken"))
    all_of.addTest(WithoutItsIssuer("test_known_keys_go_on_without_the_issuer"))
    return all_of


if __name__ == "__main__":
    unittest.main()
