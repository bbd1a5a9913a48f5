"""Boxes and folds that set a text apart: how each kind of note looks, as tokens."""

from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

_TONES = {
    "note": "note info abstract example summary tldr todo quote cite secondary default details",
    "note note-tip": "tip hint success check done best-practice recommendation",
    "note note-important": "important question help faq",
    "note note-warning": "warning warn attention",
    "note note-caution": "caution danger error failure fail missing bug critical deprecated",
}
CLASSES = {kind: classes for classes, kinds in _TONES.items() for kind in kinds.split()}


def opening(
    kind: str, title: str, level: int, lines: list[int] | None, *, fold: bool | None = None
) -> list[Token]:
    """The tokens that open a box, with its title. A fold is open (False) or closed (True)."""
    attributes: dict[str, str | int | float] = {"class": CLASSES.get(kind, "note")}
    if fold is False:
        attributes["open"] = ""
    tag, head = ("div", "p") if fold is None else ("details", "summary")
    box = Token("note_open", tag, 1, attributes, lines, level, block=True)
    if fold is None and not title:
        return [box]
    name = {"class": "note-title"}
    return [
        box,
        Token("paragraph_open", head, 1, dict(name), level=level + 1, block=True),
        Token("inline", "", 0, level=level + 2, children=[], content=title, block=True),
        Token("paragraph_close", head, -1, level=level + 1, block=True),
    ]


def title_of(kind: str) -> str:
    """What a box without a title of its own is called: its kind."""
    return kind.replace("-", " ").replace("_", " ").capitalize()


def fill(state: StateBlock, first: int, last: int, indent: int, name: str) -> None:
    """Parse lines `first` to `last` (exclusive), which are indented by `indent`, as blocks that
    are in the container opened last."""
    outer = state.blkIndent, state.lineMax, state.parentType
    state.blkIndent, state.lineMax, state.parentType = indent, last, name
    state.level += 1
    state.md.block.tokenize(state, first, last)
    state.blkIndent, state.lineMax, state.parentType = outer
    state.level -= 1


def close(state: StateBlock, tag: str) -> None:
    """Close the container that was opened last."""
    state.tokens.append(Token("note_close", tag, -1, level=state.level, block=True))


def indented_end(state: StateBlock, line: int, end: int, indent: int) -> int:
    """The line after the last one that is indented by `indent`, from `line` on."""
    last = below = line
    while below < end and (state.isEmpty(below) or state.sCount[below] >= indent):
        below += 1
        if not state.isEmpty(below - 1):
            last = below
    return last


def fence_end(state: StateBlock, line: int, end: int, mark: str) -> tuple[int, int]:
    """The line that closes the fence which `line` opens with `mark`, and the one below it."""
    for below in range(line + 1, end):
        text = state.src[state.bMarks[below] + state.tShift[below] : state.eMarks[below]].rstrip()
        if text and state.sCount[below] < state.blkIndent:
            return below, below
        if text.startswith(mark) and not text.strip(mark[0]):
            return below, below + 1
    return end, end
