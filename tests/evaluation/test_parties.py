"""What three parties see of a breach, dispute and do again by hand; a fourth agency sees none of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

from shared import words
from shared.auth import Role
from shared.db.tables import outbox
from tests.e2e.instance import SERVICE, eventually, month_start, objective
from tests.whole import (
    EVALUATION,
    METRICS,
    OF_AN_AGENCY,
    REGISTRY,
    SLA,
    Whole,
    agreement,
    exclusion_of,
    open_whole,
)

CODE = "permit-three"
CONFIRM: dict[str, Any] = {
    "code": "permit.confirmation-time",
    "service": SERVICE,
    "kind": "duration",
    "from": {"step": "*", "occurrence": "first", "edge": "any"},
    "to": {"step": "t05", "occurrence": "first", "edge": "end"},
}
MONTH = month_start(1)
NEXT = month_start(0)
SECRET = "the clerk was ill that week"


def when(days: float) -> str:
    return (MONTH + timedelta(days=days)).isoformat()


def slow(name: str) -> list[tuple[str, str, str, str, float]]:
    """(journey, step, edge, agency, day of the month)."""
    return [
        (name, "t01", "start", "city", 1),
        (name, "t01", "end", "city", 1.5),
        (name, "t05", "start", "land", 2),
        (name, "t05", "end", "land", 6),
    ]


JOURNEYS = [
    *slow("slow-1"),
    *slow("slow-2"),
    ("quick", "t01", "start", "city", 3),
    ("quick", "t05", "end", "land", 4),
    ("open", "t01", "start", "city", 5),
    ("before", "t01", "start", "city", -6),
    ("before", "t05", "end", "land", -5),
]
SHARES = [(3.0, 90, 100, "50"), (4.0, 80, 100, "50"), (4.0, 1, 50, "10"), (-2.0, 0, 70, "50")]
TIMES = [(2.0, "800"), (2.0, "800.000001"), (9.0, "12.5"), (30.9, "900"), (-1.0, "1"), (45.0, "1")]


def settle(whole: Whole) -> None:
    operator = whole.token(None, Role.OPERATOR)
    whole.done("POST", f"{REGISTRY}/agencies", operator, {"code": "province", "name": {"en": "province"}})
    city, land, province = (whole.token(name, *OF_AN_AGENCY) for name in ("city", "land", "province"))
    for source, agency, token in (("city-log", "city", city), ("land-log", "land", land)):
        body = {"code": source, "agency": agency, "services": [SERVICE]}
        whole.done("POST", f"{REGISTRY}/sources", token, body)
    whole.done("POST", f"{SLA}/indicators", city, CONFIRM)
    document = agreement(
        code=CODE,
        parties=["city", "land", "province"],
        objectives=[
            objective(
                "confirm",
                "permit.confirmation-time",
                good={"comparator": "<=", "value": "P3D"},
                count_at="completion",
                allotments={"t01": "P1D", "t05": "P2D"},
            ),
            objective("up", "permit.availability", target="0.9", scope=["province"]),
            objective(
                "quick", "permit.response-time", good={"comparator": "<=", "value": "800"}, target="0.9"
            ),
        ],
    )
    digest = whole.done("POST", f"{SLA}/agreements", city, document)["revisions"][-1]["hash"]
    revision = f"{SLA}/agreements/{CODE}/revisions/{digest}"
    whole.done("POST", f"{revision}/offer", city)
    for token in (city, land, province):
        whole.done("POST", f"{revision}/acceptances", token, {"hash": digest})
    for source, agency, token in (("city-log", "city", city), ("land-log", "land", land)):
        events = [
            {
                "id": f"{journey}-{step}-{edge}",
                "journey": journey,
                "step": step,
                "agency": who,
                "edge": edge,
                "at": when(day),
            }
            for journey, step, edge, who, day in JOURNEYS
            if who == agency
        ]
        told = {"source": source, "service": SERVICE, "events": events}
        whole.done("POST", f"{METRICS}/journey-events", token, told, Idempotency_Key=source)
    rows: list[dict[str, Any]] = [
        {
            "indicator": "permit.availability",
            "at": when(day),
            "good": good,
            "total": total,
            "labels": {"province": where},
        }
        for day, good, total, where in SHARES
    ]
    rows += [
        {"indicator": "permit.response-time", "at": when(day), "value": value}
        for day, value in TIMES
        if MONTH + timedelta(days=day) < datetime.now(MONTH.tzinfo)
    ]
    for key, part in (("a", rows[::2]), ("b", rows[1::2]), ("wrong", rows)):
        sent = {"source": "land-log", "service": SERVICE, "measurements": part}
        batch = whole.done("POST", f"{METRICS}/measurements", land, sent, Idempotency_Key=f"by-hand-{key}")
        if key == "wrong":
            whole.done("POST", f"{METRICS}/batches/{batch['batch']}/void", land, {"reason": "sent twice"})


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with open_whole(tmp_path_factory.mktemp("parties")) as found:
        settle(found)
        yield found


@pytest.fixture(scope="module")
def breach(whole: Whole) -> dict[str, Any]:
    path = f"{EVALUATION}/breaches?agreement={CODE}&objective=confirm"
    found = eventually(lambda: whole.done("GET", path, whole.token("land", "viewer"))["items"], bool)
    return found[0]  # type: ignore[no-any-return]


def result(whole: Whole, code: str, **scope: str) -> dict[str, Any]:
    """Last month's result of an objective."""
    path = f"{EVALUATION}/results?agreement={CODE}&objective={code}"

    def mine() -> list[dict[str, Any]]:
        items = whole.done("GET", path, whole.token("city", "viewer"))["items"]
        return [
            one
            for one in items
            if datetime.fromisoformat(one["window"]["end"]) == NEXT and one["scope"] == scope
        ]

    found: list[dict[str, Any]] = eventually(mine, bool)
    return found[0]


