"""Behind nginx, which speaks TLS and gives the program a path of its origin: everything works under public_url."""
import html.parser
import http.server
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import threading
import unittest
import urllib.parse
import urllib.request

from server import ApiError, Oprag, Server, free_port, root

def find_nginx():
    """The one that is installed, or else Debian's, unpacked only: to install it is to have it serve port 80."""
    installed = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
    place = root / "build/services/programs/nginx"
    unpacked = place / "usr/sbin/nginx"
    if installed or unpacked.exists():
        return installed or str(unpacked)
    place.mkdir(parents=True, exist_ok=True)
    got = subprocess.run(["sh", "-c", "apt-get download -q nginx && dpkg -x nginx_*.deb ."], cwd=place, capture_output=True)
    return str(unpacked) if got.returncode == 0 and unpacked.exists() else None


NGINX = find_nginx()
SITE = "https://shop.example"


class Nginx:
    """A proxy on https://localhost:PORT. It leaves the prefix in the path, or strips it; both are common."""

    def __init__(self, upstream, prefix, strips):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="oprag-nginx-"))
        self.port = free_port()
        self.certificate = self.folder / "cert.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", self.folder / "key.pem",
                        "-out", self.certificate], check=True, capture_output=True)
        temporary = "\n".join(f"{kind}_temp_path {self.folder}/{kind};"
                              for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (self.folder / "conf").write_text(f"""
daemon off; master_process off; pid {self.folder}/pid; error_log {self.folder}/log warn;
events {{}}
http {{
  {temporary}
  access_log off;
  server {{
    listen 127.0.0.1:{self.port} ssl http2;
    server_name localhost;
    ssl_certificate cert.pem;
    ssl_certificate_key key.pem;
    client_max_body_size 0;
    location {prefix}/ {{
      proxy_pass {upstream}{"/" if strips else ""};
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $remote_addr;
    }}
  }}
}}""")
        self.process = subprocess.Popen([NGINX, "-p", str(self.folder), "-c", "conf", "-e", str(self.folder / "log")])

    def close(self):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder)


class Model(http.server.BaseHTTPRequestHandler):
    """Says one sentence, and the second only when the test has received the first."""
    heard = threading.Event()

    def do_POST(self):
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        if b"kiln" in asked:
            return self.send_error(500)  # the documents' own sentences take its place
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.say("The amber lamp needs 12 volts. [1]\n")
        self.say("It " if Model.heard.wait(20) else "Nothing arrived. ")
        self.say("has a fuse of 2 amperes. [1]")
        self.wfile.write(b'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n')

    def say(self, text):
        self.wfile.write(f"data: {json.dumps({'choices': [{'delta': {'content': text}}]})}\n\n".encode())
        self.wfile.flush()

    def log_message(self, *_):
        pass


