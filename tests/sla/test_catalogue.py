"""The catalogue: public agreements in force, and nothing else, as open-data portals read them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from services.sla.domain.catalogue import catalogue
from services.sla.store import agreements as store
from services.sla.store import announcements
from tests.sla.conftest import Table
from tests.sla.documents import CONFIRM, agreement
from tests.sla.test_announcements import announce

WORDED = {
    **CONFIRM,
    "headline": True,
    "public_wording": {"th": "แจ้งผลภายใน 3 วัน", "en": "An answer within 3 days"},
}


def read(table: Table, **settings: str) -> dict[str, Any]:
    """As the route reads it."""

    def found(connection: Any) -> list[Any]:
        wanted = dict.fromkeys(("service", "party", "after"))
        listed = store.list_open(connection, None, table.now, state="in_force", limit=10, **wanted)
        current = [each.in_force(table.now) for each in listed]
        return [(each, json.loads(store.document(connection, each.hash))) for each in current if each]

    given = {"license": "", "spatial": "", **settings}
    shown = table.db.snapshot(found)
    announced = table.db.snapshot(announcements.ids_of, [each.hash for each, _ in shown])
    return catalogue(shown, announced, base="https://sanya.example", next=None, **given)


def test_a_public_agreement_in_force_is_a_dataset_with_where_to_find_it(table: Table) -> None:
    digest = table.concluded(agreement(objectives=[WORDED]))
    assert read(table)["dcat:dataset"] == []
    table.wait(days=30)
    (found,) = read(table, license="https://l.example", spatial="https://th.example")["dcat:dataset"]
    assert found["dct:identifier"] == "permit-2026"
    assert {each["@language"]: each["@value"] for each in found["dct:title"]} == {
        "th": "ข้อตกลงใบอนุญาต",
        "en": "Permits",
    }
    assert {"@language": "en", "@value": "An answer within 3 days"} in found["dct:description"]
    assert [each["dct:identifier"] for each in found["dct:publisher"]] == ["city", "land-office"]
    assert found["dct:temporal"]["dcat:startDate"] == "2026-01-31T17:00:00Z"
    assert found["dct:license"] == {"@id": "https://l.example"}
    assert [each["dcat:accessURL"]["@id"] for each in found["dcat:distribution"]] == [
        f"https://sanya.example/api/sla/v1/agreements/permit-2026/revisions/{digest}",
        "https://sanya.example/api/evaluation/v1/results?agreement=permit-2026",
    ]


def test_a_dataset_says_when_it_was_announced_and_where(table: Table) -> None:
    digest = table.concluded(agreement())
    table.wait(days=30)
    (silent,) = read(table)["dcat:dataset"]
    assert (silent["dct:issued"], silent["foaf:page"]) == ("2026-01-15T05:00:00Z", None)
    made = announce(table, digest)
    (found,) = read(table)["dcat:dataset"]
    assert found["dct:issued"] == "2026-02-14T05:00:00Z"
    assert found["foaf:page"] == {"@id": f"https://sanya.example/announcements/{made['id']}"}


def test_what_is_for_its_parties_only_or_over_is_not_listed(table: Table) -> None:
    table.concluded(agreement(visibility="parties"))
    table.wait(days=30)
    assert read(table)["dcat:dataset"] == []


def test_an_agreement_that_ended_is_listed_no_more(table: Table) -> None:
    table.concluded(agreement(effective_until="2026-03-01T00:00:00+07:00"))
    table.wait(days=30)
    assert len(read(table)["dcat:dataset"]) == 1
    table.now += timedelta(days=30)
    assert read(table)["dcat:dataset"] == []
