"""A signed revision for whoever wants to check it: everything that checking needs, and nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.sla.domain.signing import SIGNED_REVISION, AgencyKey, WitnessKey
from services.sla.handlers.signing import signed_with
from services.sla.store import agreements, signatures
from shared import words
from shared.clock import rfc3339
from shared.db import Connection
from shared.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Wanted:
    """The export of a revision, for an agency (None: the public)."""

    code: str
    hash: str
    agency: str | None
    now: datetime


def signed_revision(connection: Connection, wanted: Wanted) -> dict[str, Any] | None:
    """The export, sealed by the deployment's key; None where the agency may not see the revision."""
    agreement = agreements.find_open(connection, wanted.code, wanted.agency, wanted.now)
    revision = agreement.find(wanted.hash) if agreement else None
    if revision is None:
        return None
    key = signatures.signing_key(connection)
    if key is None:
        raise Unavailable("no key witnesses acceptances yet; run `sanya migrate`", retry_after=5)
    found = signatures.signatures_of(connection, revision.hash)
    inside = revision.inside(wanted.agency, wanted.now)
    names = words.kept(connection, [each.name for each in found.values() if inside])
    acceptances = []
    for party in revision.parties:
        if party.accepted_at is None:
            continue
        signed = found.get(party.agency)
        name = names.get(signed.name or "") if signed else None
        acceptances.append(
            {
                "agency": party.agency,
                "at": rfc3339(party.accepted_at),
                # Null: accepted before acceptances were signed.
                "statement": json.loads(signed.statement) if signed else None,
                "signature": signed.signature if signed else None,
                # Names are shown to the parties, and can be erased; the statement keeps a salted hash.
                "name": {"text": name.text, "salt": name.salt} if name else None,
            }
        )
    used = {each.kid for each in found.values()} | {key.kid}
    own = {each.own_kid for each in found.values() if each.own_kid}
    signers = sorted({party.by_agency or party.agency for party in revision.parties})
    body = {
        "type": SIGNED_REVISION,
        "agreement": wanted.code,
        "hash": revision.hash,
        "document": json.loads(agreements.document(connection, revision.hash)),
        "acceptances": acceptances,
        "keys": [
            *(_key(each, None) for each in signatures.witness_keys(connection) if each.kid in used),
            *(
                _key(each, each.agency)
                for each in signatures.own_keys(connection, signers).values()
                if each.kid in own
            ),
        ],
        "exported_at": rfc3339(wanted.now),
        "sealed_with": key.kid,
    }
    return {**body, "seal": signed_with(key, body)}


def _key(key: WitnessKey | AgencyKey, agency: str | None) -> dict[str, Any]:
    """A public key as it is exported; ``agency`` None: the deployment's."""
    return {
        "kid": key.kid,
        "agency": agency,
        "jwk": key.jwk,
        "valid_from": rfc3339(key.valid_from),
        "valid_until": None if key.valid_until is None else rfc3339(key.valid_until),
    }
