"""English and, as proof that strings are translatable, German."""

import gettext
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from tests.pages.html import part, text_of, words
from topics.caching import memory

FOLDER = Path(settings.BASE_DIR) / "locale" / "de" / "LC_MESSAGES"
PLACES = re.compile(r"%\(\w+\)[sd]|\{\}")


def catalogue() -> dict[str, list[str]]:
    """Each message of the catalogue as written, with its translations."""
    messages = {}
    for block in (FOLDER / "django.po").read_text().split("\n\n")[1:]:
        texts = {}
        for key, lines in re.findall(r'^(msg\S+) ((?:".*"\n?)+)', block, re.MULTILINE):
            text = "".join(re.findall(r'^"(.*)"$', lines, re.MULTILINE))
            texts[key] = text.replace('\\"', '"').replace("\\n", "\n")
        found = [text for key, text in texts.items() if key.startswith("msgstr")]
        messages[texts["msgid"]] = found
    return messages


def test_every_message_is_translated_with_its_places() -> None:
    messages = catalogue()
    assert len(messages) > 150
    for message, found in messages.items():
        assert found and all(found), message
        for text in found:
            assert sorted(PLACES.findall(text)) == sorted(PLACES.findall(message)), message


def test_the_compiled_catalogue_is_that_of_the_source() -> None:
    with (FOLDER / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message, found in catalogue().items():
        if len(found) == 1:
            assert compiled.gettext(message) == found[0]
        else:
            assert compiled.ngettext(message, "", 1) == found[0]
            assert compiled.ngettext(message, "", 2) == found[1]


@pytest.mark.django_db
def test_a_page_speaks_german_and_marks_the_text_as_english(client: Client, library: None) -> None:
    with translation.override("de"):
        response = client.get("/topics/lib/data/sql/", headers={"Accept-Language": "de"})
    page = text_of(response)
    assert '<html lang="de">' in page
    assert "Zum Text springen" in page
    assert words("<" + part(response, '<div class="meta"', "</div>")) == "1 Minute Einstieg Artikel"
    assert '<article class="prose kind-article" lang="en">' in page


@pytest.mark.django_db
def test_a_page_in_one_language_is_not_kept_for_another(
    client: Client, library: None, settings
) -> None:
    settings.KB_PAGE_MEMORY_MB = 1
    memory.clear()
    with translation.override("de"):
        german = text_of(client.get("/topics/", headers={"Accept-Language": "de"}))
    english = text_of(client.get("/topics/", headers={"Accept-Language": "en"}))
    memory.clear()
    assert "Alle Themen" in german
    assert "Alle Themen" not in english
