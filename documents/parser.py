"""A file's bytes to a Document: the one entry for text that comes in."""

import re
from collections.abc import Sequence

from . import encoding, front_matter
from .dialects import Reading
from .kind_detection import kind_of_document
from .languages import LONGEST as LONGEST_SAMPLE
from .languages import language_of
from .learning_paths import find_steps
from .markdown import Blocks, parse_blocks
from .outline import Outline, find_outline
from .sections import find_sections
from .titles import title_of_document
from .values import Document, FrontMatter, Include, ParsedSection, Refused

LIMIT_BYTES = 5 * 1024 * 1024
LONGEST_LINE = 500_000
_MOVED = ("redirect_to", "redirect_url", "redirect")


def parse(
    data: bytes,
    *,
    path: str,
    limit_bytes: int = LIMIT_BYTES,
    tool: str = "",
    include: Include | None = None,
) -> Document:
    """Parse one file. `data` are its bytes in any encoding, at most `limit_bytes` of them; `path`
    is only used for a title of last resort. `tool` is one of `dialects.TOOLS`, where it is known
    whose Markdown this is. Without `include` a directive that takes in another file stays as it is.

    Raises Refused, with a reason and where there is one a line, when the file cannot be taken in
    as a whole. Takes as much time and memory as it needs: `pool` has limits for both.
    """
    if len(data) > limit_bytes:
        size, limit = len(data) / 1024 / 1024, limit_bytes / 1024 / 1024
        raise Refused(f"is {size:.1f} MB; the limit is {limit:.1f} MB")
    decoded = _decode(data)
    front, taken, odd = front_matter.split(decoded.text)
    if front.status is None:
        odd += front_matter.say_by_place(front, path, tool)
    notices = decoded.notices + odd
    lines = decoded.text.removesuffix("\n").split("\n")
    # Blank lines in its place keep every line number right.
    lines[:taken] = [""] * taken
    if (target := _moved_to(front)) and not "".join(lines).strip():
        lines.append(f"[{target}](<{target}>)")  # else the page would say nothing
    values = {**front.inner, **front.extra, "title": front.title}
    reading = Reading(path, tool, include, values)
    lines, blocks, outline = _structure(lines, front, reading)
    sections, title_anchor, odd_numbers = find_sections(blocks, outline, lines)
    notices += blocks.notices + (outline.notices if outline else []) + odd_numbers
    title = title_of_document(front.title, sections, path, tool)
    steps = find_steps(sections, title, is_path=front.kind == "path")
    return Document(
        title=title,
        title_anchor=title_anchor,
        kind=front.kind or kind_of_document(title, sections, steps),
        front=front,
        sections=sections,
        notices=sorted(notices, key=lambda notice: notice.line or 0),
        repaired=decoded.repaired,
        steps=steps,
        language=front.language or language_of(_beginning(sections)),
        unread=dict(reading.unread),
        included=list(dict.fromkeys(reading.included)),
        taken=list(dict.fromkeys(reading.taken)),
    )


def _moved_to(front: FrontMatter) -> str:
    """Where a page without a text leads its readers, as other tools say it, or ""."""
    target = next((front.extra[key] for key in _MOVED if front.extra.get(key)), "")
    return "" if re.search(r"[\s<>\[\]]", target) else target


def _beginning(sections: Sequence[ParsedSection]) -> str:
    """As much of a document's text as tells its language."""
    texts: list[str] = []
    length = 0
    for section in sections:
        texts += (section.title, section.text)
        length += len(section.text)
        if length > LONGEST_SAMPLE:
            break
    return "\n".join(texts)


def _decode(data: bytes) -> encoding.Decoded:
    decoded = encoding.decode(data)
    if decoded.repaired and front_matter.forbids_repair(decoded.text):
        return encoding.decode(data, as_is=True)
    return decoded


def _structure(
    lines: list[str], front: FrontMatter, reading: Reading
) -> tuple[list[str], Blocks, Outline | None]:
    """The blocks of a document; in an outline, with the lines and cuts of its items."""
    for number, line in enumerate(lines):
        if len(line) > LONGEST_LINE:
            raise Refused(f"the line has more than {LONGEST_LINE:,} characters", number + 1)
    blocks = parse_blocks(lines, reading=reading)
    outline = find_outline(blocks.tokens, lines, declared=front.kind == "outline")
    if outline is None:
        return lines, blocks, None
    reading.unread.clear()  # it is counted once more
    blocks = parse_blocks(outline.lines, outline.items, reading)
    return outline.lines, blocks, outline
