"""What else Pandoc adds: spans with a class, `[text]{.mark}`, page breaks `\\newpage`, numbered
examples `(@) one`, lists `#. one`, notes in the text `^[so]`, formulas of LaTeX, and what a document
says of itself in the middle of its text."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from documents import boxes, maths
from documents.attributes import read

from .dialect import INTERRUPTING, Dialect, Env, parse_inside, reading_of, signs

_SPAN = re.compile(
    r"\[((?:[^\[\]\\\n]|\\.){1,300})\](\{(?:[.#]|[a-z-]{1,30}=[\"'])[^{}\n]{1,200}\})"
)
_BREAK = re.compile(r"\\(?:newpage|pagebreak|clearpage|cleardoublepage)(?:\{\})?[ \t]*")
_ITEM = re.compile(r"(?:\(@([\w-]*)\)|(#)\.)[ \t]+(\S.*)")
_REFERENCE = re.compile(r"\(@([\w-]+)\)")
_NOTE = re.compile(r"\^\[((?:[^\[\]\\\n]|\\.|\[[^\[\]\n]*\]){1,1000})\]")
_FORMULA = re.compile(r"\\begin\{((?:equation|align|gather|multline|eqnarray|displaymath)\*?)\}")
_PARENTHESES = re.compile(r"\\\\([(\[])(.{1,1000}?)\\\\([)\]])", re.DOTALL)
_TAGS = {"mark": "mark", "underline": "ins", "ul": "ins", "sub": "sub", "sup": "sup", "kbd": "kbd"}
_OTHER = re.compile(r"(`{3,}|~{3,})[ \t]*\{=([a-z][\w+-]{0,20})\}[ \t]*")
_CAPTION = re.compile(
    r"(?:[Tt]able)?:[ \t]+(.*?)(?:[ \t]*\{(?:#([A-Za-z][\w:.-]{0,100}))?[^{}]*\})?[ \t]*", re.DOTALL
)
MOST_LINES = 100
# A key of a block of metadata, and those that tell it from a text between two rules.
_KEY = re.compile(r"([a-z][\w-]{0,40}):(?:[ \t]|\Z)")
_KNOWN_KEYS = (
    "title subtitle author date abstract keywords lang bibliography csl nocite references toc "
    "link-citations documentclass header-includes geometry papersize fontsize output"
)
_OF_PANDOC = frozenset(_KNOWN_KEYS.split())
_METADATA = "metadata of Pandoc in the text left out"


def _metadata(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """`---`, keys and values, `---` or `...`, below an empty line."""
    if silent or state.level or not line or not state.isEmpty(line - 1):
        return False
    if not _line(state, line).startswith("---") or _line(state, line).rstrip() != "---":
        return False
    known = False
    for last in range(line + 1, min(end, line + MOST_LINES)):
        text = _line(state, last).rstrip()
        if text in ("---", "..."):
            break
        found = _KEY.match(text) if not state.tShift[last] else None
        known = known or bool(found and found[1] in _OF_PANDOC)
        if not found and (last == line + 1 or not (state.tShift[last] or text[:2] in ("- ", "# "))):
            return False
    else:
        return False
    if last == line + 1 or not (known or text == "..."):
        return False
    reading_of(state.env).unread[_METADATA] += 1
    state.line = last + 1
    return True


def _break(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """A page break, which a page on a screen does not have."""
    start = state.bMarks[line] + state.tShift[line]
    if not state.src.startswith("\\", start) or state.is_code_block(line):
        return False
    if not _BREAK.fullmatch(state.src, start, state.eMarks[line]):
        return False
    state.line = line if silent else line + 1
    return True


def _items(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """Items that number themselves; those with `@` go on through the whole document."""
    start = state.bMarks[line] + state.tShift[line]
    if not state.src.startswith(("(@", "#."), start) or silent or state.is_code_block(line):
        return False
    texts: list[str] = []
    first = _ITEM.fullmatch(_line(state, line))
    last = line
    known = state.env.setdefault("examples", {})
    count = state.env.get("last example", 0) if first and not first[2] else 0
    begin = count + 1
    while last < end and (found := _ITEM.fullmatch(_line(state, last).rstrip())):
        count += 1
        if found[1]:
            known[found[1]] = count
        texts.append(found[3])
        last += 1
    if not texts or not first:
        return False
    if not first[2]:
        state.env["last example"] = count
    items = state.push("ordered_list_open", "ol", 1)
    items.map = [line, last]
    if begin > 1:
        items.attrs["start"] = begin
    for number, text in enumerate(texts, start=line):
        state.push("list_item_open", "li", 1).map = [number, number + 1]
        paragraph = state.push("paragraph_open", "p", 1)
        paragraph.hidden, paragraph.map = True, [number, number + 1]
        token = state.push("inline", "", 0)
        token.content, token.map, token.children = text, [number, number + 1], []
        state.push("paragraph_close", "p", -1).hidden = True
        state.push("list_item_close", "li", -1)
    state.push("ordered_list_close", "ol", -1)
    state.line = last
    return True


def _raw(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """Source for another format than a page: it is left out."""
    start = state.bMarks[line] + state.tShift[line]
    if not state.src.startswith(("```", "~~~"), start) or state.is_code_block(line):
        return False
    found = _OTHER.fullmatch(state.src, start, state.eMarks[line])
    if not found:
        return False
    if silent:
        return True
    last, state.line = boxes.fence_end(state, line, end, found[1])
    if found[2].startswith("html"):
        token = state.push("html_block", "", 0)
        token.content = state.getLines(line + 1, last, state.sCount[line], True)
        token.map = [line, state.line]
    else:
        reading_of(state.env).unread[f"source of another format left out: {found[2]}"] += 1
    return True


def _formula(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    start = state.bMarks[line] + state.tShift[line]
    found = _FORMULA.match(state.src, start) if state.src.startswith("\\begin{", start) else None
    if not found or state.is_code_block(line):
        return False
    closing = f"\\end{{{found[1]}}}"
    last = line
    while last < min(end, line + MOST_LINES) and closing not in _line(state, last):
        last += 1
    if last >= min(end, line + MOST_LINES) or not _line(state, last).rstrip().endswith(closing):
        return False
    if silent:
        return True
    written = state.getLines(line, last + 1, state.blkIndent, False)
    inner = written.strip()[len(found[0]) : -len(closing)].strip()
    name = found[1].rstrip("*")
    source = f"\\begin{{aligned}}{inner}\\end{{aligned}}" if "&" in inner else inner
    token = state.push("math_block", "math", 0)
    token.content, token.map = written, [line, last + 1]
    token.meta["html"] = maths.html_of(source, state.env, is_block=True)
    if token.meta["html"] is None:
        token.type, token.tag, token.info = "fence", "code", "latex"
    token.markup = name
    state.line = last + 1
    return True


def _note(state: StateInline, silent: bool) -> bool:
    """A note in its place, as a remark: `^[so]`."""
    found = _match(state, "^[", _NOTE)
    if found and not silent:
        parse_inside(state, f" ({found[1]})")
    return bool(found)


def _reference(state: StateInline, silent: bool) -> bool:
    """The number of an example above: `(@name)`."""
    start = state.pos
    found = _match(state, "(@", _REFERENCE)
    number = state.env.get("examples", {}).get(found[1]) if found else None
    if number is None:
        state.pos = start
    elif not silent:
        state.pending += f"({number})"
    return number is not None


def _mathjax(state: StateInline, silent: bool) -> bool:
    """A formula as mdBook has it, between `\\\\(` and `\\\\)`."""
    found = _match(state, "\\\\", _PARENTHESES)
    if found and not silent:
        maths.put(state, found[0], found[2].strip())
    return bool(found)


def _span(state: StateInline, silent: bool) -> bool:
    """A text with a class."""
    start = state.pos
    found = _match(state, "[", _SPAN)
    attributes = read(found[2]) if found else None
    if found is None or attributes is None:
        state.pos = start
        return False
    if not silent:
        tag = next((_TAGS[name] for name in attributes.classes if name in _TAGS), "")
        marks = (f"<{tag}>", f"</{tag}>") if tag else ("", "")
        state.push("html_inline", "", 0).content = marks[0]
        parse_inside(state, found[1])
        state.push("html_inline", "", 0).content = marks[1]
    return True


def _match(state: StateInline, start: str, pattern: re.Pattern[str]) -> re.Match[str] | None:
    """What matches at the state's position, which moves behind it."""
    if not state.src.startswith(start, state.pos):
        return None
    found = pattern.match(state.src, state.pos, state.posMax)
    if found:
        state.pos = found.end()
    return found


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _blocks(tokens: list[Token], env: Env) -> list[Token]:
    """Captions of tables are a paragraph beside them, without what only tells them apart."""
    tokens = _caption_rows(tokens)
    for index, token in enumerate(tokens):
        if token.type != "inline" or tokens[index - 1].type != "paragraph_open":
            continue
        found = _CAPTION.fullmatch(token.content)
        beside = [tokens[at].type for at in (index - 2, index + 2) if 0 <= at < len(tokens)]
        if found and {"table_close", "table_open"} & set(beside):
            label = f'<a id="{found[2]}"></a>' if found[2] else ""
            token.content = f"{found[1]}{label}"
    return tokens


