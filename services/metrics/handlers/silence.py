"""Plans as agreements tell them, and the silence of planned sources: looked for with every tick."""

from __future__ import annotations

from services.metrics.domain import silence
from services.metrics.domain.silence import Key, Reporting
from services.metrics.store import projections, reporting
from services.metrics.store.reporting import Heard, Plan
from shared.clock import MINUTE, to_micros
from shared.db import UnitOfWork
from shared.events.envelope import Record
from shared.events.metrics import SourceRecovered, SourceSilent
from shared.events.sla import AgreementInForce

PAUSE = 2 * MINUTE
"""Ticks further apart than this mean that this service did not run."""


def on_agreement(record: Record, uow: UnitOfWork) -> None:
    """Keeps the plans of a revision with the span in which they are in force."""
    fact = AgreementInForce.model_validate_json(record.data)
    before = reporting.plans_of(uow.connection, fact.hash)
    if before and before[0].version >= fact.version:
        return
    known_at = before[0].known_at if before else to_micros(uow.now)
    plans = [
        Plan(
            revision=fact.hash,
            indicator=found["indicator"],
            source=found["source"],
            version=fact.version,
            agreement=fact.agreement,
            service=fact.service,
            parties=fact.parties,
            visibility=fact.visibility,
            post=found.get("post"),
            frequency=found["frequency"],
            silence_after=silence.length_of(found.get("silence_after") or found["frequency"]),
            from_at=fact.effective_from,
            to_at=fact.effective_to,
            known_at=known_at,
        )
        for found in fact.document.get("plans") or ()
    ]
    reporting.put_plans(uow.connection, fact.hash, plans)


def look(uow: UnitOfWork) -> None:
    """Who was heard since the last look, who fell silent, and who is back; each is told once."""
    connection = uow.connection
    now = to_micros(uow.now)
    since, looked_at = reporting.listened(connection) or (now, now)
    if now - looked_at > PAUSE:
        since = now
    reporting.put_listened(connection, since, now)
    plans = reporting.in_force(connection, now)
    before = reporting.standing(connection)
    if not plans and not before:
        return
    durations = projections.durations(connection)
    reports = reporting.heard(connection, (plan.source for plan in plans.values()), looked_at)
    for key, plan in plans.items():
        _judge(uow, key, plan, before.get(key), reports, durations, since, now)
    for key in before.keys() - plans.keys():
        _end(uow, key, before[key])


def _judge(
    uow: UnitOfWork,
    key: Key,
    plan: Plan,
    known: Reporting | None,
    reports: list[Heard],
    durations: frozenset[str],
    since: int,
    now: int,
) -> None:
    before = known or reporting.find(uow.connection, key) or Reporting()
    state = silence.started(before, max(plan.from_at, plan.known_at))
    for report in reports:
        if (report.source, report.service) != (plan.source, plan.service):
            continue
        named = report.indicators
        if plan.indicator in durations if named is None else plan.indicator in named:
            state = silence.heard(state, report.at)
    silent_since = state.silent_since
    state, what = silence.judged(state, plan.silence_after, since, now)
    if state != before:
        reporting.put(uow.connection, key, state)
    if what is not None:
        _tell(uow, plan, state, state.silent_since or silent_since or now, what)


def _end(uow: UnitOfWork, key: Key, before: Reporting) -> None:
    state, what = silence.ended(before)
    reporting.put(uow.connection, key, state)
    plan = reporting.newest_plan(uow.connection, key)
    if what is not None and plan is not None and before.silent_since is not None:
        _tell(uow, plan, before, before.silent_since, what, version=state.version)


def _tell(
    uow: UnitOfWork, plan: Plan, state: Reporting, silent_since: int, what: str, version: int | None = None
) -> None:
    told = {
        "version": state.version if version is None else version,
        "agreement": plan.agreement,
        "parties": list(plan.parties),
        "visibility": plan.visibility,
        "service": plan.service,
        "source": plan.source,
        "indicator": plan.indicator,
        "post": plan.post,
        "heard_at": state.heard_at,
        "silent_since": silent_since,
    }
    if what == "silent":
        uow.emit(SourceSilent.model_validate(told).event())
    else:
        uow.emit(SourceRecovered.model_validate({**told, "reason": what}).event())
