"""Forms with which a signatory proposes an exclusion or a correction, having seen what it would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from services.portal import gathering
from services.portal.api.common import CODE, PAGE, context_of, page_router, reader_of, render, shown
from services.portal.api.forms import Form, new_key, read_form, refused
from services.portal.api.negotiation import Code, agreement_trail, roles_of
from services.portal.api.private import Id, trail, who
from services.portal.client import Api, Refused, gather, readable
from services.portal.negotiating import AGREEMENTS
from services.portal.rendering import Page, Twin
from services.portal.sessions import Session
from services.portal.supposing import indicators_in, supposed
from services.portal.text import dates
from services.portal.text.phrase import Phrase
from services.portal.views.agreed import (
    MOST_WINDOWS,
    ChangedWindow,
    exclusion_words,
    impact_changes,
    more_changes,
    supposed_changes,
)
from services.portal.views.objective import ObjectiveWords
from services.portal.views.proposing import KINDS, LINES, Asked, field_of
from services.portal.views.service import AgreementData
from services.portal.views.words import Reader, Said

router = page_router()

Faults = Sequence[tuple[str, Phrase]]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
EXCLUSIONS, CORRECTIONS = f"{gathering.SLA}/exclusions", f"{gathering.EVALUATION}/corrections"
MOST_CHANGED = 100
MOST_LATE = 1000


def counted(reader: Reader, changes: list[ChangedWindow] | None) -> dict[str, Any]:
    """What a table of changes shows: some of them, and how many more there are."""
    return {
        "changes": None if changes is None else changes[:MOST_WINDOWS],
        "more": more_changes(reader, changes),
    }


# --- exclusions --------------------------------------------------------------------------------------


@router.api_route("/app/agreements/{agreement}/exclusions/new", **PAGE)
async def ask_exclusion(request: Request, agreement: Code) -> Response:
    """The form of an exclusion."""
    session, api = await who(request)
    return await _exclusion_form(request, session, api, await _agreed(api, agreement))


async def _agreed(api: Api, code: str) -> Mapping[str, Any]:
    """The document in force, else the newest that was: one may also ask for what is over."""
    state = await readable(api, f"{AGREEMENTS}/{code}")
    past = [each["hash"] for each in state["revisions"] if each["in_force_from"]]
    digest = state["in_force"] or (past[-1] if past else state["revisions"][-1]["hash"])
    found: Mapping[str, Any] = await readable(api, f"{AGREEMENTS}/{code}/revisions/{digest}")
    return {**found, "code": code}


async def _exclusion_form(
    request: Request,
    session: Session,
    api: Api,
    document: Mapping[str, Any],
    faults: Faults = (),
    form: Form | None = None,
    checked: Mapping[str, Any] | None = None,
) -> Response:
    """``checked``: what it would change, asked once more before it is sent."""
    reader, now = reader_of(request), context_of(request).clock()
    t = reader.t
    code, zone = document["code"], dates.zone_of(document.get("time_zone"))
    indicators = await indicators_in(api, document)
    labels = _labels(document)
    names = [*LINES, *(f"scope-{each}" for each in labels)]
    title = reader.said(document.get("title"), code)
    heading = t.n("to_correct", len(faults)).plain + ", " if faults else ""
    return await render(
        request,
        Page(
            "exclusion-form.html",
            f"{heading}{(t.exclude_check if checked else t.exclude_title).plain}, {title}",
            {
                "title_said": title,
                "code": code,
                "kinds": [(each, getattr(t, f"kind_{each}").plain) for each in KINDS],
                "objectives": [
                    (
                        each["code"],
                        ObjectiveWords(reader, each, indicators.get(each["indicator"]), zone).name(),
                    )
                    for each in document["objectives"]
                ],
                "labels": labels,
                "typed": {name: form.text(name) for name in names} if form else {},
                "chosen": form.many.get("objectives", ()) if form else (),
                "example": dates.written_day(now.astimezone(zone).date(), reader.lang),
                "checked": checked,
                "roles": roles_of(session),
                "faults": list(faults),
                "key": form.key if form and checked else new_key(),
            },
            trail=agreement_trail(reader, code, title, ("/app/exclusions", t.exclusions.plain)),
            status=422 if faults else 200,
            private=True,
            twins=(Twin(f"/api{EXCLUSIONS}?agreement={code}", "exclusions"),),
        ),
        shown(session),
    )


def _labels(document: Mapping[str, Any]) -> list[str]:
    """The labels by which some objective judges groups."""
    return sorted({label for each in document["objectives"] for label in each.get("scope") or ()})


@router.post("/app/agreements/{agreement}/exclusions/new", response_model=None)
async def propose_exclusion(request: Request, agreement: Code) -> Response:
    """First shows what it would change; the second time it is proposed."""
    session, api = await who(request)
    form = await read_form(request, session)
    reader, now = reader_of(request), context_of(request).clock()
    document = await _agreed(api, agreement)
    codes = [each["code"] for each in document["objectives"]]
    asked = Asked(
        reader,
        dates.zone_of(document.get("time_zone")),
        now,
        form.fields,
        [each for each in form.many.get("objectives", ()) if each in codes],
        _labels(document),
    )
    act = form.text("act")
    if asked.faults or act not in ("see", "propose"):
        return await _exclusion_form(request, session, api, document, asked.faults if act else (), form)
    if act == "see":
        checked = await _checked(reader, api, document, asked, now)
        return await _exclusion_form(request, session, api, document, (), form, checked)
    try:
        made = await api.post(f"{AGREEMENTS}/{agreement}/exclusions", asked.body, key=form.key)
    except Refused as refusal:
        faults = [(field_of(place), said) for place, said in refused(reader, refusal)]
        return await _exclusion_form(request, session, api, document, faults, form)
    return RedirectResponse(f"/app/exclusions/{made['id']}?done=proposed", 303)


async def _checked(
    reader: Reader, api: Api, document: Mapping[str, Any], asked: Asked, now: datetime
) -> dict[str, Any]:
    whole = {"agreement": document["code"], "objectives": None, "scope": None, "from": None, "to": None}
    whole |= asked.body
    tried = None
    if whole["from"] and not whole.get("journeys"):
        tried = await supposed(api, whole, document, now)
    indicators = await indicators_in(api, document)
    changes = supposed_changes(reader, tried, document, indicators, whole["scope"])
    return {"words": exclusion_words(reader, whole, asked.zone), **counted(reader, changes)}


# --- what came late for a final result ---------------------------------------------------------------


@router.api_route("/app/results/{id}/correction", **PAGE)
async def ask_correction(request: Request, id: Id) -> Response:
    """What a final result set aside as too late, and the form that asks to count it."""
    session, api = await who(request)
    return await _correction_form(request, session, api, id)


async def _correction_form(
    request: Request, session: Session, api: Api, id: str, faults: Faults = (), form: Form | None = None
) -> Response:
    reader = reader_of(request)
    t = reader.t
    path = f"{gathering.EVALUATION}/results/{id}/explanation"
    explanation = await readable(api, path, limit=1)
    result = explanation["result"]
    code = result["agreement"]
    (data,) = await gather(gathering.agreement_data(api, code))
    document = data.document if data else {}
    late = [
        (
            each["batch"],
            t.n("correct_rows", each["rows"]) if each["rows"] else t.correct_report,
        )
        for each in explanation["after_final"][:MOST_LATE]
    ]
    span = dates.Span.of(
        result["window"]["start"], result["window"]["end"], dates.zone_of(document.get("time_zone"))
    )
    title = reader.said(document.get("title"), code)
    heading = t.n("to_correct", len(faults)).plain + ", " if faults else ""
    return await render(
        request,
        Page(
            "correction-form.html",
            f"{heading}{t.correct_title.plain}, {title}",
            {
                "title_said": title,
                "id": id,
                "window": span.name(reader.lang),
                "verdict": getattr(t, result["verdict"]),
                "late": late,
                "chosen": form.many.get("batches", ()) if form else [each for each, _ in late],
                "reason": form.text("reason") if form else "",
                "roles": roles_of(session),
                "faults": list(faults),
                "key": new_key(),
            },
            trail=agreement_trail(reader, code, title, (f"/app/results/{id}", span.name(reader.lang))),
            status=422 if faults else 200,
            private=True,
            twins=(Twin(f"/api{path}", "explanation"),),
        ),
        shown(session),
    )


@router.post("/app/results/{id}/correction", response_model=None)
async def propose_correction(request: Request, id: Id) -> Response:
    """Proposes that the result counts what came too late for it."""
    session, api = await who(request)
    form = await read_form(request, session)
    reader = reader_of(request)
    batches = list(dict.fromkeys(form.many.get("batches", ())))
    faults: list[tuple[str, Phrase]] = []
    if not batches:
        faults.append(("batches", reader.t.correct_choose))
    if not form.text("reason"):
        faults.append(("reason", reader.t.reason_missing))
    if not faults:
        body = {"results": [id], "batches": batches, "reason": form.text("reason")}
        try:
            made = await api.post(CORRECTIONS, body, key=form.key)
        except Refused as refusal:
            faults = [
                ("batches" if place.startswith(("/batches", "/results")) else "reason", said)
                for place, said in refused(reader, refusal)
            ]
        else:
            return RedirectResponse(f"/app/corrections/{made['id']}?done=proposed", 303)
    return await _correction_form(request, session, api, id, faults, form)


# --- a version of a calendar for the past ------------------------------------------------------------


@router.api_route("/app/calendars/{code}/versions/{version}/adoption", **PAGE)
async def ask_adoption(
    request: Request,
    code: Code,
    version: Number,
    agreement: Annotated[str | None, Query(pattern=CODE)] = None,
) -> Response:
    """What a version of a calendar would change in an agreement, and the form that asks to adopt it."""
    session, api = await who(request)
    return await _adoption_form(request, session, api, code, version, agreement)


async def _users(api: Api, agency: str, calendar: str) -> list[AgreementData]:
    """The reader's agreements in force that count by a calendar."""
    states = await api.items(AGREEMENTS, most=gathering.MOST, party=agency, state="in_force")
    found = await gather(*(gathering.agreement_data(api, each["code"]) for each in states))
    return [each for each in found if each is not None and each.document.get("calendar") == calendar]


