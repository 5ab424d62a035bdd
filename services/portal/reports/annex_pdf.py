"""An agreement's revision as an annex for signing: what the page of the revision says, on paper.

The text that is signed is the revision's document, bound by its hash, which stands on every page. The paper
says the same in words; where both differ, the document counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.portal.reports.typesetting import said, set_pdf
from services.portal.text.phrase import Phrase
from services.portal.views.clauses import Card
from services.portal.views.standing import Standing
from services.portal.views.words import Reader, Said


@dataclass(frozen=True, slots=True)
class Annex:
    reader: Reader
    title: Said
    revision: Phrase
    state: Phrase
    hash: str
    made_at: datetime
    parties: Sequence[Standing]
    steps: Sequence[str]
    """Each with its agency."""
    cards: Sequence[Card]


def annex_pdf(annex: Annex) -> bytes:
    t = annex.reader.t
    data = {
        "lang": annex.reader.lang,
        "title": f"{annex.title}, {annex.revision.plain}",
        "kind": said(t.agreement),
        "heading": said(annex.title),
        "revision": said(annex.revision),
        "state": said(annex.state),
        "parties_title": said(t.parties),
        "parties": [[said(each.name), said(_standing(each))] for each in annex.parties],
        "steps_title": said(t.who_does_what),
        "steps": [said(each) for each in annex.steps],
        "cards": [
            {
                "title": said(card.title),
                "rows": [[said(row.label), said(row.after or t.not_there.plain)] for row in card.rows],
            }
            for card in annex.cards
        ],
        "signatures_title": said(t.annex_signatures),
        "signatures_why": said(t.annex_signatures_why),
        "signatures": [
            {"name": said(each.name), "words": said(_standing(each) if each.signed else t.annex_sign_here)}
            for each in annex.parties
        ],
        "hash": annex.hash,
        "hash_title": said(t.content_hash),
        "hash_why": said(t.annex_hash_why),
        "page_words": t.report_page_of.plain,
    }
    return set_pdf("annex.typ", data, annex.made_at)


def _standing(party: Standing) -> str:
    return party.words.plain if party.at is None else f"{party.words.plain} {party.at.text}"
