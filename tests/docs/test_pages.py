"""The pages agree with each other and with the program: links lead somewhere, TOML loads, every option is described."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import kpi
from kpi.cli import session
from kpi.cli.building import Entry, built
from kpi.cli.main import COMMANDS
from tests.docs import pages

LINK = re.compile(r"\[[^\]]*\]\((?!https?://)([^)\s]+)\)")
FORMAT = re.compile(r"^format\s*=", re.M)
HEADING = re.compile(r"^#+ (.+)$", re.M)
CLI = pages.ROOT / "docs" / "cli.md"
# Its blocks are fragments, each under the heading of its place; tests/definitions reads them.
FRAGMENTS = "docs/definitions.md"
# Its blocks are no definitions but describe annual reviews.
REVIEWS = "docs/review.md"

LINKING = (
    *pages.PAGES,
    pages.ROOT / "CHANGELOG.md",
    pages.ROOT / "benchmarks" / "README.md",
    *sorted((pages.ROOT / "examples").glob("**/README.md")),
)


@pytest.mark.parametrize("page", LINKING, ids=pages.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        file, _, anchor = target.partition("#")
        path = (page.parent / file).resolve() if file else page
        assert path.exists(), target
        if anchor:
            assert anchor in anchors(path), target


def anchors(page: Path) -> set[str]:
    """What the headings of a page are called in links: lower case, no signs, blanks as hyphens."""
    headings = HEADING.findall(page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", [page for page in pages.PAGES if pages.fenced(page, "toml")], ids=pages.name)
def test_definitions_in_pages_load(page: Path, tmp_path: Path) -> None:
    if pages.name(page) == FRAGMENTS:
        return
    for block in pages.fenced(page, "toml"):
        if pages.name(page) == REVIEWS:
            (tmp_path / "review.toml").write_text(block, encoding="utf-8")
            assert kpi.read_review(tmp_path / "review.toml").figures
            continue
        kpi.load(text=block if FORMAT.search(block) else f"format = 1\n{block}")


def test_the_map_of_the_docs_is_complete() -> None:
    index = pages.ROOT / "docs" / "index.md"
    listed = {target.partition("#")[0] for target in LINK.findall(index.read_text(encoding="utf-8"))}
    missing = {page.name for page in index.parent.glob("*.md")} - listed - {index.name}
    assert not missing, f"docs/index.md does not name {sorted(missing)}"


def test_both_readmes_start_with_what_a_newcomer_types() -> None:
    for name in ("README.md", "README.zh-CN.md"):
        text = (pages.ROOT / name).read_text(encoding="utf-8")
        first = text.index("```")
        assert text.index("make demo") < text.index("make test") < text.index("```", first + 3)
        assert text[:first].count("\n## ") <= 1


@pytest.mark.parametrize("entry", COMMANDS, ids=lambda entry: entry.name)
def test_every_command_and_option_is_described(entry: Entry) -> None:
    """Its section shows the help text (which the commands of the page keep current) and speaks of its options."""
    section = sections()[entry.name]
    assert f"$ kpi {entry.name} --help\n" in section
    prose = re.sub(r"^```console\n.*?^```$", "", CLI.read_text(encoding="utf-8"), flags=re.M | re.S)
    for parameter in built(entry, session.current("en")).params:
        for option in (option for option in parameter.opts if option.startswith("--")):
            assert f"`{option}" in prose, f"docs/cli.md says nothing of {option} (kpi {entry.name})"


def test_the_page_describes_no_command_that_does_not_exist() -> None:
    assert {name for name in sections() if name.isidentifier()} == {entry.name for entry in COMMANDS}


def sections() -> dict[str, str]:
    """Command → its section of docs/cli.md, whose heading is `kpi command`."""
    parts = re.split(r"^## `kpi (\w+)`$", CLI.read_text(encoding="utf-8"), flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))
