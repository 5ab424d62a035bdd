"""The improvement register: what an agency undertakes, reminders, and telling whether it helped.

Words people write go to `free_text`, erasable; events carry their id and salted hash (DESIGN, Personal data).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from services.evaluation.domain import improvements as rules
from services.evaluation.domain.improvements import DONE, DROPPED, IN_PROGRESS, PLANNED
from services.evaluation.domain.objective import DEFAULT_ZONE
from services.evaluation.handlers import effects
from services.evaluation.store import control, results
from services.evaluation.store import improvements as store
from services.evaluation.store.improvements import Decided, Improvement
from services.evaluation.store.results import Result
from shared import words
from shared.auth import Principal
from shared.clock import from_micros, rfc3339, to_micros
from shared.db import Connection, UnitOfWork
from shared.errors import Conflict, Fault, Forbidden, NotFound, NotYetKnown, Unprocessable
from shared.events.evaluation import (
    IMPROVEMENT_CHANGED,
    IMPROVEMENT_DUE,
    IMPROVEMENT_JUDGED,
    IMPROVEMENT_OPENED,
    IMPROVEMENT_OVERDUE,
    ImprovementTold,
)
from shared.timers import Timer

REMIND = "improvement.remind"
LOOK = "improvement.look"
LOOK_AGAIN = timedelta(days=1)
AFTER_CLOSE = timedelta(minutes=10)
"""A window is closed by the tick behind its end."""

WRITTEN = ("action", "owner", "lesson", "reason")


@dataclass(frozen=True, slots=True)
class Open:
    """``source``: {"kind", "id"}; ``finding``: the recommendation it names, as it stands."""

    caller: Principal
    agreement: str
    objective: str
    scope: dict[str, str | None]
    action: str
    owner: str
    windows: int
    due_on: str
    started_on: str | None
    source: dict[str, str] | None
    finding: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """``changes``: only what is to be other; ``check`` refuses where another version was read."""

    caller: Principal
    improvement: str
    changes: dict[str, Any]
    check: Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Erase:
    """``what``: which of its words."""

    caller: Principal
    improvement: str
    what: str


def no_improvement() -> NotFound:
    """The one answer for a missing improvement and for one that is not open to the caller."""
    return NotFound("there is no such improvement, or it is not open to you")


def open_improvement(command: Open, uow: UnitOfWork) -> dict[str, Any]:
    connection, agency = uow.connection, command.caller.agency
    if agency is None or not control.is_party(connection, command.agreement, agency):
        raise NotYetKnown(
            f"no agreement {command.agreement!r} that your agency is party to is known (yet)",
            errors=[Fault("/agreement", "is not known")],
        )
    revision = control.revisions_of(connection, agreement=command.agreement)[-1]
    scope = json.dumps(command.scope, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    _check_promise(connection, command, scope)
    _check_source(connection, command, scope)
    zone = str(revision.document.get("time_zone") or DEFAULT_ZONE)
    _check_days(zone, uow.now, command.started_on, None)
    now = to_micros(uow.now)
    made = Improvement(
        id=uuid4().hex,
        version=1,
        agreement=command.agreement,
        objective=command.objective,
        scope=scope,
        agency=agency,
        zone=zone,
        state=IN_PROGRESS if command.started_on else PLANNED,
        action=words.keep(uow, agency, command.action).id,
        owner=words.keep(uow, agency, command.owner).id,
        lesson=None,
        reason=None,
        source=command.source,
        windows=command.windows,
        due_on=command.due_on,
        started_on=command.started_on,
        done_on=None,
        opened_by=command.caller.subject,
        opened_at=now,
        changed_at=now,
    )
    store.put(connection, made)
    if command.finding is not None:
        _take_up(uow, command, made)
    _set_reminder(uow, made)
    return _tell(uow, made, IMPROVEMENT_OPENED)


def change_improvement(command: Change, uow: UnitOfWork) -> dict[str, Any]:
    found = _own(uow, command.caller, command.improvement)
    command.check(found.edition)
    changes = dict(command.changes)
    # Once it has started, what it will be judged by stays; once it is over, all but the lesson does.
    fixed = {"windows"} if found.started_on else set()
    if found.state in (DONE, DROPPED):
        fixed = {*changes} - {"lesson"}
    if closed := sorted(fixed & changes.keys()):
        raise Conflict(
            f"it is {found.state.replace('_', ' ')}: {', '.join(closed)} can no longer be changed",
            slug="improvement-fixed",
        )
    dropped = changes.pop("dropped", False)
    if dropped and not changes.get("reason"):
        raise Unprocessable("say why it is dropped", errors=[Fault("/reason", "is needed to drop it")])
    if changes.get("reason") and not dropped:
        raise Unprocessable(
            "a reason is given when it is dropped", errors=[Fault("/dropped", "is needed with a reason")]
        )
    for name in WRITTEN:
        if changes.get(name) is not None:
            changes[name] = _rewritten(uow, found, name, changes[name])
    changed = replace(found, **changes)
    _check_days(found.zone, uow.now, changed.started_on, changed.done_on)
    state = DONE if changed.done_on else IN_PROGRESS if changed.started_on else PLANNED
    changed = replace(
        changed,
        state=DROPPED if dropped or found.state == DROPPED else state,
        version=found.version + 1,
        changed_at=to_micros(uow.now),
    )
    store.put(uow.connection, changed)
    if changed.state in (DONE, DROPPED):
        uow.cancel(REMIND, changed.id)
    elif changed.due_on != found.due_on:
        _set_reminder(uow, changed)
    if changed.state == DONE and found.state != DONE:
        uow.schedule(LOOK, changed.id, uow.now)
    return _tell(uow, changed, IMPROVEMENT_CHANGED)


def erase_words(command: Erase, uow: UnitOfWork) -> dict[str, Any]:
    """Erases what was written in one place; that something was written stays."""
    found = _own(uow, command.caller, command.improvement)
    text = getattr(found, command.what)
    if text is None:
        raise Conflict(f"no {command.what} was written", slug="nothing-written")
    words.erase(uow.connection, text)
    return shown(uow.connection, [found], uow.now)[0]


# --- timers ------------------------------------------------------------------------------------------


def remind(timer: Timer, uow: UnitOfWork) -> None:
    """Tells that it falls due or is overdue, once, and sets the next reminder."""
    found = store.by_id(uow.connection, timer.key)
    if found is None or found.state not in rules.UNFINISHED:
        return
    changed = replace(found, version=found.version + 1, reminders=found.reminders + 1)
    store.put(uow.connection, changed)
    overdue = uow.now >= rules.ends(found.due_on, found.zone)
    _set_reminder(uow, changed)
    _tell(uow, changed, IMPROVEMENT_OVERDUE if overdue else IMPROVEMENT_DUE, reminder=True)


def look(timer: Timer, uow: UnitOfWork) -> None:
    """Tells what has become of it when that is other than what was told, until all its windows are final."""
    found = store.by_id(uow.connection, timer.key)
    effect = None if found is None else effects.effect_of(uow.connection, found)
    if found is None or effect is None:
        return
    told = {
        "outcome": effect.outcome,
        "final": effect.final,
        "results": [name for one in (*effect.before, *effect.after) for name in one.results],
    }
    if effect.outcome == rules.TOO_EARLY:
        ends = effects.judged_at(uow.connection, found, effect)
        behind = uow.now if ends is None else from_micros(ends)
        uow.schedule(LOOK, found.id, behind + AFTER_CLOSE if behind > uow.now else uow.now + LOOK_AGAIN)
    elif effect.outcome is not None and not effect.final:
        uow.schedule(LOOK, found.id, uow.now + LOOK_AGAIN)
    before = found.told or {"outcome": rules.TOO_EARLY, "final": False, "results": []}
    waiting = effect.outcome == before["outcome"] == rules.TOO_EARLY
    if waiting or told == before:
        return
    changed = replace(found, version=found.version + 1, told=told)
    store.put(uow.connection, changed)
    _tell(uow, changed, IMPROVEMENT_JUDGED)


def look_again(uow: UnitOfWork, revised: Result) -> None:
    """A final result was revised: what was told of the improvements that it judges may no longer hold."""
    for name in store.done_of(uow.connection, revised.agreement, revised.objective, revised.scope):
        uow.schedule(LOOK, name, uow.now)


# --- how it is shown ---------------------------------------------------------------------------------


def shown(
    connection: Connection, found: Sequence[Improvement], now: datetime, parties: set[str] | None = None
) -> list[dict[str, Any]]:
    """``parties``: agreements the reader is party to (None: of all); others see no post and no reason."""
    texts = words.read(connection, [getattr(one, name) for one in found for name in WRITTEN])
    bodies = []
    for one in found:
        inside = parties is None or one.agreement in parties
        days = rules.days_left(one.due_on, one.zone, now)
        unfinished = one.state in rules.UNFINISHED
        bodies.append(
            {
                "id": one.id,
                "version": one.edition,
                "agreement": one.agreement,
                "objective": one.objective,
                "scope": json.loads(one.scope),
                "agency": one.agency,
                "state": one.state,
                "action": texts.get(one.action),
                "owner": texts.get(one.owner) if inside else None,
                "lesson": texts.get(one.lesson),
                "reason": texts.get(one.reason) if inside else None,
                "from": one.source if inside else None,
                "windows": one.windows,
                "due_on": one.due_on,
                "started_on": one.started_on,
                "done_on": one.done_on,
                "days_left": days if unfinished else None,
                "overdue": unfinished and days < 0,
                "effect": effects.shown_effect(connection, one),
                "opened_at": rfc3339(one.opened_at),
                "changed_at": rfc3339(one.changed_at),
            }
        )
    return bodies


def _tell(uow: UnitOfWork, found: Improvement, kind: str, *, reminder: bool = False) -> dict[str, Any]:
    """Tells the parties, without the words. Returns the improvement as it is shown."""
    (body,) = shown(uow.connection, [found], uow.now)
    texts = words.kept(uow.connection, [getattr(found, name) for name in WRITTEN])

    def without_words(name: str) -> dict[str, str | None] | None:
        text = getattr(found, name)
        return None if text is None else {"id": text, "hash": texts[text].hash if text in texts else None}

    uow.emit(
        ImprovementTold(
            version=found.version,
            kind=kind,
            agreement=found.agreement,
            parties=_parties(uow.connection, found.agreement),
            improvement={**body, **{name: without_words(name) for name in WRITTEN}},
            days=rules.days_left(found.due_on, found.zone, uow.now) if reminder else None,
        ).event()
    )
    return body


def _parties(connection: Connection, agreement: str) -> list[str]:
    revisions = control.revisions_of(connection, agreement=agreement)
    return sorted({party for one in revisions for party in one.parties})


def _set_reminder(uow: UnitOfWork, found: Improvement) -> None:
    uow.schedule(REMIND, found.id, rules.next_reminder(found.due_on, found.zone, uow.now))


# --- checks ------------------------------------------------------------------------------------------


def _own(uow: UnitOfWork, caller: Principal, improvement_id: str) -> Improvement:
    """An improvement of the caller's agency; another party may know of it, and not change it."""
    found = store.by_id(uow.connection, improvement_id)
    agency = caller.agency
    if found is None or agency is None or not control.is_party(uow.connection, found.agreement, agency):
        raise no_improvement()
    if found.agency != agency:
        raise Forbidden(f"{found.agency} undertakes this improvement; {agency} may read it")
    return found


