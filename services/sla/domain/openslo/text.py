"""YAML in and out: safely read, with the line of everything; numbers stay exact, and texts stay texts.

Not PyYAML's constructor: it would follow anchors (a file of 1 kB can stand for gigabytes), let a key stand
twice, and read decimals as floats and times as dates. Events are read one by one, in YAML 1.2's core schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import yaml

from services.sla.domain.canonical import escaped
from shared.errors import TooLarge, Unreadable

MOST_BYTES = 512 << 10
MOST_DEPTH = 40
MOST_DIGITS = 40

_INTEGER = re.compile(r"[-+]?[0-9]+", re.ASCII)
_DECIMAL = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?", re.ASCII)
_WORDS: Mapping[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


@dataclass(frozen=True, slots=True)
class Yaml:
    """The documents of a text, and the line of each value by its pointer (`/0`: the first document)."""

    documents: tuple[Any, ...]
    lines: Mapping[str, int]

    def line(self, pointer: str) -> int | None:
        """The line of a value, or of the nearest one around it."""
        while pointer and pointer not in self.lines:
            pointer = pointer.rpartition("/")[0]
        return self.lines.get(pointer)


def read(body: bytes) -> Yaml:
    """The documents of a YAML text. Unreadable says what is wrong, with its line."""
    if len(body) > MOST_BYTES:
        raise TooLarge(f"the file has {len(body)} bytes; at most {MOST_BYTES} are read")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
        raise Unreadable(f"the file is not UTF-8: a wrong byte in line {line}") from None
    building = _Building()
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            building.take(event)
    except yaml.YAMLError as error:
        raise Unreadable(f"no YAML: {_sentence(error)}") from None
    return Yaml(tuple(building.documents), building.lines)


def _sentence(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    where = "" if mark is None else f" (line {mark.line + 1}, column {mark.column + 1})"
    return f"{getattr(error, 'problem', None) or 'a character that no YAML may have'}{where}"


def plain(text: str) -> Any:
    """What an unquoted scalar stands for; a Decimal is exact."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text) if len(text) <= MOST_DIGITS else text
    if _DECIMAL.fullmatch(text):
        return Decimal(text) if len(text) <= MOST_DIGITS else text
    return text


class _Building:
    """Documents out of events, without recursion."""

    def __init__(self) -> None:
        self.documents: list[Any] = []
        self.lines: dict[str, int] = {}
        self.open: list[tuple[Any, str]] = []
        self.keys: list[str | None] = []

    def take(self, event: yaml.Event) -> None:
        line = 1 if event.start_mark is None else event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise Unreadable(f"anchors and aliases are not read (line {line}): write the value out")
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, line)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            if event.tag is not None:
                raise Unreadable(f"tags such as {event.tag[:40]!r} are not read (line {line})")
            if len(self.open) >= MOST_DEPTH:
                raise Unreadable(f"nested deeper than {MOST_DEPTH} levels (line {line})")
            container: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
            self.open.append((container, self._put(container, line)))
            self.keys.append(None)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self.open.pop()
            self.keys.pop()

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        if event.tag is not None and event.tag != "!":
            raise Unreadable(f"tags such as {event.tag[:40]!r} are not read (line {line})")
        if self.open and isinstance(self.open[-1][0], dict) and self.keys[-1] is None:
            if event.value in self.open[-1][0]:
                raise Unreadable(f"the key {event.value[:80]!r} stands twice (again in line {line})")
            self.keys[-1] = event.value
            return
        self._put(plain(event.value) if event.implicit[0] else event.value, line)

    def _put(self, value: Any, line: int) -> str:
        """Puts a value where it belongs. Returns its pointer."""
        if not self.open:
            self.documents.append(value)
            pointer = f"/{len(self.documents) - 1}"
        else:
            container, around = self.open[-1]
            if isinstance(container, list):
                container.append(value)
                pointer = f"{around}/{len(container) - 1}"
            else:
                key = self.keys[-1]
                if key is None:
                    raise Unreadable(f"a key has to be a text (line {line})")
                container[key] = value
                pointer = f"{around}/{escaped(key)}"
                self.keys[-1] = None
        self.lines[pointer] = line
        return pointer


class _Dumper(yaml.SafeDumper):
    """Writes what `read` reads back as it was."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    # What another reader, or ours, would take for a number, a time or a truth is quoted.
    style = "'" if not isinstance(plain(value), str) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


def _decimal(dumper: yaml.SafeDumper, value: Decimal) -> yaml.Node:
    if value == value.to_integral_value():
        return dumper.represent_scalar("tag:yaml.org,2002:int", format(value, ".0f"))
    return dumper.represent_scalar("tag:yaml.org,2002:float", format(value, "f"))


_Dumper.add_representer(str, _text)
_Dumper.add_representer(Decimal, _decimal)


def write(documents: Iterable[Mapping[str, Any]], comments: Iterable[str] = ()) -> str:
    """Documents as YAML. ``comments`` stand above them, each a line."""
    head = "".join(f"# {' '.join(line.split())}\n" for line in comments)
    body = yaml.dump_all(
        list(documents), Dumper=_Dumper, allow_unicode=True, sort_keys=False, explicit_start=True, width=100
    )
    return head + body
