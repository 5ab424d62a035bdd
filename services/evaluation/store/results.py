"""Results with their revisions, and breaches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import sqlalchemy as sa

from services.evaluation.store.tables import breach, result


@dataclass(frozen=True, slots=True)
class Result:
    """A judgement of one track over one window. ``number`` 0: the window is open; ``body``: API.md."""

    id: str
    track: int
    agreement: str
    agreement_revision: str
    objective: str
    scope: str
    window_start: int
    window_end: int
    number: int
    state: str
    verdict: str
    newest: bool
    supersedes: str | None
    computed_at: int
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Breach:
    """A breach as it stands. ``number`` rises with every change that is told."""

    id: str
    number: int
    state: str
    agreement: str
    agreement_revision: str
    objective: str
    scope: str
    responsible: str
    opened_at: int
    closed_at: int | None
    superseded_by: str | None
    window_start: int
    window_end: int
    result: str
    attribution: list[dict[str, Any]] = field(default_factory=list)
    attributed: dict[str, Any] | None = None
    cause: dict[str, Any] | None = None


def _values(row: Result | Breach) -> dict[str, Any]:
    return {one.name: getattr(row, one.name) for one in fields(row)}


def newest_result(
    connection: sa.Connection, track_id: int, window_start: int, window_end: int
) -> Result | None:
    window = {"which": track_id, "first": window_start, "behind": window_end}
    row = connection.execute(_newest_result, window).first()
    return None if row is None else Result(**row._asdict())


# Made once: making a statement takes longer than running it.
_newest_result = sa.select(result).where(
    result.c.track == sa.bindparam("which"),
    result.c.window_end == sa.bindparam("behind"),
    result.c.window_start == sa.bindparam("first"),
    result.c.newest,
)
_insert_result = sa.insert(result)


def put_result(connection: sa.Connection, new: Result, replaces: Result | None) -> None:
    """Stores a result as the newest of its window; what it replaces stays, but for one of an open window."""
    if replaces is not None:
        if replaces.number == 0 or replaces.id == new.id:
            connection.execute(sa.delete(result).where(result.c.id == replaces.id))
        else:
            connection.execute(sa.update(result).where(result.c.id == replaces.id).values(newest=False))
    connection.execute(_insert_result, _values(new))


def update_state(connection: sa.Connection, result_id: str, state: str, body: dict[str, Any]) -> None:
    """A closed result became final: the same judgement, so the same revision."""
    connection.execute(sa.update(result).where(result.c.id == result_id).values(state=state, body=body))


def drop_result(connection: sa.Connection, result_id: str) -> None:
    connection.execute(sa.delete(result).where(result.c.id == result_id))


def retire_result(connection: sa.Connection, result_id: str) -> None:
    """Keeps a result as history of a window that its track no longer judges."""
    connection.execute(sa.update(result).where(result.c.id == result_id).values(newest=False))


def last_number(connection: sa.Connection, track_id: int, window_start: int, window_end: int) -> int:
    """The highest revision number a window's results have had; 0 without any."""
    return (
        connection.execute(
            sa.select(sa.func.max(result.c.number)).where(
                result.c.track == track_id,
                result.c.window_end == window_end,
                result.c.window_start == window_start,
            )
        ).scalar()
        or 0
    )


def newest_of_objective(
    connection: sa.Connection,
    agreement: str,
    revision: str,
    objective: str,
    scope: str,
    window_start: int,
    window_end: int,
) -> Result | None:
    """The newest result of a promise of a revision over a window."""
    row = connection.execute(
        sa.select(result).where(
            result.c.agreement == agreement,
            result.c.objective == objective,
            result.c.window_end == window_end,
            result.c.window_start == window_start,
            result.c.agreement_revision == revision,
            result.c.scope == scope,
            result.c.newest,
        )
    ).first()
    return None if row is None else Result(**row._asdict())


def closed_of(connection: sa.Connection, agreement: str, objectives: Sequence[str]) -> list[Result]:
    """The newest results of some promises of an agreement whose windows are closed."""
    rows = connection.execute(
        sa.select(result)
        .where(
            result.c.agreement == agreement,
            result.c.objective.in_(objectives),
            result.c.newest,
            result.c.number > 0,
        )
        .order_by(result.c.window_end, result.c.id)
    )
    return [Result(**row._asdict()) for row in rows]


def open_results(connection: sa.Connection, track_id: int) -> list[Result]:
    """What is stored of a track's open windows."""
    rows = connection.execute(
        sa.select(result).where(result.c.track == track_id, result.c.newest, result.c.number == 0)
    )
    return [Result(**row._asdict()) for row in rows]


def result_by_id(connection: sa.Connection, result_id: str) -> Result | None:
    row = connection.execute(sa.select(result).where(result.c.id == result_id)).first()
    return None if row is None else Result(**row._asdict())


def track_results(
    connection: sa.Connection, track_id: int, start: int, end: int, *, state: str | None = None
) -> list[Result]:
    """Newest results of a track whose window ends in (start, end], oldest first."""
    query = (
        sa.select(result)
        .where(
            result.c.track == track_id,
            result.c.newest,
            result.c.window_end > start,
            result.c.window_end <= end,
        )
        .order_by(result.c.window_end)
    )
    if state is not None:
        query = query.where(result.c.state == state)
    return [Result(**row._asdict()) for row in connection.execute(query)]


def objective_verdicts(
    connection: sa.Connection, agreement: str, objective: str, scope: str
) -> Sequence[Any]:
    """Newest verdicts of an objective and scope over all revisions, by the end of their windows."""
    return connection.execute(_verdicts, _of(agreement, objective, scope)).all()


