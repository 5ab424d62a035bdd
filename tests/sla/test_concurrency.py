"""Two parties accept at once, on a real PostgreSQL (rule 1 of "How a fact travels")."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from services.sla.handlers import delegations, drafts, indicators, moves, terminations
from services.sla.store import agreements
from shared.db import Database, UnitOfWork, postgres_engine
from shared.errors import Conflict, Forbidden, Problem
from tests.sla.conftest import OpenTable, Table
from tests.sla.documents import AGREEMENT, agreement, objective, plain, plain_indicator
from tests.sla.test_ending_and_delegating import delegate, notice

HANDLERS: dict[type, Callable[[Any, UnitOfWork], Any]] = {
    moves.Accept: moves.accept_revision,
    moves.Offer: moves.offer_revision,
    delegations.Revoke: delegations.revoke,
    terminations.Sign: terminations.sign_off,
    drafts.Draft: drafts.draft_agreement,
    indicators.Make: indicators.make_indicator,
}


def at_once(table: Table, *commands: Any, written: bool = True) -> list[Any]:
    """Runs moves in transactions that have all read (or also ``written``) before the first one commits."""
    barrier = threading.Barrier(len(commands), timeout=5)

    def together(command: Any, uow: UnitOfWork, attempts: list[int]) -> Any:
        handler = HANDLERS[type(command)]
        attempts.append(1)
        first = len(attempts) == 1
        if first and not written:
            agreements.find(uow.connection, "permit-2026")
            barrier.wait()
        found = handler(command, uow)
        if first and written:
            barrier.wait()
        return found

    def run(command: Any) -> Any:
        attempts: list[int] = []
        try:
            return table.db.transact(lambda given, uow: together(given, uow, attempts), command)
        except Problem as problem:
            return problem

    with ThreadPoolExecutor(len(commands)) as pool:
        return list(pool.map(run, commands))


def accept(table: Table, digest: str, agency: str) -> moves.Accept:
    return moves.Accept(table.caller(agency), "permit-2026", digest, digest)


@pytest.fixture
def table(open_table: OpenTable) -> Table:
    return open_table("postgresql")


def test_the_last_two_acceptances_at_once_activate_exactly_once(table: Table) -> None:
    digest = table.draft(AGREEMENT)
    table.offer(digest)
    at_once(table, accept(table, digest, "city"), accept(table, digest, "land-office"))
    assert table.states() == ["accepted"]
    assert len(table.told()) == 1


def test_three_parties_at_once(table: Table) -> None:
    digest = table.draft(agreement(parties=["city", "land-office", "province"]))
    table.offer(digest)
    at_once(table, *(accept(table, digest, agency) for agency in ("city", "land-office", "province")))
    assert table.states() == ["accepted"]
    assert len(table.told()) == 1


def test_a_counter_offer_and_the_last_acceptance_at_once_do_not_both_win(table: Table) -> None:
    first = table.draft(AGREEMENT)
    table.offer(first)
    table.accept(first, "city")
    second = table.revise(objective(target="0.9"), first)
    offer = moves.Offer(table.caller("city"), "permit-2026", second, None)
    answers = at_once(table, accept(table, first, "land-office"), offer, written=False)
    assert table.states() in (["accepted", "offered"], ["superseded", "offered"])
    if table.states()[0] == "superseded":
        assert isinstance(answers[0], Conflict)
        assert table.told() == []
    else:
        assert len(table.told()) == 1, "then the offer is an amendment"


def test_a_revocation_and_a_signature_under_it_at_once_have_an_order(table: Table) -> None:
    digest = table.draft(AGREEMENT)
    table.offer(digest)
    table.accept(digest, "land-office")
    given = delegate(table)
    command = moves.Accept(table.caller("province"), "permit-2026", digest, digest, "city")
    revoke = delegations.Revoke(table.caller("city"), "permit-2026", given["id"])
    signed, revoked = at_once(table, command, revoke, written=False)
    assert revoked["state"] == "revoked"
    if isinstance(signed, Forbidden):
        assert (table.states(), table.told()) == (["offered"], [])
    else:
        assert (table.states(), len(table.told())) == (["accepted"], 1)


def test_the_last_two_words_on_a_termination_at_once_give_it_exactly_once(table: Table) -> None:
    parties = ["city", "land-office", "province"]
    digest = table.concluded(agreement(parties=parties))
    found = notice(table, digest, effective_at=table.now + timedelta(days=90))
    signs = [
        terminations.Sign(table.caller(agency), "permit-2026", found["id"], None, found["id"])
        for agency in parties[1:]
    ]
    at_once(table, *signs)
    assert [each["effective_to"] is None for each in table.told()] == [True, False]


def test_a_code_taken_twice_at_once_is_taken_once(table: Table) -> None:
    caller = table.caller("city")
    draft = drafts.Draft(caller, plain(AGREEMENT))
    body = {"code": "permit.new", "service": "permit", "kind": "value", "unit": "ms"}
    make = indicators.Make(caller, plain_indicator(body))
    for command in (draft, make):
        answers = at_once(table, command, command, written=False)
        assert [type(each) for each in answers if isinstance(each, Problem)] == [Conflict]


def test_under_read_committed_nobody_would_activate(table: Table) -> None:
    """The proof that the tests above can fail: the same two moves under a weaker isolation."""
    digest = table.draft(AGREEMENT)
    table.offer(digest)
    weaker: Database = table.db
    strict = weaker.engine
    weaker.engine = postgres_engine(weaker.url, "sla", "READ COMMITTED", 4)
    try:
        at_once(table, accept(table, digest, "city"), accept(table, digest, "land-office"))
    finally:
        weaker.engine.dispose()
        weaker.engine = strict
    assert table.states() == ["offered"]
    assert table.told() == []
