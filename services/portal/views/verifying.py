"""What was found of a file or of a hash, and what a bundle of evidence holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from services.portal.text import dates
from services.portal.text.phrase import Phrase
from services.portal.verifying import Check, Checked
from services.portal.views.words import Agencies, Moment, Reader, Said, moment


@dataclass(frozen=True, slots=True)
class Found:
    """Something that has a hash."""

    what: Phrase
    name: Said | None
    href: str


@dataclass(frozen=True, slots=True)
class SignedBy:
    kid: str
    owner: str
    words: Phrase


@dataclass(frozen=True, slots=True)
class CheckedView:
    passed: bool
    heading: Phrase
    failed: tuple[Check, ...]
    good: tuple[Check, ...]
    keys: tuple[SignedBy, ...]
    strange: bool
    """A key signed that is not published here."""


def checked_view(reader: Reader, checked: Checked, published: set[str] | None) -> CheckedView:
    """``published`` None: who publishes keys could not be asked."""
    t = reader.t
    failed = tuple(each for each in checked.checks if each.wrong is not None)
    good = tuple(each for each in checked.checks if each.wrong is None)

    def said(kid: str) -> Phrase:
        if published is None:
            return t.verify_unknown
        return t.verify_published if kid in published else t.verify_unpublished

    return CheckedView(
        checked.passed,
        t.n("verify_passed", len(good)) if checked.passed else t.n("verify_failed", len(failed)),
        failed,
        good,
        tuple(
            SignedBy(each.kid, each.agency or t.verify_deployment.plain, said(each.kid))
            for each in checked.keys
        ),
        published is not None and any(each.kid not in published for each in checked.keys),
    )


def revision_found(reader: Reader, dataset: Mapping[str, Any]) -> Found:
    """From the catalogue of public agreements."""
    titles = {each["@language"]: each["@value"] for each in dataset["dct:title"]}
    code = dataset["dct:identifier"]
    return Found(reader.t.verify_is_revision, reader.said(titles, code), f"/agreements/{code}")


def leaf_found(reader: Reader, proof: Mapping[str, Any]) -> Found:
    words = reader.t.verify_is_leaf(position=f"{proof['position'] + 1:,}", size=f"{proof['size']:,}")
    return Found(words, None, f"/api/evaluation/v1/evidence/inclusion?leaf={proof['leaf']}")


@dataclass(frozen=True, slots=True)
class FileRow:
    path: str
    kind: Phrase
    records: str
    sha256: str


@dataclass(frozen=True, slots=True)
class EvidenceIndex:
    files: tuple[FileRow, ...]
    waiting: Phrase | None
    checkpoint: Phrase
    at: Moment


def evidence_index(reader: Reader, index: Mapping[str, Any]) -> EvidenceIndex:
    """The index of a bundle as people read it."""
    t = reader.t
    at = moment(reader, index["checkpoint"]["at"], dates.zone_of(None))
    assert at is not None
    return EvidenceIndex(
        tuple(
            FileRow(
                each["path"],
                getattr(t, f"kind_of_{each['kind']}"),
                f"{each['records']:,}",
                each["sha256"],
            )
            for each in index["files"]
        ),
        t.n("evidence_waiting", index["waiting"]) if index["waiting"] else None,
        t.evidence_checkpoint(when=at.text, size=f"{index['checkpoint']['size']:,}"),
        at,
    )


def cosigners(reader: Reader, agencies: Agencies, checkpoint: Mapping[str, Any]) -> list[tuple[Said, Moment]]:
    """Who cosigned, and when."""
    found = []
    for each in checkpoint["cosignatures"]:
        when = moment(reader, datetime.fromtimestamp(each["time"], UTC), dates.zone_of(None))
        assert when is not None
        found.append((agencies.name(each["agency"]), when))
    return found
