"""The evidence log: keys, checkpoints, proofs, cosignatures."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from services.evaluation.domain.notes import MOST_TIME
from shared.http import Wire

MOST_SIZE = (1 << 62) - 1


class LogKeyOut(Wire):
    """A key of the log. `verifier_key`: as programs for signed notes take it."""

    kid: str
    origin: str
    jwk: dict[str, Any]
    verifier_key: str
    valid_from: str
    valid_until: str | None


class LogKeysOut(Wire):
    items: list[LogKeyOut]


class CosignatureOut(Wire):
    """An agency's key signed the checkpoint at `time` (POSIX seconds). `line`: of the note."""

    size: int
    agency: str
    kid: str
    time: int
    line: str


class CheckpointOut(Wire):
    """The root of the first `size` leaves (hex). `note`: as the log and the agencies signed it."""

    size: int
    at: str
    root: str
    note: str
    cosignatures: list[CosignatureOut]


class InclusionOut(Wire):
    """`path` leads from the leaf to the root of the tree of `size` (RFC 6962, section 2.1.1); base64."""

    leaf: str
    position: int
    size: int
    root: str
    path: list[str]


class ConsistencyOut(Wire):
    """`path` shows that the tree of `to` begins with that of `from` (RFC 6962, section 2.1.2); base64."""

    from_: Annotated[int, Field(alias="from")]
    to: int
    path: list[str]


class Cosignature(Wire):
    """c2sp.org/tlog-cosignature, Ed25519: `signature` (base64url) is over the lines `cosignature/v1`,
    `time SECONDS` and the checkpoint's three."""

    size: Annotated[int, Field(ge=1, le=MOST_SIZE)]
    kid: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]
    time: Annotated[int, Field(ge=0, le=MOST_TIME)]
    signature: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{86}$")]
