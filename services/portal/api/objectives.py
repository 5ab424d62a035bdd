"""An objective for its parties, and what would have been had it been agreed otherwise."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any

from fastapi import Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from services.portal import gathering
from services.portal.api.common import CODE, PAGE, context_of, page_router, reader_of, render, shown
from services.portal.api.private import all_agencies, foot, trail, who
from services.portal.client import Missing, Refused, gather
from services.portal.rendering import Page, Twin
from services.portal.sessions import Session
from services.portal.text import dates, numbers
from services.portal.text.phrase import Phrase
from services.portal.views.composite import is_composite, promise_in
from services.portal.views.objective import ObjectiveWords, scope_text
from services.portal.views.objective_page import address, objective_page
from services.portal.views.refusals import detail_words
from services.portal.views.service import AgreementData
from services.portal.views.what_if import answer_of
from services.portal.views.what_if_form import FIELDS, PERIODS, UNITS, Asked, bound_of, read_form, shown_bound
from services.portal.views.words import Agencies, Reader

router = page_router()

Code = Annotated[str, Path(pattern=CODE)]
Typed = Annotated[str, Query(max_length=100)]
Job = Annotated[str | None, Query(pattern=r"^[A-Za-z0-9._~-]{1,64}$")]

WHAT_IF = f"{gathering.EVALUATION}/what-if"
JOBS = f"{gathering.EVALUATION}/jobs"
RENEW_SECONDS = 5


@router.api_route("/app/agreements/{agreement}/objectives/{objective}", **PAGE)
async def objective(request: Request, agreement: Code, objective: Code) -> Response:
    """How an objective goes: its windows, why results changed, the way to the evidence and to a what-if."""
    session, api = await who(request)
    reader = reader_of(request)
    data = await gathering.agreement_data(api, agreement, objective)
    service = data.document["service"]
    agencies, indicators, found = await gather(
        all_agencies(api),
        gathering.indicators_of(api, service=service),
        api.get(f"{gathering.REGISTRY}/services/{service}"),
    )
    page = objective_page(reader, data, objective, indicators or {}, found, Agencies(reader, agencies))
    if page is None:
        raise Missing(objective)
    state = page.first.current.verdict_words if page.first and page.first.current else reader.t.no_data
    return await render(
        request,
        Page(
            "objective.html",
            f"{page.name}, {state.plain}",
            {"page": page},
            trail=trail(reader),
            private=True,
            twins=(
                Twin(
                    f"/api{gathering.EVALUATION}/results?agreement={agreement}&objective={objective}",
                    "results",
                ),
                Twin(f"/api{gathering.SLA}/agreements/{agreement}", "agreements"),
            ),
            foot=foot(reader, page.data_until, page.computed_at),
        ),
        shown(session),
    )


@router.api_route("/app/agreements/{agreement}/objectives/{objective}/what-if", **PAGE)
async def what_if(request: Request, agreement: Code, objective: Code, job: Job = None) -> Response:
    """Another target, window, bound or period, tried on what really happened. Nothing is changed by it."""
    session, api = await who(request)
    reader = reader_of(request)
    data = await gathering.agreement_data(api, agreement, objective)
    promise = promise_in(data.document, objective)
    if promise is None or is_composite(promise):
        raise Missing(objective)
    indicators = await gathering.indicators_of(api, service=data.document["service"])
    zone = dates.zone_of(data.document.get("time_zone"))
    words = ObjectiveWords(reader, promise, indicators.get(promise["indicator"]), zone)
    groups = _groups(data, objective)
    given = {name: text[:100] for name, text in request.query_params.items() if name in FIELDS}
    since = dates.instant(data.document["effective_from"])
    asked = read_form(words, agreement, given, since, context_of(request).clock(), groups)
    if job is not None:
        found = await api.get(f"{JOBS}/{job}")
        return await _shown(request, session, words, asked, groups, agreement, found)
    faults = list(asked.faults)
    answer: Mapping[str, Any] | None = None
    if not faults:
        try:
            answer = await api.post(WHAT_IF, asked.body, key=_key(asked, context_of(request).clock()))
        except Refused as refusal:
            faults.append(_refused(reader, refusal))
    if answer is not None and "state" in answer:
        query = request.url.include_query_params(job=answer["id"]).query
        return RedirectResponse(f"{request.url.path}?{query}", 303)
    whole = None if answer is None else {"state": "done", "answer": answer}
    return await _shown(request, session, words, asked, groups, agreement, whole, faults)


def _groups(data: AgreementData, objective: str) -> list[Mapping[str, str | None]]:
    found = {scope_text(each["scope"]): each["scope"] for each in data.results.get(objective) or ()}
    return [scope for name, scope in sorted(found.items()) if name]


def _key(asked: Asked, now: datetime) -> str:
    """The same question on one day is one question: looking at it again starts no second job."""
    text = json.dumps(asked.body, sort_keys=True) + now.date().isoformat()
    return f"portal-{sha256(text.encode()).hexdigest()}"


_FIELD = {
    "target": "target",
    "good": "bound",
    "window": "window",
    "from": "from",
    "to": "to",
    "exclude": "out_from1",
}


def _refused(reader: Reader, refusal: Refused) -> tuple[str, Phrase]:
    """What the evaluator says of it, at the field that it is about."""
    t = reader.t
    if refusal.status == 429:
        return "target", t.too_many_jobs
    errors = refusal.problem.get("errors") or [{}]
    place = str(errors[0].get("pointer", "")).strip("/").split("/")[0]
    detail = errors[0].get("detail") or refusal.problem.get("detail") or ""
    return _FIELD.get(place, "target"), t.not_judged(detail=detail_words(reader, detail))


async def _shown(
    request: Request,
    session: Session,
    words: ObjectiveWords,
    asked: Asked,
    groups: list[Mapping[str, str | None]],
    agreement: str,
    found: Mapping[str, Any] | None,
    faults: list[tuple[str, Phrase]] | None = None,
) -> Response:
    """``found``: the job, or what stands for it where the answer came at once."""
    reader = words.reader
    t = reader.t
    running = found is not None and found["state"] != "done"
    changed = bool(set(asked.body) - {"agreement", "objective", "from", "to", "scope"})
    answer = None
    if found is not None and not running:
        answer = answer_of(words, found["answer"], changed=changed)
    here = address(agreement, words.document["code"])
    title = t.n("to_correct", len(faults)).plain if faults else (t.job_title if running else t.what_if).plain
    bound = bound_of(words)
    page = Page(
        "what-if.html",
        f"{words.name()}, {title}",
        {
            "name": words.name(),
            "words": words,
            "here": here,
            "typed": asked.typed,
            "faults": dict(faults or ()),
            "summary": t.n("to_correct", len(faults)) if faults else None,
            "answer": answer,
            "job": _progress(words, found) if running and found is not None else None,
            "agreed": words.short(words.document["target"]),
            "bound": None if bound is None else shown_bound(words, bound),
            "units": [(each, getattr(t, f"unit_{each}")) for each in UNITS],
            "groups": [scope_text(each) for each in groups],
            "periods": range(1, PERIODS + 1),
            "example": dates.written_day(
                context_of(request).clock().astimezone(words.zone).date(), reader.lang
            ),
            "rest": json.dumps(asked.body, ensure_ascii=False, indent=1),
            "base": str(request.base_url).rstrip("/"),
        },
        trail=trail(reader, (here, words.name().text)),
        twins=(Twin(f"/api{JOBS}/{found['id']}", "job"),) if found is not None and "id" in found else (),
        status=422 if faults else 200,
        private=True,
        headers={"Refresh": str(RENEW_SECONDS)} if running else {},
    )
    return await render(request, page, shown(session))


def _progress(words: ObjectiveWords, job: Mapping[str, Any]) -> Mapping[str, Any]:
    t = words.reader.t
    total = job["total"]
    unit = words.counted_unit(2) if words.on_journeys else t.unit_batches.plain
    said = (
        t.job_waits
        if total is None
        else t.job_done_of(done=numbers.count(job["done"]), total=numbers.count(total), unit=unit)
    )
    return {"said": said, "done": job["done"], "total": total}
