"""What an acceptance says when it is signed, and which keys may sign it.

Every acceptance is a statement that the deployment's key signs: it witnesses who accepted which hash, for
whom, when, and until when the offer stood. An agency with a key of its own signs as well, and its signature
is part of the statement: the deployment alone can't make one (docs/verify/README.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.clock import rfc3339
from shared.errors import Conflict, Fault, Forbidden, NotYetKnown, Unprocessable
from shared.signatures import own_key_statement, verifies

ACCEPTANCE = "sanya.acceptance.v1"
SIGNED_REVISION = "sanya.signed-revision.v1"
WITNESSED, OWN_KEY = "witnessed", "own_key"


@dataclass(frozen=True, slots=True)
class WitnessKey:
    """A key of the deployment; ``private`` None: it signs no more."""

    kid: str
    private: str | None
    jwk: dict[str, Any]
    valid_from: datetime
    valid_until: datetime | None


@dataclass(frozen=True, slots=True)
class AgencyKey:
    kid: str
    agency: str
    jwk: dict[str, Any]
    valid_from: datetime
    valid_until: datetime | None


@dataclass(frozen=True, slots=True)
class AgencyKeys:
    """The keys of an agency; ``required``: it accepts with them only."""

    agency: str
    required: bool = False
    keys: tuple[AgencyKey, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnSignature:
    """What an agency's own key signed: `own_key_statement`."""

    kid: str
    signature: str


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who gives the acceptance. ``name_hash``: of a person's name, salted."""

    id: str
    kind: str
    name_hash: str | None

    def stated(self) -> dict[str, Any]:
        return {"id": self.id, "kind": self.kind, "name_hash": self.name_hash}


@dataclass(frozen=True, slots=True)
class Acceptance:
    """``by_agency``: who accepts for ``agency``, under ``delegation``; None: itself."""

    agreement: str
    revision: str
    agency: str
    signatory: Signatory
    role: str
    at: datetime
    offer_expires_at: datetime | None
    by_agency: str | None = None
    delegation: str | None = None
    own: OwnSignature | None = None

    def statement(self, kid: str) -> dict[str, Any]:
        """What the deployment's key ``kid`` signs."""
        return {
            "type": ACCEPTANCE,
            "agreement": self.agreement,
            "revision": self.revision,
            "agency": self.agency,
            "by_agency": self.by_agency,
            "delegation": self.delegation,
            "signatory": self.signatory.stated(),
            "role": self.role,
            "at": rfc3339(self.at),
            "offer_expires_at": None if self.offer_expires_at is None else rfc3339(self.offer_expires_at),
            "how": WITNESSED if self.own is None else OWN_KEY,
            "own_key": None if self.own is None else {"kid": self.own.kid, "signature": self.own.signature},
            "kid": kid,
        }


def check_own_key(given: Acceptance, bound: AgencyKeys, acting: AgencyKeys, now: datetime) -> None:
    """Whether an acceptance is signed with the keys it needs.

    ``bound``: of the agency that it binds; ``acting``: of the one that gives it, the same without delegation.
    """
    delegated = acting.agency != bound.agency
    if bound.required and delegated:
        raise Forbidden(
            f"{bound.agency} accepts with its own key only, which nobody holds under a delegation",
            slug="own-key-required",
        )
    if (bound.required or acting.required) and given.own is None:
        raise Forbidden(
            f"{acting.agency} accepts with its own key only: sign the revision with it (`sanya sign`)",
            slug="own-key-required",
        )
    if given.own is None:
        return
    key = next((each for each in acting.keys if each.kid == given.own.kid), None)
    if key is None:
        raise NotYetKnown(
            f"{acting.agency} has registered no key {given.own.kid}",
            errors=[Fault("/kid", "register the key first (`sanya sign --new-key`)")],
        )
    if key.valid_until is not None and now >= key.valid_until:
        raise Conflict(
            f"the key {key.kid} ended at {rfc3339(key.valid_until)}; sign with one that is in force",
            slug="key-ended",
        )
    statement = own_key_statement(acting.agency, given.agreement, given.revision, key.kid)
    if not verifies(key.jwk, statement, given.own.signature):
        raise Unprocessable(
            "the signature is not this key's signature of this revision",
            errors=[Fault("/signature", "sign the RFC 8785 form of " + _shown(statement) + ", base64url")],
        )


def _shown(statement: Mapping[str, str]) -> str:
    return "{" + ",".join(f'"{name}":"{statement[name]}"' for name in sorted(statement)) + "}"
