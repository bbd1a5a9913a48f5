"""Attribute lists behind what they belong to: `[a](b){ .button }`, `![a](b){ width="300" }`, and on
a line of their own: `{: .note }`. Those of headings are read in `sections`.

Sizes of pictures and ids count; a class that names a kind of note makes a box (Just the Docs); all
else is left out.
"""

import re
from html import escape

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from documents import boxes
from documents.attributes import Attributes, read, split

from . import media, site_values
from .dialect import INTERRUPTING, Dialect, Env, reading_of, signs

_LIST = re.compile(r"\{[^{}\n]{1,400}\}")
# Words that say how a link or a picture behaves.
_SAYS_HOW = re.compile(
    r"\{=[a-z]\w{0,20}\}|\{:?[ ]?(?:(?:data-[\w-]+|download|external|nofollow)[ ]?){1,5}\}"
)
# Sizes as Logseq writes them.
_LOGSEQ = re.compile(r"\{(?::(?:width|height) \d{1,4},?[ ]?){1,2}\}")
_LOGSEQ_SIZE = re.compile(r":(width|height) (\d{1,4})")
_LABEL = re.compile(r"\(([\w-]{1,100})\)=[ \t]*")
_VALUES = re.compile(r"\{[A-Za-z][\w-]{0,40}=[\w\"'.% =-]{1,200}\}")
_BEHIND = re.compile(r"[ \t]*\{\.is-(\w{1,20})\}\Z")
_TOC = re.compile(r"\{:[^{}]*(?<![\w.#-])toc(?=[\s}])")
_BEFORE = frozenset(")]*_`~>")
Kind = tuple[str, str, bool]  # of a box: its look, its title, whether the text begins with one
_NEXT = {"paragraph_open": "paragraph_close", "blockquote_open": "blockquote_close"}


def _inline(state: StateInline, silent: bool) -> bool:
    """A list right behind a link, a picture, emphasis or code."""
    if state.src[state.pos] != "{" or state.pos == 0 or state.pending:
        return False
    before = state.src[state.pos - 1]
    is_second = before == "}" and (
        state.src.startswith("{:", state.pos) or (state.tokens and state.tokens[-1].type == "image")
    )
    if before not in _BEFORE and not is_second:
        return False
    if state.tokens and (found := _LOGSEQ.match(state.src, state.pos, state.posMax)):
        if not silent and state.tokens[-1].type == "image":
            state.tokens[-1].attrs |= dict(_LOGSEQ_SIZE.findall(found[0]))
        state.pos = found.end()
        return True
    found = _LIST.match(state.src, state.pos, state.posMax)
    if found and before in ")`" and _SAYS_HOW.fullmatch(found[0]):
        state.pos = found.end()
        return True
    attributes = read(found[0]) if found else None
    if found is None or attributes is None:
        attributes = read(found[0].replace("{", "{:", 1)) if found and "=" in found[0] else None
        if found is None or attributes is None:
            return False
    if not silent:
        if state.tokens and state.tokens[-1].type == "image":
            sizes = media.sizes_in(attributes.values.get("style", "")) | attributes.values
            for name in ("width", "height"):
                if size := sizes.get(name) or sizes.get(name[0]):
                    state.tokens[-1].attrs[name] = size
        if attributes.name:
            state.push("html_inline", "", 0).content = _anchor(attributes.name)
    state.pos = found.end()
    return True


def _anchor(name: str) -> str:
    return f'<a id="{escape(name)}"></a>'


