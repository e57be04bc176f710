"""The file that describes an annual review: its schema and its page."""

from __future__ import annotations

import tomllib
from pathlib import Path

from jsonschema import Draft202012Validator

from kpi.definitions.review import REVIEW
from kpi.definitions.schema import review_schema
from tests.definitions.test_schema import keys

ROOT = Path(__file__).parents[2]


def test_every_key_is_in_the_page_as_it_is_described() -> None:
    page = (ROOT / "docs" / "review.md").read_text(encoding="utf-8")
    for path, key in keys(REVIEW, ""):
        row = f"| `{path + '.' if path else ''}{key.name}` | {'yes' if key.required else ''} | {key.doc} |"
        assert row in page, row


def test_the_example_fits_the_schema() -> None:
    text = (ROOT / "examples" / "annual-review" / "2023.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    data["as_of"] = data["as_of"].isoformat()
    Draft202012Validator.check_schema(review_schema())
    assert not list(Draft202012Validator(review_schema()).iter_errors(data))
    assert list(Draft202012Validator(review_schema()).iter_errors({**data, "schemes": 3}))
