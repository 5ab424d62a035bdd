"""An agreement with everything that evidence is made of, signed as the agreements' service signs it."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from docs.verify import verify
from services.evaluation.domain import bundles, notes
from services.evaluation.domain.evidence import form
from services.evaluation.handlers import sequencing
from services.evaluation.handlers.sequencing import Cosign, Writing
from services.evaluation.reading.bundle import Wanted, bundle
from services.evaluation.store import evidence as store
from services.evaluation.store import signers
from shared.auth import Principal, Role
from shared.events.registry import AgencyKeysChanged, AgencySigningKey
from shared.events.sla import AcceptanceSigned, AgreementInForce, WitnessKeyChanged
from shared.signatures import (
    encode,
    new_private,
    own_key_statement,
    public_of,
    sign,
    statement_bytes,
    thumbprint,
)
from tests.evaluation.engine import (
    AGREEMENT,
    SERVICE,
    Engine,
    accepted,
    at,
    batch,
    exclusion,
    indicator,
    objective,
    tick,
)

ORIGIN = "test/evidence"
NOON = datetime(2026, 1, 10, 12, tzinfo=UTC)
UP = "permit.availability"
DAILY = {"kind": "calendar", "unit": "day", "count": 1, "anchor": "2026-01-01"}
SIGNED_AT = "2026-01-01T02:00:00Z"
START, END = at("2026-01-05T00:00"), at("2026-01-09T00:00")


@dataclass(frozen=True)
class Key:
    private: bytes

    @property
    def jwk(self) -> dict[str, str]:
        return public_of(self.private)

    @property
    def kid(self) -> str:
        return thumbprint(self.jwk)


WITNESS, LAND = Key(new_private()), Key(new_private())


def sequence(engine: Engine) -> None:
    while engine.db.transact(lambda _command, uow: sequencing.sequence(Writing(ORIGIN), uow)):
        pass


def agree(engine: Engine) -> str:
    """A revision that city accepted (witnessed) and land with its own key. Returns its hash."""
    since = at("2025-12-01T00:00")
    engine.feed(
        WitnessKeyChanged(
            version=1, kid=WITNESS.kid, jwk=WITNESS.jwk, valid_from=since, valid_until=None
        ).event()
    )
    key = AgencySigningKey(kid=LAND.kid, jwk=LAND.jwk, valid_from=since, valid_until=None)
    engine.feed(AgencyKeysChanged(version=1, agency="land", required=True, keys=[key]).event())
    document: dict[str, Any] = {
        "code": AGREEMENT,
        "parties": ["city", "land"],
        "time_zone": "Asia/Bangkok",
        "objectives": [objective("up", UP, window=DAILY, grace="P1D", title={"th": "พร้อมใช้"})],
    }
    digest = hashlib.sha256(form(document)).hexdigest()
    engine.feed(indicator(UP, "ratio"))
    engine.feed(
        AgreementInForce(
            version=1,
            agreement=AGREEMENT,
            hash=digest,
            parent=None,
            service=SERVICE,
            parties=["city", "land"],
            visibility="parties",
            effective_from=at("2026-01-01T00:00"),
            effective_to=None,
            document=document,
        ).event(at=at(SIGNED_AT))
    )
    own = {
        "kid": LAND.kid,
        "signature": sign(LAND.private, own_key_statement("land", AGREEMENT, digest, LAND.kid)),
    }
    for agency, its in (("city", None), ("land", own)):
        statement = {
            "type": "sanya.acceptance.v1",
            "agreement": AGREEMENT,
            "revision": digest,
            "agency": agency,
            "by_agency": None,
            "delegation": None,
            "signatory": {"id": f"c_{agency}", "kind": "client", "name_hash": None},
            "role": "signatory",
            "at": SIGNED_AT,
            "offer_expires_at": None,
            "how": "witnessed" if its is None else "own_key",
            "own_key": its,
            "kid": WITNESS.kid,
        }
        engine.feed(
            AcceptanceSigned(
                version=1,
                agreement=AGREEMENT,
                revision=digest,
                agency=agency,
                at=at(SIGNED_AT),
                statement=statement_bytes(statement).decode(),
                signature=sign(WITNESS.private, statement),
            ).event()
        )
    return digest


def ratio(name: str, when: str, good: int, total: int) -> Any:
    return accepted(batch(name, UP, [{"at": when, "good": good, "total": total}], received=when))


def judged(engine: Engine) -> str:
    """Final windows, one judged anew by an exclusion and again without it; all logged. Returns the hash."""
    engine.db.clock = lambda: NOON
    digest = agree(engine)
    engine.feed(ratio("b1", "2026-01-05T09:00", 9, 10), ratio("b2", "2026-01-05T09:30", 0, 10))
    engine.feed(ratio("b3", "2026-01-06T09:00", 7, 10), ratio("b4", "2026-01-07T09:00", 1, 1))
    engine.feed(tick("2026-01-09T00:01"))
    engine.feed(exclusion("x1", "2026-01-05T09:30", "2026-01-05T09:31"))
    engine.feed(tick("2026-01-09T00:02"))
    engine.feed(exclusion("x1", "2026-01-05T09:30", "2026-01-05T09:31", state="revoked", version=3))
    engine.feed(tick("2026-01-09T00:03"))
    sequence(engine)
    return digest


def cosign(engine: Engine, key: Key = LAND, agency: str = "land", **changes: Any) -> dict[str, Any]:
    found = engine.db.snapshot(store.newest_checkpoint)
    assert found is not None
    time = int(NOON.timestamp())
    signature = sign_raw(key.private, notes.cosigned_message(found.body, time))
    caller = Principal(f"c_{agency}", agency, frozenset({Role.SIGNATORY}))
    values: dict[str, Any] = {"size": found.size, "kid": key.kid, "time": time, "signature": signature}
    return engine.db.transact(sequencing.cosign, Cosign(caller, **{**values, **changes}))


def sign_raw(private: bytes, message: bytes) -> str:
    return encode(Ed25519PrivateKey.from_private_bytes(private).sign(message))


def bundled(engine: Engine, start: int = START, end: int = END, agency: str = "city") -> bytes:
    return engine.db.snapshot(bundle, Wanted(AGREEMENT, start, end, agency))


def failed(raw: bytes, *trusted: str) -> set[str]:
    """The checks that a file does not pass."""
    report, _ = verify.verify(raw, trusted)
    return {name for name, _, wrong in report.found if wrong is not None}


def opened(raw: bytes) -> dict[str, Any]:
    """What is in a bundle: JSON read, the checkpoint as text."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return {
        name: json.loads(data) if name.endswith(".json") else data.decode() for name, data in files.items()
    }


def resealed(engine: Engine, held: Mapping[str, Any]) -> bytes:
    """A bundle as somebody who holds the log's key would make it of changed files."""
    key = engine.db.snapshot(signers.signing_key)
    assert key is not None
    data = {
        name: form(value) if name.endswith(".json") else value.encode()
        for name, value in held.items()
        if name != "index.json"
    }
    index = {name: value for name, value in held["index.json"].items() if name != "seal"}
    index["files"] = [
        {
            **one,
            "sha256": hashlib.sha256(data[one["path"]]).hexdigest(),
            "records": len(held[one["path"]]) if one["path"].endswith(".json") else one["records"],
        }
        for one in index["files"]
    ]
    files = [bundles.File(name, "", found, 0) for name, found in data.items()]
    return bundles.packed(files, {**index, "seal": sign(sequencing.private_of(key), index)})


def later(hours: int) -> datetime:
    return NOON + timedelta(hours=hours)
