"""The evidence of an agreement over a period, as one file that proves itself (docs/evidence.md)."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.evaluation.domain import bundles, merkle, notes
from services.evaluation.domain import evidence as leaves
from services.evaluation.domain.bundles import File
from services.evaluation.domain.evidence import HOUR, Leaf
from services.evaluation.handlers.sequencing import private_of
from services.evaluation.reading.visible import visible
from services.evaluation.store import control, signers
from services.evaluation.store import evidence as store
from services.evaluation.store.control import Revision
from services.evaluation.store.evidence import Signed
from services.evaluation.store.signers import LogKey, SignerKey
from shared.clock import rfc3339
from shared.db import Connection
from shared.errors import Fault, NotFound, Unavailable, Unprocessable
from shared.signatures import sign

MOST_RESULTS = 20_000
MOST_BATCHES = 200_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """The evidence of an agreement's windows that end in (start, end] (µs), for an agency."""

    agreement: str
    start: int
    end: int
    agency: str | None


@dataclass(slots=True)
class _Gathered:
    """Records with their leaves, as far as the checkpoint reaches; what is younger waits for the next one."""

    places: dict[str, int]
    coming: set[str]
    """Revisions of which an acceptance is on its way: what rests on them waits with them."""
    proven: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    waiting: int = 0

    def take(self, pairs: Sequence[tuple[Leaf, Any]], rests_on: str | None) -> list[Any]:
        """``rests_on``: the field that names the revision."""
        kept = []
        for leaf, record in pairs:
            place = self.places.get(leaf.hash)
            if place is None or (rests_on is not None and record[rests_on] in self.coming):
                self.waiting += 1
                continue
            self.proven[leaf.hash] = (place, leaf.data)
            kept.append(record)
        return kept


def bundle(connection: Connection, wanted: Wanted) -> bytes:
    mine, _ = visible(connection, wanted.agency)
    if wanted.agreement not in mine:
        raise NotFound(f"there is no agreement {wanted.agreement!r}, or you are no party of it")
    checkpoint = store.newest_checkpoint(connection)
    key = signers.signing_key(connection)
    if checkpoint is None or key is None:
        raise Unavailable("the evidence log has no checkpoint yet; ask again in a minute", retry_after=30)
    revisions = _revisions(connection, wanted)
    pairs = {
        leaves.REVISION: _of_revisions(revisions),
        leaves.ACCEPTANCE: _of_acceptances(connection, revisions),
        leaves.EXCLUSION: _of_decisions(connection, wanted.agreement, leaves.EXCLUSION),
        leaves.CORRECTION: _of_decisions(connection, wanted.agreement, leaves.CORRECTION),
        leaves.RESULT: _of_results(connection, wanted),
        leaves.BATCHES: _of_batches(connection, wanted, revisions),
    }
    hashes = [leaf.hash for found in pairs.values() for leaf, _ in found]
    places = {
        digest: place for digest, place in store.places(connection, hashes).items() if place < checkpoint.size
    }
    gathered = _Gathered(places, _coming(revisions, pairs[leaves.ACCEPTANCE], places, checkpoint.at))
    records = {kind: gathered.take(found, RESTS_ON.get(kind)) for kind, found in pairs.items()}
    span = (rfc3339(wanted.start), rfc3339(wanted.end))
    files = [
        *(
            bundles.listed(
                f"{name}.json",
                kind,
                records[kind],
                span if kind in (leaves.RESULT, leaves.BATCHES) else None,
            )
            for kind, name in NAMES.items()
        ),
        bundles.listed("proofs.json", "proof", _proofs(connection, gathered, checkpoint.size)),
        *_signed(connection, checkpoint, records[leaves.ACCEPTANCE]),
    ]
    index = bundles.index(
        files,
        agreement=wanted.agreement,
        origin=key.origin,
        checkpoint={"size": checkpoint.size, "at": rfc3339(checkpoint.at)},
        waiting=gathered.waiting,
        sealed_with=key.kid,
        **{"from": span[0], "to": span[1]},
    )
    return bundles.packed(files, {**index, "seal": sign(private_of(key), index)})


NAMES = {
    leaves.REVISION: "revisions",
    leaves.ACCEPTANCE: "acceptances",
    leaves.EXCLUSION: "exclusions",
    leaves.CORRECTION: "corrections",
    leaves.RESULT: "results",
    leaves.BATCHES: "batches",
}
"""Kind -> the name of its file."""
RESTS_ON = {
    leaves.REVISION: "hash",
    leaves.ACCEPTANCE: "revision",
    leaves.RESULT: "agreement_revision",
}
"""Kind -> the field of its records that names a revision."""


def _revisions(connection: Connection, wanted: Wanted) -> list[Revision]:
    """The revisions that were in force in the period, and those by which its windows were judged."""
    judged = set(store.judged_by(connection, wanted.agreement, wanted.start, wanted.end))
    return [
        one
        for one in control.revisions_of(connection, agreement=wanted.agreement)
        if one.hash in judged
        or (one.effective_from < wanted.end and (one.effective_to is None or one.effective_to > wanted.start))
    ]


