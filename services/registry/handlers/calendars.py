"""Working calendars: versions are published and never change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from services.registry.handlers.public import Create, taken, unknown
from services.registry.schemas.calendars import CalendarIn, CalendarOut, NextVersionIn, Years
from services.registry.store import calendars as store
from services.registry.store import public
from services.registry.working_hours import faults_of, written_out
from shared.auth import Principal
from shared.db import Row, UnitOfWork
from shared.errors import Fault, Forbidden, NotFound, Unprocessable
from shared.events.registry import CalendarPublished


@dataclass(frozen=True, slots=True)
class Publish:
    """A further version of the calendar ``code``."""

    caller: Principal
    code: str
    body: NextVersionIn


def register_calendar(command: Create, uow: UnitOfWork) -> CalendarOut:
    body: CalendarIn = command.body
    if not public.known_agencies(uow.connection, {body.owner}):
        raise unknown("agency", [("/owner", body.owner)])
    if not command.caller.acts_for(body.owner):
        raise Forbidden("a calendar is registered by the admin of the agency that owns it")
    if store.newest(uow.connection, body.code) is not None:
        raise taken("calendar", body.code, "publish a version of it if it is yours, or choose another code")
    return _publish(body.code, body.owner, 1, body, body.effective_from, None, uow)


def publish_version(command: Publish, uow: UnitOfWork) -> CalendarOut:
    body = command.body
    row = store.newest(uow.connection, command.code)
    if row is None:
        raise NotFound("there is no calendar with this code")
    if not command.caller.acts_for(row.owner):
        raise Forbidden(f"this calendar is owned by {row.owner}; its admin publishes its versions")
    return _publish(row.code, row.owner, row.version + 1, body, body.effective_from, body, uow)


def _publish(
    code: str,
    owner: str,
    number: int,
    body: CalendarIn | NextVersionIn,
    effective_from: date | None,
    later: NextVersionIn | None,
    uow: UnitOfWork,
) -> CalendarOut:
    faults = faults_of(body)
    if later is not None:
        faults += _past_faults(later, uow.now.astimezone(ZoneInfo(body.time_zone)).date())
    if faults:
        raise Unprocessable("the calendar cannot be worked by as it is written", errors=faults)
    fact = CalendarPublished(
        version=number,
        code=code,
        owner=owner,
        effective_from=None if effective_from is None else effective_from.isoformat(),
        retroactive=later is not None and later.retroactive,
        **written_out(body),
    )
    reason = None if later is None else later.reason
    store.put_version(uow.connection, fact.model_dump(mode="json"), reason=reason, now=uow.now)
    uow.emit(fact.event())
    row = store.version(uow.connection, code, number)
    assert row is not None
    return calendar_out(row)


def _past_faults(body: NextVersionIn, today: date) -> list[Fault]:
    """What judged the past stays, unless the version says that it is meant to change it, and why."""
    past = body.effective_from < today
    if past and not body.retroactive:
        return [
            Fault(
                "/effective_from",
                f"lies before today, {today}: a version for the past says `retroactive: true` and why; "
                "it judges nothing until the parties of an agreement adopt it",
            )
        ]
    if not past and body.retroactive:
        return [Fault("/retroactive", f"only for a version from before today, {today}; leave it out")]
    if body.retroactive and body.reason is None:
        return [Fault("/reason", "say why the past is to be reckoned otherwise")]
    return []


def calendar_out(row: Row) -> CalendarOut:
    document: dict[str, Any] = {name: value for name, value in row.document.items() if name != "years"}
    years = row.document["years"]
    return CalendarOut(
        **document,
        years=None if years is None else Years.model_validate({"from": years[0], "to": years[1]}),
        reason=row.reason,
        published_at=row.published_at,
    )
