"""What is logged, and how often."""

from __future__ import annotations

import logging

from shared.telemetry import Seldom


def record(name: str, message: str, at: float) -> logging.LogRecord:
    made = logging.LogRecord(name, logging.ERROR, __file__, 1, message, ("1",), None)
    made.created = at
    return made


def test_a_library_that_repeats_itself_is_heard_once_in_thirty_seconds() -> None:
    seldom = Seldom("aiokafka", 30)
    said = [
        seldom.filter(record("aiokafka.client", "no connection to %s", at)) for at in (1000, 1001, 1029, 1031)
    ]
    assert said == [True, False, False, True]


def test_other_messages_and_our_own_are_always_heard() -> None:
    seldom = Seldom("aiokafka", 30)
    assert seldom.filter(record("aiokafka", "no connection to %s", 1000))
    assert seldom.filter(record("aiokafka", "no metadata from %s", 1000))
    assert seldom.filter(record("shared.bus.kafka", "could not publish", 1000))
    assert seldom.filter(record("shared.bus.kafka", "could not publish", 1000))
