"""A mapping file (TOML): which column of somebody's tables is which figure, as it was confirmed (kpi map).

It is read as definitions are: one description of its keys for reading and for the JSON Schema, problems with places.
"""

from __future__ import annotations

from pathlib import Path as FilePath

from kpi.definitions.context import Reading
from kpi.definitions.model import SourceFile
from kpi.definitions.positions import Path
from kpi.definitions.shapes import INVALID, Report, Schema, Text, Whole
from kpi.definitions.shapes_tables import Key, MapOf, TableOf
from kpi.definitions.sources import gather
from kpi.frozen import frozen
from kpi.problems import KpiError, Place, say
from kpi.units import Units

FORMAT = 1
SHARE, SHOWN = "share", "shown"


@frozen
class ColumnShape:
    """What a column is: the name of a figure, a table that says more, or false where it is not used."""

    table: TableOf

    def read(self, value: object, path: Path, notes: Report) -> object:
        if value is False:
            return {}
        if value is True:
            notes.report(
                "wrong-type",
                path,
                say("{value} cannot stand here.", value="true"),
                expected=say("Expected the name of a figure in quotes, or false for a column that is not used."),
            )
            return INVALID
        return self.table.read(value, path, notes)

    def schema(self) -> Schema:
        return {"anyOf": [*self.table.schema()["anyOf"], {"const": False}]}


COLUMN = TableOf(
    (
        Key("figure", Text(), "The figure or indicator, by any of its names.", required=True, example='"税收"'),
        Key("unit", Text(), "The unit of the numbers; that of the header, else that of the figure, if left out."),
        Key("percent", Text((SHARE, SHOWN)), "share: 0.15 means 15 %; shown: 15 means 15 %."),
    ),
    short="figure",
)
MAPPING = TableOf(
    (
        Key("format", Whole(1, 99), "The version of this format: 1."),
        Key("columns", MapOf(ColumnShape(COLUMN)), "Header → what the column is.", required=True, example="{}"),
    )
)


@frozen
class Mapped:
    """One column as a mapping explains it. figure: its name; None: the column is not used. place: of the entry."""

    header: str
    figure: str | None
    unit: str | None
    percent: str | None
    place: Place


@frozen
class MappingFile:
    """One mapping file and its columns, in their order."""

    file: SourceFile
    columns: tuple[Mapped, ...]


def read_mapping(path: str | FilePath) -> MappingFile:
    """The columns that a mapping file explains; what they mean is not looked up.

    Raises KpiError with everything that is wrong with its shape.
    """
    sources = gather(FilePath(path), None)
    reading = Reading(sources, Units())
    data = MAPPING.read(dict(sources.data), (), reading)
    if data is not INVALID and data.get("format", FORMAT) != FORMAT:
        message = say("The mapping is of format {format}.", format=data["format"])
        reading.report("unknown-format", ("format",), message, expected=say("Expected format = 1."))
    if reading.problems:
        raise KpiError(reading.problems)
    columns = tuple(
        Mapped(
            header,
            said.get("figure"),
            said.get("unit"),
            said.get("percent"),
            sources.place(("columns", header), on_key=True),
        )
        for header, said in data["columns"].items()
    )
    return MappingFile(sources.files[0], columns)
