"""What is fuzzed: each target takes bytes, and raises only when something is wrong with the program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from xml.etree import ElementTree

from fuzz import files
from kpi.definitions.load import load
from kpi.definitions.model import Definitions
from kpi.evaluation.table import ROW, Table
from kpi.figures.read import read
from kpi.formula import convert
from kpi.formula import read as read_formula
from kpi.numbers import from_float
from kpi.problems import KpiError
from kpi.render.problems import plain_all

DEFINITIONS = """
format = 1
[figures]
"税收" = { unit = "万元", aliases = ["入库税收"] }
"用地面积" = "亩"
"研发占比" = "%"
"投产日期" = { type = "date" }
"高新" = { type = "yes_no" }
"行业" = { type = "industry" }
[indicators."亩均税收"]
formula = "税收 / 用地面积"
unit = "万元/亩"
decimals = 2
"""


@cache
def definitions() -> Definitions:
    return load(text=DEFINITIONS)


def told(error: KpiError) -> None:
    """Every problem can be said, in both languages, and nothing in it reaches a terminal as a command."""
    assert error.problems
    for language in ("zh", "en"):
        said = plain_all(error.problems, language)
        assert said.strip()
        assert not any(ord(character) < 32 and character != "\n" for character in said)


def table(data: bytes) -> Table | None:
    """The figures in a file; None where there are problems, which can all be said."""
    try:
        return read(["-"], definitions(), stdin=data)
    except KpiError as error:
        told(error)
        return None


def any_file(data: bytes) -> None:
    table(data)


def worksheet(data: bytes) -> None:
    """A worksheet of .xlsx: what is read is what a conforming reader of XML finds in the cells."""
    found = table(files.with_part(files.xlsx(), files.SHEET, data))
    if found is None or "税收" not in found.frame.columns:
        return
    try:
        written = numbers(data)
    except (ElementTree.ParseError, ValueError):
        return  # readers are more lenient with XML that is none than the oracle
    for row, value in zip(found.frame[ROW].to_list(), found.frame["税收"].to_list(), strict=True):
        expected = written.get(row)
        if value is not None and expected is not None:
            number = from_float(value) * found.factors.get("税收", Fraction(1))
            assert abs(number - Fraction(expected)) <= abs(number) / 10**14, (row, value, expected)
        assert value is not None or expected is None, (row, expected)


def numbers(xml: bytes) -> dict[int, float]:
    """Row → the number in column B, of worksheets whose cells have plain numbers."""
    found: dict[int, float] = {}
    row = column = 0
    for element in ElementTree.fromstring(xml).iter():
        local = element.tag.rpartition("}")[2]
        if local == "row":
            row, column = int(element.get("r", row + 1)), 0
        elif local == "c":
            reference = element.get("r", "")
            letters = reference.rstrip("0123456789").upper()
            column = column + 1 if not reference else 2 if letters == "B" else 9
            row = int(reference[len(letters) :]) if reference else row
            value = next((child for child in element if child.tag.rpartition("}")[2] == "v"), None)
            if column == 2 and element.get("t", "n") == "n" and value is not None and value.text:
                found[row] = float(value.text)
    return found


def part(name: str) -> Callable[[bytes], None]:
    """Another part of a workbook."""
    return lambda data: any_file(files.with_part(files.xlsx(), name, data))


def opendocument(data: bytes) -> None:
    table(files.opendocument(data))


def formula(data: bytes) -> None:
    """A formula: a tree or problems; without names also a value or problems."""
    text = data.decode("utf-8", "replace")
    try:
        read_formula(text, definitions().scope())
        convert(text, None, definitions().units)
    except KpiError as error:
        told(error)


def toml(data: bytes) -> None:
    """Definitions: a model or problems."""
    text = data.decode("utf-8", "replace")
    try:
        load(text=text)
    except KpiError as error:
        told(error)


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "file": any_file,
    "worksheet": worksheet,
    **{name: part(name) for name in files.PARTS[1:]},
    "content.xml": opendocument,
    "formula": formula,
    "definitions": toml,
}
