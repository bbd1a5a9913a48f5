"""The examples of CommonMark and of GFM's extensions, and why some are shown differently here."""

import json
import re
from pathlib import Path

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options

from documents import sanitise

from .reading import html_of

SPEC = Path(__file__).parent / "spec"
COMMONMARK = json.loads((SPEC / "commonmark-0.31.2.json").read_text())
GFM = json.loads((SPEC / "gfm-extensions-0.29.json").read_text())

WIKI = "a name between two brackets is a link to a page of that name"
UNKNOWN = "an element that HTML does not know is text"
OPEN = "an element that would hide what follows is text"
BARE = "a bare address is a link, as in GFM"
QUOTED = "an address right behind a quote is left alone, and ftp is no scheme that we link"
TILDE = "one tilde does not strike through: `~5 ms` is common"
NOTES = "footnotes have no links back, and one that nothing refers to is shown"
LEFT_OPEN = "no blank stands between blocks, and so a tag left open is opened again elsewhere"
NO_TEXT = "a link without a text shows what it leads to, or nobody could follow it"
LINE_END = "an element left open holds the end of its line as well"

COMMONMARK_DIFFERS = {
    21: LINE_END,
    31: LINE_END,
    150: LINE_END,
    163: UNKNOWN,
    173: OPEN,
    201: UNKNOWN,
    484: NO_TEXT,
    491: UNKNOWN,
    524: UNKNOWN,
    536: UNKNOWN,
    606: BARE,
    608: BARE,
    611: BARE,
    612: BARE,
    590: WIKI,
    613: UNKNOWN,
    614: UNKNOWN,
    623: UNKNOWN,
}
GFM_DIFFERS = {
    "spec 628": QUOTED,
    "spec 653": LEFT_OPEN,
    "extensions 17": TILDE,
    "extensions 18": TILDE,
    "extensions 19": QUOTED,
    "extensions 23": NOTES,
}

_BLOCKS = (
    "article|blockquote|br|dd|details|div|dl|dt|h[1-6]|hr|li|ol|p|pre|summary|table|tbody|td|tfoot|"
    "th|thead|tr|ul"
)
_AROUND = re.compile(rf"\s*(</?(?:{_BLOCKS})\b[^>]*>)\s*")


def normal(html: str) -> str:
    """HTML to the letter, but for the blanks beside blocks, of which ours has none, and for our own
    wrappers of tables, boxes and code."""
    parts = []
    for index, part in enumerate(re.split(r"(<pre.*?</pre>)", html, flags=re.DOTALL)):
        if index % 2:
            part = re.sub(r"</?span[^>]*>", "", part)
            parts.append(re.sub(r"<pre[^>]*>", "<pre>", part))
            continue
        part = re.sub(r"<div class=\"table\" tabindex=\"0\">(.*?)</div>", r"\1", part, flags=re.S)
        part = re.sub(r'<span class="task-mark"[^>]*>(.)</span>', r"\1", part)
        part = re.sub(r'<li class="task[^>]*>', "<li>", part)
        parts.append(_AROUND.sub(r"\1", part))
    return "".join(parts).strip()


def by_cmark(text: str) -> str:
    """What cmark-gfm shows, with our box characters and classes for tasks and alignment."""
    options = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
    html = cmarkgfm.github_flavored_markdown_to_html(text, options)
    html = re.sub(r"<input type=\"checkbox\" checked=[^>]*>", "\u2611", html)
    html = re.sub(r"<input type=\"checkbox\"[^>]*>", "\u2610", html)
    return re.sub(r' align="(\w+)"', r' class="align-\1"', html)


def test_commonmark_s_examples_are_shown_as_specified() -> None:
    differing = {
        example["example"]
        for example in COMMONMARK
        if normal(html_of(example["markdown"])) != normal(sanitise(example["html"].rstrip("\n")))
    }
    assert differing == set(COMMONMARK_DIFFERS)


def test_examples_of_gfm_s_extensions_are_shown_as_by_cmark() -> None:
    differing = {
        example["example"]
        for example in GFM
        if normal(html_of(example["markdown"]))
        != normal(sanitise(by_cmark(example["markdown"]).rstrip("\n")))
    }
    assert differing == set(GFM_DIFFERS)


def test_few_examples_are_shown_differently() -> None:
    assert len(COMMONMARK) == 652
    assert len(COMMONMARK) - len(COMMONMARK_DIFFERS) >= 630


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**Note (*):** x", "<p><strong>Note (*):</strong> x</p>"),
        ("**/api/*/x**", "<p><strong>/api/*/x</strong></p>"),
        ("**a*b**", "<p><strong>a*b</strong></p>"),
        ("*(a)*b and *(a)* b", "<p>*(a)*b and <em>(a)</em> b</p>"),
        ("[a](b c)", "<p>[a](b c)</p>"),
        ("[a](<b c>)", '<p><a href="b%20c">a</a></p>'),
        ("[a](ü%20\\b?q=ä#ö)", '<p><a href="%C3%BC%20%5Cb?q=%C3%A4#%C3%B6">a</a></p>'),
        ("[a](http://[::1]:80/[b])", '<p><a href="http://[::1]:80/%5Bb%5D">a</a></p>'),
        ("first_last_name@example.org", None),
        ("a_b@example.org and _c_", None),
        ("https://example.org/a_b_c and *d*", None),
        ("mailto:a@example.org", None),
        ("[a@example.org](b) c@example.org", None),
        ("<a href='b'>c@example.org</a>", '<p><a href="b">c@example.org</a></p>'),
        ("`a@example.org`", None),
        ("[a $x_1](b) and $y_1", '<p><a href="b">a $x_1</a> and $y_1</p>'),
    ],
)
def test_ordinary_text_is_shown_as_commonmark_and_gfm_say(text: str, html: str | None) -> None:
    if html is not None:
        assert html_of(text) == html
        return
    assert normal(html_of(text)) == normal(sanitise(by_cmark(text).rstrip("\n")))
