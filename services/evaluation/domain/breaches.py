"""Breaches as episodes: what has to be told when the judgements of an objective and scope have changed.

Rolling windows: an episode is opened by the first `breached` judgement and closed by the first `met` one;
`not_determined` leaves it as it is. Calendar windows: each breached window is a breach of its own, open until
the next `met` window, which closes all open ones. (SEMANTICS, States.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
    """What the judgements say now: an episode that starts with ``first``. ``closed_at``: window's end."""

    first: Judged
    newest: Judged
    closed_at: int | None
    joined: tuple[int, ...] = ()
    """Ends of the later breached windows that belong to it (rolling)."""


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


def episodes(judged: Sequence[Judged], *, rolling: bool) -> list[Episode]:
    """The episodes that some judgements make, oldest first."""
    found: list[Episode] = []
    running: list[Judged] = []

    def close(at: int | None) -> None:
        if not running:
            return
        if rolling:
            joined = tuple(one.end for one in running[1:])
            found.append(Episode(running[0], running[-1], at, joined))
        else:
            found.extend(Episode(one, one, at) for one in running)
        running.clear()

    for one in sorted(judged, key=lambda one: (one.end, one.start)):
        if one.verdict == BREACHED:
            running.append(one)
        elif one.verdict == MET:
            close(one.end)
    close(None)
    return found


def reconcile(known: Sequence[Known], judged: Sequence[Judged], *, rolling: bool) -> list[Change]:
    """The changes that bring what was told to what the judgements say.

    A known breach goes on with the episode that holds its window; of several in one episode the earliest
    goes on and the later are superseded by it; one in no episode is withdrawn. An episode without a known
    breach is opened.
    """
    changes: list[Change] = []
    now = episodes(judged, rolling=rolling)
    taken: set[str] = set()
    superseded: list[Change] = []
    for episode in now:
        spans = {episode.first.end, *episode.joined}
        mine = sorted(
            (
                one
                for one in known
                if one.id not in taken and one.end in spans and _fits(one, episode, rolling)
            ),
            key=lambda one: (one.end, one.start, one.id),
        )
        if not mine:
            # The opening may have moved: the episode goes on with a breach that was open over it.
            mine = [one for one in known if rolling and one.id not in taken and _covers(one, episode)]
        if not mine:
            changes.append(Change("opened", None, episode))
            continue
        kept, *later = mine
        taken.update(one.id for one in mine)
        superseded += [Change("superseded", one.id, None, kept.id) for one in later]
        changes += _continued(kept, episode)
    withdrawn = [Change("withdrawn", one.id) for one in known if one.id not in taken]
    return [*withdrawn, *superseded, *changes]


def _fits(known: Known, episode: Episode, rolling: bool) -> bool:
    if rolling:
        return True
    first = episode.first
    return (known.start, known.end, known.revision) == (first.start, first.end, first.revision)


def _covers(known: Known, episode: Episode) -> bool:
    """Whether a told span [opening, closing) touches the episode's."""
    last = episode.closed_at if episode.closed_at is not None else episode.newest.end + 1
    known_last = known.closed_at if known.closed_at is not None else last
    return known.end < last and episode.first.end < known_last


def _continued(known: Known, episode: Episode) -> list[Change]:
    was_closed, is_closed = known.state == "closed", episode.closed_at is not None
    same = (known.end, known.result) == (episode.first.end, episode.first.result)
    if is_closed and (not was_closed or known.closed_at != episode.closed_at):
        return [Change("closed", known.id, episode)]
    if was_closed and not is_closed:
        return [Change("reopened", known.id, episode)]
    return [] if same else [Change("revised", known.id, episode)]
