"""Values of a file that remember whether they were read: what nobody read is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from services.sla.domain.canonical import escaped


class Node:
    """A value at a place of a file."""

    __slots__ = ("_read", "pointer", "value")

    def __init__(self, value: Any, pointer: str, read: dict[str, bool]) -> None:
        """``read``: of the whole file, place -> whether it was read itself, or only something below it."""
        self.value = value
        self.pointer = pointer
        self._read = read

    def at(self, *names: str) -> Node:
        """What stands below; a Node of None where there is nothing."""
        value, pointer = self.value, self.pointer
        for name in names:
            value = value.get(name) if isinstance(value, dict) else None
            pointer = f"{pointer}/{escaped(name)}"
        return Node(value, pointer, self._read)

    def each(self) -> list[Node]:
        items = self.value if isinstance(self.value, list) else []
        return [Node(value, f"{self.pointer}/{index}", self._read) for index, value in enumerate(items)]

    def read(self) -> Any:
        """The value, with all below it, which counts as read from now on."""
        self._read[self.pointer] = True
        around = self.pointer.rpartition("/")[0]
        while around and around not in self._read:
            self._read[around] = False
            around = around.rpartition("/")[0]
        return self.value

    def text(self) -> str | None:
        value = self.read()
        return value if isinstance(value, str) else None

    @property
    def is_read(self) -> bool:
        return self._read.get(self.pointer, False)

    def __bool__(self) -> bool:
        return self.value is not None

    def unread(self) -> Iterator[str]:
        """The places below that nobody read, the outermost of each."""
        if self.is_read or self.value is None or self.value in ({}, []):
            return
        if self.pointer not in self._read:
            yield self.pointer
            return
        if isinstance(self.value, dict):
            for name in self.value:
                yield from self.at(name).unread()
        else:
            for node in self.each():
                yield from node.unread()
