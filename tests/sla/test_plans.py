"""Measurement plans: what is refused when they are offered, and what they leave in the document."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from services.sla.domain import agreements
from services.sla.domain.canonical import digest
from services.sla.domain.differences import differences
from services.sla.domain.plans import KnownSource
from services.sla.store import names
from shared.db import UnitOfWork
from shared.errors import NotYetKnown, Unprocessable
from tests.sla.conftest import Table
from tests.sla.documents import agreement, known_world, plain

PLAN: dict[str, Any] = {
    "indicator": "permit.confirmation-time",
    "source": "land-api",
    "method": {"th": "ระบบส่งทุกห้านาที", "en": "the system reports every five minutes"},
    "frequency": "PT5M",
    "expected_volume": 100,
    "post": "head of the land registry",
}
SOURCES = {
    "land-api": KnownSource("land-office", frozenset({"permit"}), "active"),
    "of-another": KnownSource("land-office", frozenset({"passport"}), "active"),
    "of-a-stranger": KnownSource("province", frozenset({"permit"}), "active"),
    "retired": KnownSource("city", frozenset({"permit"}), "disabled"),
}


def planned(*changes: dict[str, Any], floor: Any = None) -> dict[str, Any]:
    plans = [
        {name: value for name, value in {**PLAN, **change}.items() if value is not None}
        for change in changes or ({},)
    ]
    document = agreement(plans=plans)
    if floor is not None:
        document["objectives"][0]["coverage_floor"] = floor
    return document


def said(document: dict[str, Any]) -> dict[str, list[str]]:
    form, faults = agreements.stored_form(plain(document))
    assert not faults
    found = agreements.check(form, replace(known_world(), sources=SOURCES))
    told: dict[str, list[str]] = {}
    for fault in (*found.faults, *found.unknown):
        told.setdefault(fault.pointer, []).append(fault.detail)
    return told


def test_a_plan_stands_in_the_hash_with_its_defaults() -> None:
    form, _ = agreements.stored_form(plain(planned(floor="0.90")))
    assert form["plans"] == [{**PLAN, "silence_after": "PT5M"}]
    assert form["objectives"][0]["coverage_floor"] == "0.9"
    assert said(planned(floor=0.9)) == {}
    other, _ = agreements.stored_form(plain(planned({"frequency": "PT10M"}, floor="0.90")))
    assert digest(form) != digest(other)
    assert [each.clause for each in differences(form, other)] == [
        "/plans/permit.confirmation-time land-api/frequency",
        "/plans/permit.confirmation-time land-api/silence_after",
    ]


def test_a_document_without_plans_keeps_the_hash_that_it_had() -> None:
    form, _ = agreements.stored_form(plain(agreement()))
    assert "plans" not in form


@pytest.mark.parametrize(
    ("document", "pointer", "sentence"),
    [
        (planned({"indicator": "permit.availability"}), "/plans/0/indicator", "no objective here"),
        (planned({}, {}), "/plans/1", "two plans"),
        (planned({"frequency": "PT90S"}), "/plans/0/frequency", "whole minutes"),
        (planned({"frequency": "PT0S"}), "/plans/0/frequency", "whole minutes"),
        (planned({"frequency": "P1M"}), "/plans/0/frequency", "no fixed length"),
        (planned({"frequency": "P400D"}), "/plans/0/frequency", "366 days"),
        (planned({"silence_after": "PT4M"}), "/plans/0/silence_after", "shorter than the frequency"),
        (planned({"source": "nobody"}), "/plans/0/source", "no source"),
        (planned({"source": "of-another"}), "/plans/0/source", "not registered for the service"),
        (planned({"source": "of-a-stranger"}), "/plans/0/source", "no party"),
        (planned({"source": "retired"}), "/plans/0/source", "disabled"),
        (planned(floor="1.1"), "/objectives/0/coverage_floor", "between 0 and 1"),
        (planned(floor="-0.1"), "/objectives/0/coverage_floor", "between 0 and 1"),
    ],
)
def test_what_cannot_be_measured_is_refused(document: dict[str, Any], pointer: str, sentence: str) -> None:
    assert any(sentence in detail for detail in said(document).get(pointer, ())), said(document)


def test_a_floor_without_a_plan_is_refused() -> None:
    document = agreement()
    document["objectives"][0]["coverage_floor"] = "0.9"
    assert "measurement plan" in said(document)["/objectives/0/coverage_floor"][0]


def test_sources_come_from_the_registry(table: Table) -> None:
    with pytest.raises(NotYetKnown, match="source"):
        table.draft(planned())

    def keep(version: int, agency: str, uow: UnitOfWork) -> None:
        names.keep_source(uow.connection, "land-api", version, agency, ["permit"], "active")

    table.db.transact(lambda _, uow: keep(2, "land-office", uow))
    table.db.transact(lambda _, uow: keep(1, "province", uow))
    table.concluded(planned(floor="0.9"))
    with pytest.raises(Unprocessable):
        table.draft({**planned({"frequency": "PT1S"}), "code": "permit-2027"})
