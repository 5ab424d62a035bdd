"""An evidence bundle: files in RFC 8785 form, an index that names the hash of each, and one seal over it.

The same log and question give the same bytes, and a bundle has one form only: whoever checks it (docs/verify)
makes the file again from what is inside and compares, so that no byte can be another one.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.evaluation.domain.evidence import form

BUNDLE = "sanya.evidence-bundle.v1"
INDEX = "index.json"


@dataclass(frozen=True, slots=True)
class File:
    """``records``: how many the file has; ``span``: the period of a kind that has one (RFC 3339)."""

    path: str
    kind: str
    data: bytes
    records: int
    span: tuple[str, str] | None = None

    def indexed(self) -> dict[str, Any]:
        return {
            "path": self.path,
            "kind": self.kind,
            "from": None if self.span is None else self.span[0],
            "to": None if self.span is None else self.span[1],
            "records": self.records,
            "sha256": hashlib.sha256(self.data).hexdigest(),
        }


def listed(path: str, kind: str, records: Sequence[Any], span: tuple[str, str] | None = None) -> File:
    """A file that is a list."""
    return File(path, kind, form(list(records)), len(records), span)


def index(files: Sequence[File], **said: Any) -> dict[str, Any]:
    """What is sealed."""
    return {"type": BUNDLE, **said, "files": [one.indexed() for one in sorted(files, key=_path)]}


def packed(files: Sequence[File], sealed_index: Mapping[str, Any]) -> bytes:
    """The zip: the index first, the others by name; stored, without a time, so that it has one form."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(_entry(INDEX), form(dict(sealed_index)))
        for one in sorted(files, key=_path):
            archive.writestr(_entry(one.path), one.data)
    return out.getvalue()


def _path(file: File) -> str:
    return file.path


def _entry(path: str) -> zipfile.ZipInfo:
    found = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
    found.create_system = 3
    found.external_attr = 0o644 << 16
    return found