async def _adoption_form(
    request: Request,
    session: Session,
    api: Api,
    code: str,
    version: int,
    agreement: str | None,
    faults: Faults = (),
    form: Form | None = None,
) -> Response:
    reader = reader_of(request)
    t = reader.t
    path = f"{gathering.REGISTRY}/calendars/{code}"
    found = await api.get(f"{path}/versions/{version}")
    users = await _users(api, session.agency, code)
    data = next((each for each in users if each.state["code"] == agreement), users[0] if users else None)
    impact, twins = None, [Twin(f"/api{path}/versions/{version}", "calendar")]
    checked: dict[str, Any] = {"changes": None, "more": None}
    if data is not None:
        at = f"{gathering.EVALUATION}/calendars/{code}/versions/{version}/impact"
        (impact,) = await gather(api.get(at, agreement=data.state["code"], limit=MOST_CHANGED))
        indicators = await indicators_in(api, data.document)
        checked = counted(reader, impact_changes(reader, impact, data.document, indicators))
        twins.append(Twin(f"/api{at}?agreement={data.state['code']}", "impact"))
    name = reader.said(found["name"], code)
    heading = t.n("to_correct", len(faults)).plain + ", " if faults else ""
    return await render(
        request,
        Page(
            "adoption-form.html",
            f"{heading}{t.adopt_title.plain}, {name}",
            {
                "name": name,
                "at": f"/app/calendars/{code}/versions/{version}/adoption",
                "version": t.adopt_which(n=version, why=found["reason"])
                if found.get("reason")
                else t.calendar_version(n=version),
                "users": [(each.state["code"], _title(reader, each).text) for each in users],
                "agreement": data.state["code"] if data else None,
                "retroactive": found["retroactive"],
                "judges": impact is not None and impact["judges"],
                "checked": checked,
                "reason": form.text("reason") if form else "",
                "roles": roles_of(session),
                "faults": list(faults),
                "key": new_key(),
            },
            trail=trail(reader, ("/app/calendars", t.calendars.plain), (f"/app/calendars/{code}", name.text)),
            status=422 if faults else 200,
            private=True,
            twins=twins,
        ),
        shown(session),
    )


def _title(reader: Reader, data: AgreementData) -> Said:
    return reader.said(data.document.get("title"), data.state["code"])


@router.post("/app/calendars/{code}/versions/{version}/adoption", response_model=None)
async def propose_adoption(request: Request, code: Code, version: Number) -> Response:
    """Proposes that a version of a calendar judges what is past in an agreement."""
    session, api = await who(request)
    form = await read_form(request, session)
    reader = reader_of(request)
    agreement = form.text("agreement")
    faults: list[tuple[str, Phrase]] = []
    if not form.text("reason"):
        faults.append(("reason", reader.t.reason_missing))
    if not faults:
        body = {
            "agreement": agreement,
            "calendar": code,
            "version": version,
            "reason": form.text("reason"),
        }
        try:
            made = await api.post(CORRECTIONS, body, key=form.key)
        except Refused as refusal:
            faults = [("reason", said) for _, said in refused(reader, refusal)]
        else:
            return RedirectResponse(f"/app/corrections/{made['id']}?done=proposed", 303)
    return await _adoption_form(request, session, api, code, version, agreement, faults, form)
