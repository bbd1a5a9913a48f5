"""Text taken in from other files: `--8<-- "file"` (MkDocs), `{{#include file}}` (mdBook),
`[!INCLUDE [name](file)]` (Learn), `<<< @/file` (VitePress), `{* file *}` (FastAPI).

`Reading.include` finds the files; without one, and where there is no such file, a directive stays
as it was written."""

import posixpath
import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from documents.file_parts import part_of, text_between

from .dialect import INTERRUPTING, Dialect, Env, reading_of, signs
from .site_values import folders_of_snippets
from .snippet_forms import FORMS

DEEPEST = 5
_DEDENTED = frozenset(("<<< file", "[!INCLUDE]", "::: code"))  # a part of code begins at the margin
_ROOT = re.compile(r"\A(?:@site|@|~)/")
# Of Jekyll, and of mdBook with what holds where nothing is given.
_GIVEN = re.compile(
    r"\{\{-?[ \t]*include\.([\w-]{1,60})[ \t]*-?\}\}|\[\[#([\w-]{1,60})(?:[ \t]+([^\[\]\n]{0,200}))?\]\]"
)
_PROP = re.compile(r"\{[ \t]*(?:props\.)?([A-Za-z_]\w{0,60})[ \t]*\}")
_OF_LINES = re.compile(r"\bL(?=\d)")
_IS_CODE = re.compile(r"[ \t]*\[!code", re.IGNORECASE)
MOST = 2_000_000  # characters taken in by one document