def pages(whole: Whole, path: str, token: str, *names: str, limit: int = 1) -> Iterator[tuple[str, Any]]:
    """Everything in some lists of a paged answer."""
    after = ""
    while True:
        sign = "&" if "?" in path else "?"
        body = whole.done("GET", f"{path}{sign}limit={limit}{after}", token)
        for name in names:
            yield from ((name, one) for one in body[name])
        if body["next"] is None:
            return
        after = f"&after={body['next']}"


# --- attribution -------------------------------------------------------------------------------------


def test_parties_see_who_had_the_journeys(whole: Whole, breach: dict[str, Any]) -> None:
    path = f"{EVALUATION}/attribution?breach={breach['id']}"
    found = whole.done("GET", path, whole.token("province", "viewer"))
    by = {one["agency"]: one for one in found["agencies"]}
    # Two journeys too long by a day; the open one lies with the city until now.
    assert by["land"]["exceeded_by"] == str(2 * 2 * 86_400)
    assert by["land"]["seconds"] == str(2 * 4 * 86_400)
    assert by["city"]["handover"]["seconds"] == str(86_400)
    assert by["city"]["exceeded"] == 1
    spans = {one["journey"]: one["spans"] for one in found["items"]}
    assert set(spans) == {"slow-1", "slow-2", "open"}
    assert [(one["kind"], one["awaited"]) for one in spans["slow-1"]] == [
        ("step", None),
        ("handover", "land"),
        ("step", None),
    ]
    of_result = whole.done(
        "GET", f"{EVALUATION}/attribution?result={breach['result']}&which=all", whole.token("city", "viewer")
    )
    assert {one["journey"] for one in of_result["items"]} == {"slow-1", "slow-2", "open", "quick"}


def test_the_evidence_is_paged(whole: Whole, breach: dict[str, Any]) -> None:
    path = f"{EVALUATION}/attribution?breach={breach['id']}"
    names = [one["journey"] for _, one in pages(whole, path, whole.token("land", "viewer"), "items")]
    assert names == ["open", "slow-1", "slow-2"]


@pytest.mark.parametrize("query", ["", "?result=a&breach=b"])
def test_an_attribution_is_of_one_thing(whole: Whole, query: str) -> None:
    answer = whole.call("GET", f"{EVALUATION}/attribution{query}", whole.token("land", "viewer"))
    assert answer.status_code == 422


def test_another_agency_sees_none_of_it(whole: Whole, breach: dict[str, Any]) -> None:
    far = whole.token("far", *OF_AN_AGENCY)
    for path in (f"attribution?breach={breach['id']}", f"attribution?result={breach['result']}"):
        answer = whole.call("GET", f"{EVALUATION}/{path}", far)
        assert answer.status_code == 404, answer.text
    body = {"reason": "not mine", "about": {"kind": "breach"}}
    answer = whole.call("POST", f"{EVALUATION}/breaches/{breach['id']}/disputes", far, body)
    assert answer.status_code == 404
    assert whole.done("GET", f"{EVALUATION}/disputes", far)["items"] == []


# --- disputes ----------------------------------------------------------------------------------------


