"""Revisions to be read: one whole, and two beside each other."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import Path, Query, Request, Response

from services.portal import negotiating
from services.portal.api.common import PAGE, page_router, reader_of, render, shown
from services.portal.api.files import made_file
from services.portal.api.negotiation import Code, agreement_trail
from services.portal.api.private import who
from services.portal.client import readable
from services.portal.negotiating import AGREEMENTS
from services.portal.rendering import Page, Twin
from services.portal.reports.annex_pdf import Annex, annex_pdf
from services.portal.text import dates
from services.portal.views import standing
from services.portal.views.clauses import changed_cards, promise_cards, terms_card

router = page_router()

HASH = r"^[0-9a-f]{64}$"
Digest = Annotated[str, Path(pattern=HASH)]
Chosen = Annotated[str | None, Query(max_length=64)]


@router.api_route("/app/agreements/{agreement}/revisions/{digest}.pdf", **PAGE)
async def annex(request: Request, agreement: Code, digest: Digest) -> Response:
    """A revision on paper, with lines to sign on."""
    session, api = await who(request)
    reader = reader_of(request)
    raw = await negotiating.raw_of(api, agreement, session.agency, digest, whole=False)
    wording = await negotiating.wording_of(api, reader, raw.document["service"])
    made = Annex(
        reader,
        title=reader.said(raw.document.get("title"), agreement),
        revision=standing.revision_name(reader, raw.state, digest),
        state=standing.state_words(reader, raw.revision),
        hash=digest,
        made_at=dates.instant(raw.revision["made_at"]),
        parties=standing.parties_of(reader, raw.revision, session.agency, wording.agencies, raw.zone),
        steps=[wording.step(each["code"]) for each in (wording.service or {}).get("steps") or ()],
        cards=(*promise_cards(wording, raw.document), terms_card(wording, raw.document)),
    )
    return await made_file(f"{agreement}_{digest[:12]}_{reader.lang}", "pdf", annex_pdf, made)


@router.api_route("/app/agreements/{agreement}/revisions/{digest}", **PAGE)
async def revision(request: Request, agreement: Code, digest: Digest) -> Response:
    """A revision as it is signed: what it says, who signed it, its hash."""
    session, api = await who(request)
    reader = reader_of(request)
    raw = await negotiating.raw_of(api, agreement, session.agency, digest, whole=False)
    wording = await negotiating.wording_of(api, reader, raw.document["service"])
    title = reader.said(raw.document.get("title"), agreement)
    name = standing.revision_name(reader, raw.state, digest)
    row = next(
        each
        for each in standing.rows_of(reader, raw.state, wording.agencies, raw.zone)
        if each.hash == digest
    )
    at = f"/api{AGREEMENTS}/{agreement}/revisions/{digest}"
    return await render(
        request,
        Page(
            "revision.html",
            f"{title}, {name.plain}, {row.state.plain}",
            {
                "title_said": title,
                "name": name,
                "state": row.state,
                "voided": row.voided,
                "standing": standing.parties_of(
                    reader, raw.revision, session.agency, wording.agencies, raw.zone
                ),
                "hash": digest,
                "code": agreement,
                "parent": raw.revision["parent"],
                "cards": (*promise_cards(wording, raw.document), terms_card(wording, raw.document)),
                "whole": json.dumps(raw.document, ensure_ascii=False, indent=1, sort_keys=True),
            },
            trail=agreement_trail(reader, agreement, title),
            private=True,
            twins=(Twin(at, "revision"), Twin(f"/api{AGREEMENTS}/{agreement}", "agreement")),
        ),
        shown(session),
    )


@router.api_route("/app/agreements/{agreement}/compare", **PAGE)
async def compare(
    request: Request,
    agreement: Code,
    first: Annotated[str | None, Query(alias="from", max_length=64)] = None,
    second: Annotated[str | None, Query(alias="to", max_length=64)] = None,
) -> Response:
    """Two revisions, clause by clause. Without a choice: what is on the table beside what it follows."""
    session, api = await who(request)
    reader = reader_of(request)
    newest = await negotiating.raw_of(api, agreement, session.agency, whole=False)
    state = newest.state
    after = second if standing.find(state, second) else newest.revision["hash"]
    raw = await negotiating.raw_of(api, agreement, session.agency, after, whole=False)
    before = first if standing.find(state, first) else raw.revision["parent"]
    wording = await negotiating.wording_of(api, reader, raw.document["service"])
    cards = None
    twins = [Twin(f"/api{AGREEMENTS}/{agreement}", "agreement")]
    if before is not None and before != after and standing.find(state, before):
        at = f"{AGREEMENTS}/{agreement}/revisions"
        old = await readable(api, f"{at}/{before}")
        found = await readable(api, f"{at}/{after}/diff", against=before)
        cards = changed_cards(wording, old, raw.document, found["differences"])
        twins.append(Twin(f"/api{at}/{after}/diff?against={before}", "diff"))
    title = reader.said(raw.document.get("title"), agreement)
    return await render(
        request,
        Page(
            "compare.html",
            f"{title}, {reader.t.compare.plain}",
            {
                "title_said": title,
                "code": agreement,
                "rows": standing.rows_of(reader, state, wording.agencies, raw.zone),
                "first": before,
                "second": after,
                "cards": cards,
            },
            trail=agreement_trail(reader, agreement, title),
            private=True,
            twins=twins,
        ),
        shown(session),
    )