_SIGN = re.compile(
    r"-8<-|\{\{ *#|\[!(?:INCLUDE|include|code)|^[ \t]*<<<[ \t]|\{\*[ \t]|\{!|@include:|<include",
    re.MULTILINE,
)
_MARK = re.compile(r"-{1,8}8<-{1,8}[ \t]*")
MOST_NAMES = 50
_ESCAPED = re.compile(r"[ \t]*;-{1,8}8<-")  # shown as it is, without the sign in front
_HIGHLIGHT = re.compile(r"hl\[([\d:,\s-]+)\]")
_FRONT = re.compile(r"\A---[ \t]*\n.*?^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TEXTS = (".md", ".markdown", ".txt", ".mdx", ".qmd", ".rmd", ".html", "")


@dataclass(slots=True)
class Wanted:
    """What a directive wants: a file, the lines or the part of it, and what it says of code."""

    kind: str
    name: str
    part: str = ""
    info: str = ""
    indent: str = ""
    source: str = ""


def _wanted(line: str) -> Wanted | None:
    for kind, form in FORMS:
        found = form.fullmatch(line)
        if not found:
            continue
        name, groups = found["name"].strip(), found.groupdict()
        part = ""
        if kind == "[!INCLUDE]":
            return _of_docfx(name, found["indent"], line)
        if not name.startswith(("http:", "https:")):
            if kind == "<<< file" or "#" in name:
                name, _, part = name.partition("#")
            if ":" in name:
                name, _, part = name.partition(":")
        info = (groups.get("info") or "").strip()
        if kind == "@[code]" and info:
            part, info = info.strip("{}"), ""
        if kind == "@include" and info:
            part, info = f"{part}{info}" if part else info.strip("{}"), ""
        return Wanted(kind, name, part, info, found["indent"], line)
    return None


def _of_docfx(name: str, indent: str, line: str) -> Wanted:
    """What `file?name=part`, `?range=2-5` and `#L2-L5` want; `highlight` counts lines of the code."""
    name, _, part = name.partition("#")
    name, _, query = name.partition("?")
    said = dict(pair.partition("=")[::2] for pair in unquote(query).split("&"))
    part = said.get("name") or lines_listed(said.get("range", "")) or _OF_LINES.sub("", part)
    info = f"{{{said['highlight']}}}" if said.get("highlight") else ""
    return Wanted("[!INCLUDE]", unquote(name), part, info, indent, line)


def lines_listed(ranges: str) -> str:
    """Lines as DocFX lists them, `2,5-7`, so that each is a range: `2,5` are two lines there."""
    parts = ranges.replace(" ", "").split(",")
    return ",".join(part if "-" in part or not part else f"{part}-{part}" for part in parts)


def _text(wanted: Wanted, env: Env, path: str) -> tuple[str, str] | None:
    """Path and text of what is wanted; None where it cannot be had."""
    reading = reading_of(env)
    found = None
    if reading.include is not None and not wanted.name.startswith(("http:", "https:")):
        reading.included.append(wanted.name)
        found = reading.include(path, wanted.name)
        if found is None and wanted.kind == FORMS[0][0]:
            names = [f"{above}/{wanted.name}" for above in folders_of_snippets(reading)]
            reading.included += names
            found = next(filter(None, (reading.include(path, name) for name in names)), None)
    if found is not None:
        text = part_of(found[1].replace("\r\n", "\n"), wanted.part)
        taken = env["taken in"]
        if text is not None and taken[0] + len(text) <= MOST:
            taken[0] += len(text)
            reading.taken.append(found[0])
            return found[0], text
    reading.unread[f"text of another file not found: {wanted.kind}"] += 1
    return None


def _several(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """Names of files, one a line, between two lines with the mark alone."""
    if state.is_code_block(line) or not _is_mark(state, line):
        return False
    last = line + 1
    while last < end and not _is_mark(state, last):
        last += 1
    if last >= end or last - line > MOST_NAMES:
        return False
    if silent:
        return True
    for number in range(line + 1, last):
        name = state.src[state.bMarks[number] : state.eMarks[number]].strip()
        if not name or name.startswith(";"):
            continue
        wanted = _wanted(f'--8<-- "{name}"') or Wanted(FORMS[0][0], name, "", "", "", name)
        found = _found(state.env, wanted)
        if found is None:
            _keep(state, number, wanted)
        else:
            _put(state, number, number + 1, wanted, *found)
    state.line = last + 1
    return True


def _is_mark(state: StateBlock, line: int) -> bool:
    start = state.bMarks[line] + state.tShift[line]
    return _MARK.fullmatch(state.src, start, state.eMarks[line]) is not None


def _block(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    start = state.bMarks[line] + state.tShift[line]
    if state.is_code_block(line) or state.src[start : start + 1] not in (
        "-",
        "{",
        "[",
        "<",
        ";",
        ":",
        "@",
    ):
        return False
    text = state.src[start : state.eMarks[line]]
    wanted = _wanted(text)
    if wanted is None and _ESCAPED.match(text):
        if not silent:
            _keep(state, line, Wanted("", "", "", "", "", text.replace(";", "", 1)))
            state.line = line + 1
        return True
    if wanted is None:
        return False
    if silent:
        return wanted.kind != "[!INCLUDE]" or reading_of(state.env).include is not None
    found = _found(state.env, wanted)
    if found is None and wanted.kind == "[!INCLUDE]":
        return False  # it holds a link, which is of use
    if found is not None:
        _put(state, line, line + 1, wanted, *found)
    elif wanted.kind != "@include":  # which is a comment
        _keep(state, line, wanted)
    state.line = line + 1
    return True


def take_in(
    state: StateBlock,
    line: int,
    below: int,
    *several: Wanted,
    as_code: bool = False,
    between: Sequence[str] = ("", ""),
    given: Mapping[str, str] | None = None,
    moved: str = "",
    props: Mapping[str, str] | None = None,
) -> bool:
    """Put the first of these files that there is in place of the directive on these lines; whether
    there is one. `between` are texts in the file: only what is there counts. `given` are the
    values that the directive gives its text, `props` those that a component of MDX does; addresses
    in it that begin with `moved` are from where the file is."""
    reading = reading_of(state.env)
    for wanted in several:
        unread = reading.unread.copy()
        found = _found(state.env, wanted)
        if found is not None:
            path, text = found
            text = text_between(text, *between, by_line=as_code)
            if moved:
                above = posixpath.relpath(posixpath.dirname(path) or ".", _folder(state.env))
                text = re.sub(
                    rf"(\]\(<?|\]:[ \t]+<?)(?={re.escape(moved)})", rf"\g<1>{above}/", text
                )
            if given is not None:
                text = _GIVEN.sub(
                    lambda value: given.get(value[1] or value[2], value[3] or ""), text
                )
            if props:
                text = _PROP.sub(lambda value: props.get(value[1].lower(), value[0]), text)
            _put(state, line, below, wanted, path, text, as_code=as_code)
            return True
        if wanted is not several[-1]:
            reading.unread = unread
    return False


def _folder(env: Env) -> str:
    return posixpath.dirname(env.get("path") or reading_of(env).path) or "."


def _found(env: Env, wanted: Wanted) -> tuple[str, str] | None:
    if env.get("depth", 0) >= DEEPEST:
        return None
    return _text(wanted, env, env.get("path") or reading_of(env).path)


def _put(
    state: StateBlock,
    line: int,
    below: int,
    wanted: Wanted,
    path: str,
    text: str,
    *,
    as_code: bool = False,
) -> None:
    """The blocks of a text that was taken in; code of it where it is no text."""
    suffix = "." + path.rpartition("/")[2].rpartition(".")[2] if "." in path else ""
    as_code = as_code or wanted.kind in ("<<< file", "{* file *}", "@[code]")
    as_code = as_code or (wanted.kind == "[!INCLUDE]" and _IS_CODE.match(wanted.source) is not None)
    if as_code or suffix.lower() not in _TEXTS:
        token = state.push("fence", "code", 0)
        if wanted.part and wanted.kind in _DEDENTED:
            text = textwrap.dedent(text)
        token.info, token.content = _info(suffix, wanted), text.rstrip("\n") + "\n"
        token.map = [line, below]
        return
    env = state.env
    more = {"depth": env.get("depth", 0) + 1, "path": path}
    tokens = env["parse"](_FRONT.sub("", text), more)
    for token in tokens:
        token.map = [line, below] if token.map else None
        token.level += state.level + 1
    state.tokens += tokens


def imported_paths(written: str) -> list[str]:
    """Where a file that MDX imports may be; the project's root may be the folder above the source's."""
    place = _ROOT.sub("", written)
    return [place] if place == written else [place, place.partition("/")[2]]


def text_of(env: Env, kind: str, *names: str) -> str:
    """The text of the first of these files that there is, as it is; "" where there is none."""
    unread = reading_of(env).unread.copy()
    for name in names:
        if found := _found(env, Wanted(kind, name)):
            reading_of(env).unread = unread
            return found[1]
    return ""


def text_in_line(env: Env, source: str) -> str | None:
    """The text of a file that a directive in running text takes in; None of one with blocks."""
    wanted = _wanted(source)
    return _of_one_line(text_of(env, wanted.kind, wanted.name)) if wanted else None


def part_in_line(env: Env, written: str, props: Mapping[str, str]) -> str | None:
    """The text of a file that MDX imports, for a component in running text; None of one with blocks."""
    text = _of_one_line(text_of(env, "imported text", *imported_paths(written)))
    return _PROP.sub(lambda value: props.get(value[1].lower(), value[0]), text) if text else None


def _of_one_line(text: str) -> str | None:
    text = _FRONT.sub("", text).strip()
    return text if text and "\n\n" not in text else None


def _info(suffix: str, wanted: Wanted) -> str:
    marks = _HIGHLIGHT.search(wanted.info)
    info = wanted.info if wanted.info.startswith(("{", "[")) else ""
    if marks:
        info = "{" + marks[1].replace(":", "-") + "}"
    return f"{suffix.removeprefix('.')} {info.replace('[', ' [', 1)}".strip()


def _keep(state: StateBlock, line: int, wanted: Wanted) -> None:
    """The directive as it was written."""
    state.push("paragraph_open", "p", 1).map = [line, line + 1]
    token = state.push("inline", "", 0)
    token.content, token.map = "", [line, line + 1]
    token.children = []
    token.meta["as written"] = wanted.source.strip()
    state.push("paragraph_close", "p", -1)


def _blocks(tokens: list[Token], env: Env) -> list[Token]:
    """Directives inside code."""
    for token in tokens:
        if token.type in ("fence", "code_block") and _SIGN.search(token.content):
            token.content = _in_code(token.content, env)
        elif "as written" in token.meta:
            token.content = re.sub(r"([^\w\s])", r"\\\1", token.meta["as written"])
    return tokens


def _in_code(code: str, env: Env, depth: int = 0, path: str = "") -> str:
    path = path or env.get("path") or reading_of(env).path
    lines = []
    for line in code.split("\n"):
        if _ESCAPED.match(line):
            lines.append(line.replace(";", "", 1))
            continue
        wanted = _wanted(line)
        found = _text(wanted, env, path) if wanted and depth < DEEPEST else None
        if wanted is None or found is None:
            lines.append(line)
            continue
        text = found[1].rstrip("\n")
        if _SIGN.search(text):
            text = _in_code(text, env, depth + 1, found[0])
        lines += [f"{wanted.indent}{row}" if row else row for row in text.split("\n")]
    return "\n".join(lines)


def _rules(markdown: MarkdownIt) -> None:
    markdown.block.ruler.before("fence", "snippet", _block, INTERRUPTING)
    markdown.block.ruler.before("fence", "snippets", _several, INTERRUPTING)


DIALECT = Dialect(
    signs=signs(
        r"-8<-",
        r"\{\{ *#",
        r"\[!(?:INCLUDE|include|code)",
        r"<<<[ \t]+[\w@./]",
        r"\{\*[ \t]",
        r"\{!",
        r"@include:",
        r"::include\{",
        r"@\[code",
        r"<include[ >]",
    ),
    rules=_rules,
    blocks=_blocks,
    examples=(
        ('--8<-- "a/b.md"', '<p>--8&lt;-- "a/b.md"</p>'),
        ("{{#include a.rs:2:10}}", "<p>{{#include a.rs:2:10}}</p>"),
        ("[!INCLUDE [a](b.md)]", '<p><a href="b.md">a</a></p>'),
        ("<<< @/a.js{2}", "<p>&lt;&lt;&lt; @/a.js{2}</p>"),
        (
            "```\n{{#include a.rs}}\n```",
            '<pre class="code" tabindex="0"><code>{{#include a.rs}}\n</code></pre>',
        ),
        (
            '```\n;--8<-- "a.md"\n```',
            '<pre class="code" tabindex="0"><code>--8&lt;-- "a.md"\n</code></pre>',
        ),
        (';--8<-- "a.md"', '<p>--8&lt;-- "a.md"</p>'),
        ("Text --8<-- text", "<p>Text --8&lt;-- text</p>"),
    ),
)
