"""The style sheet: its size, its contrast in both themes, and what it must not hold."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings

SHEETS = Path(settings.BASE_DIR) / "static" / "css"
CSS = "\n".join((SHEETS / f"{name}.css").read_text() for name in ("app", "library"))
TOKENS = dict(re.findall(r"--([\w-]+): light-dark\((#\w{6}, #\w{6})\)", CSS))
FONTS = ["../fonts/text.woff2", "../fonts/dyslexic.woff2", "../fonts/emoji.woff2"]
CHOSEN = "dyslexic"  # fetched only by those who ask for it, and unchanged as its licence wants
GROUNDS = ("paper", "paper-2")
TEXT = ("ink", "ink-2", "accent", "ok", "warn", "bad", *(f"hue-{n}" for n in range(1, 7)))
CODE = [name for name in TOKENS if name.startswith("code-")]


def luminance(colour: str) -> float:
    """WCAG 2.2's relative luminance."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str, theme: int) -> float:
    light, dark = (luminance(TOKENS[name].split(", ")[theme]) for name in (one, other))
    return (max(light, dark) + 0.05) / (min(light, dark) + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("name", [*TEXT, *CODE])
def test_text_and_code_have_contrast(name: str, ground: str, theme: int) -> None:
    assert contrast(name, ground, theme) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("name", "ground", "least"),
    [
        ("on-accent", "accent", 4.5),
        ("accent", "accent-wash", 4.5),
        *((f"hue-{n}", f"wash-{n}", 4.5) for n in range(1, 7)),
        ("ink", "mark", 4.5),
        ("ink", "paper-3", 4.5),
        ("line-2", "paper", 3),
        ("line-2", "paper-2", 3),
    ],
)
def test_pairs_have_contrast(name: str, ground: str, least: float, theme: int) -> None:
    assert contrast(name, ground, theme) >= least


def test_the_sheets_are_small() -> None:
    sizes = [len(gzip.compress((SHEETS / f"{n}.css").read_bytes())) for n in ("app", "library")]
    assert sizes[0] <= 12 * 1024
    assert sum(sizes) <= 16 * 1024


def test_the_scripts_of_an_article_are_small() -> None:
    scripts = Path(settings.BASE_DIR) / "static" / "js"
    sizes = [
        len(gzip.compress((scripts / f"{name}.js").read_bytes()))
        for name in ("theme", "app", "reading")
    ]
    assert sum(sizes) <= 12 * 1024


def test_the_letters_are_small_and_bring_their_licence() -> None:
    fonts = Path(settings.BASE_DIR) / "static" / "fonts"
    for font in FONTS:
        file = fonts / Path(font).name
        assert file.stat().st_size <= (120 if file.stem == CHOSEN else 32) * 1024
        assert "SIL Open Font License" in file.with_suffix(".OFL.txt").read_text()


def test_nothing_depends_on_the_direction_of_writing() -> None:
    physical = re.findall(
        r"[\s;{](?:margin|padding|border)-(?:left|right)\b|[\s;{](?:left|right)\s*:", CSS
    )
    assert physical == []


def test_nothing_is_fetched_from_elsewhere() -> None:
    addresses = re.findall(r"url\(\"?([^)\"]{1,40})", CSS)
    assert [a for a in addresses if not a.startswith("data:")] == FONTS


def test_every_class_of_the_highlighter_has_a_readable_colour() -> None:
    """Tokens without a rule of their own are as dark as the text; those with one use a token."""
    rules = CSS.partition("/* Listings in colour. */")[2].partition("/* The documents are English")[
        0
    ]
    used = set(re.findall(r"color: var\(--([\w-]+)\)", rules))
    assert used == {*CODE, "bad"}
    assert re.findall(r"#\w{3,6}", rules) == []
