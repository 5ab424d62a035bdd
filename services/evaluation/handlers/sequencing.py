"""The log's one writer: gives leaves their places, makes the hours' roots, signs checkpoints.

It runs in the process that leads, a few leaves at a time, each time in one transaction; a place that was
given twice would be refused by the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from services.evaluation.domain import evidence as leaves
from services.evaluation.domain import merkle, notes
from services.evaluation.domain.evidence import HOUR
from services.evaluation.domain.merkle import Node
from services.evaluation.domain.notes import Checkpoint
from services.evaluation.store import evidence as store
from services.evaluation.store import signers
from services.evaluation.store.evidence import Cosigned, Signed
from services.evaluation.store.signers import LogKey
from shared.auth import Principal
from shared.clock import rfc3339, to_micros
from shared.db import Connection, UnitOfWork
from shared.errors import Conflict, Fault, Forbidden, NotFound, NotYetKnown, Unprocessable
from shared.signatures import KEY_BYTES, SIGNATURE_BYTES, decode, encode, new_private, public_of, thumbprint

LEAVES_AT_ONCE = 1000
BATCHES_IN_A_LEAF = 10_000
"""Also the most, in round figures, that one step notes: hours that wait after a stop are taken in parts."""
UNDER_WAY = timedelta(minutes=1)
"""A key that is replaced stays valid so much longer: what was being signed at that instant is good."""


@dataclass(frozen=True, slots=True)
class Writing:
    """How the log is named, and how often a checkpoint is signed (µs)."""

    origin: str
    every: int = HOUR


def has_work(connection: Connection, writing: Writing, now: int) -> bool:
    """Whether there is something to log or to sign. Asked on a reader: most of the time there is not."""
    if store.without_place(connection, 1) or store.complete_hours(connection):
        return True
    return _is_due(store.newest_checkpoint(connection), store.size_of(connection), writing, now)


def _is_due(last: Signed | None, size: int, writing: Writing, now: int) -> bool:
    """Whether a checkpoint is due: the first one at once, then one in each hour in which something came."""
    if last is None:
        return size > 0
    return size > last.size and now // writing.every > last.at // writing.every


def sequence(writing: Writing, uow: UnitOfWork) -> bool:
    """A step of the writer. Whether there may be more to do at once."""
    connection = uow.connection
    full = _note_batches(uow)
    waiting = store.without_place(connection, LEAVES_AT_ONCE)
    size = store.size_of(connection)
    nodes = store.nodes(connection, merkle.covering(0, size))
    made: dict[Node, bytes] = {}
    for position, digest in enumerate(waiting, start=size):
        new = merkle.appended(position, bytes.fromhex(digest), lambda node: made.get(node) or nodes[node])
        made.update(new)
    if waiting:
        store.place(connection, size, waiting)
        store.put_nodes(connection, made)
    size += len(waiting)
    full = full or len(waiting) == LEAVES_AT_ONCE
    now = to_micros(uow.now)
    if not full and _is_due(store.newest_checkpoint(connection), size, writing, now):
        root = merkle.root(size, lambda node: made.get(node) or nodes[node])
        _sign(uow, ensure_key(writing.origin, uow), size, root, now)
    return full


def _note_batches(uow: UnitOfWork) -> bool:
    """A leaf for each service and hour whose batches are all there. Whether some wait for the next step.

    What committed late, behind the tick that completed its hour, makes a further part of it.
    """
    connection = uow.connection
    noted = 0
    for service, hour in store.complete_hours(connection):
        found = store.unlogged(connection, service, hour, BATCHES_IN_A_LEAF)
        parts = store.leaves_about(connection, service, leaves.BATCHES, hour - 1, hour)
        leaf = leaves.batches(service, hour, rfc3339(hour), len(parts) + 1, found)
        store.put_leaf(connection, leaf, to_micros(uow.now))
        store.log_batches(connection, service, hour, found[-1][0], leaf.hash)
        noted += len(found)
        if noted >= BATCHES_IN_A_LEAF:
            return True
    return False


def _sign(uow: UnitOfWork, key: LogKey, size: int, root: bytes, now: int) -> None:
    body = Checkpoint(key.origin, size, root).body
    line = notes.signed(body, key.origin, private_of(key))
    store.put_checkpoint(uow.connection, Signed(size, now, root.hex(), body, key.kid, line))


# --- keys --------------------------------------------------------------------------------------------


def private_of(key: LogKey) -> bytes:
    private = decode(key.private or "", KEY_BYTES)
    if private is None:
        raise AssertionError(f"the key {key.kid} has no private half")
    return private


def ensure_key(origin: str, uow: UnitOfWork) -> LogKey:
    """The log's key that signs now. The first one is made here, and names the log for ever."""
    return signers.signing_key(uow.connection) or _add(origin, uow)


def rotate_key(origin: str, uow: UnitOfWork) -> LogKey:
    """A new key signs from now on; the old private half is erased, what it signed stays good."""
    old = signers.signing_key(uow.connection)
    if old is not None:
        signers.end_log_key(uow.connection, old.kid, to_micros(uow.now + UNDER_WAY))
        origin = old.origin
    return _add(origin, uow)


def _add(origin: str, uow: UnitOfWork) -> LogKey:
    private = new_private()
    jwk = public_of(private)
    made = LogKey(thumbprint(jwk), origin, encode(private), jwk, to_micros(uow.now), None)
    signers.add_log_key(uow.connection, made)
    return made


# --- cosignatures ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cosign:
    """An agency's own key signed a checkpoint at ``time`` (POSIX seconds)."""

    caller: Principal
    size: int
    kid: str
    time: int
    signature: str


def cosign(command: Cosign, uow: UnitOfWork) -> dict[str, Any]:
    """Keeps an agency's cosignature beside the checkpoint, for everybody to see."""
    agency = command.caller.agency
    if agency is None:
        raise Forbidden("only an agency cosigns; the operator belongs to none")
    found = store.checkpoint_of(uow.connection, command.size)
    if found is None:
        raise NotFound(f"there is no checkpoint of {command.size} leaves")
    key = signers.key_of(uow.connection, command.kid)
    if key is None or key.agency != agency:
        raise NotYetKnown(
            f"{agency} has registered no key {command.kid}",
            errors=[Fault("/kid", "register the key first (`sanya sign --new-key`)")],
        )
    now = to_micros(uow.now)
    if key.valid_until is not None and now >= key.valid_until:
        raise Conflict(
            f"the key {key.kid} ended at {rfc3339(key.valid_until)}; sign with one that is in force",
            slug="key-ended",
        )
    public = decode(str(key.jwk["x"]), KEY_BYTES)
    signature = decode(command.signature, SIGNATURE_BYTES)
    message = notes.cosigned_message(found.body, command.time)
    if public is None or signature is None or not notes.verifies(public, message, signature):
        raise Unprocessable(
            "the signature is not this key's cosignature of this checkpoint",
            errors=[Fault("/signature", "sign `cosignature/v1`, `time SECONDS` and the checkpoint's lines")],
        )
    line = notes.cosignature_line(agency, public, command.time, signature)
    store.put_cosignature(uow.connection, Cosigned(found.size, agency, key.kid, command.time, line))
    return {"size": found.size, "agency": agency, "kid": key.kid, "time": command.time, "line": line}
