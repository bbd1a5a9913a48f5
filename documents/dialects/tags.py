"""Tags with names and arguments, whatever their marks: shortcodes of Hugo, Liquid of Jekyll and
GitBook, components of MDX. One table says what becomes of the common ones."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from documents import boxes
from documents.fence_info import read_info
from documents.languages import tag_of

from . import snippets, tabs, trees
from .dialect import Env
from .tag_names import FILMS, INCLUDES, KNOWN, SAID, TREES, WORDS

_ARGUMENT = re.compile(
    r"\s*,?\s*(?:(?P<key>[A-Za-z_][\w.-]*)\s*(?:=|:(?=\s*[\"']))\s*)?"
    r"(?:\"(?P<double>(?:[^\"\\]|\\.)*)\"|'(?P<single>(?:[^'\\]|\\.)*)'|`(?P<back>[^`]*)`"
    r"|\{[\"'`]?(?P<braces>[^{}]*?)[\"'`]?\}|(?P<bare>[^\s\"'`,{}=]+))"
)
# Code whose tag is its language.
_NOTATIONS = {"mermaid": "mermaid", "katex": "math", "math": "math", "latex": "math"}
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|avif)\Z", re.IGNORECASE)
# Code that a tag holds as an argument.
_GIVEN_CODE = re.compile(r"\bcode=(?:\{\s*`([^`\\$]*)`\s*\}|\"([^\"]*)\"|'([^']*)')")
_LITERAL = re.compile(r"\s*\{`([^`\\$]*)`\}\s*")  # as MDX writes text that is no Markdown
_MARKS = re.compile(r"[*_`]")
_THEMES = re.compile(
    r"\b(light|dark)\s*:\s*(?:(?:useBaseUrl|require)\(\s*)?(?:[\"'`]([^\"'`\n]{1,500})[\"'`]|[A-Za-z_])"
)
_THEMES_BY_NAME = re.compile(r"\b(light|dark)\s*:\s*([A-Za-z_]\w*)\s*[,}]")
_BLANKS = re.compile(r"\s+")


@dataclass(slots=True)
class Tag:
    """One tag: its name in lower case, its arguments, and whether it opens, closes or is alone
    (as it says itself)."""

    name: str
    source: str
    arguments: list[str] = field(default_factory=list)
    named: dict[str, str] = field(default_factory=dict)
    closes: bool = False
    stands_alone: bool = False

    def get(self, *keys: str, place: int | None = None) -> str:
        """The first of these named arguments, or the one at a place among the others, or ""."""
        for key in keys:
            if value := self.named.get(key):
                return value
        return self.arguments[place] if place is not None and place < len(self.arguments) else ""


def read_arguments(tag: Tag, source: str) -> Tag:
    """Read what is behind a tag's name into it."""
    for found in _ARGUMENT.finditer(source[:2000]):
        value = next(
            (v for k in ("double", "single", "back", "braces", "bare") if (v := found[k])), ""
        )
        value = _BLANKS.sub(" ", value.replace('\\"', '"')).strip()
        if found["key"]:
            tag.named[found["key"].lower()] = value
        elif value:
            tag.arguments.append(value)
    return tag


Reader = Callable[[str], Tag | None]


def open_block(state: StateBlock, lines: list[int], tag: Tag, fill: Callable[[], None]) -> None:
    """The container that `tag` opens on the first of `lines` and that ends above the last one;
    `fill` puts in what it holds."""
    what = KNOWN.get(tag.name, "")
    if what in ("box", "typed", "fold"):
        _open_box(state, lines, tag, what)
        fill()
        boxes.close(state, "details" if what == "fold" else "div")
    elif what == "quote":
        _open_quote(state, lines, tag, fill)
    elif what == "group":
        group = tabs.open_group(state, lines[0], _items(tag))
        group.map = lines
        inside = len(state.tokens)
        fill()
        if not any(token.attrs.get("class") == "tab" for token in state.tokens[inside:]):
            state.tokens[inside:] = tabs.around_code(state, state.tokens[inside:])
        tabs.close_group(state)
    elif what == "tab":
        title = tag.get("label", "title", "name", "header", "tabname", "value", place=0)
        tabs.open_tab(state, title, lines[0])
        fill()
        tabs.close_tab(state)
    elif is_entry(tag):
        trees.put(state, lines, escaped(_entry_name(tag)), fill)
    else:
        source = head_source(tag) if what == "headed" else None
        around = url_around(tag)
        source = inline_source(tag) if what == "link" and not around else source
        if source:
            paragraph(state, source, lines[0])
        inside = len(state.tokens)
        if tag.name in TREES:
            trees.begin(state)
        fill()
        if tag.name in TREES:
            trees.begin(state)
        if around:
            _lead(state, inside, around, lines[0])
        if what == "code" and (title := tag.get("file", "filename", "title")):
            _give_title(state.tokens[inside:], title)


