"""Authlib signs somebody in as another tool would: authorization code, PKCE, the hosted page, refresh, revocation.

authorize.py URL: of an installation where the client `wiki` may be sent back to CALLBACK."""
import html
import re
import secrets
import time

import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet

import checks
from checks import base, check, client_id, config

CALLBACK = "http://127.0.0.1:1/callback"
provider = requests.get(config["issuer"] + "/.well-known/openid-configuration", timeout=30).json()
keys = KeySet.import_key_set(requests.get(provider["jwks_uri"], timeout=30).json())


def client(name="wiki"):
    return OAuth2Session(name, redirect_uri=CALLBACK, scope="openid email profile", code_challenge_method="S256",
                         token_endpoint_auth_method="none")


def browse(url, username, password):
    """Follows to the page, fills it in, and returns where the tool gets its user back."""
    page = requests.get(url, timeout=30)
    assert page.status_code == 200, page.text
    action = html.unescape(re.search(r'<form method="post" action="([^"]*)"', page.text).group(1))
    back = requests.post(action, data={"username": username, "password": password}, allow_redirects=False, timeout=30,
                         headers={"Origin": base})
    return back.headers.get("Location", ""), back


email, password = f"tool-{secrets.token_hex(6)}@example.test", "correct horse"
subject = checks.provider().sign_up(ClientId=client_id, Username=email, Password=password,
                                    UserAttributes=[{"Name": "name", "Value": "Tool User"}])["UserSub"]

tool, verifier, nonce = client(), generate_token(64), generate_token(20)
url, state = tool.create_authorization_url(provider["authorization_endpoint"], code_verifier=verifier, nonce=nonce)
location, page = browse(url, email, "wrong horse")
check(not location and "Incorrect username or password." in page.text, "a wrong password asks again")
location, _ = browse(url, email, password)
check(location.startswith(CALLBACK + "?code="), f"sent back: {location}")
token = tool.fetch_token(provider["token_endpoint"], authorization_response=location, state=state,
                         code_verifier=verifier)
signed = jwt.decode(token["id_token"], keys, algorithms=["RS256"])
claims = CodeIDToken(signed.claims, signed.header,
                     {"iss": {"essential": True, "value": provider["issuer"]}, "aud": {"essential": True, "value": "wiki"}},
                     {"nonce": nonce, "client_id": "wiki", "access_token": token["access_token"]})
claims.validate(now=time.time(), leeway=60)
check(claims["sub"] == subject and claims["email"] == email and claims["name"] == "Tool User", "an ID token of his")
info = tool.get(provider["userinfo_endpoint"]).json()
check(info["sub"] == subject and info["email"] == email, "described")
refused = requests.get(base + "/v1/projects", timeout=30, headers={"Authorization": "Bearer " + token["id_token"]})
check(refused.status_code == 401, "another tool's token does not open the API")

refreshed = tool.refresh_token(provider["token_endpoint"])
check(refreshed["refresh_token"] != token["refresh_token"], "rotated")
check(tool.get(provider["userinfo_endpoint"]).status_code == 200, "and good")
try:
    again = client()
    again.create_authorization_url(provider["authorization_endpoint"], code_verifier=verifier)
    again.fetch_token(provider["token_endpoint"], authorization_response=location, code_verifier=verifier)
except OAuthError as error:
    check(error.error == "invalid_grant", str(error))
else:
    raise AssertionError("a code was good twice")
check(tool.get(provider["userinfo_endpoint"]).status_code == 401, "a code that came twice ends the session")

other, verifier = client(), generate_token(64)
url, state = other.create_authorization_url(provider["authorization_endpoint"], code_verifier=verifier)
location, _ = browse(url, email, password)
other.fetch_token(provider["token_endpoint"], authorization_response=location, state=state, code_verifier=verifier)
revoked = other.revoke_token(provider["revocation_endpoint"], token=other.token["refresh_token"],
                             token_type_hint="refresh_token")
check(revoked.status_code == 200, revoked.text)
check(other.get(provider["userinfo_endpoint"]).status_code == 401, "revoked at once")

plain = OAuth2Session("wiki", redirect_uri=CALLBACK, scope="openid", token_endpoint_auth_method="none")
url, _ = plain.create_authorization_url(provider["authorization_endpoint"])
without = requests.get(url, allow_redirects=False, timeout=30)
check("error=invalid_request" in without.headers["Location"], "not without PKCE")
print(f"authlib: {checks.count} checks")
