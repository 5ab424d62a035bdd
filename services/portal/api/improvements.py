"""The improvement register: what is undertaken, one of them with its moves, and what everybody may learn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from services.portal import gathering
from services.portal.api.common import CODE, PAGE, context_of, page_router, reader_of, render, shown
from services.portal.api.forms import Form, new_key, read_form, refused
from services.portal.api.private import all_agencies, trail, who
from services.portal.client import Api, Away, Refused, gather, readable
from services.portal.rendering import Page, Twin
from services.portal.sessions import Session
from services.portal.text import dates
from services.portal.text.phrase import Phrase
from services.portal.views.improving import (
    OUTCOMES,
    STATES,
    Found,
    Promises,
    improvement_shown,
    in_order,
    matching,
    promise_value,
    read_promise,
    tally,
)
from services.portal.views.objective import scope_text
from services.portal.views.recommending import names_of
from services.portal.views.words import Agencies, Reader

router = page_router()

Id = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
Named = Annotated[str | None, Query(max_length=64)]
Code = Annotated[str | None, Query(pattern=CODE)]
Faults = Sequence[tuple[str, Phrase]]
REGISTER = f"{gathering.EVALUATION}/improvements"
HERE = "/app/improvements"
MOST = 1000
MOST_GROUPS = 1000
SHOWN = 50
WINDOWS = "3"
PAGES = {"breach": "breaches", "recommendation": "recommendations"}
FIELDS = ("promise", "action", "owner", "windows", "due", "started", "done", "reason", "lesson")
AT = {
    "/agreement": "promise",
    "/objective": "promise",
    "/scope": "promise",
    "/from/id": "promise",
    "/due_on": "due",
    "/started_on": "started",
    "/done_on": "done",
    **{f"/{name}": name for name in ("action", "owner", "windows", "reason", "lesson")},
}
"""Where a page shows what the service says of a part."""


@dataclass(frozen=True, slots=True)
class Known:
    promises: Promises
    agencies: Agencies


async def known_to(api: Api, reader: Reader, **query: str) -> Known:
    """What agreements and agencies are called; codes where nobody can be asked."""
    agencies, states, indicators = await gather(
        all_agencies(api), gathering.agreements(api, **query), gathering.indicators_of(api)
    )
    return Known(Promises(reader, states, indicators), Agencies(reader, agencies))


# --- the register ------------------------------------------------------------------------------------


@router.api_route(HERE, **PAGE)
async def register(
    request: Request,
    q: Annotated[str, Query(max_length=200)] = "",
    state: Annotated[str, Query(max_length=20)] = "",
    agreement: Code = None,
    start: Annotated[int, Query(ge=0, le=MOST)] = 0,
) -> Response:
    """All under the agreements of the reader's agency, counted by what came of them."""
    session, api = await who(request)
    reader = reader_of(request)
    t = reader.t
    found, known = await gather(
        api.items(REGISTER, most=MOST, agreement=agreement), known_to(api, reader, party=session.agency)
    )
    if found is None:
        raise Away(REGISTER)
    # Lessons of agreements of others are public, and stand on the page for everybody.
    mine = [
        each
        for each in found
        if each["owner"] is not None
        or each["agency"] == session.agency
        or known.promises.words(each["agreement"], each["objective"]) is not None
    ]
    rows = {
        each["id"]: improvement_shown(reader, each, known.promises, known.agencies, session.agency)
        for each in mine
    }
    names = {key: f"{row.agency} {row.objective} {row.agreement_title}" for key, row in rows.items()}
    kept = matching(in_order(mine), names, q, state)
    choices = [
        ("", t.improvements_all.plain),
        *((each, getattr(t, f"improvement_{each}").plain) for each in STATES if each != "overdue"),
        ("overdue", t.improvements_overdue.plain),
        *((each, getattr(t, f"improvement_{each}").plain) for each in OUTCOMES),
    ]
    return await render(
        request,
        Page(
            "improvements.html",
            t.improvements.plain,
            {
                "tally": tally(reader, mine),
                "any": bool(mine),
                "rows": [rows[each["id"]] for each in kept[start : start + SHOWN]],
                "count": t.n("improvements_found", len(kept)),
                "next": start + SHOWN if len(kept) > start + SHOWN else None,
                "q": q,
                "state": state,
                "agreement": agreement,
                "choices": choices,
                "may": "negotiator" in session.roles,
            },
            trail=trail(reader),
            private=True,
            twins=(
                Twin(f"/api{REGISTER}" + (f"?agreement={agreement}" if agreement else ""), "improvements"),
            ),
        ),
        shown(session),
    )


