"""Facts that go into the evidence log are noted with what they belong to, in one transaction.

So a fact has its leaf exactly when it stands, whichever process met it; a place in the log is given later, by
the one process that leads (`handlers/sequencing.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.evaluation.domain import evidence as leaves
from services.evaluation.domain.evidence import Leaf
from services.evaluation.store import evidence as store
from services.evaluation.store import signers
from services.evaluation.store.signers import Acceptance, SignerKey
from shared.clock import to_micros
from shared.db import UnitOfWork
from shared.events.envelope import Record
from shared.events.registry import AgencyKeysChanged
from shared.events.sla import AcceptanceSigned, WitnessKeyChanged


def note_revision(uow: UnitOfWork, agreement: str, digest: str, known_at: int) -> None:
    _note(uow, leaves.revision(agreement, known_at, digest))


def note_exclusion(uow: UnitOfWork, document: Mapping[str, Any], at: int) -> None:
    """An exclusion was approved or taken back; the table of exclusions keeps its newest state only."""
    _note(uow, leaves.exclusion(document, at), dict(document))


def note_correction(uow: UnitOfWork, told: Mapping[str, Any]) -> None:
    """All parties approved a correction. ``told``: without the words of its reason."""
    _note(uow, leaves.correction(told, to_micros(uow.now)), dict(told))


def note_result(uow: UnitOfWork, body: Mapping[str, Any], window_end: int) -> None:
    _note(uow, leaves.result(body, window_end))


def take_acceptance(record: Record, uow: UnitOfWork) -> None:
    fact = AcceptanceSigned.model_validate_json(record.data)
    new = Acceptance(
        revision=fact.revision,
        agency=fact.agency,
        agreement=fact.agreement,
        at=fact.at,
        statement=fact.statement,
        signature=fact.signature,
    )
    if signers.put_acceptance(uow.connection, new):
        _note(uow, leaves.acceptance(fact.agreement, fact.at, fact.revision, fact.agency, fact.statement))


def take_witness_key(record: Record, uow: UnitOfWork) -> None:
    """A key with which the deployment witnesses acceptances."""
    fact = WitnessKeyChanged.model_validate_json(record.data)
    key = SignerKey(fact.kid, None, fact.jwk, fact.valid_from, fact.valid_until)
    signers.keep_key(uow.connection, key, fact.version)


def take_agency_keys(record: Record, uow: UnitOfWork) -> None:
    """The keys that an agency signs with, ended ones too."""
    fact = AgencyKeysChanged.model_validate_json(record.data)
    for each in fact.keys:
        key = SignerKey(each.kid, fact.agency, each.jwk, each.valid_from, each.valid_until)
        signers.keep_key(uow.connection, key, fact.version)


def _note(uow: UnitOfWork, leaf: Leaf, document: dict[str, Any] | None = None) -> None:
    store.put_leaf(uow.connection, leaf, to_micros(uow.now), document)