def is_entry(tag: Tag) -> bool:
    """Whether a tag is a name in a tree; one of a file that leads to it is a link."""
    if KNOWN.get(tag.name) != "entry" and tag.name != "file":
        return False
    return bool(_entry_name(tag)) and not tag.get("url", "href", "src", "link", "to")


def _entry_name(tag: Tag) -> str:
    return tag.get("name", "label", "title", "text")


def url_around(tag: Tag) -> str:
    """Where the text that a tag holds leads to; "" if the tag says what its link is called."""
    if KNOWN.get(tag.name) != "link" or tag.get("title", "text", "label", "name", "caption"):
        return ""
    return tag.get("url", "href", "link", "to", "relref", "ref")


def _lead(state: StateBlock, inside: int, url: str, line: int) -> None:
    """Let the text from the token `inside` on lead to an address; a link below it where it is more
    than a paragraph."""
    found = state.tokens[inside:]
    if any("](" in token.content for token in found if token.type == "inline"):
        return  # it holds the link itself
    if [token.type for token in found] == ["paragraph_open", "inline", "paragraph_close"]:
        found[1].content = f"[{' '.join(found[1].content.split())}]({destination(url)})"
    else:
        paragraph(state, link(url, url), line)


def holds_code(state: StateBlock, tag: Tag, first: int, last: int) -> bool:
    """Whether the lines from `first` to `last` (exclusive) in a tag are code as they are."""
    is_code = KNOWN.get(tag.name) == "code"
    if tag.name == "tab" and tag.source.startswith("{{<") and (language := tag.get("lang")):
        # A tab of Docsy is code, but where it says which tongue it speaks.
        return not tag_of(language) and not _has_fence(state, first, last)
    return is_code and (tag.name == "highlight" or not _has_fence(state, first, last))


def put_code(state: StateBlock, lines: list[int], tag: Tag, content: str) -> None:
    """The code that a tag holds."""
    token = state.push("fence", "code", 0)
    language = _NOTATIONS.get(tag.name) or tag.get("lang", "language", place=0)
    title = tag.get("file", "filename", "title")
    token.info = f'{language} title="{title}"' if title else language
    literal = _LITERAL.fullmatch(content)
    token.content, token.map = f"{literal[1]}\n" if literal else content, lines


def _open_box(state: StateBlock, lines: list[int], tag: Tag, what: str) -> None:
    kind = tag.name
    if what == "fold":
        title = tag.get("title", "summary", "header", "label", place=0) or boxes.title_of(kind)
        state.tokens += boxes.opening("note", title, state.level, lines, fold=True)
        return
    if what == "typed" or tag.named.get("style") or tag.named.get("type"):
        kind = tag.get("type", "style", "context", "color", "variant", "intent", place=0)
        kind = kind if kind.lower() in boxes.CLASSES else "note"
    elif tag.arguments and tag.arguments[0].lower() in boxes.CLASSES:  # `hint info`
        what, kind = "typed", tag.arguments[0]
    title = tag.get("title", "header", place=1 if what == "typed" else 0)
    state.tokens += boxes.opening(kind.lower(), title or boxes.title_of(kind), state.level, lines)


def _open_quote(state: StateBlock, lines: list[int], tag: Tag, fill: Callable[[], None]) -> None:
    """A quote, with who said it below."""
    state.push("blockquote_open", "blockquote", 1).map = lines
    state.level -= 1  # `fill` counts it
    fill()
    state.level += 1
    author = tag.get("author", "by", "cite", "source", place=0)
    if author:
        url = tag.get("link", "url", "href")
        paragraph(state, f"— {link(author, url) if url else escaped(author)}", *lines)
    state.push("blockquote_close", "blockquote", -1)


