"""The negotiation as a machine: 2 to 5 parties make random moves, some of them two at once.

A small model says which moves are allowed. In force <=> every required party, or who acts for it under a
delegation that holds at that moment, signed the same hash while it was open.
"""

from __future__ import annotations

import copy
import itertools
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from services.sla.domain.answers import answer
from services.sla.handlers import delegations, drafts, moves
from services.sla.store import agreements, history, names
from shared.clock import rfc3339
from shared.db import UnitOfWork
from shared.errors import Problem, Unavailable
from tests.sla.conftest import NOON, OpenTable, Table
from tests.sla.documents import objective, plain

AGENCIES = ("land-office", "city", "province", "water", "power")
PICK = st.integers(0, 99)
CODES = itertools.count()


@dataclass
class Offered:
    """What the model knows of a revision."""

    hash: str
    number: int
    parent: int | None
    made_by: str
    offered: bool = False
    over: bool = False
    expires_at: datetime | None = None
    signed: set[str] = field(default_factory=set)


@dataclass
class Model:
    parties: tuple[str, ...]
    revisions: list[Offered] = field(default_factory=list)
    delegated: dict[tuple[str, str], datetime] = field(default_factory=dict)
    done: int = 0

    def concluded(self, one: Offered) -> bool:
        return one.signed == set(self.parties)

    def open(self, one: Offered, now: datetime) -> bool:
        timely = one.expires_at is None or now < one.expires_at
        return one.offered and not one.over and timely and not self.concluded(one)

    def may_follow(self, parent: int | None, now: datetime) -> bool:
        tips = [each.number for each in self.revisions if self.open(each, now)]
        accepted = [each.number for each in self.revisions if self.concluded(each)]
        if parent is None:
            return not tips and not accepted
        return tips in ([], [parent]) and parent >= max(accepted, default=0)

    def apply(self, command: tuple[Any, ...], now: datetime) -> bool:
        """Whether a move is allowed; one that is changes the model."""
        allowed = bool(getattr(self, f"_{command[0]}")(*command[1:], now))
        self.done += allowed
        return allowed

    def _offer(self, number: int, by: str, expires_at: datetime | None, now: datetime) -> bool:
        one = self.revisions[number]
        late = expires_at is not None and expires_at <= now
        if one.offered or one.over or one.made_by != by or late or not self.may_follow(one.parent, now):
            return False
        for each in self.revisions:
            if self.open(each, now):
                each.over = True
                self.done += 1
        one.offered, one.expires_at = True, expires_at
        return True

    def _accept(self, number: int, party: str, by: str, named: int, now: datetime) -> bool:
        one = self.revisions[number]
        if named != number or not self._speaks(party, by, now):
            return False
        if not self.open(one, now) or party in one.signed:
            return False
        one.signed.add(party)
        self.done += self.concluded(one)
        return True

    def _reject(self, number: int, party: str, by: str, now: datetime) -> bool:
        one = self.revisions[number]
        if not self._speaks(party, by, now) or not self.open(one, now) or party in one.signed:
            return False
        one.over = True
        return True

    def _withdraw(self, number: int, by: str, now: datetime) -> bool:
        one = self.revisions[number]
        if one.made_by != by or one.over or (one.offered and not self.open(one, now)):
            return False
        one.over = True
        return True

    def _delegate(self, giver: str, taker: str, ends_at: datetime, now: datetime) -> bool:
        if giver not in self.parties or giver == taker or self._speaks(giver, taker, now) or ends_at <= now:
            return False
        self.delegated[giver, taker] = ends_at
        return True

    def _revoke(self, giver: str, taker: str, now: datetime) -> bool:
        if not self._speaks(giver, taker, now) or giver == taker:
            return False
        del self.delegated[giver, taker]
        return True

    def _speaks(self, party: str, by: str, now: datetime) -> bool:
        ends_at = self.delegated.get((party, by))
        return party in self.parties and (party == by or (ends_at is not None and now < ends_at))


