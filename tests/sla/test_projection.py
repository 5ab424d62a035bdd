"""This service's copy of agencies and services: only a newer fact changes it."""

from __future__ import annotations

import random

from services.sla.handlers import names as handlers
from services.sla.store import names as store
from services.sla.subscriptions import subscription
from shared.events.envelope import Fact, Record
from shared.events.registry import AgencyChanged, ServiceChanged, StepState
from tests.sla.conftest import Table


def record(fact: Fact) -> Record:
    event = fact.event()
    return Record(
        event.topic,
        0,
        0,
        event.key,
        event.type,
        "id",
        "/sanya/registry",
        event.subject,
        event.version,
        0,
        None,
        event.data,
    )


def test_any_order_of_arrival_ends_in_the_newest_state(table: Table) -> None:
    facts = [
        ServiceChanged(
            version=version,
            code="water",
            name={"en": "Water"},
            owner="city",
            steps=[StepState(code=f"s{version}", name={"en": "Step"}, agency="city")],
        )
        for version in range(1, 6)
    ]
    random.Random(3).shuffle(facts)
    for fact in facts:
        table.db.transact(subscription.handlers[fact.type], record(fact))
    known = table.db.snapshot(store.known_service, "water")
    assert known is not None
    assert dict(known.steps) == {"s5": "city"}


def test_an_agency_that_closed_stays_closed_when_an_old_fact_comes_late(table: Table) -> None:
    for version, state in ((3, "closed"), (2, "active")):
        fact = AgencyChanged(version=version, code="old", name={"en": "Old"}, state=state)
        table.db.transact(handlers.keep_agency, record(fact))
    world = table.db.snapshot(store.world, ["old"], "permit", [])
    assert world.agencies == {"old": "closed"}
