#!/usr/bin/env python3
"""Question sets over PDF pages through the public path: upload, confirm, deploy, then search and chat for every question.

  filings.py URL PDF_FOLDER QUESTIONS.jsonl RESULTS.jsonl [--token-file FILE]

Prints pages/s from deploy to the last document indexed, latencies, and the share of answers that cite a gold page. RESULTS
holds one line a question for a page scorer: {"question_id", "results": [{"file", "page", "text"} …], "ms"}.
"""
import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts" / "lib"))
from oprag_api import Oprag  # noqa: E402


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def main():
    url, folder, questions, results = sys.argv[1:5]
    api = Oprag(url)
    email, password = f"eval-{time.time_ns()}@example.com", "Eval-" + str(time.time_ns())
    api.sign_up(email, password)
    api.sign_in(email, password)
    api.post("/v1/companies", {"name": "Evaluation"})
    project = api.post("/v1/projects", {"name": "Filings"})["projectId"]
    files = sorted(pathlib.Path(folder).glob("*.pdf"))
    for file in files:
        api.upload(project, file.name, file.read_bytes())
    began = time.monotonic()
    key = api.post(f"/v1/projects/{project}/deploy")["apiKey"]
    documents = api.wait_indexed(project, 3600)
    took = time.monotonic() - began
    pages = sum(d["pageCount"] or 0 for d in documents)
    states = {}
    for d in documents:
        states[d["status"]] = states.get(d["status"], 0) + 1
    print(f"{len(files)} files, {pages} pages, {sum(d['chunkCount'] or 0 for d in documents)} passages: {states}; "
          f"{took:.1f} s from deploy, {pages / took:.1f} pages/s")
    search_ms, chat_ms, cited, refused, source_count, gold_sources = [], [], 0, 0, 0, 0
    asked = [json.loads(line) for line in open(questions, encoding="utf-8") if line.strip()]
    with open(results, "w", encoding="utf-8") as out:
        for q in asked:
            start = time.monotonic()
            found = api.post(f"/v1/projects/{project}/search", {"question": q["question"], "topK": 100})["results"]
            search_ms.append((time.monotonic() - start) * 1000)
            out.write(json.dumps({"question_id": q["id"], "ms": search_ms[-1], "results": [
                {"file": r["filename"], "page": r["pageNumber"], "text": r["text"]} for r in found]}) + "\n")
            start = time.monotonic()
            answer = api.ask(key, q["question"])
            chat_ms.append((time.monotonic() - start) * 1000)
            gold = {(e["document"], int(e["page"])) for e in q["evidence"]}
            sources = [(s["filename"], s.get("pageNumber")) for s in answer.get("sources", [])]
            refused += not answer["answered"]
            cited += any(s in gold for s in sources)
            source_count += len(sources)
            gold_sources += sum(s in gold for s in sources)
    n = len(asked)
    print(f"search p50 {percentile(search_ms, .5):.1f} ms, p99 {percentile(search_ms, .99):.1f} ms; "
          f"chat p50 {percentile(chat_ms, .5):.1f} ms, p99 {percentile(chat_ms, .99):.1f} ms (one connection each, over HTTP)")
    print(f"answers that cite a gold page {cited / n:.2f} of {n}; refused {refused}; {source_count / n:.1f} sources an answer, "
          f"{gold_sources / max(source_count, 1):.2f} of them gold pages")


if __name__ == "__main__":
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    main()
