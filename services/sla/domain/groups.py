"""Label groups: a target for each of some, what happens to the others, and when a journey's labels count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from services.sla.domain.canonical import escaped
from shared.errors import Fault

LISTED = "listed"


def completed(objective: dict[str, Any]) -> None:
    """Spells out what groups without a target of their own are judged by."""
    if objective.get("targets"):
        objective.setdefault("unknown_group", "default_target")
    else:
        objective.pop("targets", None)


def group_faults(
    objective: Mapping[str, Any], place: str, indicator: Mapping[str, Any] | None
) -> Iterator[Fault]:
    """What is wrong with `targets`, `unknown_group` and `scope_at` of an objective in stored form."""
    scope, targets = objective["scope"], objective.get("targets")
    if objective.get("scope_at") == "end":
        if not scope:
            yield Fault(f"{place}/scope_at", "only with a `scope`: there are no labels to take")
        if indicator is not None and indicator["kind"] != "duration":
            yield Fault(
                f"{place}/scope_at",
                f"only journeys have a start and an end; {indicator['code']} is a {indicator['kind']}",
            )
    if targets is None:
        if "unknown_group" in objective:
            yield Fault(f"{place}/unknown_group", "only with `targets`: every group has the same target")
        return
    if not scope:
        yield Fault(f"{place}/targets", "only with a `scope`: without labels there are no groups")
        return
    seen: set[tuple[tuple[str, str], ...]] = set()
    for index, one in enumerate(targets):
        where = f"{place}/targets/{index}/scope"
        wrong = sorted(set(one["scope"]) - set(scope))
        yield from (
            Fault(f"{where}/{escaped(name)}", f"not in the scope: {', '.join(scope)}") for name in wrong
        )
        missing = [name for name in scope if name not in one["scope"]]
        if missing:
            yield Fault(where, f"a group is named by all labels of the scope; missing: {', '.join(missing)}")
        group = tuple(sorted(one["scope"].items()))
        if group in seen:
            yield Fault(where, "this group stands twice")
        seen.add(group)
        for name, value in one["scope"].items():
            declared = () if indicator is None else indicator["labels"].get(name, ())
            if name in scope and declared and value not in declared:
                assert indicator is not None
                yield Fault(f"{where}/{escaped(name)}", f"{indicator['code']} declares no {name} {value!r}")
