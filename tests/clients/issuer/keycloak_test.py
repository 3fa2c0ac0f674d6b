"""Keycloak (KEYCLOAK_HOME, as tests/clients/keycloak installs it) as the issuer, by discovery, with keys that change."""
import json
import os
import pathlib
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request
import uuid

from issuer import PASSWORD, Accepted, Issuer
from server import free_port

HOME = os.environ.get("KEYCLOAK_HOME", "")
CLIENT, OTHER_CLIENT = "oprag", "another"


class Keycloak:
    """Its administration, as far as tests use it."""

    def __init__(self, url):
        self.url, self.token = url, None

    def call(self, method, path, body=None, form=None):
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if form is not None:
            data = urllib.parse.urlencode(form).encode()
        else:
            data = None if body is None else json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read() or b"null")

    def wait(self, seconds):
        end = time.monotonic() + seconds
        while True:
            try:
                return self.call("GET", "/realms/master/.well-known/openid-configuration")
            except (OSError, urllib.error.HTTPError):
                if time.monotonic() > end:
                    raise
                time.sleep(0.3)

    def grant(self, realm, client, user, password):
        return self.call("POST", f"/realms/{realm}/protocol/openid-connect/token", form={
            "grant_type": "password", "client_id": client, "username": user, "password": password, "scope": "openid"})

    def administer(self, method, path, body=None):
        self.token = None  # it lives for a minute
        self.token = self.grant("master", "admin-cli", "admin", PASSWORD)["access_token"]
        return self.call(method, "/admin/realms" + path, body)

    def make_realm(self, name, clients):
        claim = {"name": "tenant", "protocol": "openid-connect", "protocolMapper": "oidc-usermodel-attribute-mapper", "config": {
            "user.attribute": "tenant_id", "claim.name": "tenant_id", "jsonType.label": "String", "id.token.claim": "true"}}
        self.administer("POST", "", {"realm": name, "enabled": True, "clients": [
            {"clientId": client, "publicClient": True, "directAccessGrantsEnabled": True, "protocolMappers": [claim]}
            for client in clients]})
        profile = self.administer("GET", f"/{name}/users/profile")
        # Only administrators may say to which company somebody belongs.
        self.administer("PUT", f"/{name}/users/profile", {**profile, "unmanagedAttributePolicy": "ADMIN_EDIT"})

    def make_user(self, realm, email):
        self.administer("POST", f"/{realm}/users", {
            "username": email, "email": email, "emailVerified": True, "enabled": True, "firstName": "Eve", "lastName": "Ever",
            "credentials": [{"type": "password", "value": PASSWORD, "temporary": False}]})

    def renew_keys(self, realm):
        """New tokens are signed with a new key, and the old ones are no longer published."""
        realm_id = self.administer("GET", f"/{realm}")["id"]
        keys = f"/{realm}/components"
        old = self.administer("GET", f"{keys}?type=org.keycloak.keys.KeyProvider")
        self.administer("POST", keys, {"name": "new", "parentId": realm_id, "providerId": "rsa-generated",
                                       "providerType": "org.keycloak.keys.KeyProvider", "config": {"priority": ["200"]}})
        for each in old:
            if each["providerId"] == "rsa-generated":
                self.administer("DELETE", f"{keys}/{each['id']}")


@unittest.skipUnless(HOME, "KEYCLOAK_HOME is not set: tests/clients/keycloak installs Keycloak and runs this")
class OfKeycloak(Issuer, Accepted):
    client, other_client = CLIENT, OTHER_CLIENT

    @classmethod
    def settings(cls):
        port = free_port()
        cls.start_issuer([str(pathlib.Path(HOME) / "bin/kc.sh"), "start-dev", "--http-host=127.0.0.1", f"--http-port={port}",
                          f"--http-management-port={free_port()}", "--cache=local", "--db=dev-mem"],
                         port, seconds=300, start_new_session=True,
                         env={**os.environ, "KC_BOOTSTRAP_ADMIN_USERNAME": "admin", "KC_BOOTSTRAP_ADMIN_PASSWORD": PASSWORD,
                              "JAVA_OPTS_KC_HEAP": "-Xms64m -Xmx512m"})
        cls.keycloak = Keycloak(f"http://127.0.0.1:{port}")
        cls.keycloak.wait(120)
        cls.keycloak.make_realm("theirs", [CLIENT, OTHER_CLIENT])
        cls.keycloak.make_realm("foreign", [CLIENT])
        return ["--issuer-kind", "oidc", "--issuer", f"{cls.keycloak.url}/realms/theirs", "--issuer-client-ids", CLIENT,
                "--issuer-tenant-claim", "tenant_id"]

    def new_user(self, realm="theirs"):
        email = f"eve-{uuid.uuid4()}@example.test"
        self.keycloak.make_user(realm, email)
        return email

    def tokens(self, email, client=CLIENT, realm="theirs"):
        granted = self.keycloak.grant(realm, client, email, PASSWORD)
        return {"id": granted["id_token"], "access": granted["access_token"], "refresh": granted["refresh_token"]}

    def claim_tenant(self, email, company):
        user = self.keycloak.administer("GET", f"/theirs/users?exact=true&email={urllib.parse.quote(email)}")[0]
        self.keycloak.administer("PUT", f"/theirs/users/{user['id']}", {**user, "attributes": {"tenant_id": [company]}})

    def test_another_realm_of_the_same_server_is_no_issuer(self):
        tokens = self.tokens(self.new_user("foreign"), realm="foreign")
        self.assertEqual(self.status(tokens["id"]), 401)

    def test_its_refresh_token_is_refused(self):
        self.assertEqual(self.status(self.tokens(self.new_user())["refresh"]), 401)

    def test_a_new_key_is_found_and_one_that_was_withdrawn_is_forgotten(self):
        email = self.new_user()
        before = self.signed_in(email)
        before.post("/v1/companies", {"name": "Patient"})
        self.keycloak.renew_keys("theirs")
        after = self.tokens(email)["id"]
        self.assertNotEqual(after.split(".")[0], before.token.split(".")[0])
        end = time.monotonic() + 20  # unknown keys are looked up at most every ten seconds
        while self.status(after) != 200 and time.monotonic() < end:
            time.sleep(0.5)
        self.assertEqual(self.status(after), 200)
        self.assertEqual(self.status(before.token), 401)


if __name__ == "__main__":
    unittest.main()
