"""The walls stand (.importlinter), and each falls when it is broken: a wall that can't fall is none."""

from __future__ import annotations

import ast
import configparser
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.catalogue import SERVICES

ROOT = Path(__file__).resolve().parents[1]
WALLS = configparser.ConfigParser()
WALLS.read(ROOT / ".importlinter", encoding="utf-8")
CONTRACTS = {name.rsplit(":", 1)[1] for name in WALLS.sections() if ":contract:" in name}
LONGEST_FILE = 450
LAYERS = ("app", "api", "subscriptions", "handlers", "store", "domain")
# The registry hears of nothing; the portal owns no rules and no data.
LACKING = {"registry": {"subscriptions"}, "portal": {"subscriptions", "handlers", "store", "domain"}}

# (contract, the module that breaks it, what it imports)
VIOLATIONS = (
    ("command-catalogue-services", "services.sla.store", "services.registry.domain"),
    ("command-catalogue-services", "services.evaluation.domain", "services.metrics.domain"),
    ("command-catalogue-services", "services.portal", "services.delivery.domain"),
    ("command-catalogue-services", "services.sla.api", "services.catalogue"),
    ("command-catalogue-services", "services.metrics.handlers", "services.cli"),
    ("command-catalogue-services", "services.catalogue", "services.cli"),
    ("command-catalogue-services", "services.cli.client", "services.__main__"),
    ("command-catalogue-services", "services.stranger", "shared.clock"),
    ("shared", "shared.clock", "services.catalogue"),
    ("shared", "shared.bus", "services.sla.domain"),
    ("inside-a-service", "services.registry.domain", "services.registry.store"),
    ("inside-a-service", "services.sla.store", "services.sla.handlers"),
    ("inside-a-service", "services.metrics.handlers", "services.metrics.api"),
    ("inside-a-service", "services.evaluation.handlers", "services.evaluation.subscriptions"),
    ("inside-a-service", "services.delivery.api", "services.delivery.subscriptions"),
    ("inside-a-service", "services.delivery.subscriptions", "services.delivery.api"),
    ("inside-a-service", "services.portal.api", "services.portal.app"),
    *(
        ("domain", "services.evaluation.domain", package)
        for package in (
            "aiokafka",
            "alembic",
            "fastapi",
            "httpx",
            "psycopg",
            "sqlalchemy",
            "starlette",
            "uvicorn",
        )
    ),
    ("domain", "services.sla.domain", "services.sla.store.tables"),
    ("domain", "services.delivery.domain", "shared.db"),
    ("broker", "services.delivery.handlers", "aiokafka"),
    ("broker", "shared.bus", "aiokafka"),
    ("broker", "shared.outbox", "aiokafka"),
    ("store", "services.evaluation.handlers.memory", "sqlalchemy"),
    ("store", "services.metrics.intake", "sqlalchemy"),
    ("store", "services.delivery.api", "sqlalchemy.exc"),
    ("store", "services.registry.views", "sqlalchemy"),
)


class Tree:
    """A copy of the code in which a wall may be broken for one test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("shared", "services"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("*.pyc", "static"))
        shutil.copy(ROOT / ".importlinter", folder)

    def file(self, module: str) -> Path:
        place = self.folder.joinpath(*module.split("."))
        return place / "__init__.py" if place.is_dir() else place.with_suffix(".py")

    def lint(self, *contracts: str) -> subprocess.CompletedProcess[str]:
        chosen = [word for contract in contracts for word in ("--contract", contract)]
        run = "from importlinter.cli import lint_imports_command as run; run()"
        return subprocess.run(
            # `-P`: the copy's modules, not those of the folder the tests run in.
            [sys.executable, "-P", "-c", run, "--no-logo", "--no-cache", *chosen],
            cwd=self.folder,
            env={"PYTHONPATH": str(self.folder), "COLUMNS": "200"},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    return Tree(tmp_path_factory.mktemp("walls"))


def test_the_walls_stand(tree: Tree) -> None:
    said = tree.lint()
    assert said.returncode == 0, said.stdout + said.stderr
    assert f"{len(CONTRACTS)} kept, 0 broken" in said.stdout


@pytest.mark.parametrize(("contract", "module", "imported"), VIOLATIONS)
def test_a_wall_falls_when_it_is_broken(tree: Tree, contract: str, module: str, imported: str) -> None:
    file = tree.file(module)
    before = file.read_bytes() if file.exists() else None
    file.write_bytes((before or b"") + f"\n\nimport {imported}\n".encode())
    try:
        said = tree.lint(contract)
    finally:
        if before is None:
            file.unlink()
        else:
            file.write_bytes(before)
    assert said.returncode == 1, said.stdout + said.stderr
    assert "0 kept, 1 broken" in said.stdout
    # It is this import that broke it.
    assert module.rsplit(".", 1)[-1] in said.stdout.split("Broken contracts", 1)[1]


def test_no_wall_is_without_a_proof_that_it_can_fall() -> None:
    assert {contract for contract, _, _ in VIOLATIONS} == CONTRACTS


def test_the_walls_name_every_service_and_every_layer() -> None:
    inside = WALLS["importlinter:contract:inside-a-service"]
    assert sorted(inside["containers"].split()) == sorted(f"services.{name}" for name in SERVICES)
    assert tuple(re.findall(r"\w+", inside["layers"])) == LAYERS


def test_every_layer_is_where_the_walls_look_for_it() -> None:
    """A layer is optional to the linter, so a misspelt one would go unseen."""
    for name in SERVICES:
        places = {layer: ROOT / "services" / name / layer for layer in LAYERS}
        there = {
            layer for layer, place in places.items() if place.is_dir() or place.with_suffix(".py").exists()
        }
        assert set(LAYERS) - there == LACKING.get(name, set()), name


def _sources(*roots: str) -> Iterator[Path]:
    for root in roots:
        yield from sorted((ROOT / root).rglob("*.py"))


def _asks_the_clock(source: str) -> list[str]:
    """What in it would make the same facts give another answer at another time."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [name.name for name in node.names if name.name == "time"]
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            found.append("time")
        elif isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"}:
            found.append(ast.unparse(node))
    return found


def test_a_domain_never_asks_what_time_it_is() -> None:
    places = [place for place in _sources("services") if "domain" in place.with_suffix("").parts]
    assert len(places) >= len(SERVICES) - 1
    for place in places:
        assert not _asks_the_clock(place.read_text(encoding="utf-8")), place


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\nat = datetime.now()",
        "import datetime as dt\nat = dt.date.today()",
        "import time",
        "def made():\n    from time import time_ns\n    return time_ns()",
    ],
)
def test_a_domain_that_asked_would_be_seen(source: str) -> None:
    assert _asks_the_clock(source)


def test_no_file_grows_past_what_one_reads_at_once() -> None:
    lengths = {
        str(place.relative_to(ROOT)): len(place.read_text(encoding="utf-8").splitlines())
        for place in _sources("shared", "services")
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}
