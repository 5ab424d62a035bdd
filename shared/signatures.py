"""Ed25519 signatures over statements: what is signed is the RFC 8785 form of a small JSON object.

Every statement has a `type`, so that a signature made for one purpose is worth nothing for another. Keys are
JWKs (RFC 8037) named by their RFC 7638 thumbprint; signatures are base64url without padding, in the one
spelling that there is.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

OWN_KEY_ACCEPTANCE = "sanya.acceptance.own-key.v1"
KEY_REGISTRATION = "sanya.key-registration.v1"

KEY_BYTES = 32
SIGNATURE_BYTES = 64

# The y coordinates of points of small order (and their spellings beyond the field's prime): with such a "key"
# one signature fits many texts, so it proves nothing.
_SMALL_ORDER = frozenset(
    bytes.fromhex(point)
    for point in (
        "00" * 32,
        "01" + "00" * 31,
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ec" + "ff" * 30 + "7f",
        "ed" + "ff" * 30 + "7f",
        "ee" + "ff" * 30 + "7f",
    )
)


def statement_bytes(statement: Mapping[str, Any]) -> bytes:
    """What is signed of a statement: its RFC 8785 form."""
    return rfc8785.dumps(dict(statement))


def encode(raw: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode(text: str, length: int) -> bytes | None:
    """``length`` bytes from base64url; None for anything else, and for another spelling of the same bytes."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    return raw if len(raw) == length and encode(raw) == text else None


def public_jwk(raw: bytes) -> dict[str, str]:
    return {"kty": "OKP", "crv": "Ed25519", "x": encode(raw)}


def thumbprint(jwk: Mapping[str, Any]) -> str:
    """The kid of an Ed25519 key (RFC 7638)."""
    members = {"crv": jwk["crv"], "kty": jwk["kty"], "x": jwk["x"]}
    text = json.dumps(members, sort_keys=True, separators=(",", ":"))
    return encode(hashlib.sha256(text.encode()).digest())


def key_fault(jwk: Mapping[str, Any]) -> str | None:
    """Why a JWK is no public Ed25519 key that signatures can be checked with, or None."""
    if jwk.get("kty") != "OKP" or jwk.get("crv") != "Ed25519":
        return 'must be an Ed25519 key: "kty": "OKP", "crv": "Ed25519"'
    raw = decode(str(jwk.get("x")), KEY_BYTES)
    if raw is None:
        return '"x" must be the 32 bytes of the public key in base64url'
    if bytes([*raw[:-1], raw[-1] & 0x7F]) in _SMALL_ORDER:
        return "is a point of small order: with it one signature would fit many texts"
    return None


def new_private() -> bytes:
    """The 32 bytes of a new private key."""
    return Ed25519PrivateKey.generate().private_bytes_raw()


def public_of(private: bytes) -> dict[str, str]:
    """The public JWK of a private key."""
    return public_jwk(Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw())


def sign(private: bytes, statement: Mapping[str, Any]) -> str:
    return encode(Ed25519PrivateKey.from_private_bytes(private).sign(statement_bytes(statement)))


def verifies(jwk: Mapping[str, Any], statement: Mapping[str, Any], signature: str) -> bool:
    """Whether a signature over a statement was made with the private half of a key."""
    raw = decode(signature, SIGNATURE_BYTES)
    public = decode(str(jwk.get("x")), KEY_BYTES)
    if raw is None or public is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(raw, statement_bytes(statement))
    except (InvalidSignature, ValueError):
        return False
    return True


def own_key_statement(agency: str, agreement: str, digest: str, kid: str) -> dict[str, str]:
    """What an agency signs with its own key to accept a revision."""
    return {
        "type": OWN_KEY_ACCEPTANCE,
        "agency": agency,
        "agreement": agreement,
        "hash": digest,
        "kid": kid,
    }


def registration_statement(agency: str, kid: str) -> dict[str, str]:
    """What a new key signs to show that the agency holds its private half."""
    return {"type": KEY_REGISTRATION, "agency": agency, "kid": kid}
