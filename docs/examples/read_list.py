"""Reads new breaches from the list, from a cursor on. Run it as often as you like.

Environment: SANYA_URL, SANYA_CLIENT_ID, SANYA_CLIENT_SECRET. Argument: a file that keeps the cursor.
"""

import os
import sys
from pathlib import Path

import httpx

url, kept = os.environ["SANYA_URL"], Path(sys.argv[1])
api = httpx.Client(base_url=url)
token = api.post(
    "/api/registry/v1/oauth/token",
    data={"grant_type": "client_credentials"},
    auth=(os.environ["SANYA_CLIENT_ID"], os.environ["SANYA_CLIENT_SECRET"]),
).json()["access_token"]
api.headers["Authorization"] = f"Bearer {token}"
cursor = kept.read_text() if kept.exists() else "0"
while True:
    page = api.get("/api/delivery/v1/events", params={"after": cursor}).json()
    for event in page["items"]:
        if ".breach." in event["type"]:
            print(event["type"], event["data"]["breach"]["id"], event["version"], flush=True)
    cursor = page["next"]
    kept.write_text(cursor)  # only after the effect: at least once, never lost
    if not page["items"]:
        break
api.close()
