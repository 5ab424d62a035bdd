"""The counting services over both pairs of backends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.counting.world import World, opened


@pytest.fixture
async def world(seam: dict[str, Any]) -> AsyncIterator[World]:
    async with opened(seam) as world:
        yield world