def _of(agreement: str, objective: str, scope: str) -> dict[str, str]:
    return {"in_agreement": agreement, "of_objective": objective, "in_scope": scope}


def _are_of(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(
        table.c.agreement == sa.bindparam("in_agreement"),
        table.c.objective == sa.bindparam("of_objective"),
        table.c.scope == sa.bindparam("in_scope"),
    )


_verdicts = (
    sa.select(
        result.c.id,
        result.c.window_start,
        result.c.window_end,
        result.c.verdict,
        result.c.agreement_revision,
    )
    .where(_are_of(result), result.c.newest)
    .order_by(result.c.window_end, result.c.window_start, result.c.track)
)
_breaches_of = sa.select(breach).where(_are_of(breach)).order_by(breach.c.window_start, breach.c.id)
_insert_breach = sa.insert(breach)


def last_result_before(connection: sa.Connection, track_id: int, end: int) -> Result | None:
    """The newest result of a track whose window ends last at or before an instant."""
    row = connection.execute(
        sa.select(result)
        .where(result.c.track == track_id, result.c.newest, result.c.window_end <= end)
        .order_by(result.c.window_end.desc())
        .limit(1)
    ).first()
    return None if row is None else Result(**row._asdict())


def list_results(
    connection: sa.Connection,
    *,
    agreements: Sequence[str],
    objective: str | None,
    ends_from: int | None,
    ends_to: int | None,
    states: Sequence[str],
    verdict: str | None,
    after: tuple[int, str] | None,
    limit: int,
    all_revisions: bool = False,
    of: Sequence[tuple[str, str]] = (),
    windows: int | None = None,
) -> list[Result]:
    """Results of some agreements whose windows end in [ends_from, ends_to), newest window first.

    ``of``: only of these promises, each an agreement and an objective. ``windows``: of each objective and
    group only so many windows, the newest.
    """
    wanted: list[sa.ColumnElement[bool]] = [result.c.agreement.in_(agreements), result.c.state.in_(states)]
    if not all_revisions:
        wanted.append(result.c.newest)
    if of:
        wanted.append(
            sa.or_(*(sa.and_(result.c.agreement == code, result.c.objective == name) for code, name in of))
        )
    if objective is not None:
        wanted.append(result.c.objective == objective)
    if ends_from is not None:
        wanted.append(result.c.window_end >= ends_from)
    if ends_to is not None:
        wanted.append(result.c.window_end < ends_to)
    if verdict is not None:
        wanted.append(result.c.verdict == verdict)
    query = sa.select(result).order_by(result.c.window_end.desc(), result.c.id.desc()).limit(limit)
    if windows is None:
        query = query.where(*wanted)
    else:
        promise = (result.c.agreement, result.c.objective, result.c.scope)
        place = sa.func.dense_rank().over(partition_by=promise, order_by=result.c.window_end.desc())
        ranked = sa.select(result.c.id, place.label("place")).where(*wanted).subquery()
        query = query.join(ranked, ranked.c.id == result.c.id).where(ranked.c.place <= windows)
    if after is not None:
        end, last = after
        query = query.where(
            (result.c.window_end < end) | ((result.c.window_end == end) & (result.c.id < last))
        )
    return [Result(**row._asdict()) for row in connection.execute(query)]


def earlier_ids(connection: sa.Connection, later: Result) -> list[str]:
    """Ids of the earlier revisions of a result, newest first."""
    rows = connection.execute(
        sa.select(result.c.id)
        .where(
            result.c.track == later.track,
            result.c.window_end == later.window_end,
            result.c.window_start == later.window_start,
            result.c.number < later.number,
        )
        .order_by(result.c.number.desc())
    )
    return [row.id for row in rows]


# --- breaches ----------------------------------------------------------------------------------------


def breaches_of(connection: sa.Connection, agreement: str, objective: str, scope: str) -> list[Breach]:
    """All breaches of an objective and scope, by their window."""
    rows = connection.execute(_breaches_of, _of(agreement, objective, scope))
    return [Breach(**row._asdict()) for row in rows]


def put_breach(connection: sa.Connection, new: Breach) -> None:
    if new.number > 1:
        connection.execute(sa.delete(breach).where(breach.c.id == new.id))
    connection.execute(_insert_breach, _values(new))


def breach_by_id(connection: sa.Connection, breach_id: str) -> Breach | None:
    row = connection.execute(sa.select(breach).where(breach.c.id == breach_id)).first()
    return None if row is None else Breach(**row._asdict())


def list_breaches(
    connection: sa.Connection,
    *,
    agreements: Sequence[str],
    objective: str | None,
    state: str | None,
    responsible: str | None,
    after: tuple[int, str] | None,
    limit: int,
) -> list[Breach]:
    """Breaches of some agreements, newest first."""
    query = (
        sa.select(breach)
        .where(breach.c.agreement.in_(agreements))
        .order_by(breach.c.opened_at.desc(), breach.c.id.desc())
        .limit(limit)
    )
    for column, value in (
        (breach.c.objective, objective),
        (breach.c.state, state),
        (breach.c.responsible, responsible),
    ):
        if value is not None:
            query = query.where(column == value)
    if after is not None:
        opened, last = after
        query = query.where(
            (breach.c.opened_at < opened) | ((breach.c.opened_at == opened) & (breach.c.id < last))
        )
    return [Breach(**row._asdict()) for row in connection.execute(query)]
