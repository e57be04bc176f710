"""Patterns that are compiled when they are first used."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import kpi
from kpi.regex import compiled


def test_it_finds_what_a_compiled_pattern_finds() -> None:
    later, at_once = compiled(r"(?P<year>\d{4})年", re.ASCII), re.compile(r"(?P<year>\d{4})年", re.ASCII)
    text = "2023年和2024年"

    assert later.findall(text) == at_once.findall(text) == ["2023", "2024"]
    assert (found := later.match(text)) is not None and found["year"] == "2023"
    assert later.sub("", text) == at_once.sub("", text)
    assert (later.pattern, later.flags, later.groupindex) == (at_once.pattern, at_once.flags, at_once.groupindex)


def test_bytes_are_looked_through_by_patterns_of_bytes() -> None:
    assert compiled(rb"<row[^>]*>").findall(b'<row r="1"><c/>') == [b'<row r="1">']


def test_nothing_is_compiled_before_it_is_used() -> None:
    wrong = compiled("(")

    with pytest.raises(re.error):
        wrong.search("text")


def test_no_module_compiles_patterns_when_it_is_imported() -> None:
    def at_import(tree: ast.AST) -> list[int]:
        lines = []
        for node in ast.iter_child_nodes(tree):
            if isinstance(node, (ast.FunctionDef, ast.Lambda)):
                continue
            if isinstance(node, ast.Attribute) and ast.unparse(node) == "re.compile":
                lines.append(node.lineno)
            lines += at_import(node)
        return lines

    assert at_import(ast.parse("X = {1: re.compile('a')}\ndef f():\n    re.compile('b')")) == [1]  # it can fail
    root = Path(kpi.__file__).parent
    found = {str(path): at_import(ast.parse(path.read_text())) for path in root.rglob("*.py")}
    assert len(found) > 100
    assert {path: lines for path, lines in found.items() if lines} == {}
