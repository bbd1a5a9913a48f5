"""Inline Markdown: Python-Markdown's patterns, and those of GFM that it lacks."""

import re
import string
from typing import Any, cast
from xml.etree import ElementTree

from markdown import Markdown
from markdown.inlinepatterns import (
    HTML_RE,
    AutolinkInlineProcessor,
    HtmlInlineProcessor,
    InlineProcessor,
    SimpleTagInlineProcessor,
    SubstituteTagInlineProcessor,
)
from markdown.util import AtomicString

from .syntax import HIDING_TAGS, HTML_TAGS, TAG_NAME

_SHOWN_TAGS = HTML_TAGS - HIDING_TAGS

_AUTOLINK = r"<([A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*)>"
_URL = r"(?<![\w/@.:\"'=\-])(?:https?://|www\.)[^\s<>\x02\x03]+"
_MAIL = r"(?<![\w.+/:@-])[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}\b"
# GitHub's rule for where maths begins and ends, by which `$5 and $6` is none.
_MATHS = r"(?<![\\$\w])(?:\$\$[^$`]{1,2000}\$\$|\$(?=\S)[^$`\n]{1,300}(?<=\S)\$)(?![\w$])"
_FORMULA = re.compile(r"[\\^_=+]")
_NOTE = r"\[\^([^\]\s\x02\x03]{1,100})\]"


class _BareUrl(InlineProcessor):
    """A URL in running text, without the punctuation of the sentence around it."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[ElementTree.Element | None, int | None, int | None]:
        url = m[0]
        end, unopened = len(url), url.count(")") - url.count("(")
        while end:
            if url[end - 1] == ")" and unopened > 0:
                unopened -= 1
            elif url[end - 1] not in "?!.,:;*_~'\"|":
                break
            end -= 1
        url = url[:end]
        if "." not in url and "localhost" not in url:
            return None, None, None
        link = ElementTree.Element("a")
        link.set("href", url if url.startswith("http") else f"http://{url}")
        link.text = AtomicString(url)
        return link, m.start(), m.start() + len(url)


class _BareMail(InlineProcessor):
    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[ElementTree.Element, int, int]:
        link = ElementTree.Element("a")
        link.set("href", f"mailto:{m[0]}")
        link.text = AtomicString(m[0])
        return link, m.start(), m.end()


class _Maths(InlineProcessor):
    """Maths, shown as the source that was written: what looks like emphasis in it is none."""

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[str | None, int | None, int | None]:
        if "**" in m[0] or not _FORMULA.search(m[0]):
            return None, None, None
        return m[0], m.start(), m.end()


class _Html(HtmlInlineProcessor):
    """Raw HTML of elements that exist and hide nothing. All else stays what the author wrote:
    `<T>`, `<int>`, and a `<script>` that a sentence speaks of."""

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[ElementTree.Element | str | None, int | None, int | None]:
        name = TAG_NAME.match(m[0])
        if name and name[1].lower() not in _SHOWN_TAGS:
            return None, None, None
        return super().handleMatch(m, data)


class _NoteReference(InlineProcessor):
    """`[^label]`, where a footnote of that label exists; numbered once all are known."""

    def __init__(self, md: Markdown, labels: set[str]) -> None:
        super().__init__(_NOTE, md)
        self.labels = labels

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[ElementTree.Element | None, int | None, int | None]:
        if m[1] not in self.labels:
            return None, None, None
        mark = ElementTree.Element("sup", {"class": "footnote", "data-note": m[1]})
        return mark, m.start(), m.end()


class Inline:
    """Python-Markdown set up for inline text only. One instance serves any number of documents."""

    def __init__(self) -> None:
        self.md = Markdown()
        self.labels: set[str] = set()
        patterns = self.md.inlinePatterns
        self.md.ESCAPED_CHARS = list(string.punctuation)
        patterns.register(SubstituteTagInlineProcessor(r"\\\n", "br"), "backslash_break", 185)
        patterns.register(_Maths(_MATHS, self.md), "maths", 187)
        patterns.register(_NoteReference(self.md, self.labels), "note", 175)
        patterns.register(AutolinkInlineProcessor(_AUTOLINK, self.md), "autolink", 120)
        patterns.register(_Html(HTML_RE, self.md), "html", 90)
        patterns.register(_BareUrl(_URL, self.md), "bare_url", 85)
        patterns.register(_BareMail(_MAIL, self.md), "bare_mail", 84)
        patterns.register(
            SimpleTagInlineProcessor(r"()~~(?=[^\s~])([^~]{1,2000})(?<=\S)~~", "del"), "del", 50
        )
        self._walk = cast(Any, self.md.treeprocessors["inline"])
        # A plain list of the patterns: the registry's own look-up took a fifth of the time.
        self._walk.inlinePatterns = list(patterns)
        self._unescape = self.md.treeprocessors["unescape"]

    def begin(self, references: dict[str, tuple[str, str]], labels: set[str]) -> None:
        """Forget the document before and take the link targets and footnotes of this one."""
        self.md.reset()
        self.md.references.update(references)
        self.labels.clear()
        self.labels.update(labels)

    def store(self, html: str) -> str:
        """Keep `html` as it is; the placeholder that stands for it is replaced in `html_of`."""
        return self.md.htmlStash.store(html)

    def run(self, root: ElementTree.Element) -> None:
        """Turn the text of every element below `root` into inline elements."""
        self._walk.run(root)
        self._unescape.run(root)

    def html_of(self, element: ElementTree.Element) -> str:
        html = self.md.serializer(element)
        if "\x02" in html:
            html = _PLACEHOLDER.sub(self._restore, html).replace("\x02amp\x03", "&")
        return html

    def _restore(self, found: re.Match[str]) -> str:
        return str(self.md.htmlStash.rawHtmlBlocks[int(found[1])])


def inline_text(text: str) -> str:
    """`text` as an element's text; marked as final where it holds nothing to look at."""
    return text if _MARKUP.search(text) else AtomicString(text)


_MARKUP = re.compile(r"[\\`*_\[<&~@]|://|www\.|  \n")
RAW = "x-raw"
_PLACEHOLDER = re.compile(rf"(?:<{RAW}>)?\x02wzxhzdk:(\d+)\x03(?:</{RAW}>)?")
