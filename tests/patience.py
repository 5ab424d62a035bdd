"""Tests do not decide by time: a machine that is busy may take longer to tell one service of another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def patient() -> Iterator[None]:
    """While it is open, a call that names what is not yet known waits for it as long as a test may."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("shared.http.NOT_YET_KNOWN_WAIT", 120.0)
        yield