def _caption_rows(tokens: list[Token]) -> list[Token]:
    """A caption right below a table, which GFM takes for its last row, as a paragraph."""
    result: list[Token] = []
    start, caption = 0, None
    for token in tokens:
        if token.type == "tr_open":
            start = len(result)
        if token.type == "tbody_close":
            cells = [cell for cell in result[start:] if cell.type == "inline"]
            is_caption = cells and cells[0].content.startswith((": ", "Table: "))
            if is_caption and not any(cell.content for cell in cells[1:]):
                caption = cells[0]
                del result[start:]
        result.append(token)
        if token.type == "table_close" and caption:
            opening = Token(
                "paragraph_open", "p", 1, map=caption.map, level=token.level, block=True
            )
            closing = Token("paragraph_close", "p", -1, level=token.level, block=True)
            result += [opening, caption, closing]
            caption = None
    return result


def _rules(markdown: MarkdownIt) -> None:
    markdown.block.ruler.before("hr", "pandoc_metadata", _metadata)
    markdown.block.ruler.before("fence", "page_break", _break, INTERRUPTING)
    markdown.block.ruler.before("fence", "latex_formula", _formula, INTERRUPTING)
    markdown.block.ruler.before("fence", "other_format", _raw, INTERRUPTING)
    markdown.block.ruler.before("heading", "numbered_examples", _items)
    for rule in (_note, _reference, _mathjax, _span):
        markdown.inline.ruler.before("escape", f"pandoc{rule.__name__}", rule)


