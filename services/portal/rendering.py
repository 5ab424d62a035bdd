"""From what a page shows to an answer: Jinja2, the headers of every page, and pages for errors."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from services.portal.charts.marks import mark
from services.portal.charts.svg import figure, svg
from services.portal.text import dates
from services.portal.text.breaking import nb
from services.portal.text.language import LANGS, Lang
from services.portal.views.words import Reader, moment

HERE = Path(__file__).parent
STATIC = HERE / "static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}

POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Vary": "Cookie, Accept-Language",
}


@dataclass(frozen=True, slots=True)
class Twin:
    """The same as JSON. ``what``: the word for it on the page."""

    href: str
    what: str


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever is signed in, as the frame shows them."""

    name: str
    agency: str
    form_token: str


@dataclass(frozen=True)
class Page:
    """A page: its template, its title (thing, state), its place, its JSON twins."""

    template: str
    title: str
    data: Mapping[str, Any] = field(default_factory=dict)
    trail: Sequence[tuple[str, str]] = ()
    """(address, words) of the pages above; the page itself is not in it."""
    twins: Sequence[Twin] = ()
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    private: bool = False
    """Only for who is signed in."""
    foot: Sequence[str] = ()
    """Sentences of the foot: data up to .., computed .."""


class Assets:
    """The static files, read once; their address holds the hash of all of them, so they never go stale."""

    def __init__(self, folder: Path = STATIC) -> None:
        self.files = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
        digest = hashlib.sha256(b"".join(self.files.values())).hexdigest()
        self.version = digest[:12]

    def href(self, name: str) -> str:
        if name not in self.files:
            raise KeyError(name)
        return f"/assets/{self.version}/{name}"


def environment(assets: Assets) -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["nb"] = nb
    made.globals["asset"] = assets.href
    made.globals["mark"] = lambda verdict: svg(mark(verdict))
    made.globals["svg"] = svg
    made.globals["chart"] = figure
    return made


class Pages:
    """Renders pages. One for the life of a process."""

    def __init__(self) -> None:
        self.assets = Assets()
        self._environment = environment(self.assets)

    def render(
        self,
        request: Request,
        lang: Lang,
        page: Page,
        *,
        now: datetime,
        person: Person | None = None,
    ) -> Response:
        reader = Reader(lang)
        t = reader.t
        html = self._environment.get_template(page.template).render(
            t=t,
            lang=lang,
            title=f"{page.title} – {t.brand.plain}",
            path=request.url.path,
            languages=[(each, _with_language(request, each)) for each in LANGS],
            other=_with_language(request, "en" if lang == "th" else "th"),
            other_lang="en" if lang == "th" else "th",
            trail=page.trail,
            twins=[
                {
                    "href": each.href,
                    # A browser carries no token: who is signed in reads the API through the portal.
                    "visible": f"/app{each.href}" if page.private else each.href,
                    "words": t.json_of(what=getattr(t, f"json_{each.what}")),
                }
                for each in page.twins
            ],
            person=person,
            foot=page.foot,
            shown_at=moment(reader, now, dates.zone_of(None)),
            address=str(request.url.replace(query=request.url.query)),
            **page.data,
        )
        headers = {**HEADERS, **page.headers}
        if page.twins:
            headers["Link"] = ", ".join(
                f'<{each.href}>; rel="alternate"; type="application/json"' for each in page.twins
            )
        headers.setdefault("Cache-Control", "no-store" if person else "no-cache")
        body = str(Markup(html)).encode()
        if (
            page.status == 200
            and headers["Cache-Control"] == "no-cache"
            and request.method in ("GET", "HEAD")
        ):
            # Weak: what is sent is compressed, or not.
            headers["ETag"] = f'W/"{hashlib.sha256(body).hexdigest()[:24]}"'
            if headers["ETag"] in _known(request):
                return Response(status_code=304, headers=headers)
        return HTMLResponse(body, page.status, headers)


def _known(request: Request) -> list[str]:
    """What the reader's browser has of this address."""
    return [each.strip() for each in request.headers.get("if-none-match", "").split(",")]


def _with_language(request: Request, lang: str) -> str:
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    return f"{request.url.path}?{urlencode([*kept, ('lang', lang)])}"
