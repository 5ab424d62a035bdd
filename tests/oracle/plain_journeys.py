"""Journeys by going through all windows in turn, as the rules tell it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Passage:
    started: int
    ended: int | None


def matching(events: Sequence[tuple[str, str, int]], step: str, edge: str) -> list[int]:
    """Times of the (step, edge, at) that are meant; a point is both edges, `*` is any step."""
    times = []
    for its_step, its_edge, at in events:
        if step not in ("*", its_step):
            continue
        if edge == "any" or its_edge == edge or its_edge == "point":
            times.append(at)
    return sorted(times)


def read(
    events: Sequence[tuple[str, str, int]], start: tuple[str, str, str], end: tuple[str, str, str]
) -> Passage | None:
    """``start`` and ``end`` are (step, occurrence, edge). What lies before the start does not end it."""
    starts = matching(events, start[0], start[2])
    if not starts:
        return None
    started = starts[0] if start[1] == "first" else starts[-1]
    ends = [at for at in matching(events, end[0], end[2]) if at >= started]
    if not ends:
        return Passage(started, None)
    return Passage(started, ends[0] if end[1] == "first" else ends[-1])


def within(passed: int, comparator: str, limit: int) -> bool:
    return passed <= limit if comparator == "<=" else passed < limit


def tallies(
    passages: Sequence[Passage],
    windows: Sequence[tuple[int, int]],
    *,
    comparator: str,
    limit: int,
    count_at: str,
    overdue: str,
    known_to: int,
) -> list[tuple[int, int]]:
    """(good, total) of each window; everything before ``known_to`` is known, and nothing after it."""
    good, total = [0] * len(windows), [0] * len(windows)
    for one in passages:
        ended, deadline = one.ended, one.started + limit
        kept = ended is not None and within(ended - one.started, comparator, limit)
        for number, (start, end) in enumerate(windows):
            if count_at == "completion":
                ends_here = ended is not None and start <= ended < end
                open_at_its_end = ended is None or ended >= end
                if ends_here:
                    total[number] += 1
                    good[number] += kept
                    break
                if overdue == "counted" and open_at_its_end and end > deadline and known_to > deadline:
                    total[number] += 1
                    break
            else:
                place = one.started if count_at == "start" else deadline
                if start <= place < end and (ended is not None or known_to > deadline):
                    total[number] += 1
                    good[number] += kept
    return list(zip(good, total, strict=True))
