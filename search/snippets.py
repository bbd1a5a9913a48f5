"""Snippets: the sentences of a section that say most of what was asked, as safe HTML."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from search.matches import Passage

WORDS = 30  # of a fragment
FEW = 8  # words of a sentence that is shown with the next one
LEAD = 8  # words before the first match where a long sentence is cut
LINES, LONGEST_LINE = 3, 160  # of code
MOST_CHOSEN_FROM = 200
ELLIPSIS = "…"
# Between the cells of a table's row in `Section.text`, of which the first may be empty.
TABLE_CELLS = re.compile(r"(?<!\S)\|(?!\S)")

_SENTENCE_END = re.compile(
    r"(?<=[.!?])(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bvs\.)(?<!\betc\.)(?<!\bcf\.)\s+(?=[^\sa-z])"
    r"|(?<=[。！？])"
)
_WORD = re.compile(r"\S+")
# The signs that boxes, lines and arrows are drawn with.
_DRAWN = re.compile(r"[─-▟■-◿←-⇿]+|[+|]?(?:-{3,}|={3,}|_{3,})[+|]?|(?<=\s)[|+^v](?=\s|$)")
_BOX = re.compile(r"[─-▟]")
_MOSTLY_DRAWN = 0.3

Part = tuple[int, int] | str  # a span of the text, or what is between two


@dataclass(frozen=True, slots=True)
class Fragment:
    """Parts of a text that are shown together."""

    start: int
    end: int
    parts: tuple[Part, ...]
    is_prose: bool = True


def snippet(text: Passage, code: Passage, *, is_titled: bool = False) -> str:
    """One or two fragments that hold most of the query's words; code where the text holds none.

    Where the title holds all the words (`is_titled`), the text's beginning says most. Empty only if
    the section has neither text nor code.
    """
    if is_titled and (beginning := _beginning(text)):
        return beginning
    fragments = _chosen(text, _fragments(text))
    shown = " ".join(_html(text, fragment) for fragment in fragments)
    held = {n for f in fragments for n in text.words_in(f.start, f.end)}
    lines = _code(code, held) if code.places else ""
    if lines and (not held or not code.words_in(0, len(code.text)) <= held):
        return lines if not held else f"{shown} {lines}"
    return shown or _beginning(text) or lines or _code(code, set())


def _html(passage: Passage, fragment: Fragment) -> str:
    pieces = [escape(p) if isinstance(p, str) else passage.marked(*p) for p in fragment.parts]
    return " ".join("".join(pieces).split())


def _chosen(passage: Passage, fragments: Iterable[Fragment]) -> list[Fragment]:
    """The fragment with most of the query's words, and one that adds to it, in the text's order."""
    words = [(f, passage.words_in(f.start, f.end)) for f in fragments]
    if not words:
        return []
    best, held = max(words, key=lambda each: (len(each[1]), each[0].is_prose, -each[0].start))
    others = [(f, found - held) for f, found in words if f.end <= best.start or f.start >= best.end]
    more, added = max(
        others,
        key=lambda each: (len(each[1]), each[0].is_prose, -each[0].start),
        default=(best, set()),
    )
    return sorted([best, more], key=lambda f: f.start) if added else [best]


def _fragments(passage: Passage) -> Iterator[Fragment]:
    """What could be shown: the sentence or the table's row of each match."""
    lines = list(_lines(passage.text))
    tables = _tables(passage.text, lines)
    at, seen = 0, -1
    for start, end, _ in passage.places[:MOST_CHOSEN_FROM]:
        if end <= seen:
            continue
        while at < len(lines) - 1 and lines[at][1] < end:
            at += 1
        if at in tables:
            fragment = _row(passage, lines[max(at, tables[at] + 1)], lines[tables[at]])
        else:
            fragment = _sentence(passage, lines, at, start, tables)
        seen = fragment.end
        yield fragment