def _items(tag: Tag) -> list[str]:
    """The names that a group gives its tabs: `items="A,B"`, `items={['A', 'B']}`."""
    names = tag.get("items", "labels").strip("[]").split(",")
    return [name.strip().strip("\"'`") for name in names if name.strip()]


def head_source(tag: Tag) -> str:
    """The Markdown of the title that a tag gives what it holds, with what else it says."""
    if method := tag.get("method"):
        call, summary = f"{method.upper()} {tag.get('path')}".strip(), tag.get("summary")
        return f"**{escaped(call)}**" + (f": {escaped(summary)}" if summary else "")
    name = tag.get(
        "title", "label", "name", "path", "query", "body", "header", "caption", "status", "date"
    )
    if not name and tag.name in ("card", "step"):
        name = tag.get(place=0)
    url = tag.get("href", "link", "url", "to")
    more = tag.get("type", "description", "subtitle")
    if not name and not url:
        return ""
    title = link(name or url, url) if url else f"**{escaped(name)}**"
    return f"{title}: {escaped(more)}" if more else title


def _give_title(tokens: list[Token], title: str) -> None:
    """Let the first fence that has no title of its own be called so."""
    fence = next((token for token in tokens if token.type == "fence"), None)
    if fence is not None and not read_info(fence.info).title:
        plain = title.replace('"', "'")
        fence.info = f'{fence.info or "text"} title="{plain}"'


def _has_fence(state: StateBlock, first: int, last: int) -> bool:
    return any(
        state.src.startswith(("```", "~~~"), state.bMarks[line] + state.tShift[line])
        for line in range(first, last)
    )


def stand_alone(state: StateBlock, line: int, below: int, tag: Tag) -> bool:
    """A tag that holds nothing, on lines of its own; whether it is known."""
    if KNOWN.get(tag.name) in ("hidden", "layout"):
        return True
    if KNOWN.get(tag.name) == "code" and (given := _GIVEN_CODE.search(tag.source)):
        put_code(state, [line, below], tag, f"{next(filter(None, given.groups()), '')}\n")
        return True
    name_imported(tag, state.env)
    if is_entry(tag):
        trees.put(state, [line, below], escaped(_entry_name(tag)))
        return True
    if tag.name in INCLUDES and (name := tag.get(place=0) or tag.get("file", "path", "src")):
        kind = f"{tag.name} tag"
        folder = {"include": "_includes/", "snippet": "snippets/"}.get(tag.name)
        names = [f"{folder}{name}", name] if folder else [name]
        wanted = [snippets.Wanted(kind, name) for name in names]
        return snippets.take_in(state, line, below, *wanted, given=tag.named) or _put_theme(
            state, [line, below], tag, name
        )
    source = head_source(tag) if KNOWN.get(tag.name) == "headed" else inline_source(tag)
    if source is None:
        return False
    paragraph(state, source, line, below)
    return True


def name_imported(tag: Tag, env: Env) -> None:
    """Put the picture that a name stands for, as MDX imports it, in place of the name."""
    imports = env.get("imports", {})
    for key in ("src", "image") if imports else ():
        if (path := imports.get(tag.named.get(key, ""))) and _PICTURE.search(path):
            tag.named[key] = path
    for name, written in _THEMES_BY_NAME.findall(tag.source) if imports else ():
        tag.named[f"{name} picture"] = imports.get(written, "")


def _of_themes(tag: Tag) -> str:
    """The two pictures of Docusaurus' `<ThemedImage sources={{light: …, dark: …}} />`, or ""."""
    found = _THEMES.findall(tag.source) if "sources=" in tag.source else []
    given = {name: address or tag.named.get(f"{name} picture", "") for name, address in found}
    alt = escaped(tag.get("alt"))
    return "".join(
        f"![{alt}]({destination(f'{address}#only-{name}')})"
        for name, address in given.items()
        if address
    )


