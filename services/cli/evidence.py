"""Bundles of evidence, and cosignatures of the evidence log's checkpoints."""

from __future__ import annotations

import base64
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.cli.client import Api, say, write_file, wrong
from services.cli.signing import read_key
from services.evaluation.domain import merkle, notes
from shared.signatures import encode, public_of, thumbprint

EVIDENCE = "/api/evaluation/v1/evidence"


def save_bundle(api: Api, agreement: str, start: datetime | None, end: datetime | None, out: Path) -> None:
    """Writes the bundle of an agreement and a period to a file."""
    spans = {"from": start, "to": end}
    query = {name: at.astimezone().isoformat() for name, at in spans.items() if at is not None}
    content = api.answer("GET", f"{EVIDENCE}/agreements/{agreement}/bundle", params=query).content
    write_file(out, content)
    say.print(f"{out}: {len(content)} bytes; check it with docs/verify/verify.py", markup=False)


def cosign(api: Api, agency: str, key: Path, seen: Path) -> None:
    """Signs the newest checkpoint with the agency's key, if the log grew from the one that was seen last.

    The one seen last is kept here, not on the server: it is what the server cannot change.
    """
    private = read_key(key)
    note = api.answer("GET", f"{EVIDENCE}/checkpoint").text
    body = note.partition("\n\n")[0] + "\n"
    origin, size, root = _read(body)
    if seen.exists():
        last = _read(seen.read_text(encoding="utf-8"))
        _check_grown(api, last, (origin, size, root))
    now = int(time.time())
    message = notes.cosigned_message(body, now)
    signature = Ed25519PrivateKey.from_private_bytes(private).sign(message)
    given = {"size": size, "kid": thumbprint(public_of(private)), "time": now, "signature": encode(signature)}
    api.post(f"{EVIDENCE}/cosignatures", given)
    write_file(seen, body.encode())
    say.print(f"cosigned for {agency}: {origin}, {size} leaves", markup=False)


def _check_grown(api: Api, last: tuple[str, int, bytes], new: tuple[str, int, bytes]) -> None:
    (old_origin, old_size, old_root), (origin, size, root) = last, new
    if origin != old_origin:
        raise wrong(f"this is the log {origin}, and {old_origin} was seen last: not signed")
    if size < old_size:
        raise wrong(f"the log had {old_size} leaves and has {size}: leaves were taken out of it; not signed")
    found: Any = api.get(f"{EVIDENCE}/consistency", **{"from": old_size, "to": size})
    path = [base64.b64decode(each) for each in found["path"]]
    if not merkle.is_consistent(old_size, size, old_root, root, path):
        raise wrong(f"the log of {size} leaves does not begin with that of {old_size} seen last: not signed")


def _read(body: str) -> tuple[str, int, bytes]:
    try:
        origin, size, root = body.removesuffix("\n").split("\n")
        return origin, int(size), base64.b64decode(root, validate=True)
    except ValueError:
        raise wrong("this is no checkpoint: three lines, the log's name, its size, its root") from None