DIALECT = Dialect(
    signs=signs(
        r"\]\{(?:[.#]|[a-z-]+=[\"'])",
        r"\\(?:newpage|pagebreak|clearpage)",
        r"\\begin\{(?:eq|al|ga|mu|di)",
        r"\\\\[(\[]",
        r"\(@[\w-]*\)",
        r"#\. ",
        r"\^\[",
        r"```+[ \t]*\{=",
        r"~~~+[ \t]*\{=",
        r"\n(?:[Tt]able)?: [^\n]",
        r"\n---[ \t]*\n[a-z][\w-]*:",
    ),
    rules=_rules,
    blocks=_blocks,
    stops=r"\^(?=\[)|\((?=@)",
    examples=(
        (
            "[a *b*]{.smallcaps} [c]{.underline} [d]{.mark}",
            "<p>a <em>b</em> <ins>c</ins> <mark>d</mark></p>",
        ),
        ("a\n\n\\newpage\n\nb", "<p>a</p><p>b</p>"),
        ("a\n\n---\ntitle: x\nnocite: |\n  @y\n...\n\nb", "<p>a</p><p>b</p>"),
        ("a\n\n---\ntitle: x\n\n---\n\nb", "<p>a</p><hr><p>title: x</p><hr><p>b</p>"),
        (
            "(@) one\n(@x) two\n\nSee (@x) and (@y).\n\n(@) three",
            '<ol><li>one</li><li>two</li></ol><p>See (2) and (@y).</p><ol start="3"><li>three</li></ol>',
        ),
        ("#. one\n#. two", "<ol><li>one</li><li>two</li></ol>"),
        ("a^[see *b*] c", "<p>a (see <em>b</em>) c</p>"),
        (
            "\\begin{equation}\nx^2\n\\end{equation}",
            '<div class="formula" tabindex="0"><math display="block"><mrow><msup><mi>x</mi> '
            "<mn>2</mn></msup></mrow></math></div>",
        ),
        (
            "so \\\\( x^2 \\\\) is",
            '<p>so <math display="inline"><mrow><msup><mi>x</mi> <mn>2</mn></msup></mrow></math> is</p>',
        ),
        (
            "| a |\n|---|\n| b |\n\n: So *it* is {#t:a .b}\n",
            '<div class="table" tabindex="0"><table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr>'
            "</tbody></table></div><p>So <em>it</em> is<a></a></p>",
        ),
        ("a\n\n```{=latex}\n\\x\n```\n\n```{=html}\n<b>b</b>\n```", "<p>a</p><b>b</b>"),
        ("mail (@someone) [a]{.b c}", "<p>mail (@someone) [a]{.b c}</p>"),
    ),
)
