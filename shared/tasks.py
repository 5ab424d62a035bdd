"""Running things side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


async def together(*work: Coroutine[Any, Any, None]) -> None:
    """Runs all of ``work``; the first error cancels the rest and is raised as it is, not in a group."""
    try:
        async with asyncio.TaskGroup() as group:
            for task in work:
                group.create_task(task)
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from errors