def dispute(whole: Whole, breach: dict[str, Any], by: str, about: dict[str, Any]) -> dict[str, Any]:
    token = whole.token(by, "negotiator")
    body = {"reason": SECRET, "about": about}
    found: dict[str, Any] = whole.done("POST", f"{EVALUATION}/breaches/{breach['id']}/disputes", token, body)
    return found


def answer(whole: Whole, made: dict[str, Any], by: str, said: str, reason: str | None = None) -> Any:
    path = f"{EVALUATION}/disputes/{made['id']}/answers"
    return whole.call("POST", path, whole.token(by, "signatory"), {"answer": said, "reason": reason})


def awaiting(whole: Whole, who: str) -> set[str]:
    path = f"{EVALUATION}/disputes?awaiting=me"
    return {one["id"] for one in whole.done("GET", path, whole.token(who, "viewer"))["items"]}


def test_a_dispute_is_upheld_by_all_others_and_something_has_to_follow(
    whole: Whole, breach: dict[str, Any]
) -> None:
    made = dispute(whole, breach, "land", {"kind": "share", "agency": "land"})
    assert (made["state"], made["awaiting"]) == ("open", ["city", "province"])
    assert made["id"] in awaiting(whole, "city")
    assert made["id"] not in awaiting(whole, "land")
    assert answer(whole, made, "city", "uphold").json()["state"] == "open"
    assert made["id"] not in awaiting(whole, "city")
    early = whole.call(
        "POST",
        f"{EVALUATION}/disputes/{made['id']}/remedy",
        whole.token("land", "signatory"),
        {"kind": "correction", "id": "c1"},
    )
    assert early.json()["type"].endswith("not-upheld")
    upheld = answer(whole, made, "province", "uphold").json()
    assert (upheld["state"], upheld["remedy_due"]) == ("upheld", True)
    path = f"{EVALUATION}/disputes/{made['id']}/remedy"
    unknown = whole.call("POST", path, whole.token("city", "signatory"), {"kind": "correction", "id": "c1"})
    assert unknown.json()["type"].endswith("not-yet-known")
    exclusions = f"{SLA}/agreements/{CODE}/exclusions"
    exclusion = whole.done("POST", exclusions, whole.token("land", "signatory"), exclusion_of())
    for agency in ("city", "province"):
        approval = f"{SLA}/exclusions/{exclusion['id']}/approvals"
        whole.done("POST", approval, whole.token(agency, "signatory"), {"hash": exclusion["id"]})
    body = {"kind": "exclusion", "id": exclusion["id"]}
    signatory = whole.token("city", "signatory")
    done = eventually(lambda: whole.call("POST", path, signatory, body), lambda said: said.is_success).json()
    assert (done["remedy"], done["remedy_due"]) == (body, False)
    shown = whole.done("GET", f"{EVALUATION}/breaches/{breach['id']}", whole.token("city", "viewer"))
    assert made["id"] in {one["id"] for one in shown["disputes"]}


def test_one_party_can_decline_and_the_others_are_still_heard(whole: Whole, breach: dict[str, Any]) -> None:
    made = dispute(whole, breach, "land", {"kind": "journeys", "journeys": ["slow-1"]})
    assert answer(whole, made, "city", "decline").status_code == 422
    assert answer(whole, made, "city", "decline", "it was ours").json()["state"] == "open"
    assert answer(whole, made, "city", "uphold").status_code == 409
    assert answer(whole, made, "land", "uphold").status_code == 403
    assert answer(whole, made, "province", "uphold").json()["state"] == "declined"
    again = answer(whole, made, "province", "note")
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("about", "where"),
    [
        ({"kind": "journeys", "journeys": ["slow-1", "quick-not-there"]}, "/about/journeys/1"),
        ({"kind": "share", "agency": "province"}, "/about/agency"),
    ],
)
def test_only_what_is_in_the_breach_is_disputed(
    whole: Whole, breach: dict[str, Any], about: dict[str, Any], where: str
) -> None:
    token = whole.token("land", "negotiator")
    path = f"{EVALUATION}/breaches/{breach['id']}/disputes"
    refused = whole.call("POST", path, token, {"reason": "x", "about": about})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == where


def test_the_same_is_not_disputed_twice_at_once(whole: Whole, breach: dict[str, Any]) -> None:
    dispute(whole, breach, "city", {"kind": "breach"})
    path = f"{EVALUATION}/breaches/{breach['id']}/disputes"
    body = {"reason": "again", "about": {"kind": "breach"}}
    assert whole.call("POST", path, whole.token("city", "signatory"), body).status_code == 409


