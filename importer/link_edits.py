"""Links in Markdown that lead elsewhere from now on: many at once, as one change."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction

from importer.models import Change
from importer.written_topics import document_of, save_documents
from topics.models import Link, Section, Topic

MOST_TOPICS = 50  # that one change rewrites; the rest waits for the next

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")


@dataclass(frozen=True)
class Mended:
    """What became of links that were to lead elsewhere: `left` could not be found in the text, or
    wait for another turn."""

    change: Change | None
    mended: int
    left: int


def replaced(markdown: str, old: str, new: str) -> tuple[str, int]:
    """The text with one destination of links in place of another, and how often; code stays."""
    pattern = re.compile(
        rf"(\]\(\s*<?|\]:\s+<?|<|(?:href|src)=[\"'])({re.escape(old)})(?=[\s)>\"'])", re.IGNORECASE
    )
    count = 0

    def put(match: re.Match[str]) -> str:
        nonlocal count
        if match[2] != old:
            return match[0]
        count += 1
        return match[1] + new

    lines = []
    for line, is_code in _lines(markdown):
        if is_code:
            lines.append(line)
            continue
        parts, at = [], 0
        for code in _CODE.finditer(line):
            parts += [pattern.sub(put, line[at : code.start()]), code[0]]
            at = code.end()
        ended = line[at:] + "\n"  # a destination may end the text
        lines.append("".join([*parts, pattern.sub(put, ended)[:-1]]))
    return "\n".join(lines), count


def _lines(markdown: str) -> Iterator[tuple[str, bool]]:
    """The lines, each with whether it is in a fenced block of code."""
    fence = ""
    for line in markdown.split("\n"):
        match = _FENCE.match(line)
        if fence:
            yield line, True
            if match and match[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
        elif match:
            fence = match[1]
            yield line, True
        else:
            yield line, False


@transaction.atomic
def mend(
    destinations: Mapping[int, tuple[str, str]], *, user: User | None, why: str = ""
) -> Mended:
    """Have links lead elsewhere: by key of the link, what it is now and what it shall be.

    All links of a topic with the same destination change with it. Raises EditRefused as
    `save_documents` does; then nothing is changed.
    """
    links = Link.objects.filter(
        pk__in=destinations, section__removed_at=None, section__topic__removed_at=None
    )
    by_topic: dict[int, dict[str, str]] = {}
    for pk, href, topic in links.values_list("pk", "href", "section__topic"):
        old, new = destinations[pk]
        if href == old and old != new:
            by_topic.setdefault(topic, {})[old] = new
    texts: dict[int, str] = {}
    mended = left = 0
    for row in Topic.objects.filter(pk__in=sorted(by_topic)[:MOST_TOPICS]):
        text = document_of(row)
        for old, new in by_topic[row.pk].items():
            text, count = replaced(text, old, new)
            mended, left = mended + count, left + (not count)
        texts[row.pk] = text
    left += sum(len(by_topic[pk]) for pk in sorted(by_topic)[MOST_TOPICS:])
    if not mended:
        return Mended(None, 0, left)
    return Mended(save_documents(texts, user=user, why=why), mended, left)


def destination(source: Topic, target: Section) -> str:
    """How a topic's text links to a section: by files within one source, else by address.

    Needs `topic` loaded.
    """
    there = target.topic
    if there.pk == source.pk:
        return f"#{target.anchor}" if target.anchor else posixpath.basename(source.origin)
    anchor = f"#{target.anchor}" if target.anchor else ""
    both = (source.origin, there.origin)
    if source.source == there.source and not any(origin.endswith("/") for origin in both):
        start = posixpath.dirname(source.origin) or "."
        return posixpath.relpath(there.origin, start).replace(" ", "%20") + anchor
    return target.get_absolute_url()
