"""What-ifs, and the jobs that answer the long ones. Nothing that is judged changes by them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from fastapi import APIRouter, Request

from services.evaluation import reading
from services.evaluation.api.common import BASE, database
from services.evaluation.domain.amounts import parse_duration, to_micro
from services.evaluation.domain.objective import SHARE, Objective, seconds_of
from services.evaluation.handlers import jobs
from services.evaluation.handlers.jobs import Ask, Asked
from services.evaluation.handlers.supposing import supposed
from services.evaluation.reading import what_if
from services.evaluation.schemas.what_if import GoodIn, JobOut, WhatIf, WhatIfOut, WindowIn
from services.evaluation.store import control
from services.evaluation.store import jobs as store
from services.evaluation.store.jobs import Job
from shared.auth import SignedIn
from shared.clock import MINUTE, SECOND, rfc3339, to_micros
from shared.db import Connection, UnitOfWork
from shared.errors import Fault, NotFound, NotYetKnown, Unprocessable
from shared.http import StrictRoute, perform

router = APIRouter(prefix=BASE, route_class=StrictRoute, tags=["what-if"])

JOBS = "/api/evaluation/v1/jobs"
FIRST_YEAR, LAST_YEAR = 1970, 2199
MOST_ELAPSED = 3660 * 86_400 * SECOND
MOST_WORKING = 2000 * 3600 * SECOND


@router.post("/what-if", responses={202: {"model": JobOut, "description": "A job: poll its address."}})
async def suppose(request: Request, caller: SignedIn, body: WhatIf) -> WhatIfOut:
    """Judges windows again under another target, window, bound, calendar or exclusion; changes nothing.

    Target, window and exclusions are answered at once. Another bound (`good`) or calendar, and for journeys
    another window, need every measurement or journey again: 202, with the address of a job.
    """
    db = database(request)

    def read(connection: Connection) -> dict[str, Any] | Ask:
        mine, _ = reading.visible(connection, caller.agency)
        if body.agreement not in mine:
            raise NotYetKnown(
                f"no agreement {body.agreement!r} is known here (yet), or you are no party of it"
            )
        objective, service = _objective(connection, body)
        asked = _asked(body, objective)
        if what_if.needs_counting(asked, objective):
            asked = replace(asked, since=what_if.since(connection, asked))
            return Ask(str(caller.agency), service, objective.on_journeys, asked)
        return what_if.answer(connection, asked)

    found = await db.read(read)
    if isinstance(found, Ask):
        started = await perform(
            request, db, _start, found, status=202, location=lambda job: f"{JOBS}/{job['id']}"
        )
        return started  # type: ignore[return-value]  # the other answer, as declared
    return WhatIfOut.model_validate(found)


@router.get("/jobs/{job_id}")
async def get_job(request: Request, caller: SignedIn, job_id: str) -> JobOut:
    """Long work of your agency: how far it is, and its answer once it is done. Kept for seven days."""

    def read(connection: Connection) -> dict[str, Any]:
        found = store.find(connection, job_id)
        if found is None or found.agency != caller.agency:
            raise NotFound("there is no such job, or it is not your agency's")
        answer = None
        if found.state == store.DONE:
            answer = what_if.answer(connection, Asked.read(found.asked), found.id)
        return _body(found) | {"answer": answer}

    return JobOut.model_validate(await database(request).read(read))


def _start(command: Ask, uow: UnitOfWork) -> dict[str, Any]:
    return _body(jobs.ask(command, uow)) | {"answer": None}


def _body(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "state": job.state,
        "done": job.done,
        "total": job.total,
        "made_at": rfc3339(job.made_at),
        "finished_at": None if job.finished_at is None else rfc3339(job.finished_at),
    }


def _objective(connection: Connection, body: WhatIf) -> tuple[Objective, str]:
    """The objective as the newest revision has it, and the service."""
    found = None
    for revision in control.revisions_of(connection, agreement=body.agreement):
        if any(one["code"] == body.objective for one in revision.document["objectives"]):
            found = revision
    if found is None:
        raise Unprocessable(
            f"{body.agreement} has no objective {body.objective!r}",
            errors=[Fault("/objective", "name an objective of the agreement")],
        )
    return supposed(connection, found, body.objective, "{}", {}, None), found.service


def _asked(body: WhatIf, objective: Objective) -> Asked:
    """A what-if in the evaluator's terms. Unprocessable: something in it cannot be judged."""
    faults = [*_span_faults("", body.from_, body.to), *_clause_faults(body, objective)]
    exclude: list[tuple[int, int]] = []
    for index, span in enumerate(body.exclude):
        faults += _span_faults(f"/exclude/{index}", span.from_, span.to)
        exclude.append((to_micros(span.from_), to_micros(span.to)))
    if faults:
        raise Unprocessable("this cannot be judged", errors=faults)
    clauses: dict[str, Any] = {}
    if body.target is not None:
        clauses["target"] = body.target
    if body.window is not None:
        clauses["window"] = body.window.model_dump(exclude_none=True)
    if body.good is not None:
        clauses["good"] = body.good.model_dump()
    return Asked(
        agreement=body.agreement,
        objective=body.objective,
        scope=body.scope,
        start=to_micros(body.from_),
        end=to_micros(body.to),
        since=to_micros(body.from_),
        clauses=clauses,
        calendar=None if body.calendar is None else body.calendar.version,
        exclude=tuple(exclude),
        targets=None if body.targets is None else tuple(body.targets),
    )


