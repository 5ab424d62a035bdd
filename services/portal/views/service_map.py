"""Services by agencies: who does which step, and what was agreed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.portal.text.phrase import Phrase
from services.portal.views.listing import involved
from services.portal.views.standing import state_named
from services.portal.views.words import Agencies, Reader, Said

MOST_COLUMNS = 5
"""Agencies with a column of their own; what others do stands in one column together."""

Found = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """What an agency does in a service. ``agency`` None: its column says who."""

    agency: Said | None
    owns: bool
    steps: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Row:
    code: str
    name: Said
    cells: tuple[tuple[Part, ...], ...]
    """A cell a column; the last one, of the other agencies, where there is such a column."""
    agreements: tuple[tuple[str, Phrase], ...] | None
    """(code, state); None: they cannot be had at the moment."""


@dataclass(frozen=True, slots=True)
class ServiceMap:
    columns: tuple[Said, ...]
    others: bool
    rows: tuple[Row, ...]


def service_map(
    reader: Reader,
    mine: str,
    services: Sequence[Found],
    agencies: Agencies,
    agreements: Sequence[Found] | None,
) -> ServiceMap:
    """One's own agency first, then those with which it shares most."""
    shared = Counter(code for each in services for code in involved(each) if code != mine)
    ranked = [mine, *sorted(shared, key=lambda code: (-shared[code], code))]
    # One more is no reason for a column that says who.
    columns = ranked if len(ranked) == MOST_COLUMNS + 1 else ranked[:MOST_COLUMNS]
    others = ranked[len(columns) :]

    def part(service: Found, code: str, named: bool) -> tuple[Part, ...]:
        if code not in involved(service):
            return ()
        steps = [
            reader.said(step["name"], step["code"]) for step in service["steps"] if step["agency"] == code
        ]
        return (Part(agencies.name(code) if named else None, service["owner"] == code, tuple(steps)),)

    def row(service: Found) -> Row:
        cells = [part(service, code, named=False) for code in columns]
        if others:
            cells.append(tuple(each for code in others for each in part(service, code, named=True)))
        return Row(
            service["code"],
            reader.said(service["name"], service["code"]),
            tuple(cells),
            None
            if agreements is None
            else tuple(
                (each["code"], state_named(reader, each["state"]))
                for each in agreements
                if each["service"] == service["code"]
            ),
        )

    return ServiceMap(
        tuple(agencies.name(code) for code in columns), bool(others), tuple(row(each) for each in services)
    )
