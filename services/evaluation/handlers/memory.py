"""What a worker keeps between transactions: control facts and tracks.

Memory is never the truth. It is dropped when a transaction rolls back, when a control fact came, and when
the partition's sequence says that another worker wrote in between.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from services.evaluation.domain.finality import Finality, Seal
from services.evaluation.domain.objective import Objective, all_known, read_objectives
from services.evaluation.domain.windows import Window
from services.evaluation.domain.working_time import Calendars
from services.evaluation.store import backfills, calendars, control, outlooks, panes
from services.evaluation.store.control import Revision
from services.evaluation.store.panes import Track
from shared.db import Connection, UnitOfWork


@dataclass(slots=True)
class Member:
    """The panes of one scope, and what is judged from them: a track for each objective of the group."""

    series: int
    tracks: list[Track]


@dataclass(slots=True)
class Group:
    """Objectives of a revision that are judged from the same panes."""

    indicator: str
    scope: tuple[str, ...]
    good: tuple[str, int] | None
    objectives: list[Objective]
    members: dict[tuple[str | None, ...], Member] = field(default_factory=dict)

    @property
    def keeps_extremes(self) -> bool:
        return any(objective.keeps_extremes for objective in self.objectives)


def grouped(objectives: Iterable[Objective]) -> list[Group]:
    """The groups of a revision's objectives on measurements."""
    found: dict[tuple[str, tuple[str, ...]], Group] = {}
    for objective in objectives:
        if objective.on_journeys:
            continue
        key = (objective.judged_from, tuple(sorted(objective.scope)))
        group = Group(objective.indicator, objective.scope, objective.good, [])
        found.setdefault(key, group).objectives.append(objective)
    return list(found.values())


@dataclass(slots=True)
class Plan:
    """What judges a service: its revisions, each with its objectives.

    A revision waits here until all its indicators are known: a batch is applied to a revision once, so one
    that came while an indicator was missing would never count for it (tests/evaluation/test_any_order.py).
    """

    revisions: list[tuple[Revision, list[Objective]]]
    planned: dict[str, set[str]] = field(init=False)
    """Source -> the indicators that it is planned to report."""
    durations: set[str] = field(init=False)
    groups: dict[str, list[Group]] = field(init=False)
    """Revision -> what is judged from the same panes."""

    def __post_init__(self) -> None:
        self.groups = {revision.hash: grouped(objectives) for revision, objectives in self.revisions}
        judged = [objective for _, objectives in self.revisions for objective in objectives]
        self.durations = {objective.indicator for objective in judged if objective.on_journeys}
        self.planned = {}
        for objective in judged:
            for plan in objective.plans:
                self.planned.setdefault(plan.source, set()).add(objective.indicator)

    def objective(self, track: Track) -> tuple[Revision, Objective]:
        for revision, objectives in self.revisions:
            if revision.hash == track.revision:
                for objective in objectives:
                    if objective.code == track.objective:
                        return revision, objective.of_group(json.loads(track.scope))
        raise KeyError(f"{track.revision}/{track.objective}")


def objectives_of(
    revision: Revision,
    indicators: Mapping[str, Mapping[str, Any]],
    known: Mapping[str, Calendars],
) -> list[Objective]:
    """The objectives of a revision whose indicators are known; ``known``: the calendar it goes by."""
    span = (revision.effective_from, revision.effective_to)
    return read_objectives(revision.document, indicators, span, known)


def calendars_of(connection: Connection, revision: Revision) -> dict[str, Calendars]:
    """The calendar that a revision names, with the versions that judge its agreement."""
    return calendars.calendars_of(connection, revision.document.get("calendar"), revision.agreement)


