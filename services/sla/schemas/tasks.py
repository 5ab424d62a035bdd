"""Wire models of what waits for somebody."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from shared.http import Page, Wire, Words

TaskKind = Literal[
    "offer",
    "exclusion",
    "termination",
    "announcement",
    "acknowledgement",
    "ending",
    "unreviewed",
    "unplanned",
    "party_left",
]


class TaskView(Wire):
    """What is asked, by whom, until when. `id`: of the offer's revision, the exclusion, the termination, ...

    `title`: the agreement's. `agency`: whose word it is; another agency's, where it delegated. `roles`: who
    may do it; `mine`: the caller has one of them. `days_late`: since `due`, each one begun counts.
    """

    kind: TaskKind
    id: str
    agreement: str
    service: str
    revision: str
    title: Words
    agency: str
    asked_by: str | None
    since: datetime
    due: datetime | None
    days_late: int
    roles: list[str]
    mine: bool
    href: str


class Tasks(Page[TaskView]):
    """A part of what waits, nearest due date first; what has none comes last."""
