"""A small client of oprag's public API, of Python's standard library alone: for scripts/start, tests and benchmarks."""
import json
import time
import urllib.error
import urllib.request


class ApiError(Exception):
    """An answer that is no success: `status`, and the envelope in `body`."""

    def __init__(self, method, path, status, body):
        super().__init__(f"{method} {path} answered {status}: {body.get('error', body)}")
        self.status, self.body = status, body


class Oprag:
    def __init__(self, url):
        self.url = url.rstrip("/")
        self.token = None

    def send(self, method, path, body=None, headers=None):
        """The decoded answer of a JSON route. Raises ApiError for every status that is no success."""
        headers = {"Content-Type": "application/json", **(headers or {})}
        if self.token and "Authorization" not in headers and "X-Oprag-Key" not in headers:
            headers["Authorization"] = "Bearer " + self.token
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=150) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            text = error.read()
            try:
                decoded = json.loads(text)
            except ValueError:
                decoded = {"error": text.decode(errors="replace")}
            raise ApiError(method, path, error.code, decoded) from None

    def get(self, path, **more):
        return self.send("GET", path, **more)

    def post(self, path, body=None, **more):
        return self.send("POST", path, {} if body is None else body, **more)

    def identity(self, operation, body):
        """One operation of the built-in identity provider (Amazon Cognito's protocol)."""
        target = "AWSCognitoIdentityProviderService." + operation
        return self.send("POST", "/", body, headers={"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.1",
                                                    "Authorization": ""})

    def sign_up(self, email, password, name=None):
        attributes = [{"Name": "email", "Value": email}] + ([{"Name": "name", "Value": name}] if name else [])
        client = self.get("/config")["userPoolClientId"]
        return self.identity("SignUp", {"ClientId": client, "Username": email, "Password": password,
                                        "UserAttributes": attributes})

    def sign_in(self, email, password):
        client = self.get("/config")["userPoolClientId"]
        result = self.identity("InitiateAuth", {"ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH",
                                                "AuthParameters": {"USERNAME": email, "PASSWORD": password}})
        self.token = result["AuthenticationResult"]["IdToken"]
        return self

    def put_object(self, url, data, host=None):
        """`host`: what the URL was signed for, when it is reached under another name."""
        headers = {"Content-Type": "application/octet-stream", **({"Host": host} if host else {})}
        request = urllib.request.Request(url, data, headers, method="PUT")
        with urllib.request.urlopen(request, timeout=150) as answer:
            answer.read()

    def upload(self, project, filename, data):
        """Upload URL, both PUTs, confirm. The confirmed document."""
        ticket = self.post(f"/v1/projects/{project}/documents/upload-url", {"filename": filename})
        self.put_object(ticket["uploadUrl"], data)
        self.put_object(ticket["metadataUploadUrl"], ticket["metadataBody"].encode())
        return self.post(f"/v1/projects/{project}/documents/{ticket['documentId']}/confirm")

    def documents(self, project):
        found, cursor = [], ""
        while cursor is not None:
            page = self.get(f"/v1/projects/{project}/documents?limit=100" + (f"&cursor={cursor}" if cursor else ""))
            found += page["documents"]
            cursor = page["nextCursor"]
        return found

    def wait_indexed(self, project, seconds, on_look=None):
        """Until no document is being indexed. The documents; raises TimeoutError."""
        end = time.monotonic() + seconds
        while True:
            found = self.documents(project)
            if on_look:
                on_look(found)
            if all(d["status"] in ("indexed", "failed", "pending_upload") for d in found):
                return found
            if time.monotonic() > end:
                raise TimeoutError(f"documents are still being indexed after {seconds} s")
            time.sleep(0.25)

    def ask(self, key, question, **more):
        return self.send("POST", "/v1/chat", {"question": question, **more}, headers={"X-Oprag-Key": key})
