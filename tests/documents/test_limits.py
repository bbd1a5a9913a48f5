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
    "schemes": "://" * 100_000,
    "mail schemes": "mailto:a" * 60_000,
    "containers": ":::tip a\n" * 20_000,
    "closing colons": ":::a\n" * 20_000 + ":::\n" * 90,
    "containers in containers": ":::tip\n" * 90 + "a\n" * 5_000 + ":::\n" * 90,
    "slash blocks": "/// note\n" * 20_000,
    "tabs": '=== "a"\n    b\n' * 10_000,
    "tabs by headings": "# [a](#tab/b)\n" * 20_000,
    "tabs of each rank": "".join(f"{'#' * (n % 6 + 1)} [a](#tab/b)\n" for n in range(10_000)),
    "directives": "```{note}\na\n```\n" * 20_000,
    "open roles": "{ref}`a " * 20_000,
    "notes on a line": "{{< note >}}a\n" * 20_000,
    "notes on a line that end": ("{{< note >}}a\n" * 200 + "{{< /note >}}\n") * 50,
    "long folds": "+++ a\n" * 20_000,
    "long quotes": ">>>\n\n" * 20_000,
    "docsify tabs": "<!-- tabs:start -->\n" * 20_000,
    "listings": "".join(f"[source]\n{'-' * (n % 900 + 4)}\n" for n in range(10_000)),
    "drawn tables": "+---+\n| a\n" * 20_000,
    "columns": "a\n-- --\n" * 20_000,
    "verse": "a\n\n" + "| a\n" * 20_000 + "x",
    "examples": "(@a) b\n" * 20_000,
    "spans": "[a]{.b " * 20_000,
    "notes in the text": "^[a" * 50_000,
    "open formulas": "\\begin{align}\n" * 20_000,
    "round formulas": "\\\\(a" * 20_000,
    "open remarks": "{::comment}\n" * 20_000,
    "hidden lines": "%%\na\n" * 20_000,
    "slide heads": "---\na: b\n" * 20_000,
    "wide stars": "**，" * 20_000,
    "folds": "<details>\n\n" * 10_000 + "# a\n\n" + "</details>\n\n" * 10_000,
    "open folds": "<details>\n\n# a\n\n" * 5_000,
    "shortcodes": "{{< note >}}\n" * 20_000,
    "closing shortcodes": "{{< a >}}\n" * 10_000 + "{{< /note >}}\n" * 10_000,
    "open shortcode": "{{< " + 'a="b ' * 20_000,
    "open shortcodes": "{{< a " * 20_000,
    "liquid": "{% note %}\n" * 20_000,
    "comments": "{% comment %}\n" * 10_000,
    "open liquid": "{% a " * 20_000,
    "values": "{{ a " * 20_000,
    "components": "<Tip>\n" * 20_000,
    "named components": "".join(f"<A{n} b='c'>\n" for n in range(9_999)) + "<Z>\n</Z>\n" * 5_000,
    "open component": "<A " + "b={{" * 10_000,
    "components in a line": "<A b='c'>" * 5_000 + "</A>" * 5_000,
    "attributes": "[a](b){ .c " * 10_000,
    "attribute lines": "{: .note }\n" * 20_000,
    "callouts": "> [!tip]- a\n\n" * 10_000,
    "wiki links": "[[a" * 20_000,
    "embeds": "![[a]] " * 10_000,
    "wiki comments": "%% a " * 20_000,
    "short names": ":a" * 50_000,
    "icons": ":material-a:{ " * 10_000,
    "marked": "==a " * 20_000,
    "keys": "++a+b" * 20_000,
    "changes": "{~~a~>" * 10_000,
    "frames": "<iframe src=a>" * 5_000,
    "films": "<video src=a> " * 5_000,
    "pictures": "<picture><source>" * 5_000,
    "sizes": "![a](b =1" * 10_000,
    "abbreviations": "".join(f"*[a{n}]: b\n" for n in range(5_000)) + "a1 " * 20_000,
    "snippets": '--8<-- "a"\n' * 10_000,
    "addresses": "\u8be6https://a" * 10_000,
    "directions": "\u05d0\n\n" * 10_000,
    "fence marks": "```a {" + "1-9999," * 5_000 + "}\nb\n```\n",
    "code marks": "```a\n" + "b // [!code ++:9999]\n" * 10_000 + "```\n",
    "markdown in html": "<div markdown>\n" * 10_000,
    "tags without code": "```\n{% endraw %}\n" + "{% raw %}\n" * 50_000 + "```\n",
    "closed headings": "## a" + " #" * 50_000 + " " * 100_000 + "b {#x}\n",
    "fences of MDX": "```mdx-code-block\n" * 20_000,
    "hidden texts": "{{< comment >}}" * 10_000,
    "links around texts": "{{< button relref=a >}}x " * 5_000,
    "parts of cards": "```{card} a\n" + "^^^\n" * 20_000 + "```\n",
    "contents": "* TOC\n{:toc}\n\n" * 2_000,
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
DIALECTS = [
    ":::tip a",
    "\n:::\n",
    "/// note\n",
    "///\n",
    "???+ tip\n    ",
    '=== "a"\n    ',
    "{{< note >}}\n",
    "{{% /note %}}\n",
    "{% note %}\n",
    "{% endnote %}\n",
    "{{ a }}",
    "<Tip>\n",
    "</Tip>\n",
    "<A b='",
    "{: .note }\n",
    "{ #a onclick=x }",
    "> [!x]- ",
    "[[a#b|c]]",
    "![[a.png|9x9]]",
    ":tada:",
    "==a==",
    "<iframe src='javascript:x' title='<b'>",
    "</iframe>",
    "<video src=x>",
    "![a](b =9x9)",
    '--8<-- "a"',
    '*[a]: "<b>"\n',
    "{++a++}",
    "<details>\n\n",
    "</details>\n",
    "```js {1} title='<x>'\n",
    "<picture><source media='(prefers-color-scheme: dark)' srcset='javascript:x'><img></picture>",
    "\u05d0",
    "\u8be6https://a.b\uff0c",
    '<img src="x#only-dark" style="width:9px" onerror=x>',
]
PIECES = st.one_of(st.text(max_size=20), st.sampled_from([*MARKUP.split("|"), *DIALECTS]))


@given(st.lists(PIECES, max_size=25).map("".join))
@settings(max_examples=400)
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
