"""Passwords: argon2id with the library's defaults (RFC 9106, low memory), off the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from shared.errors import TooManyRequests

T = TypeVar("T")

AT_ONCE = 2
MOST_WAITING = 20


class Passwords:
    """Hashes and verifies. Each costs 64 MiB and tens of milliseconds, so at most two at once, and whoever
    would wait behind twenty others is asked to come back."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._pool = ThreadPoolExecutor(AT_ONCE, "argon2")
        self._waiting = 0
        # Verified for a mail address that nobody has, so that the answer takes as long. Made beside the
        # start, which need not wait for it; it is the pool's first work, so nothing there waits in vain.
        self._nobody = self._pool.submit(self._hasher.hash, "nobody has this password")

    async def hash(self, password: str) -> str:
        return await self._run(lambda: self._hasher.hash(_plain(password)))

    async def verify(self, hash: str | None, password: str) -> bool:
        def check() -> bool:
            try:
                return (
                    self._hasher.verify(hash or self._nobody.result(), _plain(password)) and hash is not None
                )
            except (VerificationError, InvalidHashError):
                return False

        return await self._run(check)

    async def _run(self, work: Callable[[], T]) -> T:
        if self._waiting >= MOST_WAITING:
            raise TooManyRequests("many people are signing in at this moment; try again", retry_after=2)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)


def _plain(password: str) -> bytes:
    """The same characters give the same password, whichever way a keyboard composes them."""
    return normalize("NFC", password).encode("utf-8")
