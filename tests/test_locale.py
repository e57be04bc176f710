"""Both catalogues are complete, compiled, and fill the same places."""

from __future__ import annotations

import gettext
import string

import pytest

from kpi.locale import FOLDER, LANGUAGES, catalogue, text, translate
from kpi.problems import say

TEMPLATES = catalogue.sentences()


def places(template: str) -> set[str | None]:
    """The {placeholders} of a template."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language: str) -> None:
    translations = catalogue.read(language)
    missing = [template for template in TEMPLATES if not translations.get(template)]
    assert missing == [], "translate them in kpi/locale, then run `make messages`"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_catalogue_keeps_what_is_no_longer_said(language: str) -> None:
    assert set(catalogue.read(language)) - set(TEMPLATES) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_that_of_the_po_file(language: str) -> None:
    compiled = gettext.translation("kpi", FOLDER, [language])
    written = {template: string for template, string in catalogue.read(language).items() if string}
    assert {template: compiled.gettext(template) for template in written} == written


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_fill_the_same_places(language: str) -> None:
    translations = catalogue.read(language)
    wrong = [template for template, said in translations.items() if said and places(said) != places(template)]
    assert wrong == []


def test_messages_within_messages_are_translated_too() -> None:
    inner = say("error")
    assert translate(say("{item}: {reason}", item=("甲", "乙"), reason=inner), "en") == "甲, 乙: error"
    assert translate(say("{item}: {reason}", item=("甲", "乙"), reason=inner), "zh").startswith("甲、乙")
    assert str(say("{item}.", item=("甲", "乙"))) == "甲, 乙."
    assert text("not in any catalogue", "zh") == "not in any catalogue"
    assert text("", "zh") == ""
