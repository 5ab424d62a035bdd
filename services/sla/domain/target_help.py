"""Beside a proposed target: what recipients asked, what the law says, and whether the steps' times fit in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.sla.domain.indicators import KnownService
from services.sla.domain.units import duration_micros, minutes_text, read_amount
from shared.clock import MINUTE, SECOND


def kept(objective: Mapping[str, Any], wanted: str) -> bool | None:
    """Whether an objective promises what was wanted, or more. None: the two cannot be compared.

    A time is held against the limit of a single case, else against the target; a number between 0 and 1
    against the target, any other against the limit of a single case, where there is one.
    """
    promised = _promised(objective, wanted)
    if promised is None:
        return None
    comparator, value = promised
    ours, theirs = read_amount(value), read_amount(wanted)
    return ours <= theirs if comparator in ("<", "<=") else ours >= theirs


def _promised(objective: Mapping[str, Any], wanted: str) -> tuple[str, str] | None:
    good, target = objective.get("good"), str(objective["target"])
    limit = None if good is None else good["value"]
    of_target = (str(objective["comparator"]), target)
    if wanted.startswith("P"):
        if isinstance(limit, str) and limit.startswith("P"):
            return str(good["comparator"]), limit  # type: ignore[index]
        return of_target if target.startswith("P") else None
    if target.startswith("P"):
        return None
    if limit is None or 0 <= read_amount(wanted) <= 1:
        return of_target
    if isinstance(limit, str) and not limit.startswith("P"):
        return str(good["comparator"]), limit  # type: ignore[index]
    return None


def asked(objective: Mapping[str, Any], wanted: Iterable[str]) -> list[dict[str, Any]]:
    """Each thing that was wanted, how many needs want it, and whether the objective promises it."""
    counted = Counter(wanted)
    values = sorted(counted, key=lambda each: (not each.startswith("P"), read_amount(each)))
    return [{"value": each, "needs": counted[each], "kept": kept(objective, each)} for each in values]


def steps(objective: Mapping[str, Any], service: KnownService) -> dict[str, Any] | None:
    """What the steps may take together, and the limit of the whole. None: no step has a time of its own."""
    allotments = objective.get("allotments")
    if not allotments:
        return None
    together = sum(duration_micros(each) for each in allotments.values())
    limit = (objective.get("good") or {}).get("value")
    whole = duration_micros(limit) if isinstance(limit, str) and limit.startswith("P") else None
    return {
        "allotted": _text(together),
        "limit": limit if whole is not None else None,
        "fits": None if whole is None else together <= whole,
        "left": None if whole is None or together > whole else _text(whole - together),
        "without": [step for step in service.steps if step not in allotments],
    }


def _text(micros: int) -> str:
    return minutes_text(micros // MINUTE) if micros % MINUTE == 0 else f"PT{micros // SECOND}S"


def beside(
    objective: Mapping[str, Any],
    service: KnownService,
    wanted: Sequence[str],
    laws: Iterable[Mapping[str, Any]],
) -> dict[str, Any]:
    """All of it for one objective. ``laws``: factors with `id`, `section` and `value`."""
    good = objective.get("good")
    return {
        "objective": objective["code"],
        "indicator": objective["indicator"],
        "responsible": objective["responsible"],
        "limit": None if good is None else good["value"],
        "comparator": objective["comparator"],
        "target": str(objective["target"]),
        "asked": asked(objective, wanted),
        "law": [{**law, "kept": kept(objective, law["value"])} for law in laws],
        "steps": steps(objective, service),
    }
