"""Films, frames and pictures: `<video>` and `<iframe>` become links, pictures for a dark and a light
page a pair, and sizes are understood in each of their forms."""

import re
from html import escape, unescape
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from documents import boxes

from .dialect import Dialect, Env, reading_of, signs

_FRAME = re.compile(
    r"<(video|audio|iframe|embed|object)\b((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>"
    r"(?:(?<=/>)|((?:(?!<\1\b).){0,4000}?)</\1\s*>|(?=\s*(?:\n\s*\n|\Z)))",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([a-z-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))", re.IGNORECASE)
_SOURCE = re.compile(r"<source\b([^<>]*)>", re.IGNORECASE)
_IMG = re.compile(r"<img\b((?:[^<>\"']|\"[^\"]*\"|'[^']*')*?)\s*/?>", re.IGNORECASE)
_PICTURE = re.compile(r"<picture\b[^<>]*>(.{0,8000}?)</picture\s*>", re.IGNORECASE | re.DOTALL)
_STYLE = re.compile(r"(?:^|[;\s])(width|height|zoom)\s*:\s*(\d{1,4}(?:px|%))", re.IGNORECASE)
_YOUTUBE = re.compile(r"(?:https?:)?//(?:www\.)?youtube(?:-nocookie)?\.com/embed/([\w-]+)[^\s]*")
_CALLOUT = re.compile(
    r"<p\b[^<>]*class=\"callout (\w{1,20})\"[^<>]*>(.{0,8000}?)</p>", re.IGNORECASE | re.DOTALL
)
_BOUND = re.compile(r":(src|href)=\"\$withBase\(['`]([^\"'`]{1,300})['`]\)\"")
_TAGS = re.compile(r"<[^<>]*>")
_SIZED = re.compile(
    r"!\[([^\[\]\n]{0,300})\]\([ \t]*<?([^\s()<>]{1,500})>?(?:[ \t]+\"([^\"\n]{0,200})\")?"
    r"[ \t]+=(?:\*|(\d{1,4}%?))?x?(?:\*|(\d{1,4}%?))?(?:[ \t]+\"([^\"\n]{0,200})\")?[ \t]*\)"
)
_TITLE_SIZE = re.compile(r"(?:(?:left|right|full)[\w-]*)?\s*=(\d{1,4})x(\d{1,4})?\s*")
_ALT_SIZE = re.compile(r"\s*\|\s*(\d{1,4})(?:x(\d{1,4}))?\Z")
# Of Obsidian, whose pictures need no text before their size.
_ALT_IS_BOTH = re.compile(r"(\d{2,4})x(\d{2,4})\Z")
_ALT_IS_SIZE = re.compile(r"(\d{2,4})(?:x(\d{2,4}))?\Z")
_ALT_IS_TYPE = re.compile(r"type:(?:video|audio|iframe)\Z")  # of a plugin of MkDocs
_NO_PICTURE = re.compile(
    r"\.(?:mp4|webm|mov|mp3|ogg|wav|pdf|drawio|bmp|zip)(?:[?#][^\s]*)?\Z", re.IGNORECASE
)
# What Sphinx' themes, Material and Mintlify call a picture for one kind of page.
_ONLY_CLASS = re.compile(
    r"(?:\A|\s)(?:(only-dark|dark-only|hidden dark:block)|only-light|light-only|block dark:hidden)(?=\s|\Z)"
)
_ONLY = re.compile(r"#(?:gh-(dark|light)-mode-only|only-(dark|light))\Z")


def _frame(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "<":
        return False
    found = _FRAME.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        state.push("html_inline", "", 0).content = _link_html(found)
    state.pos = found.end()
    return True


def _link_html(found: re.Match[str]) -> str:
    """A link to what a frame or film shows, by its title or its own words."""
    values = _values(found[2])
    inner = found[3] or ""
    source = values.get("src") or values.get("data") or ""
    if not source and (first := _SOURCE.search(inner)):
        source = _values(first[1]).get("src", "")
    words = " ".join(_TAGS.sub(" ", inner).split())
    if not source:
        return words
    name, address = film(source)
    name = values.get("title") or values.get("aria-label") or name
    return f'<a href="{escape(address)}">{escape(name, quote=False)}</a>'


def film(source: str) -> tuple[str, str]:
    """What a link to a film without a title is called, and its address."""
    address = _YOUTUBE.sub(r"https://www.youtube.com/watch?v=\1", source)
    try:
        parts = urlsplit(address)
    except ValueError:
        return address, address
    name = parts.path.rpartition("/")[2] if "." in parts.path else parts.netloc
    return name or address, address


def sizes_in(style: str) -> dict[str, str]:
    """Width and height that a style gives."""
    sizes = dict(_STYLE.findall(style))
    if zoom := sizes.pop("zoom", ""):
        sizes.setdefault("width", zoom)
    return sizes


def _values(attributes: str) -> dict[str, str]:
    return {
        found[1].lower(): unescape(found[2] or found[3] or found[4] or "")
        for found in _ATTRIBUTE.finditer(attributes)
    }


def _sized(state: StateInline, silent: bool) -> bool:
    """`![text](address =100x20)`."""
    if not state.src.startswith("![", state.pos):
        return False
    found = _SIZED.match(state.src, state.pos, state.posMax)
    if not found or not (found[4] or found[5]):
        return False
    if not silent:
        token = state.push("image", "img", 0)
        token.attrs = {"src": found[2], "alt": ""}
        title = found[3] or found[6]
        for name, value in (("title", title), ("width", found[4]), ("height", found[5])):
            if value:
                token.attrs[name] = value
        token.content, token.children = found[1], []
        state.md.inline.parse(found[1], state.md, state.env, token.children)
    state.pos = found.end()
    return True


def _img(found: re.Match[str]) -> str:
    """An image of raw HTML, with the size that its style gives and the page that it is for."""
    values = _values(found[1])
    only = _ONLY.search(values.get("src", ""))
    by_class = _ONLY_CLASS.search(values.get("class") or values.get("classname") or "")
    sizes = sizes_in(values.get("style", ""))
    if not only and not sizes and not by_class:
        return found[0]
    if only:
        values["src"] = values["src"][: only.start()]
        values["class"] = f"only-{only[1] or only[2]}"
    elif by_class:
        values["class"] = "only-dark" if by_class[1] else "only-light"
    return _tag(sizes | values)


def _tag(values: dict[str, str]) -> str:
    kept = ("src", "alt", "title", "width", "height", "class")
    said = "".join(f' {name}="{escape(values[name])}"' for name in kept if values.get(name))
    return f"<img{said}>"


def _pair(found: re.Match[str]) -> str:
    """A picture with a source for dark pages, as two images."""
    image = _IMG.search(found[1])
    if not image:
        return found[0]
    values = _values(image[1])
    schemes: dict[str, str] = {}
    for source in _SOURCE.finditer(found[1]):
        given = _values(source[1])
        scheme = re.search(r"prefers-color-scheme:\s*(dark|light)", given.get("media", ""))
        if scheme and (address := given.get("srcset", "").split(",")[0].strip().split(" ")[0]):
            schemes.setdefault(scheme[1], address)
    if "dark" not in schemes:
        return image[0]
    light = schemes.get("light", values.get("src", ""))
    return "".join(
        _tag({**values, "src": address, "class": f"only-{name}"})
        for name, address in (("dark", schemes["dark"]), ("light", light))
    )


def _html(html: str) -> str:
    lower = html.lower()
    if '"callout ' in lower:
        html = _CALLOUT.sub(_callout, html)
    if "<picture" in lower:
        html = _PICTURE.sub(_pair, html)
    if "$withbase(" in lower:
        html = _BOUND.sub(r'\1="\2"', html)
    if "<img" in lower:
        html = _IMG.sub(_img, html)
    return _FRAME.sub(_link_html, html)


def _callout(found: re.Match[str]) -> str:
    """BookStack's boxes."""
    kind = boxes.CLASSES.get(found[1].lower(), "note")
    return f'<div class="{kind}"><p>{found[2].strip()}</p></div>'


def _blocks(tokens: list[Token], env: Env) -> list[Token]:
    for token in tokens:
        if token.type == "html_block":
            token.content = _html(token.content)
    return tokens


def _inlines(children: list[Token], env: Env) -> list[Token]:
    if any("<picture" in child.content for child in children if child.type == "html_inline"):
        children = _joined(children)
    for child in children:
        if child.type == "html_inline" and "<" in child.content:
            child.content = _html(child.content)
        elif child.type == "image":
            _read_image(child, env)
    return [token for child in children for token in _film_as_link(child)]


def _film_as_link(token: Token) -> list[Token]:
    """An image whose address is no picture's as a link; a page would show nothing in its place."""
    source = str(token.attrs.get("src", ""))
    is_typed = token.type == "image" and _ALT_IS_TYPE.match(token.content)
    if token.type != "image" or not (is_typed or _NO_PICTURE.search(source)):
        return [token]
    is_said = token.children and not _ALT_IS_TYPE.match(token.content)
    shown = Token("text", "", 0, content=film(source)[0])
    return [
        Token("link_open", "a", 1, {"href": source}),
        *((token.children or []) if is_said else [shown]),
        Token("link_close", "a", -1),
    ]


def _joined(children: list[Token]) -> list[Token]:
    """A `<picture>` in running text as one token."""
    result: list[Token] = []
    inside: Token | None = None
    for child in children:
        if inside is not None and child.type in ("html_inline", "text", "softbreak"):
            inside.content += "\n" if child.type == "softbreak" else child.content
            if "</picture" in child.content:
                inside = None
            continue
        inside = child if "<picture" in child.content and child.type == "html_inline" else None
        result.append(child)
    return result


def _read_image(token: Token, env: Env) -> None:
    source = str(token.attrs.get("src", ""))
    if only := _ONLY.search(source):
        token.attrs["src"] = source[: only.start()]
        token.attrs["class"] = f"only-{only[1] or only[2]}"
    if sized := _TITLE_SIZE.fullmatch(str(token.attrs.get("title", ""))):
        del token.attrs["title"]
        token.attrs["width"] = sized[1]
        if sized[2]:
            token.attrs["height"] = sized[2]
    last = token.children[-1].content if token.children else ""
    is_obsidian = reading_of(env).tool == "obsidian"
    size = _ALT_SIZE.search(last) or (_ALT_IS_SIZE if is_obsidian else _ALT_IS_BOTH).match(last)
    if token.children and size:
        token.children[-1].content = last[: size.start()]
        token.attrs["width"] = size[1]
        if size[2]:
            token.attrs["height"] = size[2]


def _rules(markdown: MarkdownIt) -> None:
    markdown.inline.ruler.before("image", "sized_image", _sized)
    markdown.inline.ruler.before("html_inline", "frame", _frame)


DIALECT = Dialect(
    signs=signs(
        r"<[vV]ideo\b",
        r"<[aA]udio\b",
        r"<iframe\b",
        r"<IFRAME\b",
        r"<embed\b",
        r"<object\b",
        r"<picture\b",
        r"\"callout [a-z]",
        r"<img[^<>]*style",
        r"<img[^<>]*[cC]lass(?:Name)?=[\"'][^\"'<>]*(?:only|dark:)",
        r"\$withBase\(",
        r"-mode-only",
        r"#only-",
        r" =\d{0,4}%?x?(?:\d{1,4}%?)?[ )\"]",
        r"\|[ \t]*\d{1,4}(?:x\d{1,4})?\]",
        r"!\[(?:\d{2,4}(?:x\d{2,4})?|type:[a-z]+)\]",
        r"sources=\{\{",
        r"\.(?:mp4|webm|mov|mp3|ogg|wav|pdf|drawio|bmp|zip)(?:[?#][^\s()]*)?[)> ]",
    ),
    rules=_rules,
    blocks=_blocks,
    inlines=_inlines,
    examples=(
        ("![a](b.png =100x20)", '<p><img src="b.png" alt="a" width="100" height="20"></p>'),
        ('![a](b.png "t" =50x)', '<p><img src="b.png" alt="a" title="t" width="50"></p>'),
        ('![a](b.png =50% "t")', '<p><img src="b.png" alt="a" title="t" width="50%"></p>'),
        (
            "![a](b.mp4) ![](c/d.pdf#e)",
            '<p><a href="b.mp4">a</a> <a href="c/d.pdf#e">d.pdf</a></p>',
        ),
        (
            '![a](b.png =120x) ![](c.png " =100x20")',
            '<p><img src="b.png" alt="a" width="120"> <img src="c.png" alt="" width="100" height="20"></p>',
        ),
        ("![100x60](b.png)", '<p><img src="b.png" alt="" width="100" height="60"></p>'),
        (
            "![type:video](https://www.youtube.com/embed/abc) ![404](b.png)",
            '<p><a href="https://www.youtube.com/embed/abc">www.youtube.com</a> '
            '<img src="b.png" alt="404"></p>',
        ),
        ("![a|120](b.png)", '<p><img src="b.png" alt="a" width="120"></p>'),
        ('<img src="b.png" style="width: 40%;">', '<img src="b.png" width="40%">'),
        (
            "![a](b.png#gh-dark-mode-only) ![a](c.png#only-light)",
            '<p><img src="b.png" alt="a" class="only-dark"> '
            '<img src="c.png" alt="a" class="only-light"></p>',
        ),
        (
            '<picture>\n<source media="(prefers-color-scheme: dark)" srcset="d.png">\n'
            '<img src="l.png" alt="a">\n</picture>',
            '<img src="d.png" alt="a" class="only-dark">'
            '<img src="l.png" alt="a" class="only-light">',
        ),
        (
            '<img className="hidden dark:block" src="d.png" />',
            '<img src="d.png" class="only-dark">',
        ),
        (
            '<iframe src="//www.youtube.com/embed/abc"></iframe>',
            '<a href="https://www.youtube.com/watch?v=abc">www.youtube.com</a>',
        ),
        (
            '<iframe src="https://www.youtube.com/embed/abc?rel=0" title="A film" onload="x()"></iframe>',
            '<a href="https://www.youtube.com/watch?v=abc">A film</a>',
        ),
        (
            '<video controls>\n  <source src="a/b.mp4" type="video/mp4">\n</video>',
            '<a href="a/b.mp4">b.mp4</a>',
        ),
        ('See <video src="b.mp4" title="T"></video>.', '<p>See <a href="b.mp4">T</a>.</p>'),
        ('<iframe src="javascript:x()" title="T"></iframe>', "<a>T</a>"),
        (
            '<p id="b" class="callout warning">Mind <b>it</b></p>',
            '<div class="note note-warning"><p>Mind <b>it</b></p></div>',
        ),
        (
            "`<video src=a>` and `<iframe>`",
            "<p><code>&lt;video src=a&gt;</code> and <code>&lt;iframe&gt;</code></p>",
        ),
    ),
)
