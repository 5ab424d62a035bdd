"""Hears of breaches over Server-Sent Events, and goes on where it stopped.

Environment: SANYA_URL, SANYA_CLIENT_ID, SANYA_CLIENT_SECRET. Argument: a file that keeps the cursor.
"""

import json
import os
import sys
from pathlib import Path

import httpx

url, kept = os.environ["SANYA_URL"], Path(sys.argv[1])
token = httpx.post(
    f"{url}/api/registry/v1/oauth/token",
    data={"grant_type": "client_credentials"},
    auth=(os.environ["SANYA_CLIENT_ID"], os.environ["SANYA_CLIENT_SECRET"]),
).json()["access_token"]
headers = {"Authorization": f"Bearer {token}"}
if kept.exists():
    headers["Last-Event-ID"] = kept.read_text()
with httpx.stream("GET", f"{url}/api/delivery/v1/events/stream", headers=headers, timeout=None) as answer:
    for line in answer.iter_lines():
        if line.startswith("id: "):
            cursor = line.removeprefix("id: ")
        elif line.startswith("data: "):
            event = json.loads(line.removeprefix("data: "))
            if ".breach." in event["type"]:
                print(event["type"], event["data"]["breach"]["id"], event["version"], flush=True)
            kept.write_text(cursor)  # only after the effect: at least once, never lost
