"""An objective as it might have been agreed: read from the agreed document with some clauses changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from services.evaluation.domain.objective import Objective
from services.evaluation.domain.working_time import Calendars
from services.evaluation.handlers.memory import calendars_of, objectives_of
from services.evaluation.store import calendars, control
from services.evaluation.store.control import Revision
from shared.db import Connection
from shared.errors import Fault, Unprocessable


def supposed(
    connection: Connection,
    revision: Revision,
    code: str,
    scope: str,
    clauses: Mapping[str, Any],
    calendar: int | None,
) -> Objective:
    """``clauses``: of the objective, in the document's form; ``calendar``: a version that judges everything.

    A supposed target holds for every label group. Unprocessable says which clause cannot be read.
    """
    changed = dict(clauses)
    if "target" in changed:
        changed["targets"] = []
    objectives = [
        {**found, **changed} if found["code"] == code else found for found in revision.document["objectives"]
    ]
    document = {**revision.document, "objectives": objectives}
    indicators = control.indicators_of(connection, revision.service)
    known = calendars_of(connection, revision)
    if calendar is not None:
        known = _one_version(connection, revision, calendar)
    try:
        read = objectives_of(replace(revision, document=document), indicators, known)
    except ValueError as error:
        raise Unprocessable(
            f"this cannot be judged: {error}",
            errors=[Fault(f"/{name}", str(error)) for name in clauses],
        ) from None
    (objective,) = [one for one in read if one.code == code]
    if objective.limit is not None and objective.limit.needs_calendar and objective.calendars is None:
        raise Unprocessable(
            "this cannot be judged: the agreement has no working calendar",
            errors=[Fault("/good/value", f"{revision.agreement} names no working calendar to count it by")],
        )
    return objective.of_group(json.loads(scope))


def _one_version(connection: Connection, revision: Revision, version: int) -> dict[str, Calendars]:
    code = revision.document.get("calendar")
    found = None if code is None else calendars.version_of(connection, code, version)
    if code is None or found is None:
        raise Unprocessable(
            "no such version of a working calendar",
            errors=[Fault("/calendar/version", f"{code or 'no calendar'} has no version {version}")],
        )
    # It judges every journey, whenever it starts.
    return {code: Calendars((replace(found, effective_from=None, retroactive=False),))}
