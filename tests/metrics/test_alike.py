"""Rows that look alike, read at once, say what each says alone; whatever is odd is left to the exact way."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from services.metrics.domain.columns import Reading, packed
from services.metrics.wire import measurements
from services.metrics.wire.alike import FEWEST, alike
from services.metrics.wire.json import decoded
from services.metrics.wire.ways import Exact
from shared.errors import Problem

VALUES = ["0", "-0", "7", "12.5", "0.000001", "-3.25", "9000000000", "123456.789012", "5.0"]
ODD = [
    "01",
    "1.",
    ".5",
    "1e3",
    "-",
    "1.2.3",
    "9000000001",
    "1.0000001",
    "+1",
    "12345678901234567",
    "true",
    '"4"',
]


def body(chance: random.Random, rows: int, odd: float = 0.0) -> bytes:
    """Rows of one form; ``odd``: how often one has something that the form has not."""
    space = chance.choice(["", " "])
    utc = chance.choice(["Z", "+07:00", ".250Z"])
    counts = chance.random() < 0.3
    names = chance.sample(["province", "office", "ช่อง"][:2], chance.randrange(3))
    found = []
    for _ in range(rows):
        strange = chance.random() < odd
        text = chance.choice(ODD if strange and chance.random() < 0.6 else VALUES)
        amount = (
            f'"good":{space}{chance.randrange(3)},{space}"total":{space}{chance.randrange(3, 9)}'
            if counts
            else f'"value":{space}{text}'
        )
        labels = f",{space}".join(
            f'"{name}":{space}"{chance.choice(["a", "bb", "long-one-1", ""])}"' for name in names
        )
        when = f"2026-0{chance.randrange(1, 10)}-1{chance.randrange(10)}T0{chance.randrange(10)}:00:00{utc}"
        row = f'{{"indicator":{space}"x",{space}"at":{space}"{when}",{space}{amount}'
        row += f',{space}"labels":{space}{{{labels}}}' if names else ""
        if strange and chance.random() < 0.3:
            row += ',"at":"2026-01-01T00:00:00Z"'
        found.append(row + "}")
    head = f'{{"source":{space}"s",{space}"service":{space}"v",{space}"measurements":{space}['
    return (head + f",{space}".join(found) + "]}").encode()


def said(reading: Reading) -> Any:
    return reading.source, reading.service, reading.rows, [packed(group) for group in reading.groups]


def outcome(text: bytes, way: Any) -> Any:
    try:
        return said(way(text))
    except Problem as problem:
        return type(problem), str(problem), [(fault.pointer, fault.detail) for fault in problem.errors or ()]


def exactly(text: bytes) -> Reading:
    """Row by row, from the numbers' own texts."""
    exact = Exact()
    characters = np.frombuffer(text, np.uint8)
    reading = measurements._reading(decoded(measurements._exact, text), text, characters, exact)
    exact.faults.refuse("some numbers or times are wrong")
    return reading


@pytest.mark.parametrize("seed", range(60))
def test_rows_of_one_form_are_read_at_once_and_say_the_same(seed: int) -> None:
    text = body(random.Random(seed), FEWEST + seed)
    assert alike(text, np.frombuffer(text, np.uint8)) is not None
    assert measurements._alike(text, np.frombuffer(text, np.uint8)) is not None
    assert outcome(text, measurements.read) == outcome(text, exactly)


@pytest.mark.parametrize("seed", range(150))
def test_odd_rows_are_read_or_refused_as_ever(seed: int) -> None:
    text = body(random.Random(seed), 40, odd=0.05)
    assert outcome(text, measurements.read) == outcome(text, exactly)


@pytest.mark.parametrize("seed", range(300))
def test_a_body_with_wrong_characters_is_read_or_refused_as_ever(seed: int) -> None:
    """Some characters changed, dropped, doubled or put in, anywhere."""
    chance = random.Random(seed)
    text = bytearray(body(chance, 20))
    for _ in range(chance.randrange(1, 3)):
        place = chance.randrange(len(text))
        match chance.randrange(4):
            case 0:
                text[place] = chance.choice(b'"{}[]:, 0.-eZ\\x\x01')
            case 1:
                del text[place : place + chance.choice([1, 2, 9])]
            case 2:
                text[place:place] = text[max(0, place - 9) : place]
            case _:
                text[place:place] = chance.choice([b" ", b'"', b"0", b"{", b'"at":', b"}]"])
    assert outcome(bytes(text), measurements.read) == outcome(bytes(text), exactly)


def test_a_field_that_every_row_has_twice_is_refused() -> None:
    text = body(random.Random(1), 20).replace(b'"at":', b'"at":"2026-01-01T00:00:00Z","at":')
    with pytest.raises(Problem):
        measurements.read(text)
