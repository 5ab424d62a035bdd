"""What a process imports, and when: routes come with the first request for them (shared/service.py)."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

PROGRAM = """
import asyncio, json, sys
import httpx
from services.catalogue import SERVICES
from shared.service import create_app

place, role = {"data_dir": sys.argv[1]}, sys.argv[2]
told = []

def tell(*answers):
    names = [name.split(".") for name in sys.modules]
    with_routes = [name[1] for name in names if name[0] == "services" and name[2:] == ["api"]]
    told.append([list(answers), sorted(with_routes)])

async def main():
    for service in SERVICES.values():
        service.migrate(service.settings(**place))
    app = create_app(*SERVICES.values(), role=role, settings=place)
    tell()
    web = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sanya.test")
    async with app.router.lifespan_context(app), web:
        for addresses in json.loads(sys.argv[3]):
            answers = await asyncio.gather(*(web.get(address) for address in addresses))
            tell(*(answer.status_code for answer in answers))

asyncio.run(main())
print(json.dumps(told))
"""


def told(place: Path, role: str, *addresses: list[str]) -> list[tuple[list[int], list[str]]]:
    """For each set of requests sent at once: the answers, and the services with routes imported by then."""
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(place), role, json.dumps(addresses)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [(answers, routes) for answers, routes in json.loads(ran.stdout.splitlines()[-1])]


def test_a_service_brings_its_routes_with_the_first_request_for_it(tmp_path: Path) -> None:
    start, ready, sla, unknown, pages = told(
        tmp_path,
        "api",
        ["/readyz", "/livez", "/metrics"],
        ["/api/sla/v1/agreements"] * 5,
        ["/api/nobody/v1/x"],
        ["/services"] * 5,
    )
    assert start == ([], [])
    assert ready == ([200, 200, 200], [])
    assert sla[1] == ["sla"]
    assert len(set(sla[0])) == 1
    assert sla[0][0] != 404
    assert unknown == ([404], ["sla"])
    assert pages == ([200] * 5, ["delivery", "evaluation", "metrics", "portal", "registry", "sla"])


def test_a_worker_has_no_routes_but_its_own(tmp_path: Path) -> None:
    _, ready, pages = told(tmp_path, "worker", ["/livez"], ["/services", "/api/sla/v1/agreements"])
    assert ready == ([200], [])
    assert pages == ([404, 404], [])


def test_a_process_whose_routes_cannot_be_imported_ends(tmp_path: Path) -> None:
    program = """
import sys
from shared.service import Service, run
sys.exit(run(Service(name="broken", routes="services.broken.api")))
"""
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "SANYA_DATA_DIR": str(tmp_path), "SANYA_PORT": "0"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 3, ran.stderr
    assert "services.broken" in ran.stdout + ran.stderr
