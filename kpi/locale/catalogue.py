"""Keeps the catalogues up to date: every say("…") and N_("…") in the package, for each language. A tool of developers.

    python -m kpi.locale.catalogue        brings the .po files up to date and compiles them

Not in the wheel: it needs babel. The English catalogue is the identity; the Chinese one is translated by hand in its
.po file, and what is not yet translated there stays empty (a test says which).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from kpi.locale import DOMAIN, FOLDER, LANGUAGES

PACKAGE = FOLDER.parent
MARKS = ("say", "N_")
# Fixed, so that a catalogue changes only when a sentence does.
DATE = datetime(2026, 1, 1, tzinfo=UTC)


class NotLiteral(ValueError):
    """A sentence that is not written out where it is said cannot be translated."""


def sentences(package: Path = PACKAGE) -> dict[str, list[str]]:
    """Every template in the package, and the files that it stands in.

    Raises NotLiteral naming file and line when a template is anything but a plain string.
    """
    found: dict[str, list[str]] = {}
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package.parent).as_posix()
        for template in _marked(path, name):
            files = found.setdefault(template, [])
            if name not in files:
                files.append(name)
    return found


def _marked(path: Path, name: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS):
            continue
        first = node.args[0] if node.args else None
        if not (isinstance(first, ast.Constant) and isinstance(first.value, str)):
            raise NotLiteral(f"{name}:{node.lineno}: the first argument of {node.func.id}() must be a plain string")
        yield first.value


def po_path(language: str) -> Path:
    """Where the sentences of a language are written by hand."""
    return FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def read(language: str) -> dict[str, str]:
    """Template → translation, as the .po file has it."""
    path = po_path(language)
    if not path.exists():
        return {}
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    return {str(entry.id): str(entry.string) for entry in catalogue if entry.id}


def updated(language: str, templates: dict[str, list[str]], translations: dict[str, str]) -> Catalog:
    """The catalogue of a language: every template once, with the translation that is there."""
    catalogue = Catalog(
        locale=language,
        domain=DOMAIN,
        project=DOMAIN,
        version="",
        header_comment=f"# The sentences of kpi ({language}); brought up to date by `make messages`.",
        creation_date=DATE,
        revision_date=DATE,
        last_translator="the kpi authors",
        language_team="the kpi authors",
        fuzzy=False,
    )
    for template in sorted(templates, key=lambda template: (templates[template][0], template)):
        string = template if language == "en" else translations.get(template, "")
        # A plain "%" in a sentence is no C format; babel would mark it as one.
        entry = catalogue.add(template, string, locations=[(name, 0) for name in templates[template]])
        entry.flags -= {"python-format"}
    return catalogue


def main() -> None:
    """Bring every catalogue up to date, compile it, and name what is not translated."""
    templates = sentences()
    for language in LANGUAGES:
        catalogue = updated(language, templates, read(language))
        path = po_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalogue, width=120, include_lineno=False)
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalogue)
        missing = [str(entry.id) for entry in catalogue if entry.id and not entry.string]
        print(f"{language}: {len(templates)} sentences, {len(missing)} not translated")
        for template in missing:
            print(f"  {template}")


if __name__ == "__main__":
    main()
