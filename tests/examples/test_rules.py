"""The library of published rules: every file loads, lints clean, names its sources, and passes its own tests."""

from __future__ import annotations

from pathlib import Path

import pytest

import kpi
from kpi.definitions.lint import lint

RULES = Path(__file__).resolve().parents[2] / "examples" / "rules"
FILES = sorted(RULES.glob("*.toml"))
MEANT = {("tier-forms", "shares-rounded-up")}  # it shows what rounding up does, and lint notes what to look at then


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_rules_pass_their_own_tests(path: Path) -> None:
    definitions = kpi.load(path)
    results = kpi.test(definitions)
    assert results and sum(len(result.comparisons) for result in results) >= 6
    for result in results:
        assert result.passed, (result.label, [check for check in result.comparisons if not check.passed])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_rules_lint_clean(path: Path) -> None:
    found = [problem for problem in lint(kpi.load(path)) if (path.stem, problem.code) not in MEANT]
    assert [str(problem.message) for problem in found] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_scheme_and_test_names_its_source(path: Path) -> None:
    definitions = kpi.load(path)
    own = [editions for editions in definitions.schemes.values() if _written_in(path, editions[0].key)]
    assert own and all(edition.source for editions in own for edition in editions)
    assert all(test.source for test in definitions.tests)
    # The head says where the rule is from, and what is assumed.
    head = path.read_text(encoding="utf-8").partition("format")[0]
    assert "来源" in head and "示例" in head


def _written_in(path: Path, key: str) -> bool:
    return f'schemes."{key}"' in path.read_text(encoding="utf-8")


def test_the_readme_lists_every_file() -> None:
    readme = (RULES / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in FILES if f"[{path.name}]({path.name})" not in readme] == []
