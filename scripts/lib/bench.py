"""Measures the built program from outside: see scripts/bench."""
import argparse
import collections
import datetime
import json
import os
import pathlib
import platform
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request

from oprag_api import Oprag

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "build" / "release" / "oprag"
SEED = 20261125
LIMITS_OFF = ["--chat-per-key", "0", "--chat-per-visitor", "0", "--chat-per-project", "0", "--requests-per-user", "0",
              "--requests-per-company", "0"]
BY_WORDS, WHOLE = "document found by its words", "document indexed"
STAGES = ("readingMs", "cuttingMs", "embeddingMs", "publishingMs")
WORDS = ("harbour ferry lantern copper ledger orchard granite violin saddle meadow river bridge tower market garden window letter "
         "bottle carpet engine ticket winter summer captain doctor teacher farmer painter miller baker").split()


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Server:
    def __init__(self, data_dir, *flags):
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = pathlib.Path(str(data_dir) + ".log")
        self.command = [PROGRAM, "serve", "--data-dir", data_dir, "--listen", f"127.0.0.1:{self.port}", *LIMITS_OFF, *flags]

    def __enter__(self):
        began = time.monotonic()
        self.process = subprocess.Popen(self.command, stderr=self.log.open("ab"), stdout=subprocess.DEVNULL)
        while True:
            try:
                urllib.request.urlopen(self.url + "/ready", timeout=1).read()
                break
            except OSError:
                if time.monotonic() - began > 30:
                    raise
                time.sleep(0.002)
        self.started = time.monotonic() - began
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)

    def indexed(self):
        """What the log says of each step of each document: pages, passages and the milliseconds of each stage."""
        lines = map(json.loads, self.log.read_text().splitlines())
        return [line for line in lines if line["message"] in (BY_WORDS, WHOLE)]

    def resident(self):
        """MB."""
        for line in open(f"/proc/{self.process.pid}/status"):
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        return 0.0


def starts(data_dir, flags, runs=7):
    times, idle = [], 0.0
    for _ in range(runs):
        with Server(data_dir, *flags) as server:
            times.append(server.started)
            time.sleep(0.3)
            idle = server.resident()
    return percentile(times, .5), max(times), idle


def document(number, rng, paragraphs):
    """About one passage a paragraph."""
    parts = [f"The marker of article {number}-{k} is value {rng.randint(1000, 9999)}. "
             + " ".join(rng.choice(WORDS) for _ in range(110)) + "." for k in range(paragraphs)]
    return "\n\n".join(parts)


