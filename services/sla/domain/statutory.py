"""What a law demands beside a promise: a looser one is flagged and says why; it is not refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from services.sla.domain import limits
from services.sla.domain.units import duration_micros, read_amount
from shared.errors import Fault

NUMBER = "number"
LOOSER, INCOMPARABLE = "looser_than_the_law", "not_comparable_with_the_law"


def completed(statutory: Mapping[str, Any]) -> dict[str, Any]:
    return {**statutory, "value": limits.completed(statutory["value"])}


def faults_of(objective: Mapping[str, Any], place: str) -> Iterator[Fault]:
    """What is wrong with the law's line of an objective in stored form."""
    statutory = objective.get("statutory")
    if statutory is None:
        return
    value = statutory["value"]
    if isinstance(value, str) and value.startswith("P"):
        try:
            duration_micros(value)
        except ValueError as error:
            yield Fault(f"{place}/statutory/value", f"{value!r} {error}")
            return
    flag = flag_of(objective)
    if flag is not None and not statutory.get("reason"):
        what = "is looser than" if flag == LOOSER else "cannot be compared with"
        yield Fault(
            f"{place}/statutory/reason",
            f"{objective['code']} {what} {statutory['section']}: say why it stands",
        )


def flags(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a reader should see before signing."""
    found = []
    for objective in document["objectives"]:
        flag = flag_of(objective)
        if flag is not None:
            statutory = objective["statutory"]
            found.append(
                {
                    "clause": f"/objectives/{objective['code']}",
                    "flag": flag,
                    "promised": _promised(objective)[1],
                    "statutory": statutory["value"],
                    "section": statutory["section"],
                    "reason": statutory.get("reason"),
                }
            )
    return found


def flag_of(objective: Mapping[str, Any]) -> str | None:
    """Whether a promise is looser than the law, or not to be compared with it. None: neither."""
    statutory = objective.get("statutory")
    if statutory is None:
        return None
    comparator, promised = _promised(objective)
    ours, law = _amount(promised), _amount(statutory["value"])
    if ours is None or law is None or ours[0] != law[0]:
        return INCOMPARABLE
    looser = ours[1] > law[1] if comparator in ("<", "<=") else ours[1] < law[1]
    return LOOSER if looser else None


def _promised(objective: Mapping[str, Any]) -> tuple[str, Any]:
    """What the law bounds: the limit of a single case where there is one, else the target."""
    value = objective["statutory"]["value"]
    good = objective.get("good")
    if good is not None and not _is_share(value, good["value"]):
        return good["comparator"], good["value"]
    return objective["comparator"], objective["target"]


def _is_share(value: Any, limit: Any) -> bool:
    """A bare number beside a limit in time is a share of the cases."""
    ours, law = _amount(limit), _amount(value)
    return law is not None and law[0] == NUMBER and (ours is None or ours[0] != NUMBER)


def _amount(value: Any) -> tuple[str, Decimal] | None:
    """What is counted, and how many; only the same can be compared."""
    if isinstance(value, Mapping):
        name = next((each for each in ("working_days", "calendar_days") if each in value), None)
        count = None if name is None else value[name]
        if name is None or isinstance(count, bool) or not isinstance(count, int | str):
            return None
        return f"{name} {value.get('by')} {value.get('roll')}", Decimal(count)
    if isinstance(value, str):
        try:
            return ("time" if value.startswith("P") else NUMBER), Decimal(read_amount(value))
        except ValueError:
            return None
    return None