def _put_theme(state: StateBlock, lines: list[int], tag: Tag, name: str) -> bool:
    """What a theme's file would make of its arguments: a note, a picture; whether that is known."""
    stem = name.rpartition("/")[2].partition(".")[0].lower()
    if stem == "video" and (film := tag.get("provider").lower()) in FILMS:  # Minimal Mistakes
        stem = film
    if KNOWN.get(stem) in ("film", "link"):  # `embed/youtube.html id='…'`
        made = inline_source(Tag(stem, tag.source, tag.arguments[1:], tag.named))
        if made:
            paragraph(state, made, *lines)
        return bool(made)
    text = tag.get("content", "text", "message", "body")
    source = tag.get("file", "url", "src", "image_path", "image", "image-url")
    if text and "{{" not in text:
        kind = tag.get("type", "alert", "status").lower() or stem
        kind = kind if kind in boxes.CLASSES else "note"
        title = tag.get("title", "header") or boxes.title_of(kind)
        state.tokens += boxes.opening(kind, title, state.level, lines)
        state.level += 1
        paragraph(state, text, *lines)
        state.level -= 1
        boxes.close(state, "div")
    elif source and _PICTURE.search(source):
        picture = Tag("figure", tag.source, [], {**tag.named, "src": source})
        paragraph(state, inline_source(picture) or "", *lines)
    else:
        return False
    return True


def paragraph(state: StateBlock, source: str, line: int, below: int | None = None) -> None:
    """A paragraph with Markdown of our own making."""
    lines = [line, below or line + 1]
    state.push("paragraph_open", "p", 1).map = lines
    token = state.push("inline", "", 0)
    token.content, token.map, token.children = source, lines, []
    state.push("paragraph_close", "p", -1)


def inline_source(tag: Tag) -> str | None:
    """The Markdown that a tag which holds nothing stands for; None where it is not known."""
    what = KNOWN.get(tag.name)
    if what in ("hidden", "layout"):
        return ""
    if is_entry(tag):
        return escaped(_entry_name(tag))
    if what == "picture" and (pair := _of_themes(tag)):
        return pair
    if what == "picture":
        source = tag.get("src", "link", "srcset", "image", "path", place=0)
        caption = tag.get("caption", "title")
        text = tag.get("alt") or _MARKS.sub("", caption)
        if not source:
            return None
        picture = f"![{escaped(text)}]({destination(source)})"
        is_shown = caption and (caption != text or tag.named.get("caption"))
        words = [tag.get("title")] if tag.get("title") and caption != tag.get("title") else []
        words += [caption] if is_shown else []
        if by := tag.get("attr"):
            words.append(link(by, url) if (url := tag.get("attrlink")) else escaped(by))
        return " ".join([picture, *words])
    if what == "film":
        name = tag.get("id", "videoid", "user", place=0)
        if tag.name == "x" and not name.isdigit():  # a component of this name
            return None
        if len(tag.arguments) > 1 and tag.name == "gist":
            name = "/".join(tag.arguments[:2])
        url = name if name.startswith("http") else FILMS[tag.name].format(name)
        title = tag.get("title", "caption") or boxes.title_of(tag.name)
        return link(title, url) if name else None
    if what == "link":
        url = tag.get("url", "href", "link", "src", "to", "relref", "ref", "file", place=0)
        title = tag.get("title", "text", "label", "name", "caption") or url
        more = tag.get("description")
        return link(title, url) + (f": {escaped(more)}" if more else "") if url else None
    if what == "headed":
        return head_source(tag)
    if what == "said":
        value = tag.get("text", "term", "label", "version", "content", place=0) or " ".join(
            filter(None, map(tag.get, ("title", "value", "for_k8s_version", "state")))
        )
        said = escaped(SAID[tag.name].format(value)) if value else None
        return f"<kbd>{said}</kbd>" if said and tag.name == "kbd" else said
    return WORDS.get(tag.name)


def link(text: str, url: str) -> str:
    """The Markdown of a link."""
    return f"[{escaped(text)}]({destination(url)})"


def escaped(text: str) -> str:
    """Text as Markdown that shows it."""
    return re.sub(r"([\\\[\]`*_<>!{}$:|])", r"\\\1", text)


def destination(url: str) -> str:
    """An address as the target of a link."""
    return "<" + url.replace("<", "%3C").replace(">", "%3E").replace("\n", "") + ">"
