"""What the operator sees of each service and does about dead letters, over REST."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from services.catalogue import SERVICES
from shared.auth import Role
from shared.db import UnitOfWork
from shared.db.tables import outbox
from shared.events.envelope import Record
from shared.events.topics import TOPICS
from shared.inbox import bury
from tests.e2e.instance import eventually
from tests.whole import METRICS, Whole, open_whole

NAMES = [name for name, service in SERVICES.items() if service.migrations is not None]
TOPIC = "registry.agency.v1"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with open_whole(tmp_path_factory.mktemp("operations")) as found:
        yield found


@pytest.fixture(scope="module")
def operator(whole: Whole) -> str:
    return whole.token(None, Role.OPERATOR)


def _bury(whole: Whole, data: bytes | None) -> None:
    """A record of an agency that sla was told of is put aside as if it could not be taken; ``data`` None:
    it is whole, so that another try succeeds."""
    told = whole.db("registry").snapshot(
        lambda connection: connection.execute(
            sa.select(outbox).where(outbox.c.topic == TOPIC, outbox.c.key == "land")
        ).first()
    )
    assert told is not None
    assert TOPICS[TOPIC].producer == "registry"

    def aside(_: None, uow: UnitOfWork) -> None:
        record = Record(
            topic=TOPIC,
            partition=0,
            offset=told.id,
            key=told.key,
            type=told.type,
            id=told.event_id,
            source="/sanya/registry",
            subject=told.subject,
            version=told.version,
            at=told.at,
            trace=None,
            data=told.data if data is None else data,
        )
        bury(record, ValueError("it was too heavy"), uow)

    whole.db("sla").transact(aside, None)


@pytest.mark.parametrize("name", NAMES)
def test_a_service_says_how_far_it_has_come(whole: Whole, operator: str, name: str) -> None:
    def caught_up() -> Any:
        return whole.done("GET", f"/api/{name}/v1/operations", operator)

    found = eventually(caught_up, lambda each: each["consuming"] and each["behind"] == 0)
    assert found["service"] == name
    assert found["stalled"] is False
    assert found["outbox"] == {"waiting": 0, "oldest_at": None}
    assert all(each["offset"] > 0 for each in found["positions"])
    # All but the registry listen to it; all, to its keys.
    assert found["positions"]


def test_dead_letters_are_listed_and_tried_again(whole: Whole, operator: str) -> None:
    at = "/api/sla/v1/dead-letters"
    assert whole.done("GET", at, operator)["items"] == []
    _bury(whole, None)
    _bury(whole, b"{}")
    first = whole.done("GET", f"{at}?limit=1", operator)
    second = whole.done("GET", f"{at}?after={first['next']}", operator)
    assert second["next"] is None
    letter = first["items"][0]
    assert (letter["topic"], letter["reason"]) == (TOPIC, "ValueError: it was too heavy")
    assert "data" not in letter
    counted = whole.done("GET", "/api/sla/v1/operations", operator)
    assert counted["dead_letters"] == 2
    assert counted["oldest_dead_letter_at"] == letter["died_at"]
    key = {"Idempotency_Key": "again"}
    done = whole.done("POST", f"{at}/redrive", operator, {}, **key)
    assert done == {"took_effect": 1, "failed_again": 1}
    # The same request a second time has no second effect, and gets the same answer.
    assert whole.done("POST", f"{at}/redrive", operator, {}, **key) == done
    (left,) = whole.done("GET", at, operator)["items"]
    assert left["id"] == second["items"][0]["id"]
    assert left["reason"] != letter["reason"]


def test_others_learn_nothing(whole: Whole) -> None:
    admin = whole.token("land", *(role for role in Role if role is not Role.OPERATOR))
    for name in NAMES:
        for path in ("operations", "dead-letters"):
            assert whole.call("GET", f"/api/{name}/v1/{path}", admin).status_code == 403


def test_the_operator_sees_where_every_planned_source_stands(whole: Whole, operator: str) -> None:
    found = whole.done("GET", f"{METRICS}/sources-status", operator)["items"]
    assert found == whole.done("GET", f"{METRICS}/sources-status", whole.token("land", Role.VIEWER))["items"]
