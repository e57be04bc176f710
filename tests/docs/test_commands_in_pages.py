"""Every command in the READMEs and in docs/ prints what the page says.

`pytest --update-golden tests/docs` writes the outputs into the pages anew; read the diff.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs import pages

WITH_COMMANDS = [page for page in pages.PAGES if pages.fenced(page, "console")]


@pytest.mark.parametrize("page", WITH_COMMANDS, ids=pages.name)
def test_the_commands_of_a_page_print_what_it_says(page: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    environment = pages.sandbox(tmp_path) | {"KPI_LANG": "zh" if page.stem.endswith("zh-CN") else "en"}
    blocks = [pages.commands(block) for block in pages.fenced(page, "console")]
    printed = [pages.run(block, tmp_path, environment) for block in blocks]
    if request.config.getoption("--update-golden"):
        page.write_text(pages.rewritten(page, iter(printed)), encoding="utf-8", newline="\n")
        blocks = [pages.commands(block) for block in pages.fenced(page, "console")]
    for block, real in zip(blocks, printed, strict=True):
        for command, told, came in zip(block, pages.told(block), real, strict=True):
            assert came.output == told.output, command.lines
            assert came.exit == told.exit, command.lines


@pytest.mark.parametrize("page", [page for page in pages.PAGES if pages.fenced(page, "python")], ids=pages.name)
def test_the_python_of_a_page_runs(page: Path, tmp_path: Path) -> None:
    environment = pages.sandbox(tmp_path)
    for block in pages.fenced(page, "python"):
        (tmp_path / "block.py").write_text(block, encoding="utf-8")
        command = pages.Command(("$ python block.py",), "")
        assert pages.run([command], tmp_path, environment) == [pages.Printed("", 0)]


def test_a_session_shows_its_outputs_and_exit_codes(tmp_path: Path) -> None:
    """The runner itself: outputs, failures, continuation lines, and what a later command finds."""
    block = pages.commands("$ cat > c <<END; false   # exit 1\n> a b\n> END\n$ cat c\na b\n")
    assert pages.run(block, tmp_path, {"PATH": "/usr/bin:/bin"}) == pages.told(block)
    assert pages.told(block) == [pages.Printed("", 1), pages.Printed("a b\n", 0)]