class Links(html.parser.HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.found = set()
        self.feed(page.decode())

    def handle_starttag(self, _, attributes):
        self.found |= {value for name, value in attributes if name in ("href", "src") and value}


class Behind:
    strips = False

    @classmethod
    def setUpClass(cls):
        Model.heard.set()
        model = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Model)
        threading.Thread(target=model.serve_forever, daemon=True).start()
        cls.addClassCleanup(model.server_close)
        cls.addClassCleanup(model.shutdown)
        upstream = f"http://127.0.0.1:{free_port()}"
        cls.nginx = Nginx(upstream, "/help", cls.strips)
        cls.addClassCleanup(cls.nginx.close)
        cls.url = f"https://localhost:{cls.nginx.port}/help"
        cls.server = Server("--public-url", cls.url, "--trusted-proxies", "127.0.0.1", "--fallback", "extractive", "--model-name", "m",
                            "--model-url", f"http://127.0.0.1:{model.server_port}/v1", url=upstream)
        cls.addClassCleanup(cls.server.close)
        trusted = os.environ.get("SSL_CERT_FILE")
        os.environ["SSL_CERT_FILE"] = str(cls.nginx.certificate)
        cls.addClassCleanup(os.environ.update if trusted else os.environ.pop, *([{"SSL_CERT_FILE": trusted}] if trusted else ["SSL_CERT_FILE"]))
        cls.owner = cls.server.owner(at=cls.url)
        cls.project = cls.owner.post("/v1/projects", {"name": "Lamps"})["projectId"]
        cls.owner.upload(cls.project, "lamps.txt", b"The amber lamp needs 12 volts. It has a fuse of 2 amperes.\n")
        cls.key = cls.owner.post(f"/v1/projects/{cls.project}/deploy")["apiKey"]
        cls.owner.wait_indexed(cls.project, 60)

    def fetch(self, path, headers=None):
        with urllib.request.urlopen(urllib.request.Request(urllib.parse.urljoin(self.url, path), headers=headers or {})) as answer:
            return answer.headers, answer.read()

    def test_every_address_that_is_told_lies_below_the_public_url(self):
        config = self.owner.get("/config")
        self.assertEqual(config["apiUrl"], self.url)
        for name in ("issuer", "jwksUri", "cognitoEndpoint"):
            self.assertTrue(config[name].startswith(self.url + "/"), config[name])
        self.assertEqual(json.loads(self.fetch(config["issuer"] + "/.well-known/openid-configuration")[1])["jwks_uri"], config["jwksUri"])
        self.assertTrue(json.loads(self.fetch(config["jwksUri"])[1])["keys"])
        self.assertEqual(json.loads(self.fetch(self.url + "/openapi.json")[1])["servers"], [{"url": self.url}])
        integration = self.owner.get(f"/v1/projects/{self.project}/integration")
        self.assertIn(self.url + "/v1/chat", json.dumps(integration))
        self.assertIn(self.url + "/widget.js", json.dumps(self.owner.get(f"/v1/projects/{self.project}/widget-config")))

    def test_a_document_goes_up_and_comes_back_by_presigned_urls(self):
        path = f"/v1/projects/{self.project}/documents"
        ticket = self.owner.post(path + "/upload-url", {"filename": "late.txt"})
        self.assertTrue(ticket["uploadUrl"].startswith(self.url + "/_objects/"), ticket["uploadUrl"])
        self.owner.put_object(ticket["uploadUrl"], b"Late words.\n" * 100_000)
        self.owner.put_object(ticket["metadataUploadUrl"], ticket["metadataBody"].encode())
        self.owner.post(f"{path}/{ticket['documentId']}/confirm")
        link = self.owner.get(f"{path}/{ticket['documentId']}/preview-url")["url"]
        self.assertEqual(self.fetch(link)[1], b"Late words.\n" * 100_000)

    def test_pages_find_their_files_and_one_another(self):
        seen, waiting = set(), {self.url + "/", self.url + "/projects/x/ask", self.url + "/docs"}
        while waiting:
            address = waiting.pop()
            seen.add(address)
            headers, body = self.fetch(address)
            if not headers["Content-Type"].startswith("text/html"):
                continue
            for link in Links(body).found:
                target = urllib.parse.urljoin(address, link).split("#")[0]
                if urllib.parse.urlsplit(target).netloc == urllib.parse.urlsplit(self.url).netloc:
                    self.assertTrue(target.startswith(self.url), f"{address} links to {link}")
                    waiting |= {target} - seen
        self.assertTrue(any("/help/assets/index-" in address for address in seen), seen)
        self.assertTrue(any(address.endswith("/help/docs/operations") for address in seen), seen)

    def test_a_visitor_of_another_site_asks(self):
        self.owner.send("PATCH", f"/v1/projects/{self.project}", {"allowedOrigins": [SITE]})
        self.owner.send("PATCH", f"/v1/projects/{self.project}/widget-config", {"enabled": True})
        headers, script = self.fetch(self.url + "/widget.js")
        self.assertTrue(headers["Content-Type"].startswith("text/javascript") and len(script) > 1000)
        headers, body = self.fetch(f"{self.url}/v1/widget/{self.project}/config", {"Origin": SITE})
        token = json.loads(body)["visitorToken"]
        asked = {"Authorization": "Bearer " + token, "Origin": SITE}
        answer = Oprag(self.url).send("POST", "/v1/chat", {"question": "How many volts does the amber lamp need?"}, asked)
        self.assertIn("12 volts", answer["answer"])
        with self.assertRaises(ApiError) as refused:
            Oprag(self.url).send("POST", "/v1/chat", {"question": "Volts?"}, {**asked, "Origin": "https://other.example"})
        self.assertEqual(refused.exception.status, 403)

    def test_a_stream_arrives_while_it_is_written(self):
        Model.heard.clear()
        body = json.dumps({"question": "How many volts does the amber lamp need?", "stream": True}).encode()
        request = urllib.request.Request(self.url + "/v1/chat", body, {"X-Oprag-Key": self.key, "Content-Type": "application/json",
                                                                       "Accept": "text/event-stream"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            self.assertEqual(answer.headers["Content-Type"], "text/event-stream; charset=utf-8")
            told = []
            for line in answer:
                told.append(line.decode())
                if line.startswith(b"event: delta"):
                    Model.heard.set()
        told = "".join(told)
        self.assertTrue(told.endswith("event: done\ndata: {}\n\n"), told)
        self.assertIn("2 amperes", told)
        self.assertNotIn("Nothing arrived", told)

    def test_plain_http_is_not_gone_back_to(self):
        self.assertIn("max-age", self.fetch(self.url + "/health")[0]["Strict-Transport-Security"])
        self.assertIn("max-age", self.fetch(self.url + "/")[0]["Strict-Transport-Security"])


NO_NGINX = "nginx is neither installed nor can Debian's be downloaded"


@unittest.skipUnless(NGINX, NO_NGINX)
class BehindOneThatLeavesThePrefix(Behind, unittest.TestCase):
    def test_people_sign_up_upload_ask_and_open_a_source(self):
        ran = subprocess.run([root / "tests/browser/run", "elsewhere.test.mjs"], capture_output=True, text=True, timeout=300,
                             env={**os.environ, "BROWSER_TEST_URL": self.url})
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)


@unittest.skipUnless(NGINX, NO_NGINX)
class BehindOneThatStripsThePrefix(Behind, unittest.TestCase):
    strips = True


if __name__ == "__main__":
    unittest.main()