@dataclass(slots=True)
class Memory:
    control: int = -1
    sequences: dict[int, int] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)
    tracks: dict[str, dict[tuple[str, str, str], Track]] = field(default_factory=dict)
    by_id: dict[int, Track] = field(default_factory=dict)
    """The same tracks."""
    standing: set[int] | None = None
    """Tracks that are at risk or have an alert; None: not read yet."""
    looks: set[int] = field(default_factory=set)
    """Tracks that the next whole minute looks at already."""
    following: dict[tuple[str, str], dict[Window, set[str]]] | None = None
    """(revision, scope) -> windows whose composites are to be judged: of which members. None: at once."""
    sealed: dict[str, list[Seal]] = field(default_factory=dict)

    def clear(self) -> None:
        self.control = -1
        self.sequences.clear()
        self.plans.clear()
        self.tracks.clear()
        self.by_id.clear()
        self.following = None
        self.sealed.clear()
        self.forget_outlooks()

    def forget_outlooks(self) -> None:
        self.standing = None
        self.looks.clear()

    def seals(self, connection: Connection, service: str) -> list[Seal]:
        if service not in self.sealed:
            self.sealed[service] = backfills.sealed_of(connection, service)
        return self.sealed[service]

    def backfill_of(self, connection: Connection, service: str, window: Window) -> str | None:
        """The sealed backfill that touches a window; of several the one that reaches furthest."""
        touching = [seal.backfill for seal in self.seals(connection, service) if seal.touches(window)]
        return touching[-1] if touching else None

    def seals_of(self, connection: Connection, revision: Revision) -> list[Seal]:
        """The seals that judged a revision's windows.

        One judged only what had been promised: for a revision that all accepted later, grace counts.
        """
        return [
            seal for seal in self.seals(connection, revision.service) if seal.sealed_at >= revision.known_at
        ]

    def finality(
        self, connection: Connection, track: Track, revision: Revision, objective: Objective
    ) -> Finality:
        """Which windows of a track are final by now."""
        return Finality(objective.windows, track.final_to, self.seals_of(connection, revision))

    def stands(self, connection: Connection, track: int) -> bool:
        """Whether a track is at risk or has an alert."""
        if self.standing is None:
            self.standing = outlooks.standing(connection)
        return track in self.standing

    def check(self, connection: Connection, partition: int) -> tuple[int, int]:
        """Drops what is stale; -> (newest tick, sequence) of the partition."""
        version = control.control_version(connection)
        tick, sequence = panes.tick_of(connection, partition)
        if version != self.control or self.sequences.get(partition, sequence) != sequence:
            self.clear()
            self.control = version
        return tick, sequence

    def plan(self, connection: Connection, service: str) -> Plan:
        if service not in self.plans:
            indicators = control.indicators_of(connection, service)
            self.plans[service] = Plan(
                [
                    (revision, objectives_of(revision, indicators, known))
                    for revision in control.revisions_of(connection, service=service)
                    for known in [calendars_of(connection, revision)]
                    if all_known(revision.document, indicators, known)
                ]
            )
        return self.plans[service]

    def tracks_of(self, connection: Connection, service: str) -> dict[tuple[str, str, str], Track]:
        if service not in self.tracks:
            self.tracks[service] = {}
            for track in panes.tracks_of(connection, service=service):
                self.keep(track)
        return self.tracks[service]

    def keep(self, track: Track) -> None:
        """Remembers a track of a service whose others are known."""
        self.tracks[track.service][track.revision, track.objective, track.scope] = track
        self.by_id[track.id] = track

    def track(self, connection: Connection, number: int) -> Track:
        if number not in self.by_id:
            self.tracks_of(connection, panes.track_by_id(connection, number).service)
        return self.by_id[number]


_memories: WeakKeyDictionary[object, Memory] = WeakKeyDictionary()
"""By the engine of the database."""


def memory_of(uow: UnitOfWork) -> Memory:
    """The memory that belongs to a database; dropped when the transaction, or its savepoint, fails."""
    memory = _memories.setdefault(uow.connection.engine, Memory())
    uow.on_rollback(memory.clear)
    return memory
