"""Outlines of Logseq: properties `key:: value`, tasks, `{{embed [[Page]]}}` and other macros, blocks
that name blocks, `((…))`, and Org's boxes, `#+BEGIN_TIP` … `#+END_TIP`."""

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from documents import boxes

from .dialect import INTERRUPTING, Dialect, Env, reading_of, signs

_HEAD = r"([ \t]*(?:[-*+][ \t]+)?)"
_FENCE = re.compile(rf"{_HEAD}(`{{3,}}|~{{3,}})")
_PROPERTY = re.compile(rf"{_HEAD}([A-Za-z][\w./-]{{0,60}})::(?:[ \t]+(.*))?")
# Properties that say how Logseq shows or asks a block.
_UNSEEN = re.compile(
    r"(?:collapsed|id|heading|background-color|template|template-including-parent|icon|file"
    r"|file-path|public|exclude-from-graph-view|created-at|updated-at|filters|title|alias"
    r"|(?:logseq|card|query|ls|hl)[.-][\w.-]+)\Z"
)
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_ID = re.compile(rf"{_UUID}\s*")
_REFERENCE = re.compile(
    rf"(?:\[([^\[\]\n]{{1,300}})\]\()?(?:\{{\{{embed[ \t]+)?\(\(({_UUID})\)\)(?:[ \t]*\}}\}}|\))?"
)
_TASK = re.compile(r"(?:(TODO|LATER|NOW|DOING|WAITING|WAIT|IN-PROGRESS)|DONE|CANCELL?ED)[ \t]+")
_MACRO = re.compile(
    r"\{\{(?:(embed)[ \t]+(\[\[[^\[\]\n]{1,300}\]\])|(cloze)[ \t]+([^{}\n]{1,500})"
    r"|(?:video|youtube|vimeo|bilibili|tweet|twitter|pdf|audio)[ \t]+(https?://[^\s{}]{1,500}))"
    r"[ \t]*\}\}"
)
_CODE = re.compile(rf"{_HEAD}#\+(?:(BEGIN)|END)_(?:SRC|EXAMPLE|EXPORT|QUERY)\b[ \t]*(\S*).*", re.I)
_BOX = re.compile(r"#\+BEGIN_([A-Za-z]{2,20})[ \t]*", re.I)
_BOXES = {"pinned": "note"} | {n: n for n in ("note", "tip", "important", "caution", "warning")}
_MOST_TEXT = 80  # characters of a block that a reference to it shows


def _lines(lines: Sequence[str]) -> list[str]:
    known = dict(_named(lines))
    result: list[str] = []
    fence, in_log = "", False
    for line in lines:
        if found := _FENCE.match(line):
            is_end = bool(fence) and found[2].startswith(fence) and not found[1].strip()
            fence = "" if is_end else fence or found[2]
            result.append(line)
        elif not fence and (in_log or line.strip() == ":LOGBOOK:"):
            in_log = line.strip() != ":END:"
            result.append(_unseen(line))
        else:
            result.append(line if fence else _plain(line, known))
    return result


def _plain(line: str, known: dict[str, str]) -> str:
    """A line without what Logseq alone reads."""
    if "#+" in line and (code := _CODE.fullmatch(line)):
        return f"{code[1]}```{code[3] if code[2] else ''}"
    if "::" in line and (found := _PROPERTY.fullmatch(line)):
        if found[2] == "id" and _ID.fullmatch(found[3] or ""):
            return f'{found[1]}<a id="{found[3].strip()}"></a>'
        if _UNSEEN.match(found[2]):
            return _unseen(line)
        return f"{found[1]}{found[2]}: {found[3] or ''}"
    if "{{" in line:
        line = _MACRO.sub(_made, line)
    if "((" in line:
        line = _REFERENCE.sub(
            lambda found: f"[{found[1] or known.get(found[2], 'block')}](#{found[2]})", line
        )
    return line


def _unseen(line: str) -> str:
    """A comment in place of what a line says, behind the mark of its block."""
    found = re.match(_HEAD, line)
    return f"{found[1] if found else ''}<!-- -->"


def _made(found: re.Match[str]) -> str:
    if found[1]:
        return f"!{found[2]}"
    return found[4].strip() if found[3] else f"<{found[5]}>"


