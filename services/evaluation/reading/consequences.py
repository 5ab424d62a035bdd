"""Consequences of an agreement, from its newest closed results."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from services.evaluation.domain.amounts import exact_text, shown
from services.evaluation.domain.consequences import Cost, Judged, read_clauses, reckon
from services.evaluation.domain.windows import Window
from services.evaluation.handlers.breaches import span_of
from services.evaluation.store import control, results
from shared.db import Connection


def reckoned(connection: Connection, agreement: str) -> list[Cost]:
    """What the agreement's results cost, by the end of their windows."""
    clauses = {
        one.hash: read_clauses(one.document) for one in control.revisions_of(connection, agreement=agreement)
    }
    codes = {clause.objective for found in clauses.values() for clause in found}
    if not codes:
        return []
    judged: list[Judged] = []
    for one in results.closed_of(connection, agreement, sorted(codes)):
        exact = one.body["exact"]
        for clause in clauses.get(one.agreement_revision, ()):
            if clause.objective == one.objective:
                judged.append(
                    Judged(
                        clause,
                        one.scope,
                        Window(one.window_start, one.window_end),
                        one.agreement_revision,
                        one.verdict,
                        None if exact is None else Fraction(exact),
                        one.id,
                    )
                )
    return reckon(judged)


def shown_cost(found: Cost) -> dict[str, Any]:
    """A cost as it is shown: from the value to what is left of it."""
    judged, clause = found.judged, found.judged.clause
    assert judged.exact is not None
    return {
        "consequence": clause.code,
        "agreement_revision": judged.revision,
        "objective": clause.objective,
        "scope": json.loads(judged.scope),
        "window": span_of(*judged.window),
        "result": judged.result,
        "value": shown(judged.exact),
        "exact": exact_text(judged.exact),
        "bracket": {
            "comparator": found.bracket.comparator,
            "value": shown(found.bracket.bound),
            "cost": shown(found.bracket.cost),
        },
        "recurrence": None
        if clause.running == 1
        else {"windows": clause.running, "running": found.run, "reached": found.run >= clause.running},
        "due": shown(found.due),
        "excluded_by": found.excluded_by,
        "cap": None if clause.cap is None else shown(clause.cap),
        "period": None if found.period is None else span_of(*found.period),
        "cost": shown(found.cost),
        "unit": clause.unit,
    }


def totals(found: list[Cost]) -> list[dict[str, str]]:
    """The sum in each unit; percent of several consequences are added up as they are."""
    sums: dict[str, Fraction] = {}
    for one in found:
        unit = one.judged.clause.unit
        sums[unit] = sums.get(unit, Fraction(0)) + one.cost
    return [{"unit": unit, "cost": shown(sums[unit])} for unit in sorted(sums)]
