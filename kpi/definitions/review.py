"""REVIEW.toml: an annual review as one run that can be repeated (kpi review).

It names everything that goes in and everything that comes out. Paths are relative to the file itself.
"""

from __future__ import annotations

from dataclasses import field
from datetime import date
from pathlib import Path as FilePath
from typing import Any

from kpi.definitions.context import Reading
from kpi.definitions.model import SourceFile
from kpi.definitions.positions import Path
from kpi.definitions.shapes import INVALID, Day, Period, Text, Whole, YesNo
from kpi.definitions.shapes_tables import Key, ListOf, MapOf, TableOf
from kpi.definitions.sources import Sources, gather
from kpi.frozen import frozen
from kpi.problems import KpiError, Place, say
from kpi.units import Units

FORMAT = 1

_FILES = ListOf(Text(), alone=True)
PUBLICATION = TableOf(
    (
        Key("title", Text(), "The title of the list; that of the review if left out."),
        Key("notice", _FILES, "Lines that stand above the list: the days for objections, whom to write to."),
        Key(
            "columns",
            _FILES,
            "Columns beside name and tier: code, scheme, group, first_tier, score, rank, or an item's indicator.",
        ),
    )
)
OUTPUTS = TableOf(
    (
        Key("folder", Text(), "Where the files below are written; made if it is not there."),
        Key("result", _FILES, "The whole result: .json (next year's history), .xlsx, .csv, .md, .txt."),
        Key("publication", _FILES, "The list for publication (公示)."),
        Key("problems", _FILES, "Everything that was found wrong or remarkable, with its place."),
        Key("comparison", _FILES, "Who moved since the result of compare_with."),
        Key("manifest", Text(), "What went in and came out, with fingerprints (.json)."),
    )
)
REVIEW = TableOf(
    (
        Key("format", Whole(1, 99), "The version of this format: 1.", required=True, example="1"),
        Key("title", Text(), "What the review is called.", required=True, example='"2023年度亩均效益评价"'),
        Key("definitions", Text(), "The definitions; those that come with the program if left out."),
        Key("schemes", _FILES, "The schemes, by key or label.", required=True, example='["规上", "规下"]'),
        Key("figures", _FILES, "The files of reported figures.", required=True, example='["税收.xlsx"]'),
        Key("previous", _FILES, "Figures of the same period a year earlier."),
        Key("corrections", _FILES, "Corrections of reported figures."),
        Key("history", _FILES, "Results of earlier years (.json), for rules that look back."),
        Key("decisions", _FILES, "Decisions of a meeting."),
        Key("links", _FILES, "Companies that were renamed since earlier files."),
        Key("map", _FILES, "Mapping files: which columns of the figures are which figures (kpi map)."),
        Key("ledgers", MapOf(_FILES), "Ledger → its files, whose rows are summed for each entity."),
        Key("sheets", _FILES, "The sheets to read of the workbooks of figures; all visible ones if left out."),
        Key("limits", _FILES, "Limits to raise for large files, as with --limit.", example='["cells=50M"]'),
        Key("encoding", Text(), "The encoding of text files of figures; found out if left out."),
        Key("delimiter", Text(), "What separates the cells of text files of figures; found out if left out."),
        Key("compare_with", Text(), "The result of the year before, as kpi classify or kpi review wrote it (.json)."),
        Key("period", Period(), "The period; the latest in the figures if left out."),
        Key("as_of", Day(), "The day whose rules apply.", required=True, example="2023-12-31"),
        Key("skip_errors", YesNo(), "true: rows with errors are left out and listed."),
        Key("language", Text(("zh", "en")), "The language of the files written; zh if left out."),
        Key("publication", PUBLICATION, "What the list for publication shows."),
        Key("outputs", OUTPUTS, "The files to write."),
    )
)
DEFAULTS: dict[str, list[str]] = {
    "result": ["result.json", "result.xlsx"],
    "publication": ["publication.xlsx"],
    "problems": ["problems.xlsx"],
    "comparison": ["comparison.xlsx"],
}
KINDS = tuple(DEFAULTS)


@frozen
class Publication:
    title: str
    notice: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