def _rewritten(uow: UnitOfWork, found: Improvement, name: str, text: str) -> str:
    """New words take the place of the old ones, which are erased."""
    before = getattr(found, name)
    if before is not None:
        words.erase(uow.connection, before)
    return words.keep(uow, found.agency, text).id


def _check_promise(connection: Connection, command: Open, scope: str) -> None:
    promises = effects.promises_of(connection, command.agreement, command.objective)
    if not promises:
        raise Unprocessable(
            f"{command.agreement} has no objective {command.objective!r}",
            errors=[Fault("/objective", "is none of the agreement's")],
        )
    known = store.scopes_of(connection, command.agreement, command.objective)
    if known and scope not in known:
        raise Unprocessable(
            "the objective has no results of this group; give the scope of one of its results",
            errors=[Fault("/scope", f"has no results; some that have: {', '.join(sorted(known)[:10])}")],
        )


def _check_source(connection: Connection, command: Open, scope: str) -> None:
    source = command.source
    if source is None:
        return
    if source["kind"] == "breach":
        breach = results.breach_by_id(connection, source["id"])
        named = None if breach is None else (breach.agreement, breach.objective, breach.scope)
        if named != (command.agreement, command.objective, scope):
            raise Unprocessable(
                "no breach of this objective and scope has this id",
                errors=[Fault("/from/id", "is no breach of it")],
            )
        return
    known = store.decided(connection, source["id"])
    if known is not None:
        raise Conflict(
            f"this recommendation was {known.state.replace('_', ' ')}", slug="recommendation-decided"
        )
    if command.finding is None:
        raise Unprocessable(
            "no recommendation of this agreement has this id",
            errors=[Fault("/from/id", "is no recommendation of it")],
        )


def _check_days(zone: str, now: datetime, started_on: str | None, done_on: str | None) -> None:
    today = now.astimezone(ZoneInfo(zone)).date()
    faults = []
    if started_on is not None and date.fromisoformat(started_on) > today:
        faults.append(Fault("/started_on", "lies in the future; give it when it has started"))
    if done_on is not None:
        if started_on is None:
            faults.append(Fault("/started_on", "is needed with done_on"))
        elif done_on < started_on:
            faults.append(Fault("/done_on", "lies before started_on"))
        if date.fromisoformat(done_on) > today:
            faults.append(Fault("/done_on", "lies in the future; give it when it is done"))
    if faults:
        raise Unprocessable("the days do not fit each other", errors=faults)


def _take_up(uow: UnitOfWork, command: Open, made: Improvement) -> None:
    """The recommendation is taken up: kept as it stood."""
    assert command.finding is not None
    store.decide(
        uow.connection,
        Decided(
            id=command.finding["id"],
            agreement=made.agreement,
            objective=made.objective,
            state="taken_up",
            finding=command.finding,
            agency=made.agency,
            decided_by=command.caller.subject,
            decided_at=to_micros(uow.now),
            reason=None,
            improvement=made.id,
        ),
    )
