"""The page that checks evidence: it says what the program says, and no file of a stranger does it harm."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from docs.verify import verify
from services.portal import verifying
from services.portal.client import Api
from services.portal.verifying import Busy, Unfinished, Verifier
from tests.evaluation import evidence
from tests.evaluation.engine import Engine, open_engine
from tests.portal.conftest import HTML, Site, running


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[bytes]:
    with closing(open_engine("sqlite", tmp_path_factory.mktemp("evidence")).db) as db:
        engine = Engine(db)
        evidence.judged(engine)
        evidence.cosign(engine)
        yield evidence.bundled(engine)


@pytest.fixture
async def whole(tmp_path: Path) -> AsyncIterator[Site]:
    """The services that are asked about hashes and keys."""
    async with running(["registry", "sla", "metrics", "evaluation", "portal"], tmp_path) as found:
        yield found


async def sent(site: Site, raw: bytes, name: str = "evidence.zip", lang: str = "en") -> httpx.Response:
    return await site.browser.post(
        "/verify",
        files={"file": (name, raw, "application/octet-stream")},
        headers={**HTML, "accept-language": lang},
    )


def text_of(answer: httpx.Response) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).replace("\u2060", ""))


async def test_a_bundle_passes_and_every_check_says_what_failing_means(whole: Site, bundle: bytes) -> None:
    report, _ = verify.verify(bundle)
    answer = await sent(whole, bundle)
    assert answer.status_code == 200
    said = text_of(answer)
    assert f"All {len(report.found)} checks passed" in said
    for name in {name for name, _, _ in report.found}:
        what, means = verify.WORDS[name][0]
        assert what in said
        assert means in said
    # Its keys are another deployment's: that it is whole does not say whose it is.
    assert "not published here" in said
    assert f"ผ่านการตรวจครบทั้ง {len(report.found)} ข้อ" in text_of(await sent(whole, bundle, lang="th"))


async def test_whatever_is_changed_is_found_and_named(site: Site, bundle: bytes) -> None:
    for place in range(7, len(bundle), len(bundle) // 9):
        flipped = bytearray(bundle)
        flipped[place] ^= 4
        said = text_of(await sent(site, bytes(flipped)))
        assert "do not rely on this file" in said, place
    held = evidence.opened(bundle)
    files = {name: value for name, value in held.items() if name != "proofs.json"}
    for proofs in (held["proofs.json"][1:], held["proofs.json"][::-1]):
        changed = {**files, "proofs.json": proofs}
        packed = verify.packed(
            {
                name: verify.octets(value) if name.endswith(".json") else value.encode()
                for name, value in changed.items()
            }
        )
        said = text_of(await sent(site, packed))
        assert "FAILED" not in said
        assert "a file was changed, added or taken out" in said


def bomb() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("index.json", b"0" * (200 << 20))
    return held.getvalue()


def outside() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("../../../../tmp/sanya-was-here", b"{}")
    return held.getvalue()


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"PK", id="two bytes"),
        pytest.param(b"P" * 100_000, id="no zip"),
        pytest.param(bomb(), id="bomb"),
        pytest.param(outside(), id="path outside"),
        pytest.param(b"[" * 5_000_000, id="deep"),
        pytest.param(b"\xff\xfe{}", id="no text"),
        pytest.param(b'{"type":"sanya.signed-revision.v1"}', id="no revision"),
    ],
)
async def test_a_hostile_file_is_a_failed_check_and_does_nothing(site: Site, raw: bytes) -> None:
    answer = await sent(site, raw)
    assert answer.status_code == 200
    assert "do not rely on this file" in text_of(answer)
    assert not Path("/tmp/sanya-was-here").exists()


async def test_a_file_that_takes_too_much_is_not_judged(
    site: Site, bundle: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "MEMORY", 8 << 20)
    with pytest.raises(Unfinished):
        await Verifier().check(bundle, "en")
    answer = await sent(site, bundle)
    assert answer.status_code == 422
    assert "takes more time, memory or checks than this page has" in text_of(answer)


async def test_what_tells_too_much_is_not_told(
    site: Site, bundle: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "MOST_TOLD", 3)
    with pytest.raises(Unfinished):
        await Verifier().check(bundle, "en")
    assert (await sent(site, bundle)).status_code == 422


def signed_by(*agencies: str) -> bytes:
    """A bundle whose keys a stranger says are of some agencies."""
    keys = []
    for number, agency in enumerate(agencies):
        x = verify.base64.urlsafe_b64encode(number.to_bytes(32)).decode().rstrip("=")
        jwk = {"kty": "OKP", "crv": "Ed25519", "x": x}
        since = "2026-01-01T00:00:00Z"
        named = {"kid": verify.thumbprint(jwk), "agency": agency, "jwk": jwk, "use": "signer"}
        keys.append({**named, "valid_from": since, "valid_until": None})
    files = dict.fromkeys(verify.PATHS, b"[]") | {"keys.json": verify.octets(keys)}
    return bytes(verify.packed({**files, "index.json": verify.octets({"type": verify.BUNDLE})}))


async def test_names_of_agencies_in_a_file_lead_nowhere_else(
    whole: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    get = Api.get

    async def noted(api: Api, path: str, **query: Any) -> Any:
        asked.append(path)
        return await get(api, path, **query)

    monkeypatch.setattr(Api, "get", noted)
    answer = await sent(whole, signed_by("city", "../../sla/v1/agreements?", "city/../land", "A b"))
    assert answer.status_code == 200
    assert [path for path in asked if "registry" in path] == ["/registry/v1/agencies/city/keys"]
    asked.clear()
    many = await sent(whole, signed_by(*(f"a{n}" for n in range(51))))
    assert "Cannot be asked" in text_of(many)
    assert asked == []


async def test_whoever_would_wait_behind_many_is_asked_to_come_back(
    site: Site, bundle: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "MOST_WAITING", 0)
    with pytest.raises(Busy):
        await Verifier().check(bundle, "en")
    answer = await sent(site, bundle)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert "send it again in a while" in text_of(answer)


async def test_what_is_no_file_is_asked_for_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = await site.browser.post("/verify", data={"file": "x"}, headers=HTML)
    assert nothing.status_code == 422
    assert "Choose the file to check" in text_of(nothing)
    assert "Choose the file to check" in text_of(await sent(site, b""))
    large = await sent(site, b"x" * (verifying.MOST_BYTES + 1))
    assert large.status_code == 422
    assert "larger than 16 MB" in text_of(large)


async def test_a_hash_is_looked_up(whole: Site) -> None:
    missing = await whole.page(f"/verify?hash=sha-256%20{'0' * 64}")
    assert missing.status_code == 200
    assert "Nothing public has this hash" in text_of(missing)
    wrong = await whole.page("/verify?hash=abc")
    assert wrong.status_code == 422
    assert 'value="abc"' in wrong.text
    assert "A hash has 64 characters" in text_of(wrong)


async def test_the_program_can_be_taken(site: Site) -> None:
    answer = await site.page("/verify/verify.py")
    assert answer.status_code == 200
    assert answer.content == Path(verify.__file__).read_bytes()