def test_parties_hear_of_it_without_the_words(whole: Whole, breach: dict[str, Any]) -> None:
    dispute(whole, breach, "province", {"kind": "breach"})
    kind = "sanya.evaluation.breach.disputed.v1"
    path = f"/api/delivery/v1/events?type={kind}&limit=1000"
    found = eventually(
        lambda: [
            one
            for one in whole.done("GET", path, whole.token("land", "viewer"))["items"]
            if one["data"]["dispute"]["agency"] == "province"
        ],
        bool,
    )
    assert set(found[0]["data"]["dispute"]["reason"]) == {"id", "hash"}
    assert whole.done("GET", path, whole.token("far", "viewer"))["items"] == []
    rows = whole.db("evaluation").snapshot(lambda connection: connection.execute(outbox.select()).all())
    assert not any(SECRET.encode() in row.data for row in rows)
    read = words.free_text.select()
    kept = whole.db("evaluation").snapshot(lambda connection: connection.execute(read).all())
    assert any(SECRET in row.text for row in kept)


# --- by hand -----------------------------------------------------------------------------------------


def raw(whole: Whole, explained: dict[str, Any], path: str) -> list[dict[str, Any]]:
    """The rows of every batch that an explanation says counts, read by whoever owns it."""
    batches: dict[str, str] = {}
    for name, one in pages(whole, path, whole.token("province", "viewer"), "batches", "journeys"):
        for part in [one] if name == "batches" else one["batches"]:
            if one["counts"]:
                batches[part["rows_at"]] = part["agency"]
    found: list[dict[str, Any]] = []
    for rows_at, agency in batches.items():
        token = whole.token(agency, "viewer")
        found += [row for _, row in pages(whole, rows_at, token, "items", limit=2)]
        others = whole.call("GET", rows_at, whole.token("province", *OF_AN_AGENCY))
        assert others.status_code == 404, explained["formula"]
    return found


def by_hand(found: dict[str, Any], good: int, total: int) -> None:
    assert (found["good"], found["total"]) == (good, total)
    assert Fraction(found["exact"]) == Fraction(good, total)


def meets(row: dict[str, Any], counts: dict[str, Any]) -> bool:
    at, start, end = (datetime.fromisoformat(text) for text in (row["at"], counts["from"], counts["to"]))
    labels = {name: row.get("labels", {}).get(name) for name in counts["labels"]}
    return row["indicator"] == counts["indicator"] and start <= at < end and labels == counts["labels"]


def test_a_share_can_be_done_again_from_the_raw_rows(whole: Whole) -> None:
    found = result(whole, "up", province="50")
    path = f"{EVALUATION}/results/{found['id']}/explanation"
    explained = whole.done("GET", path, whole.token("city", "viewer"))
    rows = [row for row in raw(whole, explained, path) if meets(row, explained["counts"])]
    by_hand(found, sum(row["good"] for row in rows), sum(row["total"] for row in rows))
    assert (found["good"], found["total"]) == (170, 200)
    assert "voided" in {one["why_not"] for one in explained["batches"]}
    assert explained["revision"]["hash"] == found["agreement_revision"]


def test_a_percentile_can_be_done_again_from_the_raw_rows(whole: Whole) -> None:
    found = result(whole, "quick")
    path = f"{EVALUATION}/results/{found['id']}/explanation"
    explained = whole.done("GET", path, whole.token("city", "viewer"))
    rows = [row for row in raw(whole, explained, path) if meets(row, explained["counts"])]
    limit = Fraction(explained["objective"]["good"]["value"])
    by_hand(found, sum(Fraction(row["value"]) <= limit for row in rows), len(rows))


def test_journeys_can_be_done_again_from_the_raw_events(whole: Whole) -> None:
    found = result(whole, "confirm")
    path = f"{EVALUATION}/results/{found['id']}/explanation"
    explained = whole.done("GET", path, whole.token("city", "viewer"))
    events: dict[str, dict[str, list[datetime]]] = {}
    for row in raw(whole, explained, path):
        at = datetime.fromisoformat(row["at"])
        steps = events.setdefault(row["journey"], {"any": [], "end": []})
        steps["any"].append(at)
        if row["step"] == "t05" and row["edge"] in ("end", "point"):
            steps["end"].append(at)
    good = total = 0
    for steps in events.values():
        started = min(steps["any"])
        ended = min(steps["end"], default=None)
        counts_at = ended or started + timedelta(days=3)
        if MONTH <= counts_at < NEXT:
            total += 1
            good += ended is not None and ended - started <= timedelta(days=3)
    by_hand(found, good, total)
    assert (good, total) == (1, 4)
