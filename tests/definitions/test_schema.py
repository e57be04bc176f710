"""The JSON Schema for editors, the reference, and starter files: three readings of one description."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from kpi.definitions.init import KINDS, init
from kpi.definitions.lint import lint
from kpi.definitions.load import embedded_path, load
from kpi.definitions.schema import schema
from kpi.definitions.shapes import Shape
from kpi.definitions.shapes_tables import Key, ListOf, MapOf, TableOf
from kpi.definitions.spec import ROOT

DOCS = Path(__file__).parents[2] / "docs" / "definitions.md"


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(schema())
    assert json.loads(json.dumps(schema())) == schema()


def errors(text: str) -> list[str]:
    # A JSON Schema knows dates as texts.
    data = json.loads(json.dumps(tomllib.loads(text), default=str))
    return [error.message for error in Draft202012Validator(schema()).iter_errors(data)]


def test_the_embedded_definitions_fit_the_schema() -> None:
    assert errors(embedded_path().read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("text", ["", "format = 2", 'format = 1\n[figures]\nx = { unti = "亩" }', "format = 1\n[oops]"])
def test_what_does_not_load_does_not_fit(text: str) -> None:
    assert errors(text)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_starter_files_load_and_lint_clean(kind: str, language: str) -> None:
    text = init(kind, language)
    assert lint(load(text=text)) == () and errors(text) == []
    assert text.startswith("# ") and ("定义" in text.split("\n")[0]) == (language == "zh")


def keys(shape: Shape, path: str) -> Iterator[tuple[str, Key]]:
    """Every key of the description, with the table that it stands in."""
    if isinstance(shape, TableOf):
        for key in shape.keys:
            yield path, key
            yield from keys(key.shape, f"{path}.{key.name}" if path else key.name)
    elif isinstance(shape, ListOf):
        yield from keys(shape.item, path)
    elif isinstance(shape, MapOf):
        yield from keys(shape.value, path)


def sections() -> dict[str, str]:
    """The text of the reference under each heading."""
    found: dict[str, str] = {}
    heading = ""
    for line in DOCS.read_text(encoding="utf-8").split("\n"):
        heading = line.strip("# `") if line.startswith("##") else heading
        found[heading] = found.get(heading, "") + line + "\n"
    return found


def test_every_key_is_in_the_reference_as_it_is_described() -> None:
    text = sections()
    # Tables of one shape are described once.
    same = dict.fromkeys(("schemes.items.low", "schemes.items.high"), "schemes.items.baseline")
    for path, key in keys(ROOT, ""):
        table = same.get(path, path)
        row = f"| `{key.name}` | {'yes' if key.required else ''} | {key.doc} |"
        assert row in text[table or "The file itself"], f"docs/definitions.md, {table or 'The file itself'}: {row}"


def test_the_examples_of_the_reference_are_toml() -> None:
    blocks = re.findall(r"```toml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.S)
    assert len(blocks) > 15
    for block in blocks:
        for example in [block] if "\nbaseline" not in block else block.strip().split("\n"):
            if not example.startswith("{"):
                tomllib.loads(example)
