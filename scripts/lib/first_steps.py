"""What a newcomer does first, through the public API: company, project, two documents, deploy, three questions."""
import argparse
import json
import os
import pathlib
import random
import subprocess
import sys
import time

from oprag_api import ApiError, Oprag

EMAIL = "owner@example.com"
SYLLABLES = "ka lo mi ren tu vas pel dor nis qua fen gor".split()


def say(text=""):
    print(text, flush=True)


class State:
    """What an earlier run made, so that the next one goes on with it: first-steps.json in the data directory."""

    def __init__(self, data_dir):
        self.path = pathlib.Path(data_dir) / "first-steps.json"
        self.values = json.loads(self.path.read_text()) if self.path.exists() else {}

    def keep(self, **values):
        self.values.update(values)
        with open(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            json.dump(self.values, out, indent=1)


def signed_in(api, state, program, data_dir):
    if "password" not in state.values:
        answer = subprocess.run([program, "user", "add", EMAIL, "--name", "First Owner", "--data-dir", data_dir],
                                capture_output=True, text=True)
        if answer.returncode != 0:
            sys.exit(f"The first user could not be added: {answer.stderr.strip()}\n"
                     f"If {EMAIL} is there already:  {program} user reset-password {EMAIL} --data-dir {data_dir}")
        state.keep(password=answer.stdout.split("Password: ")[1].strip())
    api.sign_in(EMAIL, state.values["password"])
    if "company" not in state.values:
        state.keep(company=api.post("/v1/companies", {"name": "First Company"})["companyId"])
    if "project" not in state.values:
        state.keep(project=api.post("/v1/projects", {"name": "Help desk"})["projectId"])
    return state.values["project"]


def random_product():
    name = "".join(random.sample(SYLLABLES, 3)).capitalize() + f"-{random.randint(100, 999)}"
    price = random.randint(1000, 9999)
    text = (f"Price list of the day\n\nThe {name} is a bench drill for small workshops.\n\n"
            f"The {name} costs {price} euros including delivery.\n\nOrders before noon leave the warehouse the same day.\n")
    return name, price, text.encode()


def put_version(api, project, state, name, filename, data):
    """Uploads a document, or a new version of the one that an earlier run uploaded."""
    known = state.values.get(name)
    if not known:
        state.keep(**{name: api.upload(project, filename, data)["documentId"]})
        return
    path = f"/v1/projects/{project}/documents/{known}"
    ticket = api.post(path + "/replace-url", {"filename": filename})
    api.put_object(ticket["uploadUrl"], data)
    api.put_object(ticket["metadataUploadUrl"], ticket["metadataBody"].encode())
    api.post(path + "/confirm")


def show_progress(documents):
    waiting = [d for d in documents if d["status"] == "indexing" or (d["pendingVersion"] or {}).get("status") == "indexing"]
    for d in waiting:
        progress = d["progress"] or (d["pendingVersion"] or {}).get("progress") or {}
        total = progress.get("pagesTotal")
        print(f"  {d['filename']}: {progress.get('stage', 'queued')} {progress.get('pagesDone', 0)}"
              + (f" of {total}" if total else ""), file=sys.stderr)
    return not waiting


def wait(api, project):
    end = time.monotonic() + 300
    while not show_progress(api.documents(project)):
        if time.monotonic() > end:
            sys.exit("The documents are still being indexed after five minutes; the server's log may say why.")
        time.sleep(0.3)
    for d in api.documents(project):
        if d["status"] == "failed":
            sys.exit(f"{d['filename']} could not be read: {d['error']['message']}")


def ask(api, key, question):
    began = time.monotonic()
    answer = api.ask(key, question)
    took = (time.monotonic() - began) * 1000
    say(f"\nQ: {question}")
    say(f"A: {answer['answer']}   ({took:.0f} ms)")
    for source in answer.get("sources", []):
        page = f", page {source['pageNumber']}" if "pageNumber" in source else ""
        say(f"   source: {source['filename']}{page}, characters {source['start']}–{source['end']}")
    return answer


def main():
    parser = argparse.ArgumentParser()
    for name in ("--url", "--data-dir", "--program", "--sample"):
        parser.add_argument(name, required=True)
    args = parser.parse_args()
    api, state = Oprag(args.url), State(args.data_dir)
    project = signed_in(api, state, args.program, args.data_dir)
    sample = pathlib.Path(args.sample)
    if "sample" not in state.values:
        put_version(api, project, state, "sample", sample.name, sample.read_bytes())
        say(f"Uploaded {sample.name} ({sample.stat().st_size // 1024} kB)")
    name, price, text = random_product()
    put_version(api, project, state, "prices", "price-list.txt", text)
    say(f"Uploaded price-list.txt, made just now: the {name} costs {price} euros")
    deployment = api.post(f"/v1/projects/{project}/deploy")
    key = deployment["apiKey"]
    wait(api, project)
    say(f"Deployed {deployment['documentCount']} documents; API key {deployment['keyPrefix']}…")

    first = ask(api, key, "How long is the warranty of the Atlas Mini kiln?")
    second = ask(api, key, f"What does the {name} cost?")
    third = ask(api, key, "Who was the first person on the moon?")
    good = first["answered"] and second["answered"] and str(price) in second["answer"] and not third["answered"]
    if not good:
        sys.exit("\nAn answer is not what the documents say; please report this with the lines above.")
    say(f"\nDashboard: {args.url}   sign in as {EMAIL} with {state.values['password']}")
    say(f"API key of this run: {key}")
    say("Next: upload a document of your own in the dashboard, or follow README.md with curl.")


if __name__ == "__main__":
    try:
        main()
    except ApiError as error:
        sys.exit(f"{error}\nrequest id {error.body.get('requestId', 'unknown')}: the server's log has more.")
