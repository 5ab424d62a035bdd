"""How fast the error budget of a result's objective burned: each pair, and the pairs that were left out."""

from __future__ import annotations

from typing import Any

from services.evaluation.domain import budget
from services.evaluation.domain.amounts import shown
from services.evaluation.domain.budget import ABOVE_REACH, SHORTER_THAN_SLICE, Dropped
from services.evaluation.domain.lookbacks import has_alerts
from services.evaluation.domain.objective import Objective
from services.evaluation.handlers.outlooks import burning_body, burnings, lookbacks
from services.evaluation.store import panes
from services.evaluation.store.panes import Track
from services.evaluation.store.results import Result
from shared.clock import MINUTE, rfc3339
from shared.db import Connection


def burning(
    connection: Connection, track: Track, objective: Objective, result: Result
) -> dict[str, Any] | None:
    """None where nothing burns: no share, nothing may fail, or alerts are agreed away."""
    if not has_alerts(objective):
        return None
    at = min(panes.newest_tick(connection) // MINUTE * MINUTE, result.window_end)
    kept, dropped = budget.pairs_for(objective, result.window_end - result.window_start)
    spans = lookbacks(connection, track, objective, kept, at)
    found = burnings(connection, track, objective, kept, spans, at)
    return {
        "at": rfc3339(at),
        "own": objective.alerts is not None,
        "alerting": any(one.reached for one in found),
        "pairs": [burning_body(one, at) for one in found],
        "dropped": [
            {"pair": budget.pair_body(one.pair), "reason": one.reason, "text": _why(one)} for one in dropped
        ],
    }


def _why(found: Dropped) -> dict[str, str]:
    factor, bound = shown(found.pair.factor, 3), shown(found.bound, 3)
    if found.reason == ABOVE_REACH:
        return {
            "th": f"ไม่ใช้คู่นี้: แม้ไม่อยู่ในเกณฑ์ทั้งหมด อัตราการใช้ก็ไม่เกิน {bound} เท่า จึงไม่ถึง {factor} เท่า",
            "en": f"left out: were everything bad, the burn would be {bound}, so {factor} is never reached",
        }
    if found.reason == SHORTER_THAN_SLICE:
        return {
            "th": f"ไม่ใช้คู่นี้: ช่วงที่มองย้อนสั้นกว่าช่วงเวลาย่อยหนึ่งช่วง ({bound} นาที)",
            "en": f"left out: the lookback is shorter than a slice ({bound} minutes)",
        }
    return {
        "th": f"ไม่ใช้คู่นี้: ช่วงที่มองย้อนยาวกว่ารอบการประเมิน ({bound} ชั่วโมง)",
        "en": f"left out: the lookback is longer than the window ({bound} hours)",
    }