# --- a new one ---------------------------------------------------------------------------------------


@router.api_route(f"{HERE}/new", **PAGE)
async def new(
    request: Request, breach: Named = None, recommendation: Named = None, agreement: Code = None
) -> Response:
    """The form, with what a breach or a recommendation says already."""
    session, api = await who(request)
    reader = reader_of(request)
    typed = {**dict.fromkeys(FIELDS, ""), "windows": WINDOWS, "from_kind": "", "from_id": ""}
    if breach is not None:
        found = await readable(api, f"{gathering.EVALUATION}/breaches/{breach}")
        typed |= {"from_kind": "breach", "from_id": breach}
        typed["promise"] = promise_value(found["agreement"], found["objective"], found["scope"])
    elif recommendation is not None:
        found = await recommended(api, recommendation)
        finding = found["finding"]
        typed |= {"from_kind": "recommendation", "from_id": recommendation}
        typed["promise"] = promise_value(
            finding["agreement"], finding["objective"], finding["subject"].get("scope") or {}
        )
        known, services = await gather(known_to(api, reader), gathering.services(api))
        names = names_of(reader, known.agencies, known.promises, services)
        typed["action"] = names.put(finding, "action")
    return await _form(request, session, api, typed, agreement=agreement)


async def recommended(api: Api, name: str) -> Found:
    """A recommendation of any agreement of the reader. Raises Missing."""
    found: Found = await readable(api, f"{gathering.EVALUATION}/recommendations/{name}")
    return found


async def _form(
    request: Request,
    session: Session,
    api: Api,
    typed: dict[str, str],
    faults: Faults = (),
    agreement: str | None = None,
) -> Response:
    reader = reader_of(request)
    t = reader.t
    query = {"party": session.agency or ""}
    known, groups = await gather(
        known_to(api, reader, **query),
        api.items(f"{gathering.EVALUATION}/results", most=MOST_GROUPS, windows=1, **query),
    )
    options = _options(known.promises, groups or (), agreement)
    if typed.get("promise") and typed["promise"] not in dict(options):
        named = read_promise(typed["promise"])
        if named is not None and known.promises.words(*named[:2]) is not None:
            options.append((typed["promise"], _promise_words(known.promises, *named)))
    heading = t.n("to_correct", len(faults)).plain + ", " if faults else ""
    source = typed["from_kind"]
    return await render(
        request,
        Page(
            "improvement-new.html",
            f"{heading}{t.improvement_add.plain}",
            {
                "typed": typed,
                "faults": list(faults),
                "options": options,
                "source": getattr(t, f"improvement_from_{source}") if source else None,
                "source_href": f"/app/{PAGES.get(source, '')}/{typed['from_id']}",
                "example": _today(request, reader),
                "may": "negotiator" in session.roles,
                "key": new_key(),
            },
            trail=trail(reader, (HERE, t.improvements.plain)),
            status=422 if faults else 200,
            private=True,
            twins=(Twin(f"/api{REGISTER}", "improvements"),),
        ),
        shown(session),
    )


def _promise_words(promises: Promises, agreement: str, objective: str, scope: dict[str, str | None]) -> str:
    group = f" ({scope_text(scope)})" if scope else ""
    return f"{promises.name(agreement, objective)}{group}, {promises.title(agreement)}"


