"""Documents that nobody wrote: generated ones come back whole, in order, and harmless."""

from hypothesis import given, settings
from hypothesis import strategies as st

from documents import Refused, sanitise
from documents.encoding import decode, repair

from .reading import html_of, read, reference_html
from .test_assembly import written
from .test_blocks import structure
from .test_sanitizer import HOSTILE, unsafe

PARTS = [
    "# T",
    "## A",
    "## A",
    "## 1. One",
    "## 2. Two {#two}",
    "### **1.1 Bold**",
    "#### `x` & <y>",
    "##",
    "Setext\n---",
    "Top\n===",
    "text\nwith a break  \nand *more*",
    "- a\n  - b\n\n    c",
    "- **1.1.1** Item**\n- **1.1.2** Item\n\n  text\n\n  ```\n  code\n  ```",
    "1. one\n2. two",
    "```js\n# no\n```",
    "    code\n\n    more",
    "> quote\n> # no",
    "| a | b |\n|---|:-:|\n| 1 | 2 |",
    "<div>\n\n**x**\n\n</div>",
    "<!-- c\n# no\n-->",
    "[r]: /x\n[r] [^n]",
    "[^n]: note\n\n    more",
    "!!! note\n    x",
    "Term\n: def",
    "---",
    "\ttabbed",
    "",
]
TEXTS = st.lists(st.sampled_from(PARTS), max_size=9).map("\n\n".join)
CLOSE = st.lists(st.sampled_from(PARTS), max_size=9).map("\n".join)


@given(st.one_of(TEXTS, CLOSE), st.booleans())
@settings(max_examples=300, derandomize=True)
def test_any_document_comes_back_whole_and_stays(text: str, outline: bool) -> None:
    document = read(f"---\nkind: outline\n---\n{text}" if outline else text)
    once = written(document)
    again = read(once)
    assert written(again) == once
    assert [(s.parent, s.anchor, s.number, s.title, s.markdown) for s in document.sections] == [
        (s.parent, s.anchor, s.number, s.title, s.markdown) for s in again.sections
    ]


MARKS = st.sampled_from(["", "", "  ", "   ", "> ", "- ", "* ", "1. ", "2. ", "  - ", "    "])
LINE_TEXTS = st.sampled_from(["a", "b c", "# h", "## h #", "```", "~~~", "===", "    c", "`d`"])
# A marker alone, and tables next to lists, are left to the cases above: there the reference has
# quirks of its own.
LINES = st.one_of(
    st.just(""),
    st.builds(lambda marks, text: "".join(marks) + text, st.lists(MARKS, max_size=2), LINE_TEXTS),
)


@given(st.lists(LINES, max_size=7).map("\n".join))
@settings(max_examples=300, derandomize=True)
def test_random_structure_is_that_of_the_reference(text: str) -> None:
    assert structure(html_of(text)) == structure(reference_html(text))


@given(st.text())
def test_text_that_fails_the_round_trip_is_unchanged(text: str) -> None:
    repaired, how = repair(text)
    if how is None:
        assert repaired == text
    else:
        assert len({character for character in repaired if ord(character) > 127}) >= 3


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\x00\ufeff")))
def test_good_text_is_never_taken_for_damaged_unless_it_survives_the_way_back(text: str) -> None:
    repaired, how = repair(text)
    if how == "Mac Roman":
        assert repaired.encode().decode("mac_roman") == text


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        text = decode(data).text
    except Refused as refused:
        assert refused.reason
    else:
        assert "\x00" not in text
        text.encode()


@given(st.lists(st.sampled_from([*HOSTILE, "<b>", "</b>", "<!--", "-->", "<p ", "'", '"', ">"])))
def test_hostile_parts_stay_harmless_together(parts: list[str]) -> None:
    html = sanitise("".join(parts))
    assert unsafe(html) == []
    assert sanitise(html) == html