def _block(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """A list, or a label of MyST, on a line of its own."""
    start = state.bMarks[line] + state.tShift[line]
    if state.src[start : start + 1] not in ("{", "(") or state.is_code_block(line):
        return False
    text = state.src[start : state.eMarks[line]].strip()
    label = _LABEL.fullmatch(text)
    attributes = Attributes(label[1], (), {}, "") if label else read(text)
    if attributes is None and _VALUES.fullmatch(text):
        attributes = read(text.replace("{", "{: ", 1))
    if attributes is None:
        return False
    if silent:
        return True
    if attributes.name:
        if state.tokens and state.tokens[-1].type == "heading_close" and _touches(state, line):
            # The heading's own id: `sections` reads it where most tools write it.
            state.tokens[-2].content += f" {{#{attributes.name}}}"
        else:
            token = state.push("html_block", "", 0)
            token.content, token.map = f"{_anchor(attributes.name)}\n", [line, line + 1]
    token = state.push("attributes", "", 0)
    token.hidden, token.map = True, [line, line + 1]
    token.meta = {
        "classes": attributes.classes,
        "file": attributes.values.get("file"),
        "style": attributes.values.get("style", ""),
        "toc": bool(_TOC.match(text)),
    }
    state.line = line + 1
    return True


def _touches(state: StateBlock, line: int) -> bool:
    lines = state.tokens[-3].map
    return lines is not None and lines[1] == line


def _name_items(tokens: list[Token]) -> None:
    """Take the list off the end of an item's text; its name stays."""
    for index, token in enumerate(tokens):
        if token.type == "inline" and token.content.endswith("}") and index > 1:
            around = [other.type for other in tokens[index - 2 : index]]
            if around != ["list_item_open", "paragraph_open"]:
                continue
            text, attributes = split(token.content)
            if attributes is not None and text and "\n" not in token.content:
                label = _anchor(attributes.name) if attributes.name else ""
                token.content = f"{text}{label}"


def _boxes(tokens: list[Token], env: Env) -> list[Token]:
    """Wrap what a list with a kind of note is above or below; leave the lists out."""
    _name_items(tokens)
    result: list[Token] = []
    waiting: Kind | None = None
    _pin_nested(tokens, -1 if env.get("depth") else 0)  # one of an included file starts none
    closings: dict[int, str] = {}  # by level: the box to close behind the block that ends there
    for index, token in enumerate(tokens):
        if token.type == "blockquote_close" and (said := _end_of_quote(tokens, index)):
            result.append(token)
            _wrap(result, (said, boxes.title_of(said), False))
            continue
        if token.type == "attributes":
            waiting = _said(result, token, tokens[index + 1 : index + 2], closings, env)
            continue
        if waiting and token.type == "blockquote_close" and result[-1].type == "blockquote_open":
            result.pop()  # it held the list alone, which is for the lines below it
            continue
        begins = waiting if token.type in _NEXT else None
        if begins:
            closings[token.level] = _NEXT[token.type]
        waiting = None
        if begins and token.type == "blockquote_open":
            result += _in_place(token, begins, tokens[index + 1])
            continue
        if begins:
            result += boxes.opening(
                begins[0], "" if begins[2] else begins[1], token.level, token.map
            )
        is_last = closings.get(token.level) == token.type
        if is_last:
            del closings[token.level]
        if not is_last or token.type != "blockquote_close":
            result.append(token)
        if is_last:
            result.append(Token("note_close", "div", -1, level=token.level, block=True))
    return result


def _said(
    result: list[Token], token: Token, below: list[Token], closings: dict[int, str], env: Env
) -> Kind | None:
    """Heed what a list says of what is above it; the kind of note that it makes of what is below."""
    if token.meta["toc"] and result and _is_list_above(result, token):
        del result[_opening(result) :]  # the page has a table of contents of its own
        return None
    if result and result[-1].type == "fence" and (name := token.meta["file"]):
        result[-1].info = f'{result[-1].info or "text"} title="{name}"'
    found = _kind(token.meta["classes"], env)
    style = token.meta["style"]  # of Writerside, below a quote
    if not found and style in boxes.CLASSES and result and result[-1].type == "blockquote_close":
        found = style, boxes.title_of(style), False
    if not found or not result:
        return found
    if _ends_above(result, token):
        _wrap(result, found)
        return None
    if found[2] and below and result[-1].type == "blockquote_open":
        # It is the first line in a quote, whose first words are the title.
        closings[result[-1].level] = "blockquote_close"
        result[-1:] = _in_place(result[-1], found, below[0])
        return None
    return found


def _in_place(quote: Token, kind: Kind, first: Token) -> list[Token]:
    """The tokens that open a box in place of a quote, whose first paragraph may be its title."""
    if kind[2] and first.type == "paragraph_open":
        first.attrs["class"] = "note-title"
    return boxes.opening(kind[0], "" if kind[2] else kind[1], quote.level, quote.map)


def _end_of_quote(tokens: list[Token], index: int) -> str:
    """The kind of note that Wiki.js' list right behind the last words of a quote says, or ""."""
    text = tokens[index - 2] if index > 1 else None
    if text is None or text.type != "inline" or not text.content.endswith("}"):
        return ""
    found = _BEHIND.search(text.content)
    if not found or found[1] not in boxes.CLASSES:
        return ""
    text.content = text.content[: found.start()]
    return found[1]


def _pin_nested(tokens: list[Token], above: int) -> None:
    """Take the lists off the headings below a level, which start no section; `sections` reads those
    of others."""
    for index, token in enumerate(tokens):
        if token.type == "heading_open" and token.level > above:
            text = tokens[index + 1]
            text.content, attributes = split(text.content)
            token.meta["pin"] = attributes.name if attributes else ""


def _kind(classes: tuple[str, ...], env: Env) -> Kind | None:
    """The kind of note that a class names, by itself or by the site's configuration."""
    for name in classes:
        # `is-info`: Wiki.js; `prompt-info`: Chirpy
        kind = name.removesuffix("-title").removeprefix("is-").removeprefix("prompt-").lower()
        if own := site_values.callout(reading_of(env), kind):
            tone, title = own
            return kind if kind in boxes.CLASSES else tone, title, name.endswith("-title")
        if kind in boxes.CLASSES:
            return kind, boxes.title_of(kind), name.endswith("-title")
    return None


def _ends_above(result: list[Token], token: Token) -> bool:
    """Whether a paragraph or quote ends on the line above the list."""
    last = result[-1]
    if last.type not in _NEXT.values() or last.level != token.level or token.map is None:
        return False
    opening = _opening(result)
    lines = result[opening].map
    return lines is not None and lines[1] == token.map[0]


def _is_list_above(result: list[Token], token: Token) -> bool:
    last = result[-1]
    return last.tag in ("ul", "ol") and last.nesting == -1 and last.level == token.level


def _opening(result: list[Token]) -> int:
    closing = result[-1]
    index = len(result) - 2
    while index > 0 and (result[index].level != closing.level or result[index].nesting != 1):
        index -= 1
    return index


def _wrap(result: list[Token], kind: Kind) -> None:
    """Put the paragraph that ends here into a box; a quote becomes one."""
    index = _opening(result)
    token = result[index]
    if token.type == "blockquote_open":
        result[index : index + 1] = _in_place(token, kind, result[index + 1])
        result.pop()
    else:
        title = "" if kind[2] else kind[1]
        result[index:index] = boxes.opening(kind[0], title, token.level, token.map)
    result.append(Token("note_close", "div", -1, level=token.level, block=True))


def _rules(markdown: MarkdownIt) -> None:
    markdown.block.ruler.before("fence", "attribute_list", _block, INTERRUPTING)
    markdown.inline.ruler.before("escape", "attribute_list", _inline)


DIALECT = Dialect(
    signs=signs(
        r"\{:",
        r"\{[ \t]*[#.][A-Za-z]",
        r"\{/\*[ \t]*#",
        r"\{[ \t]*[a-z][\w-]*=[\"']",
        r"\)\{[ \t]*[a-z][\w-]*=",
        r"\)=[ \t]*\n",
        r"\n\{[a-z][\w-]*=\w",
    ),
    rules=_rules,
    stops=r"\{",
    blocks=_boxes,
    examples=(
        ('[a](b){ .md-button target="_blank" } c', '<p><a href="b">a</a> c</p>'),
        ("![a](b.png){ width=300 }", '<p><img src="b.png" alt="a" width="300"></p>'),
        ('![a](b){: height="20" loading=lazy }', '<p><img src="b" alt="a" height="20"></p>'),
        ("![a](b){:height 20, :width 30}", '<p><img src="b" alt="a" height="20" width="30"></p>'),
        ("**a**{: #here } *b*{.c}", "<p><strong>a</strong><a></a> <em>b</em></p>"),
        ("> # a {#b .c}", "<blockquote><h1>a</h1></blockquote>"),
        ("Text.\n{: .lead }\n\nMore.", "<p>Text.</p><p>More.</p>"),
        (
            "{: .warning }\nText.",
            '<div class="note note-warning"><p class="note-title">Warning</p><p>Text.</p></div>',
        ),
        (
            "> Text.\n{: .tip }",
            '<div class="note note-tip"><p class="note-title">Tip</p><p>Text.</p></div>',
        ),
        (
            "{: .note-title }\n> Mind *it*\n>\n> Text.",
            '<div class="note"><p class="note-title">Mind <em>it</em></p><p>Text.</p></div>',
        ),
        (
            "> {: .tip-title }\n> Mind\n> - a",
            '<div class="note note-tip"><p class="note-title">Mind</p><ul><li>a</li></ul></div>',
        ),
        (
            "> {: .tip }\n  Text.",
            '<div class="note note-tip"><p class="note-title">Tip</p><p>Text.</p></div>',
        ),
        (
            "- > Mind\n  >\n  > Text.\n  {: .new-title .note-title }",
            '<ul><li><div class="note"><p class="note-title">Mind</p><p>Text.</p></div></li></ul>',
        ),
        ('[a](b){: .c }{:target="_blank"} d', '<p><a href="b">a</a> d</p>'),
        (
            "> Text.\n{.is-warning}",
            '<div class="note note-warning"><p class="note-title">Warning</p><p>Text.</p></div>',
        ),
        (
            "> Text.{.is-info}",
            '<div class="note"><p class="note-title">Info</p><p>Text.</p></div>',
        ),
        (
            "> a\n{: .prompt-tip }",
            '<div class="note note-tip"><p class="note-title">Tip</p><p>a</p></div>',
        ),
        (
            '```text\na\n```\n{: file="b.txt" }',
            '<pre class="code" tabindex="0" data-language="text" data-title="b.txt"><code>a\n</code></pre>',
        ),
        ("1. TOC\n{:toc}\n\n- a\n{: .b }", "<ul><li>a</li></ul>"),
        (
            '![a](b.png){: style="height:20px;width:50%"}',
            '<p><img src="b.png" alt="a" width="50%" height="20"></p>',
        ),
        ("A {a} or {x=1}, ${PATH}, f(x){return}", "<p>A {a} or {x=1}, ${PATH}, f(x){return}</p>"),
        ("- a { #b .c }\n- d {e}", "<ul><li>a<a></a></li><li>d {e}</li></ul>"),
        ("`a`{b}", "<p><code>a</code>{b}</p>"),
    ),
)
