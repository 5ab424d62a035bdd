"""What waits for somebody: nearest due date first, and only what the reader's agency is asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from services.sla.store import tasks as store
from shared.auth import Role
from tests.sla.conftest import Table
from tests.sla.documents import AGREEMENT, CONFIRM, agreement
from tests.sla.test_api import CITY, LAND, PROVINCE, Site, site  # noqa: F401
from tests.sla.test_ending_and_delegating import delegate, notice, revoke
from tests.sla.test_exclusions import propose

THREE = agreement(parties=["city", "land-office", "province"], objectives=[CONFIRM])


def waiting(table: Table, agency: str) -> list[tuple[str, str]]:
    """What waits for an agency: kind, and whose word it is."""
    person = table.caller(agency).subject
    found = table.db.snapshot(store.awaiting, agency, person, table.now)
    return [(task.kind, task.agency) for task in found]


def test_an_offer_waits_for_each_party_until_it_signed_or_the_offer_is_over(table: Table) -> None:
    digest = table.draft(THREE)
    assert waiting(table, "land-office") == []
    table.offer(digest, expires_at=table.now + timedelta(days=5))
    table.accept(digest, "land-office")
    assert waiting(table, "land-office") == []
    assert waiting(table, "province") == [("offer", "province")]
    assert waiting(table, "city") == [("offer", "city")]
    assert waiting(table, "stranger") == []
    table.wait(days=5)
    assert waiting(table, "province") == []


def test_an_offer_waits_for_whoever_may_sign_for_a_party(table: Table) -> None:
    digest = table.draft(THREE)
    given = delegate(table, "land-office", "province", moves=["accept"])
    table.offer(digest)
    assert waiting(table, "province") == [("offer", "land-office"), ("offer", "province")]
    revoke(table, given, "land-office")
    assert waiting(table, "province") == [("offer", "province")]


def test_exclusions_and_notices_wait_nearest_first(table: Table) -> None:
    digest = table.concluded(THREE)
    assert waiting(table, "province") == []
    propose(table)
    notice(table, digest, "city", effective_at=table.now + timedelta(days=1))
    propose(table, kind="other", expires_at=(table.now + timedelta(hours=1)).isoformat())
    assert waiting(table, "province") == [
        ("exclusion", "province"),
        ("termination", "province"),
        ("exclusion", "province"),
    ]
    assert waiting(table, "city") == [("announcement", "city")]


async def test_the_list_says_what_the_caller_may_do(site: Site) -> None:  # noqa: F811
    digest = await site.drafted()
    at = f"/agreements/permit-2026/revisions/{digest}"
    await site.call("POST", f"{at}/offer", CITY, {"expires_at": "2026-01-20T00:00:00+07:00"})
    (found,) = (await site.call("GET", "/tasks", LAND)).json()["items"]
    assert found == {
        "kind": "offer",
        "id": digest,
        "agreement": "permit-2026",
        "service": "permit",
        "revision": digest,
        "title": AGREEMENT["title"],
        "agency": "land-office",
        "asked_by": "city",
        "since": "2026-01-15T05:00:00Z",
        "due": "2026-01-19T17:00:00Z",
        "days_late": 0,
        "roles": ["signatory", "negotiator"],
        "mine": True,
        "href": f"/api/sla/v1{at}",
    }
    viewer = ("land-office", Role.VIEWER)
    assert (await site.call("GET", "/tasks", viewer)).json()["items"] == []
    (seen,) = (await site.call("GET", "/tasks?awaiting=agency", viewer)).json()["items"]
    assert seen == {**found, "mine": False}
    for nobody in (PROVINCE, (None, Role.OPERATOR)):
        assert (await site.call("GET", "/tasks?awaiting=agency", nobody)).json()["items"] == []


async def test_the_list_is_filtered_and_read_in_parts(site: Site) -> None:  # noqa: F811
    for code in ("a", "b", "c"):
        digest = await site.drafted(agreement(code=code))
        await site.call("POST", f"/agreements/{code}/revisions/{digest}/offer", CITY)
    whole = (await site.call("GET", "/tasks", LAND)).json()["items"]
    assert len(whole) == 3
    parts: list[dict[str, Any]] = []
    more: str | None = ""
    while more is not None:
        page = (await site.call("GET", f"/tasks?limit=2{more and '&after='}{more}", LAND)).json()
        parts, more = parts + page["items"], page["next"]
    assert parts == whole
    assert (await site.call("GET", "/tasks?service=other", LAND)).json()["items"] == []
    assert (await site.call("GET", "/tasks?kind=exclusion", LAND)).json()["items"] == []
    for wrong in ("kind=nothing", "awaiting=you", "after=x", "service=%00", "late=1"):
        assert (await site.call("GET", f"/tasks?{wrong}", LAND)).status_code == 422, wrong
