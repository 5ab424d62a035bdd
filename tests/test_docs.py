"""What the docs say is what the code does: generated files, settings, events, problems, commands, links."""

from __future__ import annotations

import inspect
import json
import re
import runpy
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from services.__main__ import app
from shared import errors
from shared.errors import Problem

ROOT = Path(__file__).parents[1]
DOCS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
SCHEMAS = sorted((ROOT / "shared" / "events" / "schemas").glob("*.json"))


@pytest.fixture(scope="module")
def writer() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "scripts" / "write-api-docs"), run_name="writer")


def test_generated_files_are_what_the_code_says(writer: dict[str, Any]) -> None:
    stale = [
        file.relative_to(ROOT)
        for file, text in writer["wanted"]().items()
        if not file.exists() or file.read_text(encoding="utf-8") != text
    ]
    assert stale == [], "run `make docs`"


def test_every_kept_schema_belongs_to_an_event_that_is_still_read(writer: dict[str, Any]) -> None:
    assert {file.name.removesuffix(".json") for file in SCHEMAS} == set(writer["schemas"]())


@pytest.mark.parametrize("file", SCHEMAS, ids=lambda file: file.name)
def test_a_kept_schema_is_one(file: Path) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(file.read_text(encoding="utf-8")))


def test_every_problem_has_its_paragraph() -> None:
    text = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8")
    kinds = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, Problem)]
    missing = [kind.slug for kind in kinds if f"`{kind.slug}`" not in text]
    used = set()
    for source in [*(ROOT / "services").rglob("*.py"), *(ROOT / "shared").rglob("*.py")]:
        used.update(re.findall(r"slug=\"([a-z-]+)\"", source.read_text(encoding="utf-8")))
    missing += [slug for slug in sorted(used) if f"`{slug}`" not in text]
    assert missing == []


def test_every_command_is_in_the_docs() -> None:
    text = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    names = [one.name or one.callback.__name__ for one in app.registered_commands if one.callback]
    names += [f"{group.name}" for group in app.registered_groups]
    assert [name for name in names if f"`{name}" not in text] == []


@pytest.mark.parametrize("file", DOCS, ids=lambda file: str(file.relative_to(ROOT)))
def test_links_lead_somewhere(file: Path) -> None:
    targets = re.findall(r"\]\((?!https?://|#)([^)#]+)", file.read_text(encoding="utf-8"))
    assert [target for target in targets if not (file.parent / target).exists()] == []
