"""Checks a stranger's file with the program that everybody can take, docs/verify/verify.py.

It runs in a process of its own, with bounds on time and memory; nothing else ever opens the file.
"""

from __future__ import annotations

import asyncio
import resource
import sys
from pathlib import Path

import msgspec
import structlog

log = structlog.get_logger(__name__)

PROGRAM = Path(__file__).parents[2] / "docs" / "verify" / "verify.py"
MOST_BYTES = 16 << 20
SECONDS = 30
MEMORY = 1 << 30
"""Bytes of the program's address space: a file of the largest size takes a third of it."""
MOST_TOLD = 5_000
"""Checks and keys that one page tells of; years of an agreement have some hundreds."""
AT_ONCE = 2
MOST_WAITING = 8


class Busy(Exception):
    """Too many files are being checked; later there will be room."""


class Unfinished(Exception):
    """The file took more time or memory than a check has, or more would have to be told than a page can."""


class Check(msgspec.Struct, frozen=True):
    """``wrong`` None: it passed. ``what`` and ``means`` are in the reader's language."""

    check: str
    about: str
    what: str
    wrong: str | None
    means: str


class Key(msgspec.Struct, frozen=True):
    """``agency`` None: the deployment's."""

    kid: str
    agency: str | None


class Checked(msgspec.Struct, frozen=True):
    passed: bool
    checks: list[Check]
    keys: list[Key]


class Verifier:
    """A few files at once; whoever would wait behind many others is asked to come back."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def check(self, raw: bytes, lang: str) -> Checked:
        """Every check of a file's bytes. Raises Busy, Unfinished."""
        if self._waiting >= MOST_WAITING:
            raise Busy
        self._waiting += 1
        try:
            async with self._places:
                return await _run(raw, lang)
        finally:
            self._waiting -= 1


async def _run(raw: bytes, lang: str) -> Checked:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", str(PROGRAM), "-", "--json", "--lang", lang),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        preexec_fn=_bounded,
    )
    try:
        out, said = await asyncio.wait_for(process.communicate(raw), SECONDS)
    except TimeoutError:
        raise Unfinished from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode not in (0, 1) or not out:
        log.warning("not verified", code=process.returncode, said=said[-500:].decode(errors="replace"))
        raise Unfinished
    checked = msgspec.json.decode(out, type=Checked)
    if len(checked.checks) + len(checked.keys) > MOST_TOLD:
        raise Unfinished
    return checked


def _bounded() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