class Machine(RuleBasedStateMachine):
    table: Table

    @initialize(size=st.integers(2, 5))
    def begin(self, size: int) -> None:
        self.code = f"permit-{next(CODES)}"
        self.table.now = NOON
        self.model = Model(AGENCIES[:size])
        self.grants: dict[tuple[str, str], str] = {}
        self._draft(None, AGENCIES[0])

    @rule(parent=PICK, by=PICK)
    def revise(self, parent: int, by: int) -> None:
        if len(self.model.revisions) < 8:
            self._draft(parent % len(self.model.revisions), self._party(by))

    @rule(data=st.data())
    def one_move(self, data: st.DataObject) -> None:
        self._both_do(self._command(data))

    @rule(data=st.data())
    def sign_what_is_open(self, data: st.DataObject) -> None:
        """Random moves alone seldom come to a conclusion."""
        for each in self.model.revisions:
            if self.model.open(each, self.table.now):
                party = data.draw(st.sampled_from(self.model.parties))
                command = ("accept", each.number, party, party, each.number)
                assert self._run(command) == self.model.apply(command, self.table.now)

    @rule(pick=PICK, giver=PICK, taker=PICK, then=st.sampled_from(["revoke", "end", "just before", "now"]))
    def sign_under_a_delegation(self, pick: int, giver: int, taker: int, then: str) -> None:
        """While it holds, at the instant of its end, just before, or once it was revoked in between."""
        number, by, to = pick % len(self.model.revisions), self._party(giver), self._party(taker)
        ends_at = self.table.now + timedelta(minutes=5)
        self._both_do(("offer", number, self.model.revisions[number].made_by, None))
        self._both_do(("delegate", by, to, ends_at))
        if then == "revoke":
            self._both_do(("revoke", by, to))
        elif then != "now":
            self.table.now = ends_at - timedelta(microseconds=then == "just before")
        self._both_do(("accept", number, by, to, number))

    @rule(pick=PICK, party=PICK, before=st.booleans())
    def sign_at_the_expiry(self, pick: int, party: int, before: bool) -> None:
        number, by = pick % len(self.model.revisions), self._party(party)
        expires_at = self.table.now + timedelta(minutes=5)
        self._both_do(("offer", number, self.model.revisions[number].made_by, expires_at))
        self.table.now = expires_at - timedelta(microseconds=before)
        self._both_do(("accept", number, by, by, number))

    def _both_do(self, command: tuple[Any, ...]) -> None:
        allowed = self.model.apply(command, self.table.now)
        assert self._run(command) == allowed, command

    @rule(data=st.data())
    def two_at_once(self, data: st.DataObject) -> None:
        """What came of both is what one of the two orders would have brought."""
        first, second = self._command(data), self._command(data)
        with ThreadPoolExecutor(2) as pool:
            found = tuple(pool.map(self._run, (first, second)))
        for order in ((0, 1), (1, 0)):
            model = copy.deepcopy(self.model)
            expected = {each: model.apply((first, second)[each], self.table.now) for each in order}
            if (expected[0], expected[1]) == found and self._agrees(model):
                self.model = model
                return
        raise AssertionError((first, second, found))

    @rule(minutes=st.integers(1, 240))
    def wait(self, minutes: int) -> None:
        self.table.wait(minutes=minutes)

    @rule(before=st.booleans())
    def wait_for_an_expiry(self, before: bool) -> None:
        ends = [each.expires_at for each in self.model.revisions if each.expires_at is not None]
        coming = [each for each in (*ends, *self.model.delegated.values()) if each > self.table.now]
        if coming:
            self.table.now = min(coming) - timedelta(microseconds=before)

    @invariant()
    def it_is_in_force_if_and_only_if_all_signed(self) -> None:
        if hasattr(self, "code"):
            assert self._agrees(self.model)

    @invariant()
    def spans_do_not_overlap_and_every_move_is_kept(self) -> None:
        if not hasattr(self, "code"):
            return
        found = self._seen()
        spans = [
            (each["in_force_from"], each["in_force_to"] or "9")
            for each in found["revisions"]
            if each["in_force_from"] is not None and each["in_force_from"] != each["in_force_to"]
        ]
        assert all(end <= start for (_, end), (start, _) in itertools.pairwise(sorted(spans)))
        kept = self.table.db.snapshot(
            lambda connection: history.list_of(connection, self.code, AGENCIES, after=0, limit=999)
        )
        assert [each.number for each in kept] == list(range(1, self.model.done + 1))

    def _agrees(self, model: Model) -> bool:
        shown = self._seen()["revisions"]
        signed = [{each["agency"] for each in one["acceptances"]} for one in shown]
        in_force = [one["in_force_from"] is not None for one in shown]
        return signed == [each.signed for each in model.revisions] and in_force == [
            model.concluded(each) for each in model.revisions
        ]

    def _seen(self) -> Any:
        found = self.table.db.snapshot(agreements.find_open, self.code, AGENCIES[0], self.table.now)
        assert found is not None
        return answer(found, AGENCIES[0], self.table.now)

    def _party(self, pick: int) -> str:
        return self.model.parties[pick % len(self.model.parties)]

    def _draft(self, parent: int | None, by: str) -> None:
        number = len(self.model.revisions)
        document = {
            **objective(target=f"0.{number + 10}"),
            "code": self.code,
            "parties": list(self.model.parties),
            "effective_from": rfc3339(NOON + timedelta(days=365 - number)),
        }
        allowed = parent is None or self.model.may_follow(parent, self.table.now)
        caller = self.table.caller(by)
        try:
            if parent is None:
                made = self.table.db.transact(drafts.draft_agreement, drafts.Draft(caller, plain(document)))
            else:
                body = plain({**document, "parent": self.model.revisions[parent].hash})
                made = self.table.db.transact(drafts.revise_agreement, drafts.Revise(caller, self.code, body))
        except Problem:
            assert not allowed
            return
        assert allowed
        self.model.done += 1
        self.model.revisions.append(Offered(made["revisions"][-1]["hash"], number, parent, by))

    def _command(self, data: st.DataObject) -> tuple[Any, ...]:
        number = data.draw(st.integers(0, len(self.model.revisions) - 1))
        party, by = (data.draw(st.sampled_from(self.model.parties)) for _ in range(2))
        later = self.table.now + timedelta(minutes=data.draw(st.integers(1, 300)))
        kind = data.draw(
            st.sampled_from(["offer", "accept", "accept", "reject", "withdraw", "delegate", "revoke"])
        )
        if kind == "offer":
            expires_at = data.draw(st.sampled_from([None, later]))
            return (kind, number, self.model.revisions[number].made_by, expires_at)
        if kind == "accept":
            named = data.draw(st.sampled_from([number, number, number, 0]))
            return (kind, number, party, data.draw(st.sampled_from([party, by])), named)
        if kind == "reject":
            return (kind, number, party, party)
        if kind == "withdraw":
            return (kind, number, by)
        return (kind, party, by, later) if kind == "delegate" else (kind, party, by)

    def _run(self, command: tuple[Any, ...]) -> bool:
        try:
            self._move(*command)
        except Unavailable:
            raise
        except Problem:
            return False
        return True

    def _move(self, kind: str, *given: Any) -> None:
        transact, caller = self.table.db.transact, self.table.caller
        if kind == "delegate":
            giver, taker, ends_at = given
            give = delegations.Give(
                caller(giver), self.code, taker, None, "agreement", ("accept", "reject"), ends_at
            )
            self.grants[giver, taker] = transact(delegations.give, give)["id"]
        elif kind == "revoke":
            giver, taker = given
            known = self.grants.get((giver, taker), "0" * 32)
            transact(delegations.revoke, delegations.Revoke(caller(giver), self.code, known))
        else:
            digest = self.model.revisions[given[0]].hash
            if kind == "offer":
                transact(moves.offer_revision, moves.Offer(caller(given[1]), self.code, digest, given[2]))
            elif kind == "accept":
                party, by, named = given[1], given[2], self.model.revisions[given[3]].hash
                transact(moves.accept_revision, moves.Accept(caller(by), self.code, digest, named, party))
            elif kind == "reject":
                move = moves.Reject(caller(given[2]), self.code, digest, "no", None, given[1])
                transact(moves.reject_revision, move)
            else:
                transact(moves.withdraw_revision, moves.Move(caller(given[1]), self.code, digest))


def more_agencies(_: None, uow: UnitOfWork) -> None:
    for agency in ("water", "power"):
        names.keep_agency(uow.connection, agency, 1, "active")


@pytest.fixture(params=["sqlite", "postgresql"])
def machine(open_table: OpenTable, request: pytest.FixtureRequest) -> tuple[type[Machine], str]:
    table = open_table(request.param)
    table.db.transact(more_agencies)
    return type("AtThisTable", (Machine,), {"table": table}), request.param


def test_in_force_if_and_only_if_all_signed_the_same_in_time(machine: tuple[type[Machine], str]) -> None:
    made, backend = machine
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        made,
        settings=settings(
            max_examples=20 if backend == "sqlite" else 8,
            stateful_step_count=25,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
