"""Bare addresses beside text that has no blanks: `详见https://example.org，谢谢`, `see:https://…`."""

import re

from markdown_it.token import Token

from documents.links import encoded

from .dialect import Dialect, Env, signs

_STOPS = "，。；：！？、（）【】《》〈〉「」『』“”‘’…"
_END = re.compile(f"[{_STOPS}]")
_ADDRESS = re.compile(
    rf"(?<![A-Za-z0-9/_.@-])(?:https?://|www\.(?=[\w-]+\.))[^\s<>\"'`{_STOPS}]{{3,2000}}"
)
_TRAILING = ".,:;!?*_~'\"]"


def _linked(children: list[Token], env: Env) -> list[Token]:
    result: list[Token] = []
    inside = 0
    for index, child in enumerate(children):
        if child.tag == "a":
            inside += child.nesting
        elif child.type == "html_inline" and child.content[:2].lower() in ("<a", "</"):
            inside += (
                1 if child.content[:2].lower() == "<a" else -(child.content[:3].lower() == "</a")
            )
        if child.type != "text":
            result.append(child)
        elif inside:
            result += _cut(children, index, result)
        elif "http" in child.content or "www." in child.content:
            result += _found(child.content)
        else:
            result.append(child)
    return _behind(result)


def _cut(children: list[Token], index: int, before: list[Token]) -> list[Token]:
    """The text of a bare address, without what is behind the address."""
    child, link = children[index], before[-1] if before else None
    stop = _END.search(child.content)
    if (
        link is None
        or link.type != "link_open"
        or not stop
        or link.attrs.get("href") != encoded(child.content)
    ):
        return [child]
    link.attrs["href"] = encoded(child.content[: stop.start()])
    text = Token("text", "", 0, content=child.content[: stop.start()])
    text.meta["behind"] = child.content[stop.start() :]
    return [text]


def _behind(children: list[Token]) -> list[Token]:
    """What was cut off an address is behind its link; it may hold further addresses."""
    result: list[Token] = []
    waiting = ""
    for child in children:
        waiting = child.meta.pop("behind", "") or waiting
        result.append(child)
        if waiting and child.type == "link_close":
            result += _found(waiting)
            waiting = ""
    return result


def _found(text: str) -> list[Token]:
    """A text with its addresses as links."""
    result: list[Token] = []
    start = 0
    for found in _ADDRESS.finditer(text):
        address = found[0].rstrip(_TRAILING)
        while address.endswith(")") and address.count(")") > address.count("("):
            address = address[:-1].rstrip(_TRAILING)
        if not re.match(r"(?:https?://|www\.)[\w-]", address):
            continue
        whole = address if address.startswith("http") else f"http://{address}"
        result.append(Token("text", "", 0, content=text[start : found.start()]))
        result.append(Token("link_open", "a", 1, {"href": encoded(whole)}))
        result.append(Token("text", "", 0, content=address))
        result.append(Token("link_close", "a", -1))
        start = found.start() + len(address)
    result.append(Token("text", "", 0, content=text[start:]))
    return result


DIALECT = Dialect(
    signs=signs(
        rf"http(?<=[\u3000-\ud7ff\uf900-\ufaff\uff00-\uffef{_STOPS}:]http)s?://",
        rf"www\.(?<=[\u3000-\ud7ff\uf900-\ufaff\uff00-\uffef{_STOPS}]www\.)",
        rf"http(?:s?)://[^\s<>\"']{{0,300}}?[{_STOPS}]",
    ),
    inlines=_linked,
    examples=(
        (
            "详见https://a.example/b，谢谢。文档：https://a.example/c。",
            '<p>详见<a href="https://a.example/b">https://a.example/b</a>，谢谢。文档：'
            '<a href="https://a.example/c">https://a.example/c</a>。</p>',
        ),
        (
            "https://a.example/b，https://a.example/中文。",
            '<p><a href="https://a.example/b">https://a.example/b</a>，'
            '<a href="https://a.example/%E4%B8%AD%E6%96%87">https://a.example/中文</a>。</p>',
        ),
        (
            "see:https://a.example/b.",
            '<p>see:<a href="https://a.example/b">https://a.example/b</a>.</p>',
        ),
        (
            "（https://a.example/b(c)）",
            '<p>（<a href="https://a.example/b(c)">https://a.example/b(c)</a>）</p>',
        ),
        ("[详见https://a.example](/b)。", '<p><a href="/b">详见https://a.example</a>。</p>'),
        (
            "见www.a.example/b，c",
            '<p>见<a href="http://www.a.example/b">www.a.example/b</a>，c</p>',
        ),
        ("`详见https://a.example`", "<p><code>详见https://a.example</code></p>"),
    ),
)