def _coming(
    revisions: Sequence[Revision],
    acceptances: Sequence[tuple[Leaf, Any]],
    places: Mapping[str, int],
    now: int,
) -> set[str]:
    """Revisions concluded within the hour of which not every party's acceptance is in the log yet.

    An acceptance is told within seconds; one that has not come in an hour was given before there was a log.
    """
    there = {(one["revision"], one["agency"]) for leaf, one in acceptances if leaf.hash in places}
    return {
        one.hash
        for one in revisions
        if one.known_at > now - HOUR and any((one.hash, agency) not in there for agency in one.parties)
    }


def _of_revisions(revisions: Sequence[Revision]) -> list[tuple[Leaf, Any]]:
    return [
        (
            leaves.revision(one.agreement, one.known_at, one.hash),
            {"agreement": one.agreement, "hash": one.hash, "document": one.document},
        )
        for one in revisions
    ]


def _of_acceptances(connection: Connection, revisions: Sequence[Revision]) -> list[tuple[Leaf, Any]]:
    return [
        (
            leaves.acceptance(one.agreement, one.at, one.revision, one.agency, one.statement),
            {
                "agreement": one.agreement,
                "revision": one.revision,
                "agency": one.agency,
                "at": rfc3339(one.at),
                "statement": json.loads(one.statement),
                "signature": one.signature,
            },
        )
        for one in signers.acceptances_of(connection, [revision.hash for revision in revisions])
    ]


def _of_decisions(connection: Connection, agreement: str, kind: str) -> list[tuple[Leaf, Any]]:
    """All of an agreement's: a window may rest on an old one."""
    return [
        (Leaf(one.kind, one.about, one.at, one.data.encode()), one.document)
        for one in store.leaves_about(connection, agreement, kind)
    ]


def _of_results(connection: Connection, wanted: Wanted) -> list[tuple[Leaf, Any]]:
    found = store.final_results(connection, wanted.agreement, wanted.start, wanted.end, MOST_RESULTS + 1)
    if len(found) > MOST_RESULTS:
        raise _too_many(f"{MOST_RESULTS:,} results")
    return [(leaves.result(body, end), body) for end, body in found]


def _of_batches(
    connection: Connection, wanted: Wanted, revisions: Sequence[Revision]
) -> list[tuple[Leaf, Any]]:
    """The hours in which batches with event times of the period came, each whole."""
    pairs: list[tuple[Leaf, Any]] = []
    number = 0
    for service in sorted({one.service for one in revisions}):
        for digest in store.batches_touching(connection, service, wanted.start, wanted.end):
            found = store.leaf_by_hash(connection, digest)
            assert found is not None
            batches = store.batches_in(connection, digest)
            number += len(batches)
            if number > MOST_BATCHES:
                raise _too_many(f"{MOST_BATCHES:,} batches")
            record = {
                "leaf": json.loads(found.data),
                "batches": [{"batch": one, "hash": its} for one, its in batches],
            }
            pairs.append((Leaf(found.kind, found.about, found.at, found.data.encode()), record))
    return sorted(pairs, key=lambda pair: (pair[0].at, pair[0].hash))


def _too_many(what: str) -> Unprocessable:
    return Unprocessable(
        f"the period has more than {what}, too many for one bundle",
        errors=[Fault("?to", "ask for a shorter period; bundles of parts of it prove the same")],
    )


def _proofs(connection: Connection, gathered: _Gathered, size: int) -> list[dict[str, Any]]:
    """Each leaf with its place and what leads from it to the checkpoint's root, in the log's order."""
    placed = sorted(gathered.proven.values())
    paths = [merkle.inclusion(place, size) for place, _ in placed]
    nodes = store.nodes(connection, merkle.nodes_of(paths))
    return [
        {
            "position": place,
            "leaf": json.loads(data),
            "path": [base64.b64encode(one).decode() for one in merkle.proof(path, nodes.__getitem__)],
        }
        for (place, data), path in zip(placed, paths, strict=True)
    ]


def _signed(connection: Connection, checkpoint: Signed, acceptances: Sequence[Any]) -> list[File]:
    """The checkpoint with its cosignatures, and every key that signed something in the bundle."""
    cosigned = store.cosignatures_of(connection, checkpoint.size)
    note = notes.note(checkpoint.body, checkpoint.line, *(one.line for one in cosigned))
    kids = {one.kid for one in cosigned}
    for each in acceptances:
        said = each["statement"]
        kids |= {said["kid"]} | ({said["own_key"]["kid"]} if said["own_key"] else set())
    keys = [
        *(_key(one, "log") for one in signers.log_keys(connection)),
        *(_key(one, "signer") for _, one in sorted(signers.keys(connection, kids).items())),
    ]
    return [
        File("checkpoint.txt", "checkpoint", note.encode(), 1 + len(cosigned)),
        bundles.listed("keys.json", "key", keys),
    ]


def _key(key: LogKey | SignerKey, use: str) -> dict[str, Any]:
    """A public key; ``agency`` None: the deployment's."""
    return {
        "use": use,
        "kid": key.kid,
        "agency": key.agency if isinstance(key, SignerKey) else None,
        "jwk": key.jwk,
        "valid_from": rfc3339(key.valid_from),
        "valid_until": None if key.valid_until is None else rfc3339(key.valid_until),
    }
