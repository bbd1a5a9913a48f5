"""Emphasis beside the punctuation of Chinese, Japanese and Korean, which has no blanks around it:
`**注意：**文字`, `文字**「重点」**`. CommonMark's rule asks for blanks there and shows the marks."""

import re
import unicodedata

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter

from .dialect import Dialect, signs

_WIDE = "\u3001-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff01-\uffee"
_IS_WIDE = re.compile(f"[{_WIDE}]")


def _emphasis(state: StateInline, silent: bool) -> bool:
    """As CommonMark's, but that a wide character counts as a blank beside punctuation."""
    start, marker = state.pos, state.src[state.pos]
    if silent or marker != "*":
        return False
    end = start
    while end < state.posMax and state.src[end] == marker:
        end += 1
    before = state.src[start - 1] if start else " "
    after = state.src[end] if end < state.posMax else " "
    if not (_IS_WIDE.match(before) or _IS_WIDE.match(after)):
        return False
    can_open = not after.isspace() and (not _is_sign(after) or _parts(before))
    can_close = not before.isspace() and (not _is_sign(before) or _parts(after))
    length = end - start
    for _ in range(length):
        state.push("text", "", 0).content = marker
        state.delimiters.append(
            Delimiter(
                marker=ord(marker),
                length=length,
                token=len(state.tokens) - 1,
                end=-1,
                open=can_open,
                close=can_close,
            )
        )
    state.pos = end
    return True


def _is_sign(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"


def _parts(character: str) -> bool:
    return character.isspace() or _is_sign(character) or bool(_IS_WIDE.match(character))


def _rules(markdown: MarkdownIt) -> None:
    markdown.inline.ruler.before("emphasis", "cjk_emphasis", _emphasis)


DIALECT = Dialect(
    signs=signs(rf"\*(?<=[{_WIDE}]\*)\**[{_WIDE}]"),
    rules=_rules,
    examples=(
        ("**注意：**文字", "<p><strong>注意：</strong>文字</p>"),
        ("文字**「重点」**文字", "<p>文字<strong>「重点」</strong>文字</p>"),
        ("这是*斜体。*的", "<p>这是<em>斜体。</em>的</p>"),
        ("**中文**和 ** 空 **", "<p><strong>中文</strong>和 ** 空 **</p>"),
    ),
)
