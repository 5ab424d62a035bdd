"""Reading what a body covers: a span for which the source says that its report is complete."""

from __future__ import annotations

from services.metrics.domain.judging import Faults
from services.metrics.domain.times import time_of_text
from services.metrics.wire.bodies import Covers
from shared.clock import MINUTE
from shared.events.metrics import Cover

MOST_INDICATORS = 100
LONGEST_CODE = 64


def read_covers(given: Covers) -> Cover:
    """Raises `Unprocessable` with pointers to what is wrong."""
    faults = Faults()
    times: dict[str, int] = {}
    for name, text in (("from", given.from_at), ("to", given.to_at)):
        at = time_of_text(text)
        if isinstance(at, str):
            faults.add(f"/covers/{name}", at)
        elif at % MINUTE:
            faults.add(f"/covers/{name}", "whole minutes only")
        else:
            times[name] = at
    if len(times) == 2 and times["from"] >= times["to"]:
        faults.add("/covers/to", "must be later than from")
    codes = given.indicators
    if not 1 <= len(codes) <= MOST_INDICATORS:
        faults.add("/covers/indicators", f"names 1 to {MOST_INDICATORS} indicators")
    elif len(set(codes)) != len(codes):
        faults.add("/covers/indicators", "an indicator stands twice")
    for index, code in enumerate(codes[:MOST_INDICATORS]):
        if not 1 <= len(code) <= LONGEST_CODE or not code.isprintable():
            faults.add(f"/covers/indicators/{index}", f"must be a code of 1 to {LONGEST_CODE} characters")
    faults.refuse("what the body covers is wrong")
    return Cover(times["from"], times["to"], sorted(codes))
