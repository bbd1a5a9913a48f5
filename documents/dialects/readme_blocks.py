"""Blocks of ReadMe: `[block:callout]` with JSON up to `[/block]`, quotes that begin with a sign
(`> 📘 Title`), and links to pages by name (`doc:name`)."""

import csv
import json
import re
from io import StringIO
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from documents import boxes

from . import directives, tags
from .dialect import INTERRUPTING, Dialect, Env, signs
from .pairs import next_line

_OPENER = re.compile(r"\[block:([a-z-]{1,30})\][ \t]*")
_END = re.compile(r"\[/block\]")
_LINK = re.compile(r"(\]\([ \t]*<?)(?:doc|ref|blog|page):(?=[\w-])")
_SIGNED = re.compile(
    "(\U0001f4d8|\U0001f6a7|\u2757|\U0001f44d|\u26a0|\u2139)\ufe0f?[ \\t]+([^\\n]+)(?:\\n|\\Z)"
)
_KINDS = {"\U0001f4d8": "info", "\U0001f6a7": "warning", "\u2757": "danger", "\U0001f44d": "success",
          "\u26a0": "warning", "\u2139": "info"}  # fmt: skip
MOST_LINES = 1000
MOST = 200  # rows, columns, pictures or codes of one block


def _block(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    start = state.bMarks[line] + state.tShift[line]
    if not state.src.startswith("[block:", start) or state.is_code_block(line):
        return False
    found = _OPENER.fullmatch(state.src, start, state.eMarks[line])
    last = next_line(state, line, _END) if found else None
    if found is None or last is None or last >= end or last - line > MOST_LINES:
        return False
    if not state.src.startswith("{", state.bMarks[line + 1] + state.tShift[line + 1]):
        return False
    put = _PUT.get(found[1])
    try:
        said = json.loads(state.getLines(line + 1, last, state.sCount[line], False))
    except (ValueError, RecursionError):
        return False
    if put is None or not isinstance(said, dict):
        return False
    if not silent:
        put(state, [line, last + 1], said)
        state.line = last + 1
    return True


def _put_box(state: StateBlock, lines: list[int], said: dict[str, Any]) -> None:
    kind = _text(said, "type") or "info"
    title = _text(said, "title") or boxes.title_of(kind)
    state.tokens += boxes.opening(kind, title, state.level, lines)
    _put(state, lines, _text(said, "body"))
    boxes.close(state, "div")


def _put_pictures(state: StateBlock, lines: list[int], said: dict[str, Any]) -> None:
    for picture in _list(said, "images"):
        image = picture.get("image") if isinstance(picture, dict) else None
        words = [word for word in image if isinstance(word, str)] if isinstance(image, list) else []
        if not words:
            continue
        caption = _text(picture, "caption")
        alt = words[2] if len(words) > 2 else (words[1] if len(words) > 1 else "")
        written = f"![{tags.escaped(alt or caption)}]({tags.destination(words[0])})"
        tags.paragraph(state, f"{written} {caption}".strip(), *lines)


def _put_link(state: StateBlock, lines: list[int], said: dict[str, Any]) -> None:
    url = _text(said, "url") or _text(said, "href")
    if url:
        tags.paragraph(state, tags.link(_text(said, "title") or url, url), *lines)


def _put_codes(state: StateBlock, lines: list[int], said: dict[str, Any]) -> None:
    for code in _list(said, "codes"):
        if isinstance(code, dict):
            token = state.push("fence", "code", 0)
            name = _text(code, "name").replace('"', "'")
            token.info = f"{_text(code, 'language') or 'text'}" + (
                f' title="{name}"' if name else ""
            )
            token.content, token.map = _text(code, "code").rstrip("\n") + "\n", lines


def _put_table(state: StateBlock, lines: list[int], said: dict[str, Any]) -> None:
    data = said.get("data")
    if not isinstance(data, dict):
        return
    columns = range(_number(said, "cols"))
    rows = ["h", *range(_number(said, "rows"))]
    text = StringIO()
    cells = [
        [" ".join(_text(data, f"{row}-{column}").split()) for column in columns] for row in rows
    ]
    csv.writer(text).writerows(cells)
    directives.put_values(state, lines[0], text.getvalue())


def _put_heading(state: StateBlock, lines: list[int], said: dict[str, Any]) -> None:
    _put(state, lines, f"**{tags.escaped(_text(said, 'title'))}**")


def _put_html(state: StateBlock, lines: list[int], said: dict[str, Any]) -> None:
    _put(state, lines, _text(said, "html"))


_PUT = {
    "callout": _put_box,
    "image": _put_pictures,
    "embed": _put_link,
    "code": _put_codes,
    "parameters": _put_table,
    "api-header": _put_heading,
    "html": _put_html,
}


def _put(state: StateBlock, lines: list[int], text: str) -> None:
    """The blocks of a text that JSON holds."""
    for token in state.env["parse"](text, {"depth": state.env.get("depth", 0) + 1}):
        token.map = list(lines) if token.map else None
        token.level += state.level + 1
        state.tokens.append(token)


def _text(said: dict[str, Any], key: str) -> str:
    value = said.get(key)
    return str(value) if isinstance(value, str | int | float) else ""


def _number(said: dict[str, Any], key: str) -> int:
    value = said.get(key)
    return min(max(value, 0), MOST) if isinstance(value, int) else 0


def _list(said: dict[str, Any], key: str) -> list[Any]:
    value = said.get(key)
    return value[:MOST] if isinstance(value, list) else []


def _blocks(tokens: list[Token], env: Env) -> list[Token]:
    """Quotes that are boxes, and links by a page's name."""
    around: list[bool] = []
    for index, token in enumerate(tokens):
        if token.type == "blockquote_open":
            text = tokens[index + 2] if tokens[index + 1].type == "paragraph_open" else None
            found = _SIGNED.match(text.content) if text else None
            around.append(found is not None)
            if text and found:
                kind = _KINDS[found[1]]
                box = boxes.opening(kind, "", token.level, token.map)[0]
                token.type, token.tag, token.attrs = box.type, box.tag, box.attrs
                text.content = text.content[found.end() :].lstrip()
                head = tokens[index + 1]
                head.meta["titled by"] = found[2].strip()
        elif token.type == "blockquote_close" and around and around.pop():
            token.type, token.tag = "note_close", "div"
        elif token.type == "inline" and "](" in token.content:
            token.content = _LINK.sub(r"\1wiki:", token.content)
    return _with_titles(tokens)


def _with_titles(tokens: list[Token]) -> list[Token]:
    result: list[Token] = []
    skip = 0
    for index, token in enumerate(tokens):
        if skip:
            skip -= 1
        elif title := token.meta.pop("titled by", ""):
            result += boxes.opening("note", title, token.level - 1, token.map)[1:]
            skip = 0 if tokens[index + 1].content else 2
            if not skip:
                result.append(token)
        else:
            result.append(token)
    return result


def _rules(markdown: MarkdownIt) -> None:
    markdown.block.ruler.before("fence", "readme_block", _block, INTERRUPTING)


DIALECT = Dialect(
    signs=signs(
        r"\[block:[a-z]",
        "(?:\U0001f4d8|\U0001f6a7|\u2757|\U0001f44d|\u26a0|\u2139)(?<=> .)",
        r"\]\((?:doc|ref|blog|page):\w",
    ),
    rules=_rules,
    blocks=_blocks,
    examples=(
        (
            '[block:callout]\n{"type": "warning", "title": "A", "body": "b *c*"}\n[/block]',
            '<div class="note note-warning"><p class="note-title">A</p><p>b <em>c</em></p></div>',
        ),
        (
            '[block:image]\n{"images": [{"image": ["a.png", "", "B"], "caption": "C"}]}\n[/block]',
            '<p><img src="a.png" alt="B"> C</p>',
        ),
        (
            '[block:parameters]\n{"data": {"h-0": "A", "0-0": "b"}, "cols": 1, "rows": 1}\n[/block]',
            '<div class="table" tabindex="0"><table><thead><tr><th>A</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table></div>',
        ),
        (
            "> \U0001f6a7 Own *title*\n>\n> a\n\n> \u2757\ufe0f A\n> b",
            '<div class="note note-warning"><p class="note-title">Own <em>title</em></p><p>a</p></div>'
            '<div class="note note-caution"><p class="note-title">A</p><p>b</p></div>',
        ),
        ("[a](doc:b-c) > \U0001f44d no", '<p><a href="wiki:b-c">a</a> &gt; \U0001f44d no</p>'),
        ("[block:other]\n{}\n[/block]", "<p>[block:other]\n{}\n[/block]</p>"),
    ),
)  # fmt: skip