def _lines(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for line in text.split("\n"):
        yield at, at + len(line)
        at += len(line) + 1


def _tables(text: str, lines: Sequence[tuple[int, int]]) -> dict[int, int]:
    """The lines that are rows of tables, each with the line that heads it."""
    heads: dict[int, int] = {}
    widths = [len(TABLE_CELLS.findall(text, *line)) for line in lines]
    for number in range(1, len(lines)):
        head = heads.get(number - 1, number - 1)
        if 0 < widths[number] <= widths[head]:  # the last cells of a row are left out when empty
            heads[head] = heads[number] = head
    return heads


def _row(passage: Passage, row: tuple[int, int], head: tuple[int, int]) -> Fragment:
    """A table's row as "head: cell"; of a wide one its first cell and those that match."""
    names, cells = _cells(passage.text, head), _cells(passage.text, row)
    pairs = list(zip(names, cells, strict=False))
    if len(passage.text[slice(*row)].split()) > WORDS:
        pairs = [p for n, p in enumerate(pairs) if not n or passage.words_in(*p[1])] or pairs[:2]
    parts: list[Part] = []
    of_what = None  # the first cell where it has no head: what the others say something of
    for name, cell in pairs:
        if not passage.text[slice(*cell)]:
            continue
        parts.append(" – " if parts and parts[-1] == of_what else _between(passage.text, parts))
        if passage.text[slice(*name)]:
            parts += [name, ": ", cell]
        else:
            parts.append(cell)
            of_what = cell if cell == cells[0] else None
    return Fragment(
        min(head[0], row[0]) if passage.words_in(*head) else row[0], row[1], tuple(parts), False
    )


def _between(text: str, parts: Sequence[Part]) -> str:
    """What divides the last of `parts` from what follows."""
    if not parts:
        return ""
    last = parts[-1]
    shown = last if isinstance(last, str) else text[slice(*last)]
    return " " if shown.rstrip()[-1:] in (*".!?:;,。！？",) else "; "


def _cells(text: str, line: tuple[int, int]) -> list[tuple[int, int]]:
    ends = [m.span() for m in TABLE_CELLS.finditer(text, *line)]
    starts = [line[0], *(end for _, end in ends)]
    stops = [*(start for start, _ in ends), line[1]]
    return [_trimmed(text, *cell) for cell in zip(starts, stops, strict=True)]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without the blanks around what is there."""
    start = min(end, start + len(text[start:end]) - len(text[start:end].lstrip()))
    return start, start + len(text[start:end].rstrip())


def _sentence(
    passage: Passage, lines: Sequence[tuple[int, int]], at: int, place: int, tables: dict[int, int]
) -> Fragment:
    """The sentence around `place`, with those that follow while it is short."""
    text = passage.text
    ends = [*(m.start() for m in _SENTENCE_END.finditer(text, *lines[at])), lines[at][1]]
    start, end = lines[at][0], lines[at][1]
    for stop in ends:
        if place < stop:
            end = stop
            break
        start = stop
    start += len(text[start:end]) - len(text[start:end].lstrip())
    if len(text[start:end].split()) > WORDS:
        return _window(passage, start, end, place)
    parts: list[Part] = [(start, end)]
    following = [stop for stop in ends if stop > end]
    count = len(text[start:end].split())
    while count < FEW and (following or (at + 1 < len(lines) and at + 1 not in tables)):
        if following:
            stop = following.pop(0)
            more = (end, stop)
        else:
            at += 1
            more = lines[at]
            more = (
                more[0],
                next((m.start() for m in _SENTENCE_END.finditer(text, *more)), more[1]),
            )
        words = len(text[slice(*more)].split())
        if not words or count + words > WORDS:
            break
        parts += [_between(text, parts), more]
        count, end = count + words, more[1]
    return Fragment(start, end, tuple(parts))


def _window(passage: Passage, start: int, end: int, place: int) -> Fragment:
    """WORDS words of a long sentence around `place`; an ellipsis says where it was cut."""
    words = [m.span() for m in _WORD.finditer(passage.text, start, end)]
    at = next(n for n, (_, stop) in enumerate(words) if stop > place)
    first = max(0, min(at - LEAD, len(words) - WORDS))
    last = min(first + WORDS, len(words)) - 1
    parts: list[Part] = [(words[first][0], words[last][1])]
    if first:
        parts.insert(0, f"{ELLIPSIS} ")
    if last < len(words) - 1:
        parts.append(f" {ELLIPSIS}")
    return Fragment(words[first][0], words[last][1], tuple(parts))


def _beginning(passage: Passage) -> str:
    """The first sentences, where nothing of the query is in the text."""
    lines = [line for line in _lines(passage.text) if passage.text[slice(*line)].strip()]
    if not lines:
        return ""
    tables = _tables(passage.text, lines)
    prose = next((n for n in range(len(lines)) if n not in tables), None)
    if prose is None:
        return _html(passage, _row(passage, lines[1], lines[0]))
    return _html(passage, _sentence(passage, lines, prose, lines[prose][0], tables))


def _code(passage: Passage, held: set[int]) -> str:
    """Whole lines: the one with most words that are not `held`, and what follows it.

    Of a drawing only its words are shown.
    """
    lines = list(_lines(passage.text))
    drawn = {n for n, line in enumerate(lines) if _is_drawn(passage.text[slice(*line)])}
    filled = [n for n, line in enumerate(lines) if passage.text[slice(*line)].strip()]
    if not filled:
        return ""
    words = {n: passage.words_in(*lines[n]) - held for n in filled}
    best = max(filled, key=lambda n: (len(words[n]), n not in drawn, -n))
    if best in drawn:
        return _words_of_drawing(passage, lines, filled, best)
    shown: list[tuple[int, int]] = []
    for number in range(best, min(best + LINES, len(lines))):
        if number in drawn or (shown and not passage.text[slice(*lines[number])].strip()):
            break
        shown.append(lines[number])
    texts = [passage.text[slice(*line)] for line in shown]
    indent = min(len(text) - len(text.lstrip()) for text in texts)
    return "<code>" + "\n".join(_line(passage, line, indent) for line in shown) + "</code>"


def _line(passage: Passage, line: tuple[int, int], indent: int) -> str:
    start, end = line[0] + indent, line[1]
    end = start + len(passage.text[start:end].rstrip())
    if end - start <= LONGEST_LINE:
        return passage.marked(start, end)
    first = next((begin for begin, _, _ in passage.places if start <= begin < end), start)
    start = max(start, min(first - LONGEST_LINE // 4, end - LONGEST_LINE))
    return f"{passage.marked(start, start + LONGEST_LINE)}{ELLIPSIS}"


def _is_drawn(line: str) -> bool:
    bare = line.strip()
    if _BOX.search(line) or (len(bare) > 1 and bare[0] == bare[-1] == "|"):
        return True
    signs = sum(len(m.group()) for m in _DRAWN.finditer(line))
    return signs > _MOSTLY_DRAWN * len(line.replace(" ", ""))


def _words_of_drawing(
    passage: Passage, lines: Sequence[tuple[int, int]], filled: Sequence[int], best: int
) -> str:
    start = lines[best if passage.words_in(*lines[best]) else filled[0]][0]
    drawing = passage.marked(start, len(passage.text))
    words = _DRAWN.sub(" ", drawing).replace("|", " ").split()
    return " ".join(words[:WORDS])
