"""Breaches by playing the judgements one after the other."""

from __future__ import annotations

from collections.abc import Sequence

Span = tuple[int, int, int | None]
"""Start and end of the window that opened it, and the end of the window that closed it."""


def rolling(judged: Sequence[tuple[int, int, str]]) -> list[Span]:
    """``judged``: (start, end, verdict), each step once, in order."""
    found: list[Span] = []
    for start, end, verdict in judged:
        is_open = bool(found) and found[-1][2] is None
        if verdict == "breached" and not is_open:
            found.append((start, end, None))
        if verdict == "met" and is_open:
            found[-1] = (found[-1][0], found[-1][1], end)
    return found


def calendar(judged: Sequence[tuple[int, int, str]]) -> list[Span]:
    """Every breached window, with the next met one behind it."""
    found: list[Span] = []
    for number, (start, end, verdict) in enumerate(judged):
        if verdict != "breached":
            continue
        later = [other_end for _, other_end, other in judged[number + 1 :] if other == "met"]
        found.append((start, end, later[0] if later else None))
    return found
