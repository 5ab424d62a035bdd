"""Agreements of who is signed in, and the negotiation of one: what changed, who waits, comments, offering."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from services.portal import gathering, negotiating
from services.portal.api.common import CODE, PAGE, context_of, page_router, reader_of, render, shown
from services.portal.api.forms import new_key, read_form, refused
from services.portal.api.private import trail, who
from services.portal.api.stale import STALE, stale_page
from services.portal.client import Api, Away, Missing, Refused, gather, readable
from services.portal.negotiating import AGREEMENTS
from services.portal.rendering import Page, Twin
from services.portal.sessions import Session
from services.portal.text import dates
from services.portal.text.phrase import Phrase
from services.portal.views import standing
from services.portal.views.clauses import parts_of
from services.portal.views.negotiation import agreement_page, negotiation_page
from services.portal.views.words import Reader, Said

router = page_router()

Code = Annotated[str, Path(pattern=CODE)]
CommentId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
Wanted = Annotated[str | None, Query(pattern=r"^[0-9a-f]{64}$")]
Done = Annotated[str | None, Query(max_length=20)]
ACTS = ("resolution", "reopening")
Faults = Sequence[tuple[str, Phrase]]


def roles_of(session: Session) -> Mapping[str, bool]:
    """Which buttons are worth showing; the services behind decide."""
    return {each: each in session.roles for each in ("negotiator", "signatory")}


def here(code: str, page: str = "negotiation") -> str:
    return f"/app/agreements/{code}/{page}"


def agreement_trail(reader: Reader, code: str, title: Said | str, *further: tuple[str, str]) -> Any:
    return trail(
        reader,
        ("/app/agreements", reader.t.my_agreements.plain),
        (f"/app/agreements/{code}", str(title)),
        *further,
    )


@router.api_route("/app/agreements", **PAGE)
async def agreements(request: Request) -> Response:
    """All agreements that the agency is party of, in whatever state."""
    session, api = await who(request)
    reader = reader_of(request)
    found, services = await gather(
        api.items(AGREEMENTS, most=gathering.MOST, party=session.agency), gathering.services(api)
    )
    if found is None:
        raise Away(AGREEMENTS)
    documents = await gather(
        *(
            api.get(f"{AGREEMENTS}/{each['code']}/revisions/{standing.shown_revision(each)['hash']}")
            for each in found
        )
    )
    names = {each["code"]: each["name"] for each in services or ()}
    rows = []
    for each, document in zip(found, documents, strict=True):
        waiting = standing.drafts(each)
        table = standing.on_the_table(each) or (waiting[-1] if waiting else None)
        rows.append(
            {
                "code": each["code"],
                "title": reader.said((document or {}).get("title"), each["code"]),
                "service": reader.said(names.get(each["service"]), each["service"]),
                "state": standing.state_named(reader, each["state"]),
                "table": None
                if table is None
                else Phrase(
                    f"{standing.revision_name(reader, each, table['hash'])}: "
                    f"{standing.state_words(reader, table)}"
                ),
            }
        )
    return await render(
        request,
        Page(
            "agreements.html",
            reader.t.my_agreements.plain,
            {"rows": rows},
            trail=trail(reader),
            private=True,
            twins=(Twin(f"/api{AGREEMENTS}?party={session.agency}", "agreements"),),
        ),
        shown(session),
    )


@router.api_route("/app/agreements/{agreement}", **PAGE)
async def agreement(request: Request, agreement: Code) -> Response:
    """An agreement as a whole: what is in force, what lies on the table, and all revisions there were."""
    session, api = await who(request)
    reader = reader_of(request)
    state = await readable(api, f"{AGREEMENTS}/{agreement}")
    raw = await negotiating.raw_of(
        api,
        agreement,
        session.agency,
        state["in_force"] or standing.shown_revision(state)["hash"],
        whole=False,
    )
    wording = await negotiating.wording_of(api, reader, raw.document["service"])
    page = agreement_page(raw, wording, session.agency, context_of(request).clock())
    at = f"/api{AGREEMENTS}/{agreement}"
    return await render(
        request,
        Page(
            "agreement.html",
            f"{page.title}, {page.state.plain}",
            {"page": page},
            trail=trail(reader, ("/app/agreements", reader.t.my_agreements.plain)),
            private=True,
            twins=(Twin(at, "agreement"), Twin(f"{at}/revisions/{raw.revision['hash']}", "revision")),
        ),
        shown(session),
    )


@router.api_route("/app/agreements/{agreement}/negotiation", **PAGE)
async def negotiation(
    request: Request, agreement: Code, done: Done = None, revision: Wanted = None
) -> Response:
    """What lies on the table (or one revision of it), what it changes, who has answered, how long is left."""
    session, api = await who(request)
    reader = reader_of(request)
    notice = {
        "offered": reader.t.offered_done,
        "commented": reader.t.commented_done,
        "withdrawn": reader.t.withdrawn_done,
        "rejected": reader.t.rejected_done,
        "drafted": reader.t.drafted_done,
    }.get(done or "")
    return await show(request, session, api, agreement, digest=revision, notice=notice)


async def show(
    request: Request,
    session: Session,
    api: Api,
    code: str,
    *,
    digest: str | None = None,
    notice: Phrase | None = None,
    faults: Faults = (),
    typed: Mapping[str, str] | None = None,
) -> Response:
    reader, now = reader_of(request), context_of(request).clock()
    raw = await negotiating.raw_of(api, code, session.agency, digest)
    if request.method == "GET" and await _opened(api, session, raw.state, raw.revision):
        raw = await negotiating.raw_of(api, code, session.agency, digest)
    wording = await negotiating.wording_of(api, reader, raw.document["service"])
    beside = await negotiating.help_for(api, raw, wording, now)
    page = negotiation_page(raw, wording, session.agency, beside, now)
    t = reader.t
    at = f"/api{AGREEMENTS}/{code}"
    title = t.n("to_correct", len(faults)).plain if faults else page.status.heading.plain
    return await render(
        request,
        Page(
            "negotiation.html",
            f"{page.title}, {title}",
            {
                "page": page,
                "notice": notice,
                "faults": list(faults),
                "typed": typed or {},
                "key": new_key(),
                "roles": roles_of(session),
                "example": dates.written_day(
                    now.astimezone(raw.zone).date() + timedelta(days=14), reader.lang
                ),
            },
            trail=agreement_trail(reader, code, page.title),
            status=422 if faults else 200,
            private=True,
            twins=(
                Twin(at, "agreement"),
                Twin(f"{at}/revisions/{page.hash}", "revision"),
                *([Twin(f"{at}/revisions/{page.hash}/diff", "diff")] if page.compare else []),
                Twin(f"{at}/revisions/{page.hash}/targets", "targets"),
                Twin(f"{at}/comments", "comments"),
                Twin(f"{at}/history", "history"),
            ),
        ),
        shown(session),
    )


async def _opened(api: Api, session: Session, state: Mapping[str, Any], revision: Mapping[str, Any]) -> bool:
    """Says once that the agency has opened the offer. -> whether it was said now."""
    waits = revision["state"] == "offered" and revision["standing"].get(session.agency) == "not_opened"
    if not waits or not any(roles_of(session).values()):
        return False
    # Refused: meanwhile it was followed by another, which is read then.
    with contextlib.suppress(Refused):
        await api.post(f"{AGREEMENTS}/{state['code']}/revisions/{revision['hash']}/opened", {})
    return True


@router.post("/app/agreements/{agreement}/comments", response_model=None)
async def write_comment(request: Request, agreement: Code) -> Response:
    """A comment on a clause, seen by all parties at once."""
    session, api = await who(request)
    form = await read_form(request, session)
    reader = reader_of(request)
    clause, text = form.fields.get("clause", ""), form.text("text")
    field = "say-clause" + "-".join(["", *parts_of(clause)])
    if not text:
        faults = [(field, reader.t.comment_empty)]
        return await show(request, session, api, agreement, faults=faults)
    body = {"revision": form.text("revision"), "clause": clause, "text": text}
    try:
        await api.post(f"{AGREEMENTS}/{agreement}/comments", body, key=form.key)
    except Refused as refusal:
        if refusal.slug == STALE:
            return await stale_page(request, session, api, agreement, body["revision"])
        faults = [(field, said) for _, said in refused(reader, refusal)]
        return await show(request, session, api, agreement, faults=faults, typed={field: text})
    return RedirectResponse(f"{here(agreement)}?done=commented#{field.removeprefix('say-')}", 303)


@router.post("/app/agreements/{agreement}/comments/{comment}", response_model=None)
async def answer_comment(request: Request, agreement: Code, comment: CommentId) -> Response:
    """It is done, it is not after all, or its text is erased by who wrote it."""
    session, api = await who(request)
    form = await read_form(request, session)
    act, at = form.text("act"), f"{AGREEMENTS}/{agreement}/comments/{comment}"
    try:
        if act == "text":
            await api.delete(f"{at}/text")
        elif act in ACTS:
            await api.post(f"{at}/{act}", {}, key=f"{form.key}{act}")
        else:
            raise Missing(act)
    except Refused as refusal:
        said = [("decision", each) for _, each in refused(reader_of(request), refusal)]
        return await show(request, session, api, agreement, faults=said)
    return RedirectResponse(f"{here(agreement)}#comment-{comment}", 303)


def read_until(reader: Reader, text: str, zone: Any, now: datetime) -> tuple[str | None, Phrase | None]:
    """(the instant, what is wrong): the day's last moment; nothing typed is no end."""
    if not text:
        return None, None
    found = dates.read_day(text)
    if found is None:
        example = dates.written_day(now.astimezone(zone).date() + timedelta(days=14), reader.lang)
        return None, reader.t.not_a_date(example=example, given=text[:40])
    after = found + timedelta(days=1)
    end = datetime(after.year, after.month, after.day, tzinfo=zone)
    return (None, reader.t.day_passed) if end <= now else (end.isoformat(), None)


@router.post("/app/agreements/{agreement}/offer", response_model=None)
async def offer(request: Request, agreement: Code) -> Response:
    """Puts an own draft on the table."""
    session, api = await who(request)
    form = await read_form(request, session)
    reader = reader_of(request)
    digest = form.text("revision")
    raw = await negotiating.raw_of(api, agreement, session.agency, digest, whole=False)
    expires, fault = read_until(reader, form.text("until"), raw.zone, context_of(request).clock())
    typed = {"until": form.text("until")}
    if fault is not None:
        return await show(request, session, api, agreement, faults=[("until", fault)], typed=typed)
    body = {} if expires is None else {"expires_at": expires}
    try:
        await api.post(f"{AGREEMENTS}/{agreement}/revisions/{digest}/offer", body, key=form.key)
    except Refused as refusal:
        if refusal.slug == STALE:
            return await stale_page(request, session, api, agreement, digest)
        faults = [("until", said) for _, said in refused(reader, refusal)]
        return await show(request, session, api, agreement, faults=faults, typed=typed)
    return RedirectResponse(f"{here(agreement)}?done=offered", 303)