def fill(api, passages, rng):
    project = api.post("/v1/projects", {"name": "Bench"})["projectId"]
    per_document, bytes_in = 50, 0
    for number in range(passages // per_document):
        data = document(number, rng, per_document).encode()
        bytes_in += len(data)
        api.upload(project, f"article-{number}.txt", data)
    began = time.monotonic()
    key = api.post(f"/v1/projects/{project}/deploy")["apiKey"]
    documents = api.wait_indexed(project, 3600)
    took = time.monotonic() - began
    return project, key, sum(d["chunkCount"] or 0 for d in documents), bytes_in, took


def by_stage(indexed, unit):
    total = sum(d[unit] for d in indexed if d["message"] == WHOLE)
    spent = {stage: sum(d.get(stage, 0) for d in indexed) / 1000 for stage in STAGES}
    return ", ".join(f"{stage[:-2]} {total / max(seconds, 1e-3):.0f}/s" for stage, seconds in spent.items())


def read_files(server, api, files):
    """Pages/s from deploy to the last document searchable, and of each stage by itself."""
    project = api.post("/v1/projects", {"name": "Files"})["projectId"]
    for file in files:
        api.upload(project, file.name, file.read_bytes())
    before = len(server.indexed())
    began, hour = time.monotonic(), datetime.datetime.now(datetime.timezone.utc)
    api.post(f"/v1/projects/{project}/deploy")
    documents = api.wait_indexed(project, 3600)
    took = time.monotonic() - began
    if any(d["status"] != "indexed" for d in documents):
        raise RuntimeError(documents)
    indexed = server.indexed()[before:]
    whole = [d for d in indexed if d["message"] == WHOLE]
    pages = sum(d["pages"] for d in whole)
    # A short document takes one step only.
    first = {d["document"]: datetime.datetime.fromisoformat(d["time"]) for d in reversed(indexed)}
    by_words = (max(first.values()) - hour).total_seconds()
    print(f"ingestion of {len(files)} PDF files: {pages} pages, {sum(d['passages'] for d in whole)} passages in {took:.1f} s: "
          f"{pages / took:.1f} pages/s; found by their words after {by_words:.1f} s: {pages / by_words:.0f} pages/s; "
          f"stages by themselves: {by_stage(indexed, 'pages')}")


def chat_while_indexing(server, key, asked, api, files):
    """Chat's times on one connection while documents of another project are being indexed, as a ratio to those without."""
    calm, _ = ask_all(server, key, asked, 1)
    project = api.post("/v1/projects", {"name": "More"})["projectId"]
    for file in files:
        api.upload(project, file.name, file.read_bytes())
    api.post(f"/v1/projects/{project}/deploy")
    busy, _ = ask_all(server, key, asked, 1)
    still = sum(d["status"] == "indexing" for d in api.documents(project))
    for share, name in ((.5, "p50"), (.99, "p99")):
        print(f"chat while indexing, {name}: {percentile(busy, share):.1f} ms, {percentile(busy, share) / percentile(calm, share):.1f} "
              f"times its {percentile(calm, share):.1f} ms without; {still} of {len(files)} files still to do at the end")
    api.send("DELETE", f"/v1/projects/{project}")


def questions(rng, count, documents):
    return [f"What is the marker of article {rng.randrange(documents)}-{rng.randrange(50)}?" for _ in range(count)]


class Asker:
    """One connection, with as little work as can be: the client runs on the server's cores."""

    def __init__(self, server, path, header):
        self.socket = socket.create_connection(("127.0.0.1", server.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.head = (f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{header}\r\n"
                     "Content-Type: application/json\r\nContent-Length: ")

    def more(self):
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionError("the server closed the connection")
        return data

    def ask(self, question, **more):
        """Milliseconds until the whole answer is here."""
        body = json.dumps({"question": question, **more})
        start = time.monotonic()
        self.socket.sendall(f"{self.head}{len(body)}\r\n\r\n{body}".encode())
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self.more()
        head, _, rest = answer.partition(b"\r\n\r\n")
        left = int(re.search(rb"(?i)content-length: *(\d+)", head)[1]) - len(rest)
        while left > 0:
            left -= len(self.more())
        took = (time.monotonic() - start) * 1000
        if not head.startswith(b"HTTP/1.1 200 "):
            raise RuntimeError(answer)
        return took


def ask_all(server, key, asked, connections):
    """Milliseconds of each answer and answers/s."""
    times, queue = [], collections.deque(asked)

    def work():
        asker = Asker(server, "/v1/chat", "X-Oprag-Key: " + key)
        while True:
            try:
                question = queue.pop()
            except IndexError:
                return
            times.append(asker.ask(question))

    threads = [threading.Thread(target=work) for _ in range(connections)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(times) != len(asked):
        raise RuntimeError("not every question was answered")
    return times, len(times) / (time.monotonic() - began)


def searches(server, api, project, asked):
    asker = Asker(server, f"/v1/projects/{project}/search", "Authorization: Bearer " + api.token)
    times = [asker.ask(question, topK=10) for question in asked]
    return f"one connection, N {len(times)}: p50 {percentile(times, .5):.1f} ms, p99 {percentile(times, .99):.1f} ms"


def fsync_ms(folder, count=50):
    times = []
    with open(pathlib.Path(folder) / "fsync", "wb") as file:
        for _ in range(count):
            file.write(b"x" * 4096)
            file.flush()
            start = time.monotonic()
            os.fsync(file.fileno())
            times.append((time.monotonic() - start) * 1000)
    return percentile(times, .5)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--passages", type=int, default=10_000)
    parser.add_argument("--pdfs", type=pathlib.Path, default=ROOT / "samples", help="a folder of PDF files to ingest")
    args = parser.parse_args()
    rng = random.Random(SEED)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="oprag-bench-"))
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    print(f"{model}, {os.cpu_count()} cores, {platform.system()} {platform.release()}; seed {SEED}; "
          f"fsync of 4 KiB {fsync_ms(folder):.2f} ms")
    try:
        with Server(folder / "bare", "--embedder", "none"):
            pass
        for name, flags in (("without embedder", ["--embedder", "none"]), ("with embedder", [])):
            median, worst, idle = starts(folder / "bare", flags)
            print(f"start to /ready {name}: median {median:.3f} s, worst {worst:.3f} s of 7; idle {idle:.0f} MB")
        with Server(folder / "data") as server:
            api = Oprag(server.url)
            api.sign_up("bench@example.com", "Bench-" + str(SEED))
            api.sign_in("bench@example.com", "Bench-" + str(SEED))
            api.post("/v1/companies", {"name": "Bench"})
            project, key, passages, bytes_in, took = fill(api, args.passages, rng)
            print(f"ingestion of made text: {passages} passages, {bytes_in / 1e6:.1f} MB in {took:.1f} s: "
                  f"{passages / took:.0f} passages/s; stages by themselves: {by_stage(server.indexed(), 'passages')}")
            documents = args.passages // 50
            ask_all(server, key, questions(rng, 50, documents), 1)
            for connections, count in ((1, 1000), (16, 4000)):
                times, rate = ask_all(server, key, questions(rng, count, documents), connections)
                print(f"chat, {passages} passages, {connections} connections, N {count}: p50 {percentile(times, .5):.1f} ms, "
                      f"p99 {percentile(times, .99):.1f} ms, {rate:.0f} answers/s")
            print(f"resident with {passages} passages loaded: {server.resident():.0f} MB")
            print(f"search, same passages: {searches(server, api, project, questions(rng, 500, documents))}")
            if files := sorted(args.pdfs.glob("*.pdf")):
                chat_while_indexing(server, key, questions(rng, 500, documents), api, files[:6])
                read_files(server, api, files)
        with Server(folder / "data") as server:
            print(f"start to /ready with that project: {server.started:.3f} s")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
