"""What a mail says: from a fact, or a request to confirm, to a message in the subscriber's language.

Pure: same mail, same message. So a retry, also after the process was killed, sends the same bytes but for
the parts' boundary, under the same Message-ID.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from services.delivery.letters import words
from services.delivery.store.mail import CONFIRMATION, TEST, Mail, Named, Subscriber
from shared.clock import from_micros
from shared.dates import DEFAULT_ZONE, Lang, day, moment, month, year
from shared.events import evaluation, sla

HERE = Path(__file__).parent
ZONE = ZoneInfo(DEFAULT_ZONE)
PAGES = "/mail"
"""Where the portal answers a mail's links."""

Names = Mapping[tuple[str, str], Named]


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail in words: its rows are (label, value), ``path`` leads to the page where one acts."""

    subject: str
    lead: str
    rows: tuple[tuple[str, str], ...]
    action: str
    path: str


@dataclass(frozen=True, slots=True)
class Post:
    """Everything that one mail is made of. ``event``: the CloudEvent of a notice."""

    mail: Mail
    subscriber: Subscriber
    address: str
    event: Mapping[str, Any] | None
    names: Names


def message_of(post: Post, *, sender: str, public_url: str) -> EmailMessage:
    """The mail as it goes over the wire."""
    lang = cast(Lang, post.subscriber.language)
    letter = letter_of(post)
    # A title may have lines; a header has one.
    subject = " ".join(letter.subject.split())
    end = None if post.mail.purpose == CONFIRMATION else f"{public_url}{PAGES}/{post.subscriber.key}"
    parts = {
        "lang": lang,
        "subject": subject,
        "lead": letter.lead,
        "rows": letter.rows,
        "action": letter.action,
        "href": public_url + letter.path,
        "why": words.WHY(lang),
        "end": end,
        "end_label": words.END(lang),
    }
    message = EmailMessage(policy=SMTP)
    message["Subject"] = subject
    message["From"] = Address("Sanya", addr_spec=sender)
    message["To"] = Address(addr_spec=post.address)
    message["Date"] = post.mail.made_at
    message["Message-ID"] = message_id(post.mail, sender)
    message["Auto-Submitted"] = "auto-generated"
    if end is not None:
        # RFC 8058: the reader's mail program ends it with one POST, without opening anything.
        message["List-Unsubscribe"] = f"<{end}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(_template("letter.txt.j2").render(parts), cte="base64")
    message.add_alternative(_template("letter.html.j2").render(parts), subtype="html", cte="base64")
    # Behind the parts: it would move into the first of them.
    message["Content-Language"] = lang
    return message


def message_id(mail: Mail, sender: str) -> str:
    """The same at each attempt."""
    return f"<{mail.id}@{sender.rpartition('@')[2]}>"


@cache
def _template(name: str) -> Template:
    made = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=lambda file: file is not None and ".html" in file,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return made.get_template(name)


def letter_of(post: Post) -> Letter:
    lang = cast(Lang, post.subscriber.language)
    if post.mail.purpose == CONFIRMATION:
        until = post.subscriber.confirm_until
        assert until is not None
        lead = words.CONFIRM_LEAD(lang, until=moment(until, ZONE, lang))
        path = f"{PAGES}/{post.subscriber.confirm}"
        return Letter(words.CONFIRM_SUBJECT(lang), lead, (), words.CONFIRM(lang), path)
    if post.mail.purpose == TEST:
        return Letter(words.TEST_SUBJECT(lang), words.TEST_LEAD(lang), (), words.OPEN(lang), _home(post))
    assert post.event is not None
    return _Fact(post.event, post.names, lang).letter(_home(post))


def _home(post: Post) -> str:
    return "/app" if post.subscriber.owner is not None else "/services"


class _Fact:
    """A fact, to be told in one language. Whatever has no name is called by its code."""

    def __init__(self, event: Mapping[str, Any], names: Names, lang: Lang) -> None:
        self._type: str = event["type"]
        self._data: Mapping[str, Any] = event["data"]
        self._inner: Mapping[str, Any] = next(
            (
                self._data[name]
                for name in ("breach", "dispute", "correction", "result", "improvement", "report")
                if name in self._data
            ),
            self._data,
        )
        self._names = names
        self._lang = lang

    def letter(self, home: str) -> Letter:
        notice = words.OF[self._key()]
        parts = self._parts()
        subject = notice.subject(self._lang, **parts)
        about = self._objective() or self._agreement() or self._name("agency", self._agency())
        return Letter(
            subject=f"{subject}: {about}" if about else subject,
            lead=notice.lead(self._lang, **parts),
            rows=tuple(self._rows()),
            action=words.OPEN(self._lang),
            path=self._path(home),
        )

    def _key(self) -> str:
        for of_fact in (self._data.get("move"), self._data.get("change"), self._data.get("kind")):
            if f"{self._type}:{of_fact}" in words.OF:
                return f"{self._type}:{of_fact}"
        return self._type

    def _parts(self) -> dict[str, str]:
        data, lang = self._data, self._lang
        since = next(
            (data[name] for name in ("effective_from", "held_at", "at") if data.get(name) is not None), None
        )
        return {
            "agency": self._name("agency", self._agency()),
            "number": str(data.get("number", "")),
            "days": str(data.get("days", "")),
            "source": str(data.get("source", "")),
            "period": _period(str(self._inner.get("period", "")), lang),
            # Agencies; or indicators, which have no name here but their code.
            "about": ", ".join(self._name("agency", code) for code in data.get("about") or ()),
            "since": "" if since is None else _moment(since, lang),
            "until": "" if data.get("due") is None else _moment(data["due"], lang),
        }

    def _rows(self) -> list[tuple[str, str]]:
        data, inner, lang = self._data, self._inner, self._lang
        service = data.get("service") or self._known("agreement", data.get("agreement"), "service")
        window = inner.get("window") or {}
        rows = [
            (words.AGREEMENT, self._agreement()),
            (words.SERVICE, self._name("service", service)),
            (words.OBJECTIVE, self._objective()),
            (words.GROUP, ", ".join(str(value) for value in (inner.get("scope") or {}).values() if value)),
            (words.RESPONSIBLE, self._name("agency", inner.get("responsible"))),
        ]
        if "start" in window:
            span = f"{_moment(window['start'], lang)} – {_moment(window['end'], lang)}"
            rows.append((words.WINDOW, span))
        if inner.get("verdict") in words.VERDICTS:
            rows.append((words.VERDICT, words.VERDICTS[inner["verdict"]](lang)))
        if data.get("acknowledge_by") is not None:
            rows.append((words.BY, _moment(data["acknowledge_by"], lang)))
        if data.get("missing"):
            missing = ", ".join(self._name("agency", code) for code in data["missing"])
            rows.append((words.MISSING, missing))
        return [(label(lang), value) for label, value in rows if value]

    def _path(self, home: str) -> str:
        inner = self._inner
        if self._type in evaluation.BREACH_TYPES:
            return f"/app/breaches/{inner['id']}"
        if self._type in evaluation.DISPUTE_TYPES:
            return f"/app/breaches/{inner['breach']}"
        if self._type in evaluation.CORRECTION_TYPES:
            return f"/app/corrections/{inner['id']}"
        if self._type in sla.EXCLUSION_TYPES:
            return f"/app/exclusions/{inner['id']}"
        if self._type in (evaluation.AtRisk.type, evaluation.BurnAlert.type, *evaluation.IMPROVEMENT_TYPES):
            return f"/app/agreements/{inner['agreement']}/objectives/{inner['objective']}"
        if self._type == evaluation.ReportReady.type:
            return f"/reports/{inner['id']}"
        if home == "/services" and inner.get("service"):
            return f"/services/{inner['service']}"
        return home

    def _agency(self) -> str | None:
        names = ("agency", "proposed_by", "recorded_by", "announced_by")
        return next((self._inner[name] for name in names if self._inner.get(name)), None)

    def _agreement(self) -> str:
        title = self._data.get("title")
        if isinstance(title, Mapping) and title:
            return _said(title, self._lang, str(self._data["agreement"]))
        return self._name("agreement", self._data.get("agreement"))

    def _objective(self) -> str:
        code = self._inner.get("objective")
        if not isinstance(code, str):
            return ""
        known = self._names.get(("agreement", str(self._data.get("agreement"))))
        return _said(known.objectives.get(code, {}) if known else {}, self._lang, code)

    def _name(self, kind: str, code: str | None) -> str:
        if code is None:
            return ""
        known = self._names.get((kind, code))
        return _said(known.name if known else {}, self._lang, code)

    def _known(self, kind: str, code: str | None, what: str) -> str | None:
        known = None if code is None else self._names.get((kind, code))
        found: str | None = None if known is None else getattr(known, what)
        return found


def _said(text: Mapping[str, str | None], lang: Lang, otherwise: str) -> str:
    other = "en" if lang == "th" else "th"
    return text.get(lang) or text.get(other) or otherwise


def _period(code: str, lang: Lang) -> str:
    """The period of a report: ตุลาคม 2569, quarter 1 of fiscal year 2027."""
    if not code.startswith("fy"):
        return month(date.fromisoformat(f"{code}-01"), lang) if code else ""
    fiscal, _, quarter = code.removeprefix("fy").partition("-q")
    shown = words.FISCAL_YEAR(lang, year=year(int(fiscal), lang))
    return words.QUARTER(lang, n=quarter, year=shown) if quarter else shown


def _moment(when: int | str, lang: Lang) -> str:
    """An instant of an event: µs UTC, or RFC 3339. A midnight is a day."""
    found = from_micros(when) if isinstance(when, int) else datetime.fromisoformat(when)
    local = found.astimezone(ZONE)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return day(local.date(), lang, short=True)
    return moment(found, ZONE, lang)
