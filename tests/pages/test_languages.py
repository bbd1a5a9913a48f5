"""English and, as proof that strings are translatable, German."""

import ast
import gettext
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from django.utils.translation.template import templatize

from tests.pages.html import part, text_of, words

ROOMS = ("accounts", "api", "curating", "importer", "jobs", "kb", "learning", "search", "topics")
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


TEXT = r"""(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
MARKED = re.compile(rf"\b(?:gettext|ngettext|_)\(u?({TEXT})")


def of_template(path: Path) -> set[str]:
    text = templatize(path.read_text())
    return {ast.literal_eval(literal) for literal in MARKED.findall(text)}


def of_module(path: Path) -> set[str]:
    names = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}
    return {
        node.args[0].value
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in names
        and isinstance(node.args[0], ast.Constant)
    }


def test_the_catalogue_holds_every_message_of_the_sources_and_no_other() -> None:
    base = Path(settings.BASE_DIR)
    files = (base / "templates").rglob("*.*")
    templates = [path for path in files if path.suffix in (".html", ".txt", ".xml")]
    modules = [p for room in ROOMS for p in (base / room).rglob("*.py")]
    wanted = set().union(*map(of_template, templates), *map(of_module, modules))
    known = set(catalogue())
    assert sorted(wanted - known) == []
    assert sorted(known - wanted) == []
    assert "fuzzy" not in (FOLDER / "django.po").read_text()


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
    assert words("<" + part(response, '<div class="meta"', "</div>")) == "Artikel Einstieg 1 Minute"
    assert '<article class="prose kind-article" lang="en">' in page


@pytest.mark.django_db
def test_a_page_in_one_language_is_not_kept_for_another(
    client: Client, library: None, keeping: object
) -> None:
    with translation.override("de"):
        german = text_of(client.get("/topics/", headers={"Accept-Language": "de"}))
    english = text_of(client.get("/topics/", headers={"Accept-Language": "en"}))
    assert "Alle Themen" in german
    assert "Alle Themen" not in english


@pytest.mark.django_db
def test_a_reader_chooses_a_language_and_keeps_it(
    client: Client, library: None, keeping: object
) -> None:
    own = {"Sec-Fetch-Site": "same-origin"}
    for code, greeting in (("de", "Alle Themen"), ("en", "All topics"), ("de", "Alle Themen")):
        chosen = {"language": code, "next": "/topics/?kind=article"}
        answer = client.post("/language/", chosen, headers=own)
        assert (answer.status_code, answer["Location"]) == (302, "/topics/?kind=article")
        page = client.get("/topics/", headers={"Accept-Language": "en"})
        assert f"<h1>{greeting}</h1>" in text_of(page)
        assert page["Cache-Control"] == "no-cache"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("headers", "chosen", "status", "location"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, {"language": "de"}, 400, None),
        ({}, {"language": "de"}, 400, None),
        ({"Sec-Fetch-Site": "same-origin"}, {"language": "xx", "next": "/"}, 302, "/"),
        ({"Sec-Fetch-Site": "same-origin"}, {"language": "de", "next": "//evil.org"}, 302, "/"),
        ({"Sec-Fetch-Site": "same-origin"}, {"next": "/topics/"}, 302, "/topics/"),
    ],
)
def test_only_our_own_pages_choose_and_lead_nowhere_else(
    client: Client, headers: dict, chosen: dict, status: int, location: str | None
) -> None:
    answer = client.post("/language/", chosen, headers=headers)
    assert (answer.status_code, answer.get("Location")) == (status, location)
    if status == 400:
        assert "django_language" not in answer.cookies


@pytest.mark.django_db
def test_a_page_offers_the_other_languages_by_their_own_names(client: Client) -> None:
    foot = part(client.get("/"), '<form class="languages"', "</form>")
    assert words("<" + foot) == "Deutsch"
    assert client.get("/language/").status_code == 405
