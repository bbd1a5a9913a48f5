"""What tags of Hexo and Zola have that others have not: `{% codeblock Title lang:js %}`,
`{% asset_img a.png 200 "Title" %}`, `{% blockquote Author, Book https://… %}`, `{{ youtube(id="x") }}`."""

import re

from markdown_it.rules_block import StateBlock

from documents import boxes

from . import tabs, tags
from .pairs import next_line
from .tags import Tag

_CALL = re.compile(r"([A-Za-z_]\w{0,60})\(([^(){}]{0,300})\)")
_WORD = re.compile(r"\"[^\"]*\"|'[^']*'|\S+")
_OPTION = re.compile(r"\b(lang|url|link|mark|first_line|line_number|highlight|wrap|caption):(\S+)")
_URL = re.compile(r"https?://\S+")
_TITLED = re.compile(r"\s*([a-z]+)\s+(?:no-icon\s+)?(?![\"'{])([^=\"']{1,200}?)\s*")
_TAB = re.compile(r"<!--[ \t]*tab\b[ \t]*([^\n]{0,200}?)(?:@[\w-]*)?[ \t]*-->[ \t]*")
_END = re.compile(r"<!--[ \t]*endtab[ \t]*-->")


def tab(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """A tab between `<!-- tab Name -->` and `<!-- endtab -->` in a group of tabs."""
    start = state.bMarks[line] + state.tShift[line]
    if not state.src.startswith("<!--", start) or not state.env.get("tabs"):
        return False
    found = _TAB.fullmatch(state.src, start, state.eMarks[line])
    last = next_line(state, line, _END) if found else None
    if found is None or last is None or last >= end:
        return False
    if not silent:
        tabs.open_tab(state, found[1], line)
        boxes.fill(state, line + 1, last, state.sCount[line], "tab")
        tabs.close_tab(state)
        state.line = last + 1
    return True


def called(expression: str, source: str) -> str:
    """What a shortcode of Zola in a value stands for, `youtube(id="x")`, or ""."""
    call = _CALL.fullmatch(expression)
    if not call:
        return ""
    tag = tags.read_arguments(Tag(call[1].lower(), source), call[2])
    return tags.inline_source(tag) or ""


def read(tag: Tag, said: str) -> Tag:
    """What is behind a tag's name, as Hexo or as all others read it."""
    if reader := _READERS.get(tag.name):
        reader(tag, said.strip())
        return tag
    if tag.name == "note" and (found := _TITLED.fullmatch(said)):
        tag.arguments = [found[1], found[2]] if found[2] != "no-icon" else [found[1]]
        return tag
    return tags.read_arguments(tag, said)


def _code(tag: Tag, said: str) -> None:
    options = dict(_OPTION.findall(said))
    title = _URL.split(_OPTION.sub("", said), maxsplit=1)[0].strip()
    tag.named = {"lang": options.get("lang", "text")} | ({"title": title} if title else {})


def _picture(tag: Tag, said: str) -> None:
    words = [word.strip("\"'") for word in _WORD.findall(said)]
    place = next((number for number, word in enumerate(words) if "." in word), None)
    if place is None:
        return
    tag.named["src"] = words[place]
    texts = [word for word in words[place + 1 :] if not word.rstrip("%").isdigit()]
    if texts:
        tag.named["alt"] = " ".join(texts).replace("'", "")


def _post(tag: Tag, said: str) -> None:
    words = [word.strip("\"'") for word in _WORD.findall(said)]
    if words:
        tag.named = {"url": f"wiki:{words[0]}", "title": " ".join(words[1:]) or words[0]}


def _button(tag: Tag, said: str) -> None:
    parts = [part.strip() for part in said.split(",")]
    tag.named = {"url": parts[0], "title": parts[1] if len(parts) > 1 and parts[1] else parts[0]}


def _quote(tag: Tag, said: str) -> None:
    if "=" in said:
        tags.read_arguments(tag, said)
        return
    url = _URL.search(said)
    author = _URL.split(said, maxsplit=1)[0].strip().strip("\"'")
    tag.named = {"author": author} | ({"url": url[0]} if url else {})


def _fold(tag: Tag, said: str) -> None:
    tag.named = {"title": said.rpartition(",")[2].strip()}


def _label(tag: Tag, said: str) -> None:
    tag.named = {"text": said.rpartition("@")[2].strip()} if "@" in said else {}
    if not tag.named:
        tags.read_arguments(tag, said)


def _file(tag: Tag, said: str) -> None:
    tag.arguments = [word for word in said.split() if ":" not in word][-1:]


_READERS = {
    "include_code": _file,
    "codeblock": _code,
    "asset_img": _picture,
    "post_link": _post,
    "btn": _button,
    "blockquote": _quote,
    "quote": _quote,
    "folding": _fold,
    "label": _label,
}
