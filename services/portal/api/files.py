"""Files that are made when asked for: set in a thread, few at a time, and never kept by a cache."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from fastapi import Response

TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
AT_ONCE = asyncio.Semaphore(2)
"""Each takes some tenths of a second of a core."""

Thing = TypeVar("Thing")


async def made_file(name: str, ending: str, make: Callable[[Thing], bytes], thing: Thing) -> Response:
    """``name`` is of codes and hashes: nothing in it has to be quoted."""
    async with AT_ONCE:
        content = await asyncio.to_thread(make, thing)
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{ending}"',
        "Cache-Control": "no-store",
        "Vary": "Cookie, Accept-Language",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type=TYPES[ending], headers=headers)
