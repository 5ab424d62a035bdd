"""What a page weighs on the wire: compressed as it is served, with its style sheet, besides fonts. Bytes are
exact, so that they may decide a test; time may not, and is measured by `bench/pages.py`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest

from tests.portal.browsing import EMAIL, PASSWORD, PRIVATE, PUBLIC

MOST = 150_000
PACKED = 4
"""How many times smaller a page of more than a few lines is, at the least."""


@pytest.fixture(scope="module")
def reader(town_hall: str) -> Iterator[httpx.Client]:
    """Somebody signed in, as a browser asks: compressed."""
    with closing(httpx.Client(base_url=town_hall, timeout=60)) as http:
        form = http.get("/sign-in").text
        token = re.findall(r'name="form_token" value="([^"]+)"', form)[0]
        body = {"form_token": token, "next": "/app", "email": EMAIL, "password": PASSWORD}
        assert http.post("/sign-in", data=body).status_code == 303
        yield http


def weighed(http: httpx.Client, path: str) -> tuple[int, str]:
    """Bytes of the body as sent, and the text."""
    with http.stream("GET", path) as answer:
        text = answer.read().decode()
        return answer.num_bytes_downloaded, text


@pytest.mark.parametrize("lang", ["th", "en"])
def test_no_page_is_heavier_than_it_may_be(reader: httpx.Client, lang: str) -> None:
    reader.cookies.set("sanya_lang", lang)
    sheets: dict[str, int] = {}
    heavy, unpacked = [], []
    for path in (*PUBLIC, *PRIVATE):
        sent, text = weighed(reader, path)
        for sheet in re.findall(r'<link rel="stylesheet" href="([^"]+)"', text):
            if sheet not in sheets:
                sheets[sheet] = weighed(reader, sheet)[0]
            sent += sheets[sheet]
        heavy += [f"{path}: {sent}"] if sent > MOST else []
        if len(text.encode()) > 20_000 and weighed(reader, path)[0] * PACKED > len(text.encode()):
            unpacked.append(path)
    assert sheets, "no page has a style sheet"
    assert heavy == []
    assert unpacked == []


def test_a_public_page_that_has_not_changed_is_not_sent_again(reader: httpx.Client) -> None:
    with closing(httpx.Client(base_url=reader.base_url)) as anybody:
        # The minute in its foot may pass between two requests: then it has changed.
        for _ in range(3):
            first = anybody.get("/glossary")
            again = anybody.get("/glossary", headers={"If-None-Match": first.headers["etag"]})
            if again.status_code == 304:
                break
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert anybody.get("/glossary", headers={"If-None-Match": 'W/"other"'}).status_code == 200
    # What is for one person is kept nowhere.
    mine = reader.get("/app")
    assert (mine.headers["cache-control"], "etag" in mine.headers) == ("no-store", False)