def _named(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The ids of the blocks of a page, each with what its block begins with."""
    above = ""
    for line in lines:
        found = _PROPERTY.fullmatch(line) if "::" in line else None
        if found is None:
            above = line
        elif found[2] == "id" and found[3]:
            text = re.sub(r"^[ \t]*[-*+][ \t]+(?:#+[ \t]+)?|[\[\]`*_<>{}()]", "", above).strip()
            if text:
                yield found[3].strip(), text[:_MOST_TEXT]


def _block(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    start = state.bMarks[line] + state.tShift[line]
    if not state.src.startswith("#+", start) or state.is_code_block(line):
        return False
    found = _BOX.fullmatch(state.src, start, state.eMarks[line])
    last = _end(state, line, end, found[1]) if found else None
    if found is None or last is None:
        return False
    if silent:
        return True
    name = found[1].lower()
    if name in _BOXES:
        kind = _BOXES[name]
        title = boxes.title_of(kind)
        state.tokens += boxes.opening(kind, title, state.level, [line, last + 1])
        boxes.fill(state, line + 1, last, state.sCount[line], "block")
        boxes.close(state, "div")
    elif name != "comment":
        if name == "quote":
            state.push("blockquote_open", "blockquote", 1).map = [line, last + 1]
        boxes.fill(state, line + 1, last, state.sCount[line], "block")
        if name == "quote":
            state.push("blockquote_close", "blockquote", -1)
    state.line = last + 1
    return True


def _end(state: StateBlock, line: int, end: int, name: str) -> int | None:
    closing = f"#+END_{name}".lower()
    for number in range(line + 1, end):
        start = state.bMarks[number] + state.tShift[number]
        if state.src[start : state.eMarks[number]].strip().lower() == closing:
            return number
    return None


def _blocks(tokens: list[Token], env: Env) -> list[Token]:
    """Tasks, which begin with what is to be done about them; elsewhere these are words."""
    if reading_of(env).tool != "logseq":
        return tokens
    for index, token in enumerate(tokens[2:], start=2):
        item = tokens[index - 2]
        if token.type != "inline" or item.type != "list_item_open":
            continue
        if task := _TASK.match(token.content):
            token.content = token.content[task.end() :]
            item.meta["checked"] = not task[1]
    return tokens


def _rules(markdown: MarkdownIt) -> None:
    markdown.block.ruler.before("heading", "logseq_box", _block, INTERRUPTING)


_NAME = "64b1f0a2-1111-4222-8333-444455556666"
DIALECT = Dialect(
    signs=signs(
        r"::(?:(?<=\bid::)|(?<=collapsed::)|(?<=alias::)|(?<=\btitle::)|(?<=public::)|(?<=-color::)"
        r"|(?<=-type::)|(?<=-interval::)) ",
        r"#\+(?:BEGIN|begin)_",
        r":LOGBOOK:",
        r"\(\([0-9a-f]{8}-",
        r"\{\{(?:embed|cloze|video|youtube|tweet|bilibili) ",
        r"- (?:TODO|DOING|LATER|NOW|DONE|WAITING|CANCELED) ",
    ),
    rules=_rules,
    lines=_lines,
    blocks=_blocks,
    tools=frozenset({"logseq"}),
    examples=(
        (
            f"- a\n  collapsed:: true\n  id:: {_NAME}\n- b\n  kind:: [[c]]",
            '<ul><li>a\n<a></a></li><li>b\nkind: <a href="wiki:c">c</a></li></ul>',
        ),
        (
            "- TODO a\n  :LOGBOOK:\n  CLOCK: x\n  :END:\n- DONE b {{cloze c}}",
            "<ul><li>TODO a\n\n\n</li><li>DONE b c</li></ul>",  # no known tool
        ),
        (
            "#+BEGIN_TIP\nUse *it*.\n#+END_TIP",
            '<div class="note note-tip"><p class="note-title">Tip</p><p>Use <em>it</em>.</p></div>',
        ),
        (
            "#+BEGIN_QUOTE\na\n#+END_QUOTE\n#+BEGIN_SRC sh\nls\n#+END_SRC",
            '<blockquote><p>a</p></blockquote><pre class="code" tabindex="0" data-language="sh"><code>ls\n</code></pre>',
        ),
        (
            f"- a\n  id:: {_NAME}\n- (({_NAME})) [b]((({_NAME}))) {{{{embed (({_NAME}))}}}}",
            f'<ul><li>a\n<a></a></li><li><a href="#{_NAME}">a</a> <a href="#{_NAME}">b</a> '
            f'<a href="#{_NAME}">a</a></li></ul>',
        ),
        (
            "{{video https://a.example/b}} {{embed [[A]]}}",
            '<p><a href="https://a.example/b">https://a.example/b</a> <a href="wiki:A">A</a></p>',
        ),
        (
            "`id:: x`\n\n```\nid:: x\n```",
            '<p><code>id:: x</code></p><pre class="code" tabindex="0"><code>id:: x\n</code></pre>',
        ),
    ),
)
