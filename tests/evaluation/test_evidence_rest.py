"""The evidence log over REST: everybody checks it, parties take their bundle, agencies cosign."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from docs.verify import verify
from services.evaluation.domain import merkle, notes
from services.evaluation.domain.evidence import form
from services.evaluation.handlers import sequencing
from services.evaluation.handlers.sequencing import Writing
from shared.auth import Role
from shared.signatures import new_private, public_of, registration_statement, sign, thumbprint
from tests.e2e.instance import AGREEMENT, eventually
from tests.evaluation.evidence import failed, opened, sign_raw
from tests.whole import EVALUATION, OF_AN_AGENCY, REGISTRY, Whole, open_whole

LOG = f"{EVALUATION}/evidence"
BUNDLE = f"{LOG}/agreements/{AGREEMENT}/bundle"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with open_whole(tmp_path_factory.mktemp("evidence")) as found:
        land, hours = found.token("land", *OF_AN_AGENCY), count(1)

        def accepted() -> int:
            """Of how many acceptances the bundle has proofs, an hour later each time: a checkpoint is due."""
            db, later = found.db("evaluation"), timedelta(hours=next(hours))
            db.clock = lambda: datetime.now(UTC) + later
            db.transact(lambda _command, uow: sequencing.sequence(Writing("x"), uow))
            answer = found.call("GET", BUNDLE, land)
            return len(opened(answer.content)["acceptances.json"]) if answer.is_success else 0

        eventually(accepted, lambda number: number == 2)
        yield found


def test_a_party_takes_a_bundle_that_proves_itself(whole: Whole) -> None:
    for agency in ("city", "land"):
        answer = whole.call("GET", BUNDLE, whole.token(agency, Role.AUDITOR))
        assert answer.headers["content-type"] == "application/zip"
        assert answer.headers["content-disposition"] == f'attachment; filename="{AGREEMENT}-evidence.zip"'
        assert failed(answer.content) == set()
        held = opened(answer.content)
        assert sorted(one["agency"] for one in held["acceptances.json"]) == ["city", "land"]
        assert {one["use"] for one in held["keys.json"]} == {"log", "signer"}
    assert whole.call("GET", BUNDLE).status_code == 401


def test_everybody_reads_keys_and_checkpoints_and_checks_them(whole: Whole) -> None:
    (key,) = whole.call("GET", f"{LOG}/keys").json()["items"]
    newest = whole.call("GET", f"{LOG}/checkpoints?limit=1").json()["items"][0]
    note = whole.call("GET", f"{LOG}/checkpoint")
    assert note.headers["content-type"] == "text/plain; charset=utf-8"
    assert note.text == newest["note"] == whole.call("GET", f"{LOG}/checkpoint?size={newest['size']}").text
    body, _, lines = note.text.partition("\n\n")
    name, kid, public = key["verifier_key"].split("+", 2)
    raw = base64.b64decode(public)[1:]
    signature = base64.b64decode(lines.split("\n")[0].rsplit(" ", 1)[1])
    assert signature[:4].hex() == kid
    assert notes.verifies(raw, f"{body}\n".encode(), signature[4:])
    assert body.split("\n")[0] == name == "sanya/evidence"
    assert whole.call("GET", f"{LOG}/checkpoint?size=1000000").status_code == 404


def test_who_has_a_fact_asks_for_its_proof(whole: Whole) -> None:
    held = opened(whole.call("GET", BUNDLE, whole.token("land", Role.VIEWER)).content)
    leaf = verify.leaf_of("acceptance", held["acceptances.json"][0])
    digest = merkle.leaf_hash(form(leaf))
    found = whole.call("GET", f"{LOG}/inclusion?leaf={digest.hex()}").json()
    path = [base64.b64decode(one) for one in found["path"]]
    reached = merkle.root_from_inclusion(found["position"], found["size"], digest, path)
    assert reached is not None
    assert reached.hex() == found["root"]
    assert whole.call("GET", f"{LOG}/inclusion?leaf={'0' * 64}").status_code == 404
    assert whole.call("GET", f"{LOG}/inclusion?leaf={digest.hex()}&size=1000000").status_code == 404


def test_two_checkpoints_are_proven_to_be_of_one_log(whole: Whole) -> None:
    sizes = [one["size"] for one in whole.call("GET", f"{LOG}/checkpoints").json()["items"]]
    new, old = sizes[0], 1
    found = whole.call("GET", f"{LOG}/consistency?from={old}&to={new}").json()
    path = [base64.b64decode(one) for one in found["path"]]
    held = opened(whole.call("GET", BUNDLE, whole.token("land", Role.VIEWER)).content)
    root = base64.b64decode(held["checkpoint.txt"].split("\n")[2])
    first = next(one for one in _leaves(whole, new) if one[0] == 0)[1]
    assert merkle.is_consistent(old, new, first, root, path)
    assert whole.call("GET", f"{LOG}/consistency?from={new}&to={old}").status_code == (
        422 if new > 1 else 200
    )
    assert whole.call("GET", f"{LOG}/consistency?from=1&to=1000000").status_code == 404


def _leaves(whole: Whole, size: int) -> list[tuple[int, bytes]]:
    held = whole.db("evaluation").snapshot(sequencing.store.nodes, [(0, place) for place in range(size)])
    return [(place, found) for (_, place), found in held.items()]


def test_an_agency_cosigns_with_its_registered_key(whole: Whole) -> None:
    private = new_private()
    kid, city = thumbprint(public_of(private)), whole.token("city", *OF_AN_AGENCY)
    proof = sign(private, registration_statement("city", kid))
    whole.done("POST", f"{REGISTRY}/agencies/city/keys", city, {"jwk": public_of(private), "proof": proof})
    newest = whole.call("GET", f"{LOG}/checkpoints?limit=1").json()["items"][0]
    now = int(time.time())
    body = newest["note"].partition("\n\n")[0] + "\n"
    given = {
        "size": newest["size"],
        "kid": kid,
        "time": now,
        "signature": sign_raw(private, notes.cosigned_message(body, now)),
    }
    for wrong in ({"time": now + 1}, {"kid": "x" * 43}, {"size": 999_999}):
        assert not whole.call("POST", f"{LOG}/cosignatures", city, {**given, **wrong}).is_success
    whole.done("POST", f"{LOG}/cosignatures", city, given)
    note = whole.call("GET", f"{LOG}/checkpoint?size={newest['size']}").text
    assert "\n\u2014 city " in note


def test_the_operator_replaces_the_logs_key(whole: Whole) -> None:
    operator = whole.token(None, Role.OPERATOR)
    new = whole.done("POST", f"{LOG}/keys/rotate", operator, {})
    items = whole.call("GET", f"{LOG}/keys").json()["items"]
    assert [one["valid_until"] is None for one in items] == [False, True]
    assert items[-1]["kid"] == new["kid"]
    assert failed(whole.call("GET", BUNDLE, whole.token("land", Role.VIEWER)).content) == set()


@pytest.mark.parametrize(
    "query",
    ["from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "from=yesterday", "to=2026-01-01T00:00:00", "x=1"],
)
def test_a_period_that_is_none_is_refused(whole: Whole, query: str) -> None:
    assert whole.call("GET", f"{BUNDLE}?{query}", whole.token("land", Role.VIEWER)).status_code == 422
