"""Needs and factors as one agency sees them."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from services.sla.domain.needs import Link, Need, Weights
from services.sla.store import agreements, needs
from services.sla.store.factors import Factor
from services.sla.store.needs import Merge
from shared import words
from shared.clock import rfc3339
from shared.db import Connection


def open_links(connection: Connection, ids: Collection[str], agency: str, now: datetime) -> list[Link]:
    """The links of needs. An agreement that an agency may not see is not named to it."""
    found = needs.links_of(connection, ids)
    codes = sorted({each.agreement for each in found if each.agreement is not None})
    seen = {
        each.code for each in agreements.load(connection, codes) if each.open_part(agency, now) is not None
    }
    return [each for each in found if each.agreement is None or each.agreement in seen]


def views(connection: Connection, found: Sequence[Need], agency: str, now: datetime) -> list[dict[str, Any]]:
    """Answers about needs, in their order."""
    ids = [each.id for each in found]
    texts = words.read(connection, [each.statement for each in found])
    merged = needs.merged_into(connection, ids)
    links: dict[str, list[Link]] = {}
    for link in open_links(connection, ids, agency, now):
        links.setdefault(link.need, []).append(link)
    return [
        {
            "id": each.id,
            "version": each.version,
            "service": each.service,
            "agency": each.agency,
            "statement": _words(texts.get(each.statement)),
            "source": each.source,
            "recipient_group": each.recipient_group,
            "channel": each.channel,
            "priority": each.priority,
            "frequency": each.frequency,
            "severity": each.severity,
            "legal_weight": each.legal_weight,
            "wanted": each.wanted,
            "evidence": list(each.evidence),
            "theme": each.theme,
            "merged_into": each.merged_into,
            "merged": merged.get(each.id, []),
            "links": [
                {
                    "id": link.id,
                    "indicator": link.indicator,
                    "agreement": link.agreement,
                    "objective": link.objective,
                    "agency": link.made_for,
                    "at": rfc3339(link.made_at),
                }
                for link in links.get(each.id, ())
            ],
            "import": each.import_id,
            "made_at": rfc3339(each.made_at),
            "changed_at": rfc3339(each.changed_at),
        }
        for each in found
    ]


def factor_views(connection: Connection, found: Sequence[Factor]) -> list[dict[str, Any]]:
    texts = words.read(connection, [each.statement for each in found])
    return [
        {
            "id": each.id,
            "version": each.version,
            "service": each.service,
            "agency": each.agency,
            "kind": each.kind,
            "text": _words(texts.get(each.statement)),
            "section": each.section,
            "value": each.value,
            "unit": each.unit,
            "indicator": each.indicator,
            "made_at": rfc3339(each.made_at),
            "changed_at": rfc3339(each.changed_at),
        }
        for each in found
    ]


def merge_view(merge: Merge) -> dict[str, Any]:
    return {
        "need": merge.need,
        "into": merge.into,
        "merged_at": rfc3339(merge.merged_at),
        "merged_by": merge.merged_by,
        "merged_for": merge.merged_for,
        "split_at": None if merge.split_at is None else rfc3339(merge.split_at),
        "split_by": merge.split_by,
        "split_for": merge.split_for,
    }


def weights_view(weights: Weights) -> dict[str, Any]:
    return {
        "version": weights.version,
        "frequency": weights.frequency,
        "severity": weights.severity,
        "legal_weight": weights.legal_weight,
        "agency": weights.made_for,
        "by": weights.made_by,
        "at": None if weights.made_at is None else rfc3339(weights.made_at),
    }


def written(said: Mapping[str, str | None]) -> str:
    """A text in Thai, English or both, as it is kept."""
    return json.dumps({name: text for name, text in said.items() if text}, ensure_ascii=False)


def _words(text: str | None) -> dict[str, str] | None:
    return None if text is None else json.loads(text)
