"""What the pages of a negotiation need from the other services, asked for at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from services.portal import gathering
from services.portal.client import Api, Missing, Refused, gather, readable
from services.portal.naming import people_of
from services.portal.views import standing
from services.portal.views.clauses import Wording, by_code
from services.portal.views.negotiation import Raw
from services.portal.views.objective import ObjectiveWords
from services.portal.views.target_help import Help, help_of
from services.portal.views.words import Agencies, Reader

AGREEMENTS = f"{gathering.SLA}/agreements"
MOST_MOVES = 500
MOST_COMMENTS = 500
BACK = timedelta(days=366)
MOST_TRIED = 4
"""Promises whose new target is tried on the past; each reads a year of results."""


async def raw_of(api: Api, code: str, agency: str, digest: str | None = None, *, whole: bool = True) -> Raw:
    """A revision (``digest`` None: what the negotiation is about) with all around it.

    Raises Missing for an agreement that the agency is no party of: this is not for the public.
    """
    state = await readable(api, f"{AGREEMENTS}/{code}")
    revision = standing.shown_revision(state) if digest is None else standing.find(state, digest)
    if revision is None:
        raise Missing(code)
    at = f"{AGREEMENTS}/{code}"
    document = await readable(api, f"{at}/revisions/{revision['hash']}")
    calls = {
        "delegations": readable(api, f"{at}/delegations"),
        "terminations": readable(api, f"{at}/terminations"),
    }
    if whole:
        calls["comments"] = api.items(f"{at}/comments", most=MOST_COMMENTS)
        calls["history"] = api.items(f"{at}/history", most=MOST_MOVES)
    parent = revision["parent"]
    if parent is not None and standing.find(state, parent) is not None:
        calls["before"] = readable(api, f"{at}/revisions/{parent}")
        calls["diff"] = readable(api, f"{at}/revisions/{revision['hash']}/diff")
    found = dict(zip(calls, await gather(*calls.values()), strict=True))
    delegations, terminations = found["delegations"], found["terminations"]
    differences = found.get("diff")
    raw = Raw(
        state,
        revision,
        document,
        found.get("before") if differences is not None else None,
        None if differences is None else differences["differences"],
        found.get("comments"),
        found.get("history"),
        None if delegations is None else delegations["items"],
        None if terminations is None else terminations["items"],
    )
    check_inside(raw, agency)
    if not raw.history:
        return raw
    persons = [each["person"] for each in raw.history]
    return replace(raw, people=await people_of(api, code, state["revisions"], persons))


def check_inside(raw: Raw, agency: str) -> None:
    """Parties and who acts for one; another's agreement answers as a missing one."""
    acts = any(
        each["granted_to"] == agency
        and each["state"] == "active"
        and each["granted_by"] in raw.revision["standing"]
        for each in raw.delegations or ()
    )
    if agency not in raw.revision["standing"] and not acts:
        raise Missing(raw.state["code"])


async def wording_of(api: Api, reader: Reader, service: str) -> Wording:
    agencies, indicators, found = await gather(
        api.items(f"{gathering.REGISTRY}/agencies", most=gathering.MOST),
        gathering.indicators_of(api, service=service),
        api.get(f"{gathering.REGISTRY}/services/{service}"),
    )
    return Wording(reader, Agencies(reader, agencies), indicators or {}, found)


async def help_for(api: Api, raw: Raw, wording: Wording, now: datetime) -> Mapping[str, Help]:
    """What stands beside each target of the revision; a part that is away is left out."""
    code, digest = raw.state["code"], raw.revision["hash"]
    (found,) = await gather(readable(api, f"{AGREEMENTS}/{code}/revisions/{digest}/targets"))
    if found is None:
        return {}
    beside = {each["objective"]: each for each in found["items"]}
    tried = await _tried(api, raw, now)
    achieved = await _achieved(api, raw, [each for each in beside if each not in tried])
    return {
        each["code"]: help_of(
            wording,
            wording.words(each, raw.document),
            beside[each["code"]],
            code,
            raw.document["service"],
            tried.get(each["code"]),
            in_force=_in_force(raw, wording, each["code"]),
            achieved=achieved.get(each["code"]),
        )
        for each in raw.document["objectives"]
        if each["code"] in beside
    }


def _in_force(raw: Raw, wording: Wording, objective: str) -> ObjectiveWords | None:
    """The promise as it is in force, as far as it is at hand."""
    bound = raw.state["in_force"]
    if bound is None:
        return None
    document = raw.document if bound == raw.revision["hash"] else raw.before
    found = by_code(document).get(objective)
    return None if found is None or document is None else wording.words(found, document)


async def _tried(api: Api, raw: Raw, now: datetime) -> dict[str, Any]:
    """New targets tried on the last year of what is in force; where the limit is new too, that would be said
    of another promise."""
    if raw.before is None or raw.state["in_force"] is None:
        return {}
    old = by_code(raw.before)
    chosen = [
        each
        for each in raw.document["objectives"]
        if each["code"] in old
        and each["target"] != old[each["code"]]["target"]
        and each.get("good") == old[each["code"]].get("good")
    ][:MOST_TRIED]
    answers = await gather(*(_one(api, raw, each, now) for each in chosen))
    return {each["code"]: found for each, found in zip(chosen, answers, strict=True) if found is not None}


async def _achieved(api: Api, raw: Raw, codes: Collection[str]) -> dict[str, Any]:
    """What was achieved in the last year, had these promises been agreed."""
    chosen = [each for each in raw.document["objectives"] if each["code"] in codes][:MOST_TRIED]
    answers = await gather(*(_looked_back(api, raw, each) for each in chosen))
    return {each["code"]: found for each, found in zip(chosen, answers, strict=True) if found is not None}


async def _looked_back(api: Api, raw: Raw, objective: Mapping[str, Any]) -> Any:
    body = {
        "service": raw.document["service"],
        "objective": objective,
        "time_zone": raw.document["time_zone"],
    }
    try:
        return await api.post(f"{gathering.EVALUATION}/achieved", body)
    except Refused:
        # Its indicator is new to the evaluator: nothing was achieved yet.
        return None


async def _one(api: Api, raw: Raw, objective: Mapping[str, Any], now: datetime) -> Any:
    minute = now.replace(second=0, microsecond=0)
    body = {
        "agreement": raw.state["code"],
        "objective": objective["code"],
        "target": objective["target"],
        "from": (minute - BACK).isoformat(),
        "to": minute.isoformat(),
    }
    try:
        found = await api.post(f"{gathering.EVALUATION}/what-if", body)
    except Refused:
        # Nothing was measured under it yet, or its target is of another kind: there is nothing to show.
        return None
    return found if found.get("windows") else None
