"""Wire models of signatures."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shared.http import Wire


class WitnessKeyView(Wire):
    """A public key of the deployment, with the span in which it signs or signed."""

    kid: str
    jwk: dict[str, Any]
    valid_from: datetime
    valid_until: datetime | None


class WitnessKeys(Wire):
    """Every key with which acceptances were ever witnessed, oldest first."""

    items: list[WitnessKeyView]


class PublicKeyOf(WitnessKeyView):
    """`agency`: whose own key it is; null: the deployment's."""

    agency: str | None


class SignatoryName(Wire):
    """`name_hash` of the statement is the SHA-256 of salt, a newline and the text."""

    text: str
    salt: str


class SignedAcceptance(Wire):
    """`signature` is over the RFC 8785 form of `statement`; null: given before there were signatures."""

    agency: str
    at: datetime
    statement: dict[str, Any] | None
    signature: str | None
    name: SignatoryName | None


class SignedRevision(Wire):
    """`docs/verify/verify.py` checks it offline. `seal`: over the RFC 8785 form of the rest."""

    type: str
    agreement: str
    hash: str
    document: dict[str, Any]
    acceptances: list[SignedAcceptance]
    keys: list[PublicKeyOf]
    exported_at: datetime
    sealed_with: str
    seal: str
