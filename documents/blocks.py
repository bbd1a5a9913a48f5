"""The block structure of Markdown, by the algorithm of the CommonMark specification 0.31.

Python-Markdown's own block parser differs from CommonMark in lists, HTML blocks and headings,
knows no source lines and recurses for every level of nesting. This one agrees with CommonMark
and GFM, takes one pass over the lines and keeps the line of every block; inline markup stays
Python-Markdown's (see rendering.py).

Beyond CommonMark and GFM it reads footnotes, definition lists and `!!! note` admonitions.
"""

import re

from .syntax import (
    ADMONITION,
    ATX,
    BULLET,
    DEFINITION,
    FENCE,
    FOOTNOTE,
    ORDERED,
    QUOTE,
    REFERENCE,
    RULE,
    SETEXT,
    atx_text,
    cells,
    columns,
    html_block,
    indent_of,
    starts_leaf,
    untab,
)
from .tree import Block, Parsed
from .values import Notice, Refused

DEEPEST = 100
# A paragraph in which a delimiter row did not fit is no table any more, as in GFM.
NO_TABLE = "no table"


def parse_blocks(lines: list[str], cuts: frozenset[int] = frozenset()) -> Parsed:
    """Parse `lines`; every line in `cuts` closes all blocks and becomes a block `cut` itself.

    Raises Refused for nesting deeper than DEEPEST.
    """
    parser = _Parser()
    for number, line in enumerate(lines):
        if number in cuts:
            parser.cut(number)
        else:
            parser.feed(number, untab(line))
    parser.finish()
    return Parsed(parser.root, parser.references, parser.notices)


