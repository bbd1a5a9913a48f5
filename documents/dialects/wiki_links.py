"""Links by the names of notes: `[[Page#Heading|text]]`, and embeds: `![[Page]]` (Obsidian, Foam,
wikis). Their addresses start with `wiki:`; the importer knows the notes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import quote

from markdown_it import MarkdownIt
from markdown_it.common.utils import normalizeReference
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from .dialect import INTERRUPTING, Dialect, Env, reading_of, signs

_LINK = re.compile(r"(!?)\[\[([^\[\]\n|]{0,300}?)(?:\\?\|([^\[\]\n]{0,300}))?\]\](?![(\[])")
_IMAGE = re.compile(r"\.(?:png|jpe?g|gif|webp|svg|avif|bmp)\Z", re.IGNORECASE)
_FILE = re.compile(r"\.(?!md\Z)[A-Za-z0-9]{2,8}\Z")
_ADDRESS = re.compile(r"https?://\S+\Z")  # that Gollum has behind the text
_SIZE = re.compile(r"(\d{1,4})(?:x(\d{1,4}))?")
_OPTION = re.compile(r"(?:alt|width|height|align|frame|float)\b(?:=|\Z|\|)")
_OF_PICTURE = re.compile(r"(\d{1,4})(?:px)?")
_EMBED = re.compile(r"!\[\[([^\[\]\n|]{1,300})(?:\|[^\[\]\n]{0,300})?\]\]\s*")
# One or two letters are rather an exponent, but in Obsidian and where nothing stands before them.
_BLOCK_ID = re.compile(
    r"(?:\A|(?<=\s))\^(?=[A-Za-z0-9-]*[A-Za-z])([A-Za-z0-9-]{3,60}|(?<=\A\^)[A-Za-z0-9-]{1,2})\s*\Z"
)
_OBSIDIAN_ID = re.compile(r"(?:\A|(?<=\s))\^([A-Za-z0-9-]{1,60})\s*\Z")
_COMMENT = re.compile(r"%%(?:\s.{0,2000}?\s|)%%", re.DOTALL)
_ANY_COMMENT = re.compile(r"%%.{0,2000}?%%", re.DOTALL)
_BANNER = "Switch to EXCALIDRAW VIEW"
MOST_HIDDEN = 20_000  # characters
# Attributes of C++, which look the same.
_ATTRIBUTES = frozenset(
    [
        "noreturn",
        "carries_dependency",
        "deprecated",
        "fallthrough",
        "nodiscard",
        "maybe_unused",
        "likely",
        "unlikely",
        "no_unique_address",
        "assume",
    ]
)


def _link(state: StateInline, silent: bool) -> bool:
    src, start = state.src, state.pos
    if not src.startswith(("[[", "![["), start):
        return False
    found = _LINK.match(src, start, state.posMax)
    if not found or not _is_name(state, found):
        return False
    page, text = found[2].strip(), (found[3] or "").strip()
    is_gollum = reading_of(state.env).tool == "gollum"
    if is_gollum and _ADDRESS.match(text):
        if not silent:
            _push(state, page, page, is_embed=False, address=text)
        state.pos = found.end()
        return True
    if _IMAGE.search(page) and (is_gollum or _OPTION.match(text)):
        if not silent:
            _push_picture(state, page, text)
        state.pos = found.end()
        return True
    if is_gollum and text:
        page, text = text, page
    if not silent:
        _push(state, page, text, is_embed=bool(found[1]))
    state.pos = found.end()
    return True


def _is_name(state: StateInline, found: re.Match[str]) -> bool:
    name = found[2]
    if not name.strip() or name.lstrip()[0] in "-$^!" or "://" in name or "::" in name:
        return False
    if name[0] == " " and reading_of(state.env).tool != "obsidian":  # a shell's `[[ a ]]`
        return False
    if state.src[found.end() : found.end() + 1] == "]" and "[" not in state.src[: found.start()]:
        return False  # a field of Dataview, `[key:: [[Page]]]`, opens one before
    before = state.src[found.start() - 1] if found.start() else " "
    if before == "[" or (before.isalnum() and not found[1]):
        return False
    if name in _ATTRIBUTES and not found[1] and found[3] is None:
        return False
    return normalizeReference(name) not in state.env.get("references", {})


def _push(state: StateInline, page: str, text: str, *, is_embed: bool, address: str = "") -> None:
    address = address or address_of(page)
    path = page.partition("#")[0]
    if is_embed and _IMAGE.search(path):
        token = state.push("image", "img", 0)
        token.attrs = {"src": address, "alt": ""}
        size = _SIZE.fullmatch(text)
        if size:
            token.attrs["width"] = size[1]
            if size[2]:
                token.attrs["height"] = size[2]
        name = text if text and not size else path.rpartition("/")[2]
        token.children, token.content = [Token("text", "", 0, content=name)], name
        return
    state.push("link_open", "a", 1).attrs = {"href": address}
    state.push("text", "", 0).content = text or text_of(page)
    state.push("link_close", "a", -1)


def _push_picture(state: StateInline, path: str, options: str) -> None:
    """A picture of Gollum: `[[a.png|alt=Text|width=200px]]`."""
    said = dict(option.strip().partition("=")[::2] for option in options.split("|"))
    alt = said.get("alt", "")
    token = state.push("image", "img", 0)
    token.attrs = {"src": address_of(path), "alt": ""}
    for key in ("width", "height"):
        if size := _OF_PICTURE.fullmatch(said.get(key, "")):
            token.attrs[key] = size[1]
    token.children, token.content = [Token("text", "", 0, content=alt)], alt


def address_of(page: str) -> str:
    """The address of a page, and of the last heading or the block that its name gives."""
    path, _, place = page.partition("#")
    heading = place.rpartition("#")[2]
    if heading and "^" in heading:
        heading = heading[heading.index("^") :]
    target = quote(path.strip(), safe="/")
    return f"wiki:{target}" + (f"#{quote(heading.strip(), safe='^')}" if heading else "")


def text_of(page: str) -> str:
    """What a link without a text of its own shows."""
    path, _, place = page.partition("#")
    parts = [path, *place.split("#")]
    return " > ".join(part for part in map(_without_block, parts) if part) or page


def _without_block(part: str) -> str:
    return part.partition("^")[0].strip()


def _comment(state: StateInline, silent: bool) -> bool:
    """Comments of Obsidian: `%% not shown %%`."""
    of_tool = reading_of(state.env).tool == "obsidian"
    found = (_ANY_COMMENT if of_tool else _COMMENT).match(state.src, state.pos, state.posMax)
    if not found:
        return False
    state.pos = found.end()
    return True


def _hidden(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """A comment that begins on a line of its own, with all blocks up to its end."""
    start = state.bMarks[line] + state.tShift[line]
    if not state.src.startswith("%%", start) or state.is_code_block(line):
        return False
    above = state.src[start + 2 : state.eMarks[line]].strip()
    is_hidden = reading_of(state.env).tool == "obsidian" or above.startswith("kanban:")
    if "%%" in above or (above and not is_hidden):
        return False
    close = state.src.find("%%", start + 2, min(start + MOST_HIDDEN, state.eMarks[end - 1]))
    if close < 0 or state.src[close + 2 : state.src.find("\n", close)].strip():
        return False
    state.line = line if silent else line + state.src.count("\n", start, close) + 1
    return True


def _lines(lines: Sequence[str]) -> list[str]:
    """What Excalidraw writes above the words of a drawing, for those who see its source."""
    return ["" if line.startswith("==") and _BANNER in line else line for line in lines]


def _blocks(tokens: list[Token], env: Env) -> list[Token]:
    """Embeds that are a paragraph of their own, and names of blocks."""
    tokens = list(_parted(tokens))
    block_id = _OBSIDIAN_ID if reading_of(env).tool == "obsidian" else _BLOCK_ID
    for index, token in enumerate(tokens):
        if token.type != "inline" or not index:
            continue
        around = tokens[index - 1]
        found = _EMBED.fullmatch(token.content) if around.type == "paragraph_open" else None
        if found and not _FILE.search(found[1].partition("#")[0]):
            around.tag = tokens[index + 1].tag = "div"
            around.hidden = tokens[index + 1].hidden = False
            around.attrs["class"] = "embed"
        if "^" in token.content and (name := block_id.search(token.content)):
            token.content = token.content[: name.start()].rstrip()
            token.meta["block"] = name[1]
    return tokens


def _parted(tokens: list[Token]) -> Iterator[Token]:
    """Embeds on lines of their own that follow each other are a paragraph each."""
    for index, token in enumerate(tokens):
        if token.type == "inline" and "\n![[" in token.content:
            lines = token.content.split("\n")
            around = tokens[index - 1], tokens[index + 1]
            if around[0].type == "paragraph_open" and all(map(_EMBED.fullmatch, lines)):
                for line in lines[:-1]:
                    yield replace(token, content=line, children=[])
                    yield replace(around[1])
                    yield replace(around[0], attrs={})
                token.content = lines[-1]
        yield token


def _rules(markdown: MarkdownIt) -> None:
    markdown.block.ruler.before("fence", "wiki_comment", _hidden, INTERRUPTING)
    markdown.inline.ruler.before("link", "wiki_link", _link)
    markdown.inline.ruler.before("link", "wiki_comment", _comment)


DIALECT = Dialect(
    signs=signs(_BANNER, r"\[\[", r"%%", r" \^[A-Za-z0-9-]+\n", r"\n\^[A-Za-z0-9-]+\n"),
    rules=_rules,
    stops=r"%(?=%)",
    lines=_lines,
    blocks=_blocks,
    examples=(
        ("[[Connection pools]]", '<p><a href="wiki:Connection%20pools">Connection pools</a></p>'),
        ("[[a/B#C#D|e]]", '<p><a href="wiki:a/B#D">e</a></p>'),
        ("[[B#C d]]", '<p><a href="wiki:B#C%20d">B &gt; C d</a></p>'),
        ("[[#Below]]", '<p><a href="wiki:#Below">Below</a></p>'),
        (
            "[[B#^1a2b3c|e]] [[#^x]]",
            '<p><a href="wiki:B#^1a2b3c">e</a> <a href="wiki:#^x">#^x</a></p>',
        ),
        ("![[a.png|100x20]]", '<p><img src="wiki:a.png" alt="a.png" width="100" height="20"></p>'),
        (
            "[[i/a.png|alt=The a|width=20px]]",
            '<p><img src="wiki:i/a.png" alt="The a" width="20"></p>',
        ),
        ("![[a.png|Alt]]", '<p><img src="wiki:a.png" alt="Alt"></p>'),
        ("![[B#C]]", '<div class="embed"><a href="wiki:B#C">B &gt; C</a></div>'),
        (
            "See ![[B]] and ![[c.pdf]]",
            '<p>See <a href="wiki:B">B</a> and <a href="wiki:c.pdf">c.pdf</a></p>',
        ),
        (
            "![[A]]\n![[B]]\n\n[c:: [[D]]]",
            '<div class="embed"><a href="wiki:A">A</a></div><div class="embed"><a href="wiki:B">B</a></div>'
            '<p>[c:: <a href="wiki:D">D</a>]</p>',
        ),
        ("Text. ^block-id", "<p>Text.</p>"),
        ("- a\n- b ^2 ^n\n\n^a\n", "<ul><li>a</li><li>b ^2 ^n</li></ul><p></p>"),
        ("a\n\n%%\n# hidden\n\nmore\n%%\n\nb", "<p>a</p><p>b</p>"),
        (
            "==⚠  Switch to EXCALIDRAW VIEW ⚠==\na\n\n%% kanban:settings\n```\n{}\n```\n%%",
            "<p>a</p>",
        ),
        ("%%\nnever ends", "<p>%%\nnever ends</p>"),
        ("a %% hidden %% b", "<p>a  b</p>"),
        ("`[[code]]`", "<p><code>[[code]]</code></p>"),
        ("[[foo]]\n\n[foo]: /u", '<p>[<a href="/u">foo</a>]</p>'),
        (
            "[[1]](/u) if [[ -z $x ]]; a[[0]], [[nodiscard]]",
            '<p><a href="/u">[1]</a> if [[ -z $x ]]; a[[0]], [[nodiscard]]</p>',
        ),
        (
            "| a |\n|---|\n| [[b\\|c]] |",
            '<div class="table" tabindex="0"><table><thead><tr><th>a</th></tr></thead><tbody><tr><td><a href="wiki:b">c</a></td></tr></tbody></table></div>',
        ),
    ),
)
