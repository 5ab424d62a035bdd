"""Checkpoints as signed notes: c2sp.org/signed-note, /tlog-checkpoint and /tlog-cosignature (Ed25519)."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519, COSIGNATURE = 1, 4
"""The kinds of signature, as they go into a key's id."""
MOST_TIME = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The root of a log of ``size`` leaves; ``origin`` names the log for ever."""

    origin: str
    size: int
    root: bytes

    @property
    def body(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def key_id(name: str, kind: int, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def verifier_key(name: str, kind: int, public: bytes) -> str:
    """A public key as programs that read signed notes take it (a "vkey")."""
    text = base64.b64encode(bytes([kind]) + public).decode()
    return f"{name}+{key_id(name, kind, public).hex()}+{text}"


def line(name: str, kind: int, public: bytes, signature: bytes) -> str:
    """A signature line of a note."""
    text = base64.b64encode(key_id(name, kind, public) + signature).decode()
    return f"\u2014 {name} {text}\n"


def signed(body: str, name: str, private: bytes) -> str:
    """The signature line of a note's body."""
    key = Ed25519PrivateKey.from_private_bytes(private)
    public = key.public_key().public_bytes_raw()
    return line(name, ED25519, public, key.sign(body.encode()))


def note(body: str, *lines: str) -> str:
    """A signed note."""
    return body + "\n" + "".join(lines)


def cosigned_message(body: str, time: int) -> bytes:
    """What a cosigner signs: that at ``time`` (POSIX seconds) this was the largest tree it knew of."""
    return f"cosignature/v1\ntime {time}\n{body}".encode()


def cosignature_line(name: str, public: bytes, time: int, signature: bytes) -> str:
    return line(name, COSIGNATURE, public, time.to_bytes(8, "big") + signature)


def verifies(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
