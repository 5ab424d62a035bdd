"""Ticks: the evaluator's only clock (rule 6 of "How a fact travels")."""

from __future__ import annotations

from typing import Any

from services.metrics.handlers.silence import look
from shared.clock import to_micros
from shared.db import UnitOfWork
from shared.events.metrics import TICK, Tick, event_of


def tick(_command: Any, uow: UnitOfWork) -> None:
    """Writes a tick behind all that is committed: what the intake has answered stands before it.

    Its time is read before its place in the log is taken. A batch that commits later stands behind it, also
    when it was received earlier: it had not been accepted yet. Who is silent is told
    with it, by the same clock.
    """
    look(uow)
    uow.emit(event_of(TICK, Tick(to_micros(uow.now))))
