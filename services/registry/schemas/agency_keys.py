"""Wire models of the keys with which agencies sign."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import Field, model_validator

from services.registry.schemas import Version
from shared.http import Wire
from shared.signatures import key_fault

KID = r"^[A-Za-z0-9_-]{43}$"
KidInPath = Annotated[str, Path(pattern=KID, description="The key's RFC 7638 thumbprint.")]


class PublicKey(Wire):
    """An Ed25519 public key as a JWK (RFC 8037)."""

    kty: Literal["OKP"]
    crv: Literal["Ed25519"]
    x: Annotated[str, Field(max_length=64)]

    @model_validator(mode="after")
    def _usable(self) -> PublicKey:
        fault = key_fault(self.model_dump())
        if fault is not None:
            raise ValueError(fault)
        return self


class AgencyKeyIn(Wire):
    """`proof`: the new key's signature over the RFC 8785 form of
    `{"agency": …, "kid": …, "type": "sanya.key-registration.v1"}`. `replaces`: a key that ends now."""

    jwk: PublicKey
    proof: Annotated[str, Field(max_length=100)]
    replaces: Annotated[str, Field(pattern=KID)] | None = None


class AgencySigningIn(Wire):
    """`required`: from now on this agency's acceptances need a signature by its own key."""

    required: bool


class AgencyKeyOut(Wire):
    kid: str
    jwk: dict[str, Any]
    valid_from: datetime
    valid_until: datetime | None


class AgencyKeysOut(Wire):
    """Every key the agency ever registered, oldest first: what it signed then is verified with them."""

    agency: str
    required: bool
    keys: list[AgencyKeyOut]
    version: Version