def _options(promises: Promises, results: Sequence[Found], only: str | None) -> list[tuple[str, str]]:
    """What can be improved: each objective and group that has results."""
    found: dict[str, str] = {}
    for each in results:
        agreement, objective, scope = each["agreement"], each["objective"], each["scope"]
        if only in (None, agreement) and promises.words(agreement, objective) is not None:
            value = promise_value(agreement, objective, scope)
            found[value] = _promise_words(promises, agreement, objective, scope)
    return sorted(found.items(), key=lambda each: each[1])


def _today(request: Request, reader: Reader) -> str:
    return dates.written_day(context_of(request).clock().astimezone(dates.zone_of(None)).date(), reader.lang)


class _Typed:
    """Reads a form into the body that is sent, and says what is wrong with it."""

    def __init__(self, request: Request, form: Form) -> None:
        self._reader, self._form = reader_of(request), form
        self._example = _today(request, self._reader)
        self.faults: list[tuple[str, Phrase]] = []
        self.body: dict[str, Any] = {}

    def words(self, name: str, label: Phrase) -> None:
        given = self._form.text(name)
        if given:
            self.body[name] = given
        else:
            self.faults.append((name, self._reader.t.improvement_missing(what=label.plain)))

    def day(self, name: str, label: Phrase, *, needed: bool = True) -> None:
        given = self._form.text(name)
        if not given:
            if needed:
                self.faults.append((name, self._reader.t.improvement_missing(what=label.plain)))
            return
        day = dates.read_day(given)
        if day is None:
            said = self._reader.t.not_a_date(example=self._example, given=given[:40])
            self.faults.append((name, said))
        else:
            self.body[f"{name}_on"] = day.isoformat()

    def windows(self) -> None:
        given = self._form.text("windows")
        if given.isascii() and given.isdigit() and 0 < len(given) < 5:
            self.body["windows"] = int(given)
        else:
            self.faults.append(("windows", self._reader.t.improvement_bad_windows(given=given[:40])))

    def refused(self, refusal: Refused, otherwise: str) -> None:
        said = refused(self._reader, refusal)
        self.faults += [(AT.get(pointer, otherwise), words) for pointer, words in said]


@router.post(f"{HERE}/new", response_model=None)
async def add(request: Request) -> Response:
    session, api = await who(request)
    form = await read_form(request, session)
    t = reader_of(request).t
    typed = _Typed(request, form)
    promise = read_promise(form.text("promise"))
    if promise is None:
        typed.faults.append(("promise", t.improvement_missing_promise))
    else:
        typed.body |= dict(zip(("agreement", "objective", "scope"), promise, strict=True))
    typed.words("action", t.breach_action)
    typed.words("owner", t.improvement_owner)
    typed.windows()
    typed.day("due", t.improvement_due)
    typed.day("started", t.improvement_started, needed=False)
    if form.text("from_kind"):
        typed.body["from"] = {"kind": form.text("from_kind"), "id": form.text("from_id")}
    if not typed.faults:
        try:
            made = await api.post(REGISTER, typed.body, key=form.key)
        except Refused as refusal:
            typed.refused(refusal, "promise")
        else:
            return RedirectResponse(f"{HERE}/{made['id']}?done=opened", 303)
    given = {name: form.text(name) for name in (*FIELDS, "from_id")}
    given["from_kind"] = form.text("from_kind") if form.text("from_kind") in PAGES else ""
    return await _form(request, session, api, given, typed.faults)


# --- one ---------------------------------------------------------------------------------------------


@router.api_route(f"{HERE}/{{id}}", **PAGE)
async def improvement(
    request: Request, id: Id, done: Annotated[str | None, Query(max_length=20)] = None
) -> Response:
    """What is undertaken, how far it is, whether it helped, and what was learnt."""
    session, api = await who(request)
    t = reader_of(request).t
    notices = {"opened": t.improvement_opened_done, "moved": t.improvement_moved_done}
    return await _one(request, session, api, id, notice=notices.get(done or ""))