class _Parser:
    """State of one pass: the open containers from the root down, and the open leaf if any."""

    def __init__(self) -> None:
        self.root = Block("document", 0)
        self.open = [self.root]
        self.leaf: Block | None = None
        self.blank_before = False
        self.references: dict[str, tuple[str, str]] = {}
        self.notices: list[Notice] = []

    def cut(self, number: int) -> None:
        self._close_leaf()
        self._close_to(1)
        self._add(Block("cut", number))
        self.leaf = None
        self.blank_before = False

    def finish(self) -> None:
        leaf = self.leaf
        if leaf is not None and leaf.kind == "fence":
            self.notices.append(Notice(leaf.line + 1, "a code fence never ends"))
        if leaf is not None and leaf.kind == "html" and leaf.end is not None:
            self.notices.append(Notice(leaf.line + 1, "an HTML block or comment never ends"))
        self._close_leaf()
        self._close_to(1)

    def feed(self, number: int, line: str) -> None:
        rest, depth = self._match_containers(number, line)
        matched = depth == len(self.open)
        leaf = self.leaf
        if leaf is not None and matched and leaf.kind in ("fence", "html"):
            self.blank_before = leaf.kind == "html" and not rest.strip()
            self._continue_verbatim(number, leaf, rest)
            return
        if not rest.strip():
            self._blank(depth, rest)
            return
        started, depth, rest = self._open_containers(number, rest, depth)
        if not started and self._continue_leaf(number, rest, whole=matched):
            return
        if not started:
            self._close_to(depth)
        self._open_leaf(number, rest)
        self.blank_before = False

    def _continue_leaf(self, number: int, rest: str, *, whole: bool) -> bool:
        """Whether this line goes on with the open leaf. Unless it is `whole`, not all containers
        around that leaf were matched, and only a paragraph may go on (a lazy line)."""
        leaf = self.leaf
        if leaf is None:
            return False
        if leaf.kind == "paragraph":
            if whole and self._finish_paragraph_as(number, leaf, rest):
                self.blank_before = False
                return True
            if not starts_leaf(rest, interrupting=True):
                leaf.lines.append(rest.lstrip(" "))
                return True
        elif whole and leaf.kind == "table" and indent_of(rest) < 4:
            if not starts_leaf(rest, interrupting=True):
                leaf.lines.append(rest)
                return True
        elif whole and leaf.kind == "code" and indent_of(rest) >= 4:
            leaf.lines.append(rest[4:])
            self.blank_before = False
            return True
        return False

    def _match_containers(self, number: int, line: str) -> tuple[str, int]:
        """Strip the marks of the open containers; how many of them go on in this line."""
        rest, depth = line, 1
        for block in self.open[1:]:
            kind = block.kind
            if kind == "quote":
                found = QUOTE.match(rest)
                if not found:
                    break
                rest = rest[found.end() :]
            elif kind not in ("list", "terms"):
                if not rest.strip():
                    if kind == "item" and not block.children and block.line < number:
                        break
                    rest = rest[block.offset :]
                elif indent_of(rest) >= block.offset:
                    rest = rest[block.offset :]
                else:
                    break
            depth += 1
        return rest, depth

    def _continue_verbatim(self, number: int, leaf: Block, rest: str) -> None:
        if leaf.kind == "fence":
            closing = FENCE.match(rest)
            if (
                closing
                and closing[2].startswith(leaf.mark)
                and not closing[3].strip()
                and len(closing[2]) >= len(leaf.mark)
            ):
                self.leaf = None
                return
            strip = min(leaf.offset, indent_of(rest))
            leaf.lines.append(rest[strip:])
            return
        if leaf.end is None and not rest.strip():
            self.leaf = None
            self.blank_before = True
            return
        leaf.lines.append(rest)
        leaf.last = number
        if leaf.end is not None and leaf.end.search(rest):
            self.leaf = None

    def _blank(self, depth: int, rest: str) -> None:
        """A blank line ends paragraphs, tables and quotes; code keeps it if more code follows."""
        for index in range(depth, len(self.open)):
            if self.open[index].kind in ("quote", "item"):
                self._close_to(index)
                break
        leaf = self.leaf
        if leaf is not None and leaf.kind == "code":
            leaf.lines.append(rest[4:])
        elif leaf is not None and (leaf.kind not in ("fence", "html") or depth < len(self.open)):
            self._close_leaf()
        self.blank_before = True

    def _open_containers(self, number: int, rest: str, depth: int) -> tuple[bool, int, str]:
        """Open every container that starts in this line; whether any did, and what is left."""
        started = False
        while True:
            indent = indent_of(rest)
            if indent >= 4 or indent == len(rest):
                return started, depth, rest
            in_paragraph = (
                not started
                and self.leaf is not None
                and self.leaf.kind == "paragraph"
                and depth == len(self.open)
            )
            opened = self._container_at(number, rest, indent, depth, in_paragraph)
            if opened is None:
                return started, depth, rest
            started, rest = True, opened
            depth = len(self.open)
            if depth > DEEPEST:
                raise Refused(f"nested more than {DEEPEST} levels deep", number + 1)

    def _container_at(
        self, number: int, rest: str, indent: int, depth: int, in_paragraph: bool
    ) -> str | None:
        """Open the one container that starts here and return the rest of the line, or None."""
        first = rest[indent]
        if first == ">":
            self._close_to(depth)
            self._push(Block("quote", number))
            after = rest[indent + 1 :]
            return after[1:] if after.startswith(" ") else after
        if first == "[" and not in_paragraph and (found := FOOTNOTE.match(rest)):
            self._close_to(depth)
            self._push(Block("footnote", number, info=found[1], offset=4))
            return rest[found.end() :]
        if first == "!" and not in_paragraph and (found := ADMONITION.match(rest)):
            self._close_to(depth)
            block = Block("admonition", number, info=found[1].lower(), offset=indent + 4)
            block.title = found[2] if found[2] is not None else found[1].capitalize()
            self._push(block)
            return ""
        if first == ":" and (found := DEFINITION.match(rest)):
            return self._open_definition(number, rest, found, depth)
        if first in "-+*" or first.isdecimal():
            return self._open_item(number, rest, indent, depth, in_paragraph)
        return None

    def _open_definition(
        self, number: int, rest: str, found: re.Match[str], depth: int
    ) -> str | None:
        """`: text` below a paragraph of terms, or below an earlier definition."""
        parent = self.open[depth - 1]
        before = parent.children[-1] if parent.children else None
        if parent.kind == "terms":
            self._close_to(depth)
        elif before is not None and before.kind == "paragraph" and len(before.lines) <= 3:
            self._take_references(before)
            if not before.lines:
                self._forget(before)
                return None
            self._close_to(depth)
            parent.children.pop()
            self._push(Block("terms", before.line))
            self._add_plain([Block("term", before.line, lines=[x]) for x in before.lines])
        else:
            return None
        self._push(Block("definition", number, offset=max(2, found.end())))
        return rest[found.end() :]

    def _open_item(
        self, number: int, rest: str, indent: int, depth: int, in_paragraph: bool
    ) -> str | None:
        if RULE.match(rest):
            return None
        found = BULLET.match(rest) or ORDERED.match(rest)
        if found is None:
            return None
        marker = found[1]
        after = rest[found.end() :]
        empty = not after.strip()
        ordered = marker[-1] in ".)"
        if in_paragraph and (empty or (ordered and int(marker[:-1]) != 1)):
            return None
        spaces = indent_of(after)
        if empty or spaces > 4:
            spaces = 1
        mark = marker[-1]
        parent = self.open[depth - 1]
        if parent.kind == "list" and parent.mark == mark:
            self._close_to(depth)
            if self.blank_before:
                parent.loose = True
        else:
            if parent.kind in ("list", "terms"):
                depth -= 1
            self._close_to(depth)
            new = Block("list", number, mark=mark, ordered=ordered)
            new.start = int(marker[:-1]) if ordered else 1
            self._push(new)
        self.blank_before = False
        self._push(Block("item", number, offset=indent + len(marker) + spaces))
        return after[min(spaces, len(after)) :]

    def _finish_paragraph_as(self, number: int, leaf: Block, rest: str) -> bool:
        """Whether this line makes the open paragraph a heading or its last line a table's head."""
        if found := SETEXT.match(rest):
            self._take_references(leaf)
            if not leaf.lines:
                self._forget(leaf)
                return False
            leaf.kind = "heading"
            leaf.level = 1 if found[1][0] == "=" else 2
            leaf.last = number
            self.leaf = None
            return True
        aligns = columns(rest) if indent_of(rest) < 4 and leaf.info != NO_TABLE else None
        if aligns is None:
            return False
        if len(cells(leaf.lines[-1])) != len(aligns):
            leaf.info = NO_TABLE
            return False
        table = Block("table", number - 1, lines=[leaf.lines.pop(), rest], aligns=aligns)
        if not leaf.lines:
            self._forget(leaf)
        self._close_leaf()
        self._add(table)
        return True

    def _open_leaf(self, number: int, rest: str) -> None:
        indent = indent_of(rest)
        if indent == len(rest):
            return
        if indent >= 4:
            self._add(Block("code", number, lines=[rest[4:]]))
            return
        first = rest[indent]
        if first == "#" and (found := ATX.match(rest)):
            text = atx_text(rest, found.end())
            heading = Block("heading", number, lines=[text], level=len(found[1]))
            heading.last = number
            self._add(heading)
            self.leaf = None
        elif first in "`~" and (found := FENCE.match(rest)):
            self._add(Block("fence", number, mark=found[2], offset=indent, info=found[3].strip()))
        elif first in "-_*" and RULE.match(rest):
            self._add(Block("rule", number))
            self.leaf = None
        elif first == "<" and self._open_html(number, rest):
            return
        else:
            self._add(Block("paragraph", number, lines=[rest[indent:]]))

    def _open_html(self, number: int, rest: str) -> bool:
        found = html_block(rest)
        if found is None:
            return False
        end = found[1]
        self._add(Block("html", number, lines=[rest], end=end, last=number))
        if end is not None and end.search(rest):
            self.leaf = None
        return True

    def _push(self, block: Block) -> None:
        self._add_plain([block])
        self.open.append(block)
        self.leaf = None

    def _add(self, block: Block) -> None:
        self._add_plain([block])
        self.leaf = block

    def _add_plain(self, blocks: list[Block]) -> None:
        """Put blocks into the innermost container; a blank line between makes its list loose."""
        self._close_leaf()
        while self.open[-1].kind == "list" and blocks[0].kind != "item":
            self.open.pop()
        while self.open[-1].kind == "terms" and blocks[0].kind not in ("term", "definition"):
            self.open.pop()
        parent = self.open[-1]
        if parent.kind == "item" and parent.children and self.blank_before:
            self.open[-2].loose = True
        parent.children.extend(blocks)

    def _close_to(self, depth: int) -> None:
        if depth < len(self.open):
            self._close_leaf()
            del self.open[depth:]

    def _close_leaf(self) -> None:
        leaf, self.leaf = self.leaf, None
        if leaf is None:
            return
        if leaf.kind == "paragraph":
            self._take_references(leaf)
            if not leaf.lines:
                self._forget(leaf)
        elif leaf.kind == "code":
            while leaf.lines and not leaf.lines[-1].strip():
                leaf.lines.pop()

    def _forget(self, leaf: Block) -> None:
        """Take back the leaf that was added last to the innermost container."""
        siblings = self.open[-1].children
        if siblings and siblings[-1] is leaf:
            siblings.pop()
        self.leaf = None

    def _take_references(self, leaf: Block) -> None:
        """Move `[label]: target "title"` lines from a paragraph's start to the references."""
        while leaf.lines and leaf.lines[0].startswith("["):
            found = REFERENCE.match(leaf.lines[0])
            if not found:
                return
            label = " ".join(found[1].lower().split())
            target = found[2] if found[2] is not None else found[3]
            title = found[4] or ""
            self.references.setdefault(label, (target, title[1:-1]))
            del leaf.lines[0]
            leaf.line += 1
