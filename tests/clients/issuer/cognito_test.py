"""cognito-local (COGNITO_LOCAL) as the issuer: as a pool of Cognito's, and as any OIDC issuer with a discovery document."""
import base64
import http.server
import json
import os
import threading
import unittest
import uuid

import boto3

from issuer import PASSWORD, Accepted, Issuer
from server import free_port


class Pool(Issuer):
    kind = "cognito"
    named = ""  # the issuer that the discovery document names; empty: its own

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
    def settings(cls):
        port = free_port()
        cognito = f"http://127.0.0.1:{port}"
        issuer = cls.serve_discovery(cognito) if cls.kind == "oidc" else cognito
        (cls.folder / ".cognito").mkdir()
        (cls.folder / ".cognito/config.json").write_text(json.dumps({"TokenConfig": {"IssuerDomain": issuer}}))
        cls.process = cls.start_issuer([os.environ["COGNITO_LOCAL"]], port, cwd=cls.folder,
                                       env={**os.environ, "HOST": "127.0.0.1", "PORT": str(port)})
        cls.idp = boto3.client("cognito-idp", endpoint_url=cognito, region_name="us-east-1",
                               aws_access_key_id="local", aws_secret_access_key="local")
        cls.pool = cls.idp.create_user_pool(PoolName="theirs", Schema=[
            {"Name": "tenant_id", "AttributeDataType": "String", "Mutable": True}])["UserPool"]["Id"]
        cls.client, cls.other_client = (cls.idp.create_user_pool_client(
            UserPoolId=cls.pool, ClientName=name, ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
        )["UserPoolClient"]["ClientId"] for name in ("oprag", "another"))
        return ["--issuer-kind", cls.kind, "--issuer", f"{issuer}/{cls.pool}", "--issuer-client-ids", cls.client]

    def new_user(self):
        email = f"eve-{uuid.uuid4()}@example.test"
        self.idp.admin_create_user(UserPoolId=self.pool, Username=email, MessageAction="SUPPRESS",
                                   UserAttributes=[{"Name": "email", "Value": email}])
        self.idp.admin_set_user_password(UserPoolId=self.pool, Username=email, Password=PASSWORD, Permanent=True)
        return email

    def tokens(self, email, client=None):
        result = self.idp.initiate_auth(ClientId=client or self.client, AuthFlow="USER_PASSWORD_AUTH",
                                        AuthParameters={"USERNAME": email, "PASSWORD": PASSWORD})["AuthenticationResult"]
        return {"id": result["IdToken"], "access": result["AccessToken"]}

    def claim_tenant(self, email, company):
        self.idp.admin_update_user_attributes(UserPoolId=self.pool, Username=email,
                                              UserAttributes=[{"Name": "custom:tenant_id", "Value": company}])


class OfCognito(Pool, Accepted):
    pass


class ByDiscovery(Pool, Accepted):
    """The same pool as any OIDC issuer: its keys are where its discovery document says."""
    kind = "oidc"


class OfAnotherName(Pool):
    """A discovery document that speaks for another issuer brings no keys (OIDC Discovery 4.3)."""
    kind = "oidc"
    named = "http://issuer.example.test"

    def test_its_keys_are_not_taken(self):
        self.assertEqual(self.status(self.tokens(self.new_user())["id"]), 401)
        self.assertIn("the document is that of", self.server.log())


class WithoutItsIssuer(Pool):
    """Once its keys are known, tokens are good while the issuer is down; an unknown key is 401, never 500."""

    def test_known_keys_go_on_without_the_issuer(self):
        api = self.signed_in(self.new_user())
        api.post("/v1/companies", {"name": "Patient"})
        self.process.terminate()
        self.process.wait()
        self.assertEqual(api.get("/v1/companies/me")["name"], "Patient")
        _, body, signature = api.token.split(".")
        unknown = base64.urlsafe_b64encode(b'{"kid":"unknown","alg":"RS256"}').decode().rstrip("=")
        self.assertEqual(self.status(".".join((unknown, body, signature))), 401)


if __name__ == "__main__":
    unittest.main()