async def _one(
    request: Request,
    session: Session,
    api: Api,
    id: str,
    *,
    notice: Phrase | None = None,
    faults: Faults = (),
    form: Form | None = None,
    meanwhile: bool = False,
) -> Response:
    reader = reader_of(request)
    t = reader.t
    found = await readable(api, f"{REGISTER}/{id}")
    known = await known_to(api, reader)
    page = improvement_shown(reader, found, known.promises, known.agencies, session.agency)
    typed = {
        "action": found["action"] or "",
        "owner": found["owner"] or "",
        "windows": str(found["windows"]),
        "due": _typed_day(reader, found["due_on"]),
        "started": _today(request, reader),
        "done": _today(request, reader),
        "lesson": found["lesson"] or "",
        "reason": "",
    }
    if form is not None:
        typed |= {name: form.text(name) for name in typed if name in form.fields}
    title = t.n("to_correct", len(faults)).plain + ", " if faults else ""
    return await render(
        request,
        Page(
            "improvement.html",
            f"{title}{page.action[:80]}, {page.state.plain}",
            {
                "page": page,
                "notice": notice,
                "faults": list(faults),
                "meanwhile": meanwhile,
                "typed": typed,
                "version": (form.version if form and not meanwhile else None) or found["version"],
                "act": form.text("act") if form else "",
                "may": "negotiator" in session.roles,
                "example": _today(request, reader),
                "key": new_key(),
            },
            trail=trail(reader, (HERE, t.improvements.plain)),
            status=409 if meanwhile else 422 if faults else 200,
            private=True,
            twins=(Twin(f"/api{REGISTER}/{id}", "improvement"),),
        ),
        shown(session),
    )


def _typed_day(reader: Reader, day: str) -> str:
    read = dates.read_day(day)
    return day if read is None else dates.written_day(read, reader.lang)


def _change(typed: _Typed, reader: Reader) -> None:
    t = reader.t
    typed.words("action", t.breach_action)
    typed.words("owner", t.improvement_owner)
    typed.day("due", t.improvement_due)


MOVES: dict[str, Callable[[_Typed, Reader], None]] = {
    "change": _change,
    "start": lambda typed, reader: typed.day("started", reader.t.improvement_started),
    "done": lambda typed, reader: typed.day("done", reader.t.improvement_done_on),
    "cancel": lambda typed, reader: typed.words("reason", reader.t.improvement_cancel_why),
    "lesson": lambda typed, reader: typed.words("lesson", reader.t.improvement_write_lesson),
}
FIRST = {"change": "action", "start": "started", "done": "done", "cancel": "reason", "lesson": "lesson"}
"""The field of a move at which is said what is wrong with it as a whole."""


@router.post(f"{HERE}/{{id}}", response_model=None)
async def move(request: Request, id: Id) -> Response:
    """Changes it, starts it, ends it, or writes what was learnt."""
    session, api = await who(request)
    form = await read_form(request, session)
    reader = reader_of(request)
    act = form.text("act") if form.text("act") in MOVES else "change"
    typed = _Typed(request, form)
    MOVES[act](typed, reader)
    if act == "change" and "windows" in form.fields:
        typed.windows()
    if act == "cancel":
        typed.body["dropped"] = True
    if not typed.faults:
        try:
            await api.patch(f"{REGISTER}/{id}", typed.body, version=form.version, key=form.key)
        except Refused as refusal:
            if refusal.status == 412:
                return await _one(request, session, api, id, form=form, meanwhile=True)
            typed.refused(refusal, FIRST[act])
        else:
            return RedirectResponse(f"{HERE}/{id}?done=moved", 303)
    return await _one(request, session, api, id, faults=typed.faults, form=form)
