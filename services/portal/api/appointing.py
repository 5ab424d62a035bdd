"""What the pages of an agency's people and of its clients share: both hold roles, a state and a secret."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from services.portal.api.forms import Form, refused
from services.portal.client import Missing, Refused
from services.portal.sessions import Session
from services.portal.text import dates
from services.portal.text.phrase import Phrase
from services.portal.views.words import Moment, Reader, moment

ADMIN = "agency_admin"
ROLES = (ADMIN, "negotiator", "signatory", "reporter", "viewer", "auditor")
SECRET = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
"""Headers of a page that shows a secret, which it does this once."""

Faults = list[tuple[str, Phrase]]


def is_admin(session: Session) -> bool:
    return ADMIN in session.roles


def only_admins(session: Session, id: str) -> None:
    """Raises Missing for everybody else: whether there is such an id is not for them."""
    if not is_admin(session):
        raise Missing(id)


def role_names(reader: Reader, roles: Iterable[str]) -> str:
    held = set(roles)
    return ", ".join(getattr(reader.t, f"role_{each}").plain for each in ROLES if each in held)


def role_choices(reader: Reader) -> list[tuple[str, Phrase, Phrase]]:
    """(role, what it is called, what it may)."""
    t = reader.t
    return [(each, getattr(t, f"role_{each}"), getattr(t, f"role_may_{each}")) for each in ROLES]


def when(reader: Reader, at: str | datetime) -> Moment:
    found = moment(reader, at, dates.zone_of(None))
    assert found is not None
    return found


def chosen_roles(form: Form) -> list[str]:
    return [each for each in ROLES if each in form.many.get("roles", ())]


def typed_of(form: Form) -> dict[str, Any]:
    return {"name": form.text("name"), "email": form.text("email"), "roles": chosen_roles(form)}


def faults_of(reader: Reader, typed: Mapping[str, Any]) -> Faults:
    """What can be said before anybody is asked."""
    t = reader.t
    faults: Faults = []
    if not typed["name"]:
        faults.append(("name", t.person_name_empty))
    if not typed["roles"]:
        faults.append(("roles", t.person_roles_empty))
    return faults


def refusals(reader: Reader, refusal: Refused) -> Faults:
    """What the registry refused, each at its field; a version that is over is said as what it means."""
    if refusal.status == 412:
        return [("name", reader.t.appointed_changed)]
    if [str(each.get("pointer")) for each in refusal.problem.get("errors") or ()] == ["/email"]:
        taken = refusal.status == 409
        return [("email", reader.t.person_email_taken if taken else reader.t.follow_wrong)]
    fields = {"/name": "name", "/email": "email", "/roles": "roles", "/overlap": "overlap"}
    return [(fields.get(place, "name"), said) for place, said in refused(reader, refusal)]


def status_of(refusal: Refused) -> int:
    return refusal.status if refusal.status in (409, 412) else 422