@frozen
class Review:
    """file: the review itself; sources: where in it things stand.

    outputs: (kind, file in `folder`), the kinds in the order of KINDS.
    """

    file: SourceFile
    sources: Sources = field(repr=False)
    title: str
    schemes: tuple[str, ...]
    figures: tuple[str, ...]
    as_of: date
    definitions: str | None = None
    previous: tuple[str, ...] = ()
    corrections: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    map: tuple[str, ...] = ()
    ledgers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    sheets: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    encoding: str | None = None
    delimiter: str | None = None
    compare_with: str | None = None
    period: str | None = None
    skip_errors: bool = False
    language: str = "zh"
    publication: Publication = Publication("")
    folder: str = "output"
    outputs: tuple[tuple[str, str], ...] = ()
    manifest: str = "manifest.json"

    def inputs(self) -> tuple[str, ...]:
        """Every file that is read, the review first."""
        return (self.file.path, *(file for _, file in self.named_files()))

    def named_files(self) -> list[tuple[Path, str]]:
        """Every file that the review names as an input, and the key path at which it does."""
        one = ((("definitions",), self.definitions), (("compare_with",), self.compare_with))
        several: tuple[tuple[Path, tuple[str, ...]], ...] = (
            (("figures",), self.figures),
            (("previous",), self.previous),
            (("corrections",), self.corrections),
            (("history",), self.history),
            (("decisions",), self.decisions),
            (("links",), self.links),
            (("map",), self.map),
            *((("ledgers", key), files) for key, files in self.ledgers),
        )
        return [
            *((path, file) for path, file in one if file is not None),
            *(((*path, index), file) for path, files in several for index, file in enumerate(files)),
        ]

    def place(self, *path: str | int) -> Place:
        """Where the review says something."""
        return self.sources.place(path)

    def place_of_output(self, kind: str, name: str) -> Place:
        """Where the review names a file that it writes."""
        return self.place("outputs", kind, [each for of, each in self.outputs if of == kind].index(name))


def read_review(path: str | FilePath) -> Review:
    """The review that a file describes. Raises KpiError with everything that is wrong with it."""
    sources = gather(FilePath(path), None)
    reading = Reading(sources, Units())
    data = REVIEW.read(dict(sources.data), (), reading)
    if data is not INVALID:
        _check(data, reading)
    if reading.problems:
        raise KpiError(reading.problems)
    return _review(data, sources)


def _review(data: dict[str, Any], sources: Sources) -> Review:
    shown, outputs = data.get("publication", {}), data.get("outputs", {})
    return Review(
        sources.files[0],
        sources,
        data["title"],
        tuple(data["schemes"]),
        tuple(data["figures"]),
        data["as_of"],
        definitions=data.get("definitions"),
        previous=tuple(data.get("previous", ())),
        corrections=tuple(data.get("corrections", ())),
        history=tuple(data.get("history", ())),
        decisions=tuple(data.get("decisions", ())),
        links=tuple(data.get("links", ())),
        map=tuple(data.get("map", ())),
        ledgers=tuple((key, tuple(files)) for key, files in data.get("ledgers", {}).items()),
        sheets=tuple(data.get("sheets", ())),
        limits=tuple(data.get("limits", ())),
        encoding=data.get("encoding"),
        delimiter=data.get("delimiter"),
        compare_with=data.get("compare_with"),
        period=data.get("period"),
        skip_errors=data.get("skip_errors", False),
        language=data.get("language", "zh"),
        publication=Publication(
            shown.get("title", data["title"]), tuple(shown.get("notice", ())), tuple(shown.get("columns", ()))
        ),
        folder=outputs.get("folder", "output"),
        outputs=tuple((kind, name) for kind, name, _ in _files(data)),
        manifest=outputs.get("manifest", "manifest.json"),
    )


def _files(data: dict[str, Any]) -> list[tuple[str, str, Path]]:
    """Kind, name and key path of every output; a comparison needs something to compare with."""
    outputs = data.get("outputs", {})
    return [
        (kind, name, ("outputs", kind, index))
        for kind in KINDS
        if kind != "comparison" or "compare_with" in data
        for index, name in enumerate(outputs.get(kind, DEFAULTS[kind]))
    ]


def _check(data: dict[str, Any], reading: Reading) -> None:
    if data["format"] != FORMAT:
        message = say("The review is of format {format}.", format=data["format"])
        reading.report("unknown-format", ("format",), message, expected=say("Expected format = 1."))
    for key in ("schemes", "figures"):
        if not data[key]:
            reading.report("nothing-named", (key,), say("“{key}” names nothing.", key=key))
    if data.get("outputs", {}).get("comparison") and "compare_with" not in data:
        reading.report(
            "nothing-to-compare",
            ("outputs", "comparison"),
            say("There is nothing to compare with."),
            hint=say("Name the result of the year before: compare_with = {example}.", example='"2022/result.json"'),
        )
    manifest = data.get("outputs", {}).get("manifest", "manifest.json")
    seen: dict[str, str] = {}
    for kind, name, path in [*_files(data), ("manifest", manifest, ("outputs", "manifest"))]:
        if not name or name in (".", "..") or any(sign in name for sign in "/\\\0"):
            reading.report(
                "output-not-a-name",
                path,
                say("“{name}” is no file name.", name=name),
                hint=say("Files are written into the folder of outputs.folder; name only the file."),
            )
        if name in seen:
            message = say("“{name}” is written twice, as {one} and as {other}.", name=name, one=seen[name], other=kind)
            reading.report("output-twice", path, message)
        seen[name] = kind
    if not manifest.endswith(".json"):
        message = say("The manifest “{name}” is JSON.", name=manifest)
        reading.report("output-suffix", ("outputs", "manifest"), message, hint=say("Give it the suffix .json."))
