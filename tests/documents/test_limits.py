"""Files that are too much, and files made to break something."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents import Document, Refused, parse, sanitise
from documents.sanitizer import sanitise_inline

from .reading import read
from .test_sanitizer import unsafe


@pytest.mark.parametrize(
    ("data", "reason", "line"),
    [
        (b"x" * (5 * 1024 * 1024 + 1), "is 5.0 MB; the limit is 5.0 MB", None),
        (b"a\n" + b"x" * 500_001, "the line has more than 500,000 characters", 2),
        (b"# h\n" * 100_000, "has more than 20,000 headings", 20_001),
        (b"\n" + b"> " * 500 + b"x", "nested more than 100 levels deep", 2),
        (b"- " * 500 + b"x", "nested more than 100 levels deep", 1),
    ],
)
def test_too_much_is_refused(data: bytes, reason: str, line: int | None) -> None:
    with pytest.raises(Refused) as caught:
        parse(data, path="x.md")
    assert (caught.value.reason, caught.value.line) == (reason, line)


# Each of these takes a backtracking pattern minutes. They run in the time of their length here.
TRAPS = {
    "heading": "# a" + " " * 200_000 + "b",
    "heading marks": "# " + "# " * 100_000 + "b",
    "pin": "# a {#" + "{#" * 100_000,
    "rule": "_ " * 50 + " " * 100_000 + "x",
    "table row": "a | b\n" + "-|" * 50_000 + " " * 100_000 + "x",
    "table bars": "a\n" + " " * 100_000 + "-|x",
    "html": "<a " + "b=c " * 50_000,
    "html spaces": "<a" + " " * 200_000 + "!",
    "reference": "[" + "a" * 200_000 + "]:",
    "reference title": "[a]: b " + '"' + " " * 200_000,
    "url": "see http://a.b" + ")" * 100_000 + "x",
    "mail": "a." * 100_000,
    "glued item": "x" + " -" * 100_000,
    "strike": "~~a" * 20_000,
    "front matter": "---\na: b\n" + "--- x\n" * 50_000,
    "keycaps": "## " + "1\ufe0f\u20e3" * 30_000 + " x",
    "spaces": (" " * 1_000 + "\n") * 400,
    "maths": "$a" * 50_000,
    "raw names": "<a " + "x" * 200_000 + " id",
    "brackets": "[" * 20_000,
    "image brackets": "![" * 10_000,
    "open links": "[a](" * 10_000,
    "nested brackets": "[a" * 5_000 + "]" * 5_000,
    "stars": "*" * 50_000,
    "open emphasis": "**a *" * 20_000,
    "nested emphasis": "*a " * 10_000 + "b*" * 10_000,
    "backticks": "`" * 50_000,
    "runs of backticks": "".join("e" + "`" * count for count in range(1, 900)),
    "entities": "&" * 100_000,
    "open tags": "<" * 100_000,
    "open comments": "<!--" * 50_000,
    "tall table": "|a|b|\n|-|-|\n" + "|1|2|\n" * 50_000,
    "table of short rows": "|a" * 1_000 + "|\n" + "|-" * 1_000 + "|\n" + "|\n" * 5_000,
    "maths in items": "- $$a\n" * 20_000,
    "terms": "a\n: b\n" * 20_000,
    "boxes": "!!! note\n" * 20_000,
    "references": "".join(f"[a{number}]: /b\n" for number in range(50_000)),
    "footnotes": "".join(f"[^{n}]: [^{n + 1}]\n" for n in range(10_000)) + "[^0]",
    "nested images": "![" * 99 + "a" + "](b)" * 99,
    "blank lines": "\n" * 1_000_000,
    "long lines": ("a " * 249_000 + "\n") * 10,
}


@pytest.mark.parametrize("name", TRAPS)
def test_no_pattern_is_a_trap(name: str) -> None:
    assert isinstance(read(TRAPS[name]), Document)


def test_a_section_of_any_length_is_one_section() -> None:
    document = read("# T\n\n" + "word and word\n" * 30_000)
    assert (len(document.sections), document.sections[0].words) == (1, 90_000)


MARKUP = (
    "# |- |> |```|~~~|<div>|</div>|<!--|-->|<script>|<b onclick=x>|[a](javascript:x)|![|](|[^1]"
    "|[^1]: |*|**|_|`|~~|$|  |\n|\n\n|    |\t|1. |1.1.1 |**1.2** |---\n|a: b\n|: x|!!! note|\\|"
    "&lt;|&#0;|\x00|\ufffe|\u202e|https://a.b|<a@b.c>"
)
PIECES = st.one_of(st.text(max_size=20), st.sampled_from(MARKUP.split("|")))


@given(st.lists(PIECES, max_size=25).map("".join))
@settings(max_examples=400, deadline=None)
def test_any_text_is_parsed_or_refused_and_safe(text: str) -> None:
    try:
        document = parse(text.encode("utf-8", "surrogatepass"), path="x.md")
    except Refused as refused:
        assert refused.reason
        return
    anchors = [section.anchor for section in document.sections]
    assert len(set(anchors)) == len(anchors)
    assert document.title
    for index, section in enumerate(document.sections):
        assert (section.parent is None) == (index == 0)
        assert section.parent is None or section.parent < index
        assert unsafe(section.html + section.title_html) == []
        assert sanitise_inline(section.title_html) == section.title_html
        assert sanitise(section.html) == section.html
        assert not re.search("[\x00-\x08\ud800-\udfff]", section.markdown + section.text)
