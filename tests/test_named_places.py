"""The places where upper rooms register: docs/architecture.md lists them, and no others."""

import re
from importlib import import_module
from pathlib import Path

import pytest

from registry import Registry

ROOT = Path(__file__).resolve().parent.parent
TABLE = (ROOT / "docs" / "architecture.md").read_text().partition("## Named places")[2]
LISTED = re.findall(r"^\| `([a-z_.]+\.[A-Z]+)` \|", TABLE, re.MULTILINE)


def places() -> set[str]:
    """The modules' own registries, as they are imported from them."""
    found = set()
    for file in ROOT.glob("[a-z]*/**/*.py"):
        if file.is_relative_to(ROOT / "tests"):
            continue
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for name in re.findall(r"^([A-Z]+): Registry\[", file.read_text(), re.MULTILINE):
            found.add(f"{module}.{name}")
    return found


def test_the_list_is_whole() -> None:
    assert places() == set(LISTED)


@pytest.mark.parametrize("name", LISTED)
def test_an_error_of_a_place_says_where_it_is(name: str) -> None:
    module, _, attribute = name.rpartition(".")
    place = getattr(import_module(module), attribute)
    assert isinstance(place, Registry)
    assert place.name == name


def test_a_key_is_taken_once() -> None:
    place: Registry[object] = Registry("here.PLACES")
    entry = object()
    place.register("a", entry)
    place.register("a", entry)
    with pytest.raises(ValueError, match=r"^here\.PLACES: 'a' is registered already\.$"):
        place.register("a", object())
    assert list(place) == [entry]


@pytest.mark.parametrize(
    ("folder", "above"),
    [
        ("topics", "search|accounts?|mfa|learning|curating|api|admin"),
        ("search", "accounts?|mfa|learning|curating|api|admin"),
        ("learning", "curating|api|admin"),
        ("curating", "learning|api"),
    ],
)
def test_templates_include_nothing_of_an_upper_room(folder: str, above: str) -> None:
    includes = rf"""\{{%\s*(?:(?:include|extends|personal)\s+["'](?:{above})/"""
    includes += rf"""|load\s[^%]*\b(?:{above})_tags\b)"""
    files = (ROOT / "templates" / folder).rglob("*.html")
    assert [file.name for file in files if re.search(includes, file.read_text())] == []
