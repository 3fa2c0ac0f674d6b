"""What `scripts/services` runs, as places for an installation: a database of its own, a prefix of its own in the bucket."""
import datetime
import hashlib
import hmac
import os
import pathlib
import secrets
import shutil
import subprocess
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree

root = pathlib.Path(__file__).resolve().parent.parent.parent
POSTGRES = os.environ.get("OPRAG_TEST_POSTGRES", "")
S3 = os.environ.get("OPRAG_TEST_S3", "")
# E2E_ON=services: every test's server keeps its data there, and not in SQLite and files.
ON_SERVICES = os.environ.get("E2E_ON") == "services"


def postgres_program(name):
    """Of the server's own distribution, whose version is the server's, or else Debian's."""
    return next((str(path) for path in (root / "build/services/programs").rglob("bin/" + name)), None) or shutil.which(name)


def postgres(program, *words):
    return subprocess.run([postgres_program(program), *words], check=True, capture_output=True, timeout=120).stdout


class Database:
    """A new one on the test server."""

    def __init__(self):
        name = "oprag_e2e_" + secrets.token_hex(8)
        postgres("psql", "-q", POSTGRES, "-c", f"CREATE DATABASE {name}")
        self.url = urllib.parse.urlsplit(POSTGRES)._replace(path="/" + name).geturl()
        self.flags = ["--database", self.url]

    def dump(self, *words):
        return postgres("pg_dump", *words, self.url)


class Bucket:
    """A prefix of its own in the test server's bucket, with as much of S3 as tests look at it with."""

    def __init__(self, name=None):
        """`name`: of a bucket to make."""
        at = urllib.parse.urlsplit(S3)
        self.host, self.name = f"{at.hostname}:{at.port}", name or at.path[1:]
        self.access, self.secret = at.username, at.password
        self.endpoint = f"{at.scheme}://{self.host}"
        self.prefix = f"e2e-{secrets.token_hex(8)}/"
        if name:
            self.send("PUT", "")

    def flags(self, secret_file):
        pathlib.Path(secret_file).write_text(self.secret + "\n")
        return ["--objects", "s3", "--s3-endpoint", self.endpoint, "--s3-bucket", self.name, "--s3-prefix", self.prefix,
                "--s3-access-key", self.access, "--s3-secret-key", f"file:{secret_file}"]

    def send(self, method, key, body=b"", **query):
        now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        scope, digest = f"{now[:8]}/us-east-1/s3/aws4_request", hashlib.sha256(body).hexdigest()
        path = urllib.parse.quote(f"/{self.name}/{key}")
        words = "&".join(f"{k}={urllib.parse.quote(v, safe='')}" for k, v in sorted(query.items()))
        head = {"host": self.host, "x-amz-content-sha256": digest, "x-amz-date": now}
        names = ";".join(head)
        canonical = "\n".join([method, path, words, *(f"{k}:{v}" for k, v in head.items()), "", names, digest])
        signing = b"AWS4" + self.secret.encode()
        for part in scope.split("/"):
            signing = hmac.new(signing, part.encode(), "sha256").digest()
        text = "\n".join(["AWS4-HMAC-SHA256", now, scope, hashlib.sha256(canonical.encode()).hexdigest()])
        head["Authorization"] = (f"AWS4-HMAC-SHA256 Credential={self.access}/{scope}, SignedHeaders={names}, "
                                 f"Signature={hmac.new(signing, text.encode(), 'sha256').hexdigest()}")
        request = urllib.request.Request(f"{self.endpoint}{path}" + ("?" + words if words else ""), body or None, head, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read()

    def allow_browsers(self, origin, *methods):
        """Of that origin, and of no other."""
        rule = "".join(f"<AllowedMethod>{each}</AllowedMethod>" for each in methods)
        self.send("PUT", "", f"<CORSConfiguration><CORSRule><AllowedOrigin>{origin}</AllowedOrigin>{rule}"
                             "<AllowedHeader>*</AllowedHeader></CORSRule></CORSConfiguration>".encode(), cors="")

    def keys(self):
        """Below the prefix, with it."""
        found, token = [], None
        while token != "":
            more = {"continuation-token": token} if token else {}
            page = xml.etree.ElementTree.fromstring(self.send("GET", "", **{"list-type": "2", "prefix": self.prefix, **more}))
            found += [entry.text for entry in page.findall("{*}Contents/{*}Key")]
            token = page.findtext("{*}NextContinuationToken", "")
        return found

    def objects(self):
        return {key: self.send("GET", key) for key in self.keys()}

    def remove(self, key):
        self.send("DELETE", key)
