"""Block structure: the reference decides, for a table of cases and for random compositions."""

import re

import pytest

from documents import Refused
from documents.markdown import parse_blocks

from .reading import html_of, read, reference_html

STRUCTURE = re.compile(r"<(/?(?:h[1-6]|li|[ou]l|table|t[rhd]|pre|blockquote|hr|p))\b")


def structure(html: str) -> list[str]:
    return STRUCTURE.findall(html)


@pytest.mark.parametrize(
    "text",
    [
        "# A\n## B ##\n###### C #\n####### no\n#no\n#\n",
        "A\n===\nB\nb\n---\n\n---\n",
        "- a\n---\n> b\n---\n",
        "text\n- list at once\n- two\n",
        "text\n2. no list\n",
        "text\n1. a list\n",
        "- a\n  - b\n    - c\n      - d\n- e\n",
        "- a\n    - b\n        - c\n",
        "1. a\n   - b\n2. c\n  - d\n",
        "- a\n\n- b\n  - c\n",
        "- a\n  - b\n\n    c\n- d\n",
        "- a\n\n  para\n\n      code\n- b\n",
        "- a\n+ b\n* c\n1. d\n1) e\n",
        "3. three\n4. four\n",
        "- a\n  ```js\n  x\n\n  y\n  ```\n- b\n",
        "- a\n    ```\n    x\n    ```\n",
        "1. a\n   > quote\n   > more\n\n   after\n",
        "> a\nlazy\n> - b\n> - c\n\nout\n",
        "> ```\n> code\nnot code\n",
        "> a\n\n> b\n",
        "```\n# no heading\n```\n# heading\n",
        "~~~ js\n```\n~~~\n````\n```\n````\n",
        "```\nnever ends\n# no heading",
        "    # code\n\n    more\n\ntext\n    lazy\n",
        "<!--\n# no\n\n- no\n-->\n# yes\n",
        "<div>\n\n# yes\n\n</div>\n\ntext <b>bold</b>\n",
        "| a | b |\n|---|:-:|\n| `x \\| y` | **z** |\n| 1 |\n| 1 | 2 | 3 |\n\nafter\n",
        "text\n| a |\n|---|\n| b |\n",
        "a | b\n--|--\nc | d\n# h\n",
        "| a | b |\n|---|\n",
        "[a]: b\n: c\n",
        "[a]: /x\n[b]: <y z> 'title'\ntext [a] and [b][]\n",
        "* * *\n- - -\n___\n",
        "-\n- a\n-\n\n- b\n",
        "\t- a\n\n-\tb\n\t- c\n",
        "- a\n\n\n\n- b\n\n\n  c\n",
    ],
)
def test_structure_is_that_of_the_reference(text: str) -> None:
    assert structure(html_of(text)) == structure(reference_html(text))


def test_every_block_knows_its_lines() -> None:
    lines = ["# A", "", "text", "- item", "", "  ```", "  code", "  ```", "", "B", "==="]
    tokens = parse_blocks(lines).tokens
    assert [(t.type, t.map) for t in tokens if t.map and t.type != "inline"] == [
        ("heading_open", [0, 1]),
        ("paragraph_open", [2, 3]),
        ("bullet_list_open", [3, 9]),
        ("list_item_open", [3, 9]),
        ("paragraph_open", [3, 4]),
        ("fence", [5, 8]),
        ("heading_open", [9, 11]),
    ]


@pytest.mark.parametrize("text", ["```js\nnever ends", "<div>\nnever ends", "    code"])
def test_the_last_line_s_end_is_no_line(text: str) -> None:
    assert read(f"{text}\n").sections[0].html == read(text).sections[0].html


@pytest.mark.parametrize("mark", ["> ", "- ", "1. "])
def test_nesting_beyond_the_limit_is_refused_with_its_line(mark: str) -> None:
    with pytest.raises(Refused) as caught:
        parse_blocks(["text", "", mark * 500 + "deep"])
    assert caught.value.reason == "nested more than 100 levels deep"
    assert caught.value.line == 3


def test_what_never_ends_is_noticed() -> None:
    fence, comment = read("# A\n\n```js\ncode"), read("<!-- a\n\nb")
    assert [(notice.line, notice.message) for notice in fence.notices] == [
        (3, "a code fence never ends")
    ]
    assert [(notice.line, notice.message) for notice in comment.notices] == [
        (1, "an HTML block or comment never ends")
    ]
