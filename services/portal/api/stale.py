"""What somebody acted on has changed meanwhile: both versions side by side, and a way on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response

from services.portal import negotiating
from services.portal.api.common import reader_of, render, shown
from services.portal.api.private import trail
from services.portal.client import Api, gather, readable
from services.portal.negotiating import AGREEMENTS
from services.portal.rendering import Page, Twin
from services.portal.sessions import Session
from services.portal.views import standing
from services.portal.views.clauses import changed_cards

STALE = "stale-hash"


async def stale_page(
    request: Request,
    session: Session,
    api: Api,
    code: str,
    seen: str,
    again: Mapping[str, Any] | None = None,
) -> Response:
    """``seen``: the hash that was acted on; ``again``: a form that does the same on the newest."""
    reader = reader_of(request)
    t = reader.t
    raw = await negotiating.raw_of(api, code, session.agency, whole=False)
    newest = raw.revision["hash"]
    old = standing.find(raw.state, seen)
    cards: Any = ()
    name = t.proposal_n(n="?") if old is None else standing.revision_name(reader, raw.state, seen)
    now = standing.revision_name(reader, raw.state, newest)
    if old is not None and seen != newest:
        at = f"{AGREEMENTS}/{code}/revisions"
        before, diff = await gather(
            readable(api, f"{at}/{seen}"),
            readable(api, f"{at}/{newest}/diff", against=seen),
        )
        wording = await negotiating.wording_of(api, reader, raw.document["service"])
        if before is not None and diff is not None:
            cards = changed_cards(wording, before, raw.document, diff["differences"])
        heading, lead = t.stale_title, t.stale_lead(old=name, new=now)
    else:
        heading = t.stale_changed
        lead = t.stale_same(state=standing.state_words(reader, raw.revision))
    title = reader.said(raw.document.get("title"), code)
    return await render(
        request,
        Page(
            "stale.html",
            heading.plain,
            {
                "heading": heading,
                "lead": lead,
                "cards": cards,
                "old": t.stale_yours(name=name),
                "new": t.stale_now(name=now),
                "on": f"/app/agreements/{code}/negotiation",
                "again": again,
            },
            trail=trail(reader, (f"/app/agreements/{code}", str(title))),
            status=409,
            private=True,
            twins=(Twin(f"/api{AGREEMENTS}/{code}", "agreement"),),
        ),
        shown(session),
    )
