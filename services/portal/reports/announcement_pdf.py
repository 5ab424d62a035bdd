"""An announcement on paper: a poster for the counter, and the formal text to file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from services.portal.reports.typesetting import said, set_pdf
from services.portal.text.phrase import Phrase
from services.portal.views.announcing import AnnouncementPage
from services.portal.views.words import Reader, Said

ON_A_POSTER = 6


@dataclass(frozen=True, slots=True)
class Announced:
    reader: Reader
    page: AnnouncementPage
    service: Said
    owner: Said
    """The agency that owns the service: it answers for the whole."""
    contact: tuple[str, ...]
    """Its telephone and mail, for who may know them."""
    address: str
    """Where the announcement's service is read; in words and as a code."""
    parties: tuple[Said, ...]
    dated: datetime

    @property
    def name(self) -> str:
        """For a file."""
        return f"{self.page.agreement}_{self.page.id[:12]}_{self.reader.lang}"


def poster_pdf(announced: Announced) -> bytes:
    page, t = announced.page, announced.reader.t
    left = len(page.promises) - ON_A_POSTER
    return set_pdf(
        "poster.typ",
        {
            **_common(announced),
            "service": said(announced.service),
            "heading": said(t.you_will_get),
            "promises": _promises(page)[:ON_A_POSTER],
            "more": said(t.n("poster_more", left)) if left > 0 else None,
            "target": said(t.target),
            "contact_title": said(t.poster_contact),
            "contact": [said(t.poster_ask(agency=announced.owner.text)), *map(said, announced.contact)],
            "modules": _code(announced.address),
            "code_alt": t.poster_code(address=announced.address).plain,
            "foot": said(f"{page.heading.plain}, {page.state.plain}"),
        },
        announced.dated,
    )


def announcement_pdf(announced: Announced) -> bytes:
    page, t = announced.page, announced.reader.t
    return set_pdf(
        "announcement.typ",
        {
            **_common(announced),
            "heading": said(page.heading),
            "title_words": said(page.title),
            "state": said(f"{page.state.plain} · {page.form.plain}"),
            "text": said(page.text),
            "promises_title": said(t.you_will_get),
            "columns": [said(each) for each in (t.objective, t.target, t.announced_who)],
            "promises": _promises(page),
            "note_title": said(t.announcer_note),
            "note": None if page.note is None else said(page.note),
            "parties_title": said(t.parties),
            "parties": [said(each) for each in announced.parties],
            "by": said(page.by),
            "hash": page.id,
            "hash_title": said(t.announcement_hash),
            "revision": page.revision,
            "text_hash_title": said(t.announced_text_hash),
            "page_words": t.report_page_of.plain,
        },
        announced.dated,
    )


def _common(announced: Announced) -> dict[str, Any]:
    page = announced.page
    ends = "" if page.ends is None else f" {page.ends.plain}"
    return {
        "lang": announced.reader.lang,
        "title": f"{page.title}, {page.heading.plain}",
        "agency": said(announced.owner),
        "dated": said(Phrase(f"{page.dated.plain}{ends}")),
        "address_title": said(announced.reader.t.poster_address),
        "address": announced.address,
    }


def _promises(page: AnnouncementPage) -> list[dict[str, Any]]:
    return [
        {"what": said(each.what), "target": said(each.target), "who": said(each.who)}
        for each in page.promises
    ]


def _code(address: str) -> list[list[tuple[int, int]]]:
    """Row by row, where its dark runs begin and how long they are."""
    import segno

    found = []
    for row in segno.make(address, error="m", micro=False).matrix:
        place, runs = 0, []
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                runs.append((place, length))
            place += length
        found.append(runs)
    return found
