"""Breaches as episodes: what has to be told when the judgements of an objective and scope have changed.

Rolling windows: an episode is opened by the first `breached` judgement and closed by the first `met` one;
`not_determined` leaves it as it is. Calendar windows: each breached window is a breach of its own, open until
the next `met` window, which closes all open ones.

A window that holds data of two revisions has two judgements. It is `met` when none of them is `breached`, so
that the half which kept its promise does not close what the other half breaks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

BREACHED = "breached"
MET = "met"


@dataclass(frozen=True, slots=True)
class Judged:
    """A newest judgement: of a closed window, or of an open one that is beyond repair."""

    start: int
    end: int
    verdict: str
    result: str
    revision: str


@dataclass(frozen=True, slots=True)
class Episode:
    """What the judgements say now: opened by ``first``. ``closed_at``: end of the window that closed it."""

    first: Judged
    newest: Judged
    closed_at: int | None


@dataclass(frozen=True, slots=True)
class Known:
    """A breach that was told before, and still stands (state open or closed)."""

    id: str
    state: str
    start: int
    end: int
    closed_at: int | None
    result: str
    revision: str


@dataclass(frozen=True, slots=True)
class Change:
    """What to tell. ``kind``: opened, revised, closed, reopened, withdrawn or superseded."""

    kind: str
    breach: str | None
    episode: Episode | None = None
    superseded_by: str | None = None


def episodes(judged: Iterable[Judged], *, rolling: bool) -> list[Episode]:
    """The episodes that some judgements make, oldest first; their order of arrival does not matter."""
    found: list[Episode] = []
    running: list[Judged] = []

    def close(at: int | None) -> None:
        if rolling and running:
            found.append(Episode(running[0], running[-1], at))
        elif not rolling:
            found.extend(Episode(one, one, at) for one in running)
        running.clear()

    ordered = sorted(judged, key=lambda one: (one.end, one.start, one.revision))
    for (end, _), window in groupby(ordered, key=lambda one: (one.end, one.start)):
        halves = list(window)
        broken = [one for one in halves if one.verdict == BREACHED]
        if broken:
            running += broken
        elif any(one.verdict == MET for one in halves):
            close(end)
    close(None)
    return found


def reconcile(known: Iterable[Known], judged: Iterable[Judged], *, rolling: bool) -> list[Change]:
    """The changes that bring what was told to what the judgements say.

    A known breach goes on with the earliest episode that is its own (calendar: of the same window and
    revision; rolling: that shares a moment with it, so that its opening may move). Of several in one episode
    the earliest goes on and the later are superseded by it; one without episode is withdrawn. An episode
    without a known breach is opened.
    """
    changes: list[Change] = []
    superseded: list[Change] = []
    waiting = sorted(known, key=lambda one: (one.end, one.start, one.id))
    own = _overlaps if rolling else _is_of
    for episode in episodes(judged, rolling=rolling):
        mine = [one for one in waiting if own(one, episode)]
        if not mine:
            changes.append(Change("opened", None, episode))
            continue
        waiting = [one for one in waiting if one not in mine]
        kept, *later = mine
        superseded += [Change("superseded", one.id, None, kept.id) for one in later]
        changes += _continued(kept, episode)
    return [*(Change("withdrawn", one.id) for one in waiting), *superseded, *changes]


def _is_of(known: Known, episode: Episode) -> bool:
    first = episode.first
    return (known.start, known.end, known.revision) == (first.start, first.end, first.revision)


def _overlaps(known: Known, episode: Episode) -> bool:
    """Whether [opened, closed) as told and as judged now share a moment; what is open has no end."""
    return (known.closed_at is None or episode.first.end < known.closed_at) and (
        episode.closed_at is None or known.end < episode.closed_at
    )


def _continued(known: Known, episode: Episode) -> list[Change]:
    was_closed, is_closed = known.state == "closed", episode.closed_at is not None
    same = (known.end, known.result) == (episode.first.end, episode.first.result)
    if is_closed and (not was_closed or known.closed_at != episode.closed_at):
        return [Change("closed", known.id, episode)]
    if was_closed and not is_closed:
        return [Change("reopened", known.id, episode)]
    return [] if same else [Change("revised", known.id, episode)]
