"""Takes a webhook's events: verifies each signature, does something once, and then says that it took it.

Environment: SANYA_WEBHOOK_SECRET, as it was shown when the webhook was made. Arguments: a port, and a file
that keeps the ids of the events that were taken.
"""

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from standardwebhooks import Webhook, WebhookVerificationError

webhook = Webhook(os.environ["SANYA_WEBHOOK_SECRET"])
taken = Path(sys.argv[2])


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            webhook.verify(body, dict(self.headers))
        except WebhookVerificationError:
            return self.done(401)
        event = json.loads(body)
        known = taken.read_text().split() if taken.exists() else []
        if event["id"] not in known:  # at least once: the same event may come again
            print(event["type"], event["subject"], event.get("version", ""), flush=True)
            taken.write_text("\n".join([*known, event["id"]]))
        return self.done(204)

    def done(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()


HTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