def _span_faults(place: str, start: datetime, end: datetime) -> Iterator[Fault]:
    for name, instant in (("from", start), ("to", end)):
        if not FIRST_YEAR <= instant.year <= LAST_YEAR:
            yield Fault(f"{place}/{name}", f"lies outside the years {FIRST_YEAR} to {LAST_YEAR}")
        elif to_micros(instant) % MINUTE:
            yield Fault(f"{place}/{name}", "whole minutes only")
    if end <= start:
        yield Fault(f"{place}/to", "must be later than `from`")


def _clause_faults(body: WhatIf, objective: Objective) -> Iterator[Fault]:
    named = [("/target", body.target)] if body.target is not None else []
    named += [(f"/targets/{index}", text) for index, text in enumerate(body.targets or ())]
    for place, text in named:
        yield from target_faults(place, text, objective.aggregation)
    if body.good is not None:
        yield from _good_faults(body.good, objective)
    if body.calendar is not None and (not objective.on_journeys or objective.good is None):
        yield Fault("/calendar", "only a share of journeys can be counted anew by another working calendar")
    if body.window is not None:
        yield from window_faults(body.window)


def target_faults(place: str, text: str, aggregation: str) -> Iterator[Fault]:
    """What is wrong with a target that somebody thinks of."""
    try:
        value = seconds_of(text)
    except ValueError as error:
        yield Fault(place, str(error))
        return
    if aggregation == SHARE and not 0 <= value <= 1:
        yield Fault(place, 'a share lies between 0 and 1: write 95 % as "0.95"')


def _good_faults(good: GoodIn, objective: Objective) -> Iterator[Fault]:
    """What an agreement would not take as a bound, either."""
    value = good.value
    if objective.good is None:
        yield Fault("/good", "this objective has no bound: it is reported with its good count, or no share")
    elif not objective.on_journeys:
        try:
            to_micro(Decimal(str(value)))
        except (ArithmeticError, ValueError):
            yield Fault("/good/value", "a number with at most 6 decimals")
    elif good.comparator not in ("<", "<="):
        yield Fault("/good/comparator", "a journey is good within a limit: write `<` or `<=`")
    elif isinstance(value, str):
        working = objective.clock == "working"
        most = MOST_WORKING if working else MOST_ELAPSED
        try:
            micros = parse_duration(value)
        except ValueError as error:
            yield Fault("/good/value", str(error))
            return
        if working and ("D" in value or "W" in value):
            yield Fault("/good/value", 'working time has hours (`PT8H`); write days as {"working_days": 3}')
        elif not 0 < micros <= most:
            yield Fault("/good/value", f"longer than zero, and at most {most // (3600 * SECOND)} hours")


def window_faults(window: WindowIn, place: str = "/window") -> Iterator[Fault]:
    if window.kind == "calendar":
        if window.unit is None:
            yield Fault(f"{place}/unit", "a calendar window says its unit")
        if (window.count or 1) > 1 and window.anchor is None:
            yield Fault(f"{place}/anchor", "a window of several units says from which date they are counted")
        return
    spans: dict[str, int] = {}
    for name, text in (("duration", window.duration), ("step", window.step)):
        if text is None:
            if name == "duration":
                yield Fault(f"{place}/duration", "a rolling window says its length, such as `P30D`")
            continue
        try:
            spans[name] = parse_duration(text)
        except ValueError as error:
            yield Fault(f"{place}/{name}", str(error))
            continue
        if not 0 < spans[name] <= MOST_ELAPSED or spans[name] % MINUTE:
            yield Fault(f"{place}/{name}", "whole minutes only, from one minute to ten years")
    if len(spans) == 2 and spans["step"] > spans["duration"]:
        yield Fault(f"{place}/step", "a step longer than its window would leave events unjudged")
