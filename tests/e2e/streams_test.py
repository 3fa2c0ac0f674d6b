"""Streamed answers over a real line, from a model server that stalls, cuts and lies."""
import concurrent.futures
import contextlib
import http.client
import json
import pathlib
import re
import shutil
import socket
import tempfile
import threading
import time
import unittest
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from server import NO_LIMITS, Server
from services import POSTGRES, Database

TEXT = b"The quartz clock stops at noon. It was built by Zoe Quill. It hangs in the north hall.\n"
QUESTION = "When does the quartz clock stop?"


class ModelServer:
    """OpenAI's interface; `script` says what is sent: words, numbers (seconds to wait), an event to wait for, or CUT."""

    CUT = object()

    def __init__(self):
        self.script = []
        self.asked = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                outer.asked += 1
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                for step in outer.script:
                    if isinstance(step, threading.Event):
                        step.wait(60)
                    elif step is ModelServer.CUT:
                        return
                    elif isinstance(step, float):
                        time.sleep(step)
                    else:
                        self.say({"delta": {"content": step}, "finish_reason": None})
                self.say({"delta": {}, "finish_reason": "stop"})

            def say(self, choice):
                self.write({"choices": [{"index": 0, **choice}]})

            def write(self, data):
                with contextlib.suppress(ConnectionError):  # the server has gone, or was killed
                    self.wfile.write(b"data: " + json.dumps(data).encode() + b"\n\n")
                    self.wfile.flush()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Stream:
    """One request for events, read as they come."""

    def __init__(self, url, key, idempotency_key=None, seen=None):
        address = urllib.parse.urlsplit(url)
        self.line = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
        headers = {"Content-Type": "application/json", "Accept": "text/event-stream", "X-Oprag-Key": key}
        if idempotency_key:
            headers["Idempotency-Key"] = idempotency_key
        if seen:
            headers["Last-Event-ID"] = str(seen)
        self.line.request("POST", "/v1/chat", json.dumps({"question": QUESTION}), headers)
        self.answer = self.line.getresponse()
        self.text = b""

    def event(self):
        """The bytes of the next event; empty at the end of the stream or when it breaks."""
        event = b""
        try:
            while not event.endswith(b"\n\n"):
                line = self.answer.readline()
                if not line:
                    return b""
                if not line.startswith(b":") and (event or line != b"\n"):
                    event += line
        except (OSError, http.client.HTTPException):
            return b""
        self.text += event
        return event

    def until(self, words):
        while words not in self.text:
            if not self.event():
                raise AssertionError(f"{words} never came: {self.text}")
        return self

    def rest(self):
        while self.event():
            pass
        self.close()
        return self.text

    def close(self):
        self.answer.close()
        self.line.close()


class SlowReader:
    """Asks for events with the smallest of buffers, and does not read them."""

    def __init__(self, url, key, idempotency_key):
        address = urllib.parse.urlsplit(url)
        self.line = socket.socket()
        self.line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 88)
        self.line.settimeout(60)
        self.line.connect((address.hostname, address.port))
        body = json.dumps({"question": QUESTION}).encode()
        self.line.sendall((f"POST /v1/chat HTTP/1.0\r\nX-Oprag-Key: {key}\r\nIdempotency-Key: {idempotency_key}\r\n"
                           f"Content-Type: application/json\r\nAccept: text/event-stream\r\n"
                           f"Content-Length: {len(body)}\r\n\r\n").encode() + body)
        self.got = b""

    def drip(self):
        self.got += self.line.recv(1)

    def rest(self):
        """What had reached this side: whole events only."""
        with contextlib.suppress(ConnectionError):
            while more := self.line.recv(1 << 16):
                self.got += more
        self.line.close()
        got = self.got.partition(b"\r\n\r\n")[2]
        return got[:got.rindex(b"\n\n") + 2]


