"""What stands in the evidence log: leaves, each the RFC 8785 form of a small object.

A leaf names a fact and the SHA-256 of its RFC 8785 form, never what it says: the log can be shown to anybody.
Whoever has the fact makes the leaf again and asks for its proof.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import rfc8785

from services.evaluation.domain import merkle
from shared.clock import MINUTE

HOUR = 60 * MINUTE
MOST_EXACT = (1 << 53) - 1

REVISION = "revision"
ACCEPTANCE = "acceptance"
EXCLUSION = "exclusion"
CORRECTION = "correction"
RESULT = "result"
BATCHES = "batches"


@dataclass(frozen=True, slots=True)
class Leaf:
    """``about``: the agreement or, of batches, the service. ``at``: of what instant it is (µs)."""

    kind: str
    about: str
    at: int
    data: bytes

    @property
    def hash(self) -> str:
        return merkle.leaf_hash(self.data).hex()


def form(value: Any) -> bytes:
    """The RFC 8785 form; integers that it has no exact form for are written as texts."""
    try:
        return rfc8785.dumps(value)
    except rfc8785.IntegerDomainError:
        return rfc8785.dumps(_in_texts(value))


def _in_texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _in_texts(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_in_texts(one) for one in value]
    return str(value) if isinstance(value, int) and abs(value) > MOST_EXACT else value


def digest(value: Mapping[str, Any]) -> str:
    """The SHA-256 of an object's RFC 8785 form."""
    return hashlib.sha256(form(dict(value))).hexdigest()


def _leaf(kind: str, about: str, at: int, **names: Any) -> Leaf:
    return Leaf(kind, about, at, rfc8785.dumps({"type": f"sanya.evidence.{kind}.v1", **names}))


def revision(agreement: str, at: int, document_hash: str) -> Leaf:
    return _leaf(REVISION, agreement, at, agreement=agreement, hash=document_hash)


def acceptance(agreement: str, at: int, revision_hash: str, agency: str, statement: str) -> Leaf:
    """``statement``: the RFC 8785 form of what the deployment signed for the agency's acceptance."""
    found = hashlib.sha256(statement.encode()).hexdigest()
    return _leaf(
        ACCEPTANCE, agreement, at, agreement=agreement, revision=revision_hash, agency=agency, hash=found
    )


def exclusion(document: Mapping[str, Any], at: int) -> Leaf:
    """An exclusion was approved, or taken back."""
    agreement = document["agreement"]
    return _leaf(
        EXCLUSION,
        agreement,
        at,
        agreement=agreement,
        id=document["id"],
        state=document["state"],
        version=document["version"],
        hash=digest(document),
    )


def correction(told: Mapping[str, Any], at: int) -> Leaf:
    """A correction of final results that all parties approved."""
    agreement = told["agreement"]
    return _leaf(CORRECTION, agreement, at, agreement=agreement, id=told["id"], hash=digest(told))


def result(body: Mapping[str, Any], at: int) -> Leaf:
    """A result that is final, or a later revision of one."""
    agreement = body["agreement"]
    return _leaf(RESULT, agreement, at, agreement=agreement, id=body["id"], hash=digest(body))


def batches(service: str, at: int, hour: str, part: int, hashes: Iterable[tuple[str, str]]) -> Leaf:
    """The batches of a service that were accepted in an hour: the root over (id, SHA-256), by id."""
    entries = [rfc8785.dumps({"batch": one, "hash": found}) for one, found in sorted(hashes)]
    root = merkle.root_of(entries).hex()
    return _leaf(BATCHES, service, at, service=service, hour=hour, part=part, count=len(entries), root=root)
