"""`sanya sign`: an agency's own key signs the hash of a revision, here, where the private key is."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from pathlib import Path
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from services.cli.apply import REGISTRY, SLA
from services.cli.client import Api, Connection, say, wrong
from shared.signatures import (
    KEY_BYTES,
    decode,
    encode,
    new_private,
    own_key_statement,
    public_of,
    registration_statement,
    sign,
    thumbprint,
)


def read_key(file: Path) -> bytes:
    """The private key of a PEM or JWK file that nobody else can read."""
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
        if mode & 0o077:
            raise wrong(f"{file} can be read by others (mode {mode:04o}): chmod 600 {file}")
        text = file.read_bytes()
    except OSError as error:
        raise wrong(f"{file}: {error.strerror}") from None
    private = _from_jwk(text) if text.lstrip().startswith(b"{") else _from_pem(text)
    if private is None:
        raise wrong(f"{file} is no private Ed25519 key: PEM (PKCS#8, without a password) or JWK")
    return private


def _from_jwk(text: bytes) -> bytes | None:
    try:
        jwk = json.loads(text)
    except ValueError:
        return None
    private = decode(str(jwk.get("d")), KEY_BYTES)
    if jwk.get("crv") != "Ed25519" or private is None or public_of(private)["x"] != jwk.get("x"):
        return None
    return private


def _from_pem(text: bytes) -> bytes | None:
    try:
        key = load_pem_private_key(text, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return key.private_bytes_raw() if isinstance(key, Ed25519PrivateKey) else None


def make_key(file: Path) -> bytes:
    """A new private key in a new file of mode 0600: PEM, or JWK where the name ends in .jwk or .json."""
    private = new_private()
    if file.suffix in {".jwk", ".json"}:
        text = json.dumps({**public_of(private), "d": encode(private)}).encode() + b"\n"
    else:
        key = Ed25519PrivateKey.from_private_bytes(private)
        text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        raise wrong(f"{file}: {error.strerror}") from None
    return private


def register_key(api: Api, agency: str, private: bytes, replaces: str | None) -> str:
    """Registers the public half, with the proof that we hold the private one. Returns its kid."""
    jwk = public_of(private)
    kid = thumbprint(jwk)
    body: dict[str, Any] = {"jwk": jwk, "proof": sign(private, registration_statement(agency, kid))}
    if replaces is not None:
        body["replaces"] = replaces
    api.post(f"{REGISTRY}/agencies/{agency}/keys", body)
    return kid


def accept(api: Api, agency: str, agreement: str, digest: str, private: bytes) -> Any:
    """Signs the hash of a revision and sends the acceptance. What is signed is read and hashed here."""
    address = f"{SLA}/agreements/{agreement}/revisions/{digest}"
    text = _document(api, address)
    found = hashlib.sha256(text).hexdigest()
    if found != digest:
        raise wrong(f"the server's text of this revision has the hash {found}, not {digest}: not signed")
    kid = thumbprint(public_of(private))
    signature = sign(private, own_key_statement(agency, agreement, digest, kid))
    return api.post(f"{address}/acceptances", {"hash": digest, "signature": signature, "kid": kid})


def _document(api: Api, address: str) -> bytes:
    """The stored form of a revision, to the byte."""
    return api.answer("GET", address).content


def sign_command(
    connection: Connection,
    *,
    as_: str | None,
    agency: str,
    key: Path,
    new_key: bool,
    replaces: str | None,
    agreement: str | None,
    digest: str | None,
) -> None:
    """The whole of `sanya sign`."""
    if (agreement is None) != (digest is None) or (agreement is None and not new_key):
        raise wrong("name AGREEMENT and HASH to sign, or make a key with --new-key")
    api = connection.api(as_)
    # A file whose registration did not get through is registered by the same command again.
    private = make_key(key) if new_key and not key.exists() else read_key(key)
    if new_key:
        kid = register_key(api, agency, private, replaces)
        say.print(f"{key}: the key of {agency}, registered as {kid}; keep a copy of the file", markup=False)
    if agreement is not None and digest is not None:
        found = accept(api, agency, agreement, digest, private)
        revision = next(each for each in found["revisions"] if each["hash"] == digest)
        say.print(f"signed for {agency}: {agreement} {digest} is {revision['state']}", markup=False)
