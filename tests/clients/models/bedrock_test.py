"""oprag with Amazon Bedrock's models: a stand-in for the service whose signatures botocore checks and whose streams boto3 reads,
too. Started by tests/clients/run."""
import http.server
import json
import pathlib
import re
import struct
import sys
import threading
import unittest
import zlib

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

here = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(here.parents[1] / "e2e"))
from server import ApiError, Server  # noqa: E402

REGION, MODEL = "eu-central-1", "anthropic.claude-3-haiku-20240307-v1:0"
KEYS = Credentials("AKIDEXAMPLE", "very/secret+key", "a token")


def frame(kind, name, payload):
    def header(key, value):
        return struct.pack("!B", len(key)) + key.encode() + struct.pack("!BH", 7, len(value)) + value.encode()

    headers = (header(":message-type", kind) + header(":event-type" if kind == "event" else ":exception-type", name)
               + header(":content-type", "application/json"))
    body = json.dumps(payload).encode()
    out = struct.pack("!II", len(headers) + len(body) + 16, len(headers))
    out += struct.pack("!I", zlib.crc32(out)) + headers + body
    return out + struct.pack("!I", zlib.crc32(out))


class Bedrock(http.server.ThreadingHTTPServer):
    """Says what `says` is, as a stream; `fails`: a status, or the name of an exception in mid-stream."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Requests)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.says, self.fails, self.calls, self.wrong = "", None, [], []
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Requests(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        operation = self.path.rsplit("/", 1)[1]
        self.server.calls.append((operation, json.loads(body)))
        if not self.is_signed(body):
            self.server.wrong.append(dict(self.headers))
            return self.answer(403, {"message": "The request signature we calculated does not match"})
        if isinstance(self.server.fails, int) and operation != "invoke":
            return self.answer(self.server.fails, {"message": "no"})
        if operation == "invoke":
            text = json.loads(body)["inputText"].lower()
            vector = [float(word in text) + 0.01 for word in ("windmill", "harbour", "owl")] * 86
            return self.answer(200, {"embedding": vector[:256], "inputTextTokenCount": 3})
        self.stream()

    def is_signed(self, body):
        """As botocore signs the same request at the same time."""
        given = self.headers["Authorization"]
        names = re.search(r"SignedHeaders=([^,]+)", given)[1].split(";")
        request = AWSRequest("POST", self.server.url + self.path, {name: self.headers[name] for name in names}, body)
        request.context["timestamp"] = self.headers["X-Amz-Date"]
        signer = SigV4Auth(KEYS, "bedrock", REGION)
        expected = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
        return given.endswith("Signature=" + expected) and self.headers["X-Amz-Security-Token"] == KEYS.token

    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def stream(self):
        self.send_response(200)
        self.send_header("Content-Type", "application/vnd.amazon.eventstream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        frames = [frame("event", "messageStart", {"role": "assistant"})]
        frames += [frame("event", "contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": piece}})
                   for piece in re.findall(r".{1,7}", self.server.says)]
        if isinstance(self.server.fails, str):
            frames.append(frame("exception", self.server.fails, {"message": "no"}))
        else:
            frames += [frame("event", "messageStop", {"stopReason": "end_turn"}),
                       frame("event", "metadata", {"usage": {"inputTokens": 9, "outputTokens": 4, "totalTokens": 13},
                                                   "metrics": {"latencyMs": 1}})]
        for data in [b"".join(frames)[i:i + 50] for i in range(0, len(b"".join(frames)), 50)]:
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_):
        pass


class WithBedrock(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.bedrock = Bedrock()
        cls.server = Server("--model-service", "bedrock", "--model-name", MODEL, "--embedder", "bedrock", "--embedder-dimension", "256",
                            "--bedrock-region", REGION, "--bedrock-url", cls.bedrock.url, "--bedrock-access-key", KEYS.access_key,
                            "--bedrock-secret-key", KEYS.secret_key, "--bedrock-session-token", KEYS.token)
        cls.addClassCleanup(cls.bedrock.shutdown)
        cls.addClassCleanup(cls.server.close)
        cls.owner = cls.server.owner()
        cls.project = cls.owner.post("/v1/projects", {"name": "Mills"})["projectId"]
        cls.owner.upload(cls.project, "mill.txt", b"The windmill was built in 1862 by the miller's guild. It has four sails.")
        cls.key = cls.owner.post(f"/v1/projects/{cls.project}/deploy")["apiKey"]
        cls.owner.wait_indexed(cls.project, 60)

    def setUp(self):
        self.bedrock.fails = None

    def tearDown(self):
        self.assertEqual(self.bedrock.wrong, [])

    def ask(self):
        return self.owner.ask(self.key, "When was the windmill built?")

    def test_a_model_answers_and_titan_embeds(self):
        self.bedrock.says = "The windmill was built in 1862. [1]"
        answer = self.ask()
        self.assertTrue(answer["answered"])
        self.assertIn("1862", answer["answer"])
        self.assertEqual(answer["sources"][0]["filename"], "mill.txt")
        operations = [operation for operation, _ in self.bedrock.calls]
        self.assertGreaterEqual(operations.count("invoke"), 2)
        self.assertGreaterEqual(operations.count("converse-stream"), 1)
        found = self.owner.post(f"/v1/projects/{self.project}/search", {"question": "windmill", "topK": 1})["results"]
        self.assertGreater(found[0]["scores"]["semantic"], 0.9)
        self.assertEqual(self.owner.get("/v1/models")["models"][0], {"model": MODEL, "label": MODEL, "leavesMachine": True})

    def test_what_the_document_does_not_say_is_not_told(self):
        self.bedrock.says = "The windmill was built in 1999. [1]"
        self.assertNotIn("1999", self.ask()["answer"])

    def test_a_failure_is_one_and_not_a_silence(self):
        for fails in (429, 503, 403, "modelStreamErrorException", "throttlingException"):
            with self.subTest(fails):
                self.bedrock.says, self.bedrock.fails = "The windmill was", fails
                with self.assertRaises(ApiError) as refused:
                    self.ask()
                self.assertEqual((refused.exception.status, refused.exception.body["code"]), (502, "upstream_failed"))

    def test_amazons_own_client_understands_the_stand_in(self):
        self.bedrock.says = "One and one is two."
        client = boto3.client("bedrock-runtime", region_name=REGION, endpoint_url=self.bedrock.url, aws_access_key_id=KEYS.access_key,
                              aws_secret_access_key=KEYS.secret_key, aws_session_token=KEYS.token,
                              config=Config(retries={"max_attempts": 1}))
        stream = client.converse_stream(modelId=MODEL, messages=[{"role": "user", "content": [{"text": "?"}]}])["stream"]
        events = list(stream)
        said = "".join(e["contentBlockDelta"]["delta"]["text"] for e in events if "contentBlockDelta" in e)
        self.assertEqual(said, self.bedrock.says)
        self.assertIn({"messageStop": {"stopReason": "end_turn"}}, events)


if __name__ == "__main__":
    unittest.main()
