"""Forms of who is signed in: read once, checked, and sent on so that a second click is the same request."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from services.portal.api.common import check_form
from services.portal.client import Refused
from services.portal.sessions import Session
from services.portal.text.phrase import Phrase
from services.portal.views.refusals import detail_words, refusal_words
from services.portal.views.words import Reader

MOST_FIELDS = 1000
MOST_CHARACTERS = 20_000
MOST_KEY = 100
MOST_DIGITS = 9


def new_key() -> str:
    """For the Idempotency-Key of a form: every page that is shown carries another."""
    return f"page-{secrets.token_urlsafe(18)}"


@dataclass(frozen=True)
class Form:
    """What was typed, by field; `many`: fields that may stand more than once."""

    fields: Mapping[str, str]
    many: Mapping[str, tuple[str, ...]]

    def text(self, name: str) -> str:
        return self.fields.get(name, "").strip()

    @property
    def version(self) -> int | None:
        """Which version of a thing the page had shown; None: it named none that there could be."""
        given = self.text("version")
        return int(given) if given.isdecimal() and len(given) <= MOST_DIGITS else None

    @property
    def key(self) -> str:
        return self.text("key")[:MOST_KEY] or new_key()


async def read_form(request: Request, session: Session) -> Form:
    """Raises FormRefused for a form that another site sent."""
    found = await request.form(max_fields=MOST_FIELDS, max_files=0)
    check_form(request, session.secret, found.get("form_token"))
    many: dict[str, list[str]] = {}
    for name, value in found.multi_items():
        if isinstance(value, str):
            many.setdefault(name, []).append(value[:MOST_CHARACTERS])
    return Form(
        {name: values[-1] for name, values in many.items()},
        {name: tuple(values) for name, values in many.items()},
    )


def refused(reader: Reader, refusal: Refused) -> list[tuple[str, Phrase]]:
    """(pointer, what the service says of it); the pointer is empty where it is about the whole."""
    t = reader.t
    if refusal.status == 403:
        return [("", t.role_missing)]
    errors: list[Mapping[str, Any]] = list(refusal.problem.get("errors") or ())
    if not errors:
        return [("", refusal_words(reader, refusal.status, refusal.problem))]
    return [
        (str(each.get("pointer", "")), t.not_taken(detail=detail_words(reader, each.get("detail", ""))))
        for each in errors
    ]