class Streams(unittest.TestCase):
    def setUp(self):
        self.model = ModelServer()
        self.addCleanup(self.model.close)

    def start(self, *flags):
        server = Server("--model-url", self.model.url, "--model-name", "m", *flags)
        self.addCleanup(server.close)
        return server

    def deployed(self, server, shared=None, text=TEXT):
        owner = server.owner()
        project = owner.post("/v1/projects", {"name": "Project"})["projectId"]
        ticket = owner.post(f"/v1/projects/{project}/documents/upload-url", {"filename": "clock.txt"})
        for url, body in ((ticket["uploadUrl"], text), (ticket["metadataUploadUrl"], ticket["metadataBody"].encode())):
            if shared:
                owner.put_object(url.replace(shared, server.url), body, host=shared.split("//")[1])
            else:
                owner.put_object(url, body)
        owner.post(f"/v1/projects/{project}/documents/{ticket['documentId']}/confirm")
        key = owner.post(f"/v1/projects/{project}/deploy")["apiKey"]
        owner.wait_indexed(project, 60)
        return key

    def test_a_sentence_comes_while_the_model_still_writes_and_a_lie_never(self):
        server = self.start()
        key = self.deployed(server)
        more = threading.Event()
        self.model.script = ["The quartz clock stops at noon. [1] It was ", "built by Marta Novak. It ", more,
                             "was built by Zoe Quill."]
        stream = Stream(server.url, key, "k1").until(b'"text":"The quartz clock stops at noon."')
        joined = Stream(server.url, key, "k1").until(b"event: citation")
        more.set()
        told = stream.rest()
        self.assertTrue(told.endswith(b"event: done\ndata: {}\n\n"))
        self.assertNotIn(b"Marta", told)
        self.assertEqual(joined.rest(), told)
        final = told[told.index(b"event: final\ndata: ") + len(b"event: final\ndata: "):].split(b"\n")[0]
        _, _, plain = server.post("/v1/chat", {"question": QUESTION}, {"X-Oprag-Key": key, "Idempotency-Key": "k1"})
        self.assertEqual(final, plain)

    def test_a_client_who_was_cut_off_comes_back_for_the_rest(self):
        server = self.start()
        key = self.deployed(server)
        self.model.script = ["The quartz clock stops at noon. [1] It was ", "built by Zoe Quill."]
        whole = Stream(server.url, key, "whole").rest().split(b"\n\n")[:-1]
        for heard in range(1, len(whole) + 1):
            first = Stream(server.url, key, f"k{heard}")
            got = b"".join(first.event() for _ in range(heard))
            first.close()
            again = Stream(server.url, key, f"k{heard}", heard).rest()
            self.assertEqual(got + again, Stream(server.url, key, f"k{heard}").rest())
            self.assertEqual(len((got + again).split(b"\n\n")) - 1, len(whole))

    def test_killed_in_mid_stream_it_ends_in_an_error_after_the_restart(self):
        server = self.start()
        key = self.deployed(server)
        more = threading.Event()
        self.addCleanup(more.set)
        self.model.script = ["The quartz clock stops at noon. [1] It was ", more]
        stream = Stream(server.url, key, "k1").until(b"event: citation")
        server.kill()
        got = stream.rest()
        server.start()
        seen = got.count(b"\nevent: ")
        again = Stream(server.url, key, "k1", seen).rest()
        self.assertTrue(again.startswith(f"id: {seen + 1}\nevent: error\n".encode()), again)
        self.assertIn(b'"retryable":true', again)
        self.assertEqual(Stream(server.url, key, "k1").rest(), got + again)

    def test_a_model_that_cuts_or_stalls_is_a_502_and_a_server_that_stops_says_so(self):
        server = self.start()
        key = self.deployed(server)
        self.model.script = ["The quartz clock stops at noon. [1] It was ", ModelServer.CUT]
        told = Stream(server.url, key, "cut").rest()
        self.assertIn(b'"status":502,"retryable":true', told)
        status, _, _ = server.post("/v1/chat", {"question": QUESTION}, {"X-Oprag-Key": key})
        self.assertEqual(status, 502)
        never = threading.Event()
        self.addCleanup(never.set)
        self.model.script = ["The quartz clock stops at noon. [1] It was ", never]
        stream = Stream(server.url, key, "stall").until(b"event: citation")
        stream.close()
        began = time.monotonic()
        self.assertEqual(server.stop(), 0)
        self.assertLess(time.monotonic() - began, 15)
        server.start()
        self.assertIn(b'"retryable":true', Stream(server.url, key, "stall").rest())

    # The longest answer there is: more than the sockets of such clients hold, and less than the server keeps for one.
    def test_readers_who_stop_or_drip_hold_nobody_up_and_are_cut_at_the_limit(self):
        server = self.start()
        words = ["The quartz clock stops at noon in", *['"""""""""'] * 42, "the yard."]  # twice as long in JSON
        key = self.deployed(server, text=" ".join(words).encode() + b"\n")
        # Forty sentences that differ in a blank, so that each is another and each holds.
        self.model.script = [" ".join([*words[:n], "", *words[n:]]) + " [1]\n" for n in range(1, 41)]
        whole = Stream(server.url, key, "whole").rest()
        self.assertEqual(whole.count(b"event: delta"), 40)
        self.assertGreater(len(whole), 75_000)
        slow = [SlowReader(server.url, key, f"k{n}") for n in range(40)]  # more than threads to answer
        began, took = time.monotonic(), []
        while self.connections(server) > 1:  # its own
            for reader in slow[::2]:
                reader.drip()
            asked = time.monotonic()
            self.assertLess(asked - began, 90, "some are never cut")
            self.assertEqual(server.post("/v1/chat", {"question": QUESTION}, {"X-Oprag-Key": key})[0], 200)
            took.append(time.monotonic() - asked)
            time.sleep(max(0, asked + 1 - time.monotonic()))
        lasted = time.monotonic() - began
        self.assertGreater(lasted, 25)  # they have 30 s to take what was sent
        self.assertLess(sorted(took)[len(took) // 2], 2)
        for number, reader in enumerate(slow):
            got = reader.rest()
            self.assertFalse(b"event: done" in got)
            again = Stream(server.url, key, f"k{number}", got.count(b"\nevent: ")).rest()
            self.assertTrue(got + again == Stream(server.url, key, f"k{number}").rest())
        print(f"40 slow readers cut after {lasted:.0f} s; {len(took)} answers meanwhile, the slowest in {max(took):.2f} s")

    def connections(self, server):
        return int(re.search(rb"^oprag_http_connections (\d+)", server.get("/metrics")[2], re.M).group(1))

    def two_nodes(self):
        shared = pathlib.Path(tempfile.mkdtemp(prefix="oprag-shared-"))
        self.addCleanup(shutil.rmtree, shared, True)
        flags = [*Database().flags, "--objects-dir", str(shared / "objects"), "--secrets-dir",
                 str(shared / "secrets"), "--public-url", "http://oprag.test"]
        a, b = self.start(*flags, *NO_LIMITS), self.start(*flags, *NO_LIMITS)
        return a, b, self.deployed(a, "http://oprag.test")

    @unittest.skipUnless(POSTGRES, "OPRAG_TEST_POSTGRES is not set")
    def test_one_key_sent_to_two_nodes_at_once_is_answered_once(self):
        a, b, key = self.two_nodes()
        self.model.script = ["The quartz clock stops at noon. [1] It was ", 0.1, "built by Zoe Quill."]

        def streamed(server, name):
            told = Stream(server.url, key, name).rest()
            return told[told.index(b"event: final\ndata: ") + len(b"event: final\ndata: "):].split(b"\n")[0]

        def plain(server, name):
            while True:
                status, _, body = server.post("/v1/chat", {"question": QUESTION}, {"X-Oprag-Key": key, "Idempotency-Key": name})
                if status != 409:  # the other is at it: ask again
                    return body

        for number in range(5):
            for kind, ways in (("mixed", (streamed, plain)), ("streams", (streamed, streamed)), ("plain", (plain, plain))):
                name, before = f"{kind}-{number}", self.model.asked
                with concurrent.futures.ThreadPoolExecutor(2) as threads:
                    at_a, at_b = threads.submit(ways[0], a, name), threads.submit(ways[1], b, name)
                self.assertEqual(at_a.result(), at_b.result(), name)
                self.assertIn(b'"answered":true', at_a.result())
                self.assertEqual(self.model.asked, before + 1, name)

    @unittest.skipUnless(POSTGRES, "OPRAG_TEST_POSTGRES is not set")
    def test_another_node_goes_on_with_it_and_tells_of_a_node_that_died(self):
        a, b, key = self.two_nodes()
        more = threading.Event()
        self.addCleanup(more.set)
        self.model.script = ["The quartz clock stops at noon. [1] It was ", more, "built by Zoe Quill."]
        first = Stream(a.url, key, "k1").until(b"event: citation")
        second = Stream(b.url, key, "k1").until(b"event: citation")
        more.set()
        self.assertEqual(first.rest(), second.rest())
        self.model.script[1] = threading.Event()
        self.addCleanup(self.model.script[1].set)
        first = Stream(a.url, key, "k2").until(b"event: citation")
        second = Stream(b.url, key, "k2").until(b"event: citation")
        a.kill()
        told = second.rest()
        self.assertTrue(told.startswith(first.rest()))
        self.assertIn(b'"retryable":true', told)
        self.assertEqual(Stream(b.url, key, "k2").rest(), told)


if __name__ == "__main__":
    unittest.main()
