"""Emphasis beside the punctuation of Chinese, Japanese and Korean, which has no blanks around it:
`**注意：**文字`, `文字**「重点」**`. CommonMark's rule asks for blanks there and shows the marks."""

import re
import unicodedata

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter

from .dialect import Dialect, signs

_WIDE = "\u3001-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff01-\uffee"
_RUBY = re.compile(r"\{([\u3005\u3400-\u9fff]{1,20})\|([\u3040-\u30ff|]{1,40})\}")
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


def _ruby(state: StateInline, silent: bool) -> bool:
    """How a word is read, as Japanese tools write it: `{漢字|かんじ}`."""
    found = _RUBY.match(state.src, state.pos, state.posMax) if state.src[state.pos] == "{" else None
    if not found:
        return False
    if not silent:
        state.push("html_inline", "", 0).content = f"<ruby>{found[1]}<rt>{found[2]}</rt></ruby>"
    state.pos = found.end()
    return True


def _rules(markdown: MarkdownIt) -> None:
    markdown.inline.ruler.before("emphasis", "cjk_emphasis", _emphasis)
    markdown.inline.ruler.before("escape", "ruby", _ruby)


DIALECT = Dialect(
    signs=signs(
        rf"\*(?<=[{_WIDE}]\*)\**[{_WIDE}]",
        rf"\*\*(?<=[\])\"'.!?%]\*\*)[{_WIDE}]",
        r"\{[\u3005\u3400-\u9fff]+\|[\u3040-\u30ff]",
    ),
    stops=r"\{",
    rules=_rules,
    examples=(
        ("**注意：**文字", "<p><strong>注意：</strong>文字</p>"),
        ("文字**「重点」**文字", "<p>文字<strong>「重点」</strong>文字</p>"),
        ("这是*斜体。*的", "<p>这是<em>斜体。</em>的</p>"),
        ("**연결(pool)**은", "<p><strong>연결(pool)</strong>은</p>"),
        ("{漢字|かんじ} {a|b}", "<p><ruby>漢字<rt>かんじ</rt></ruby> {a|b}</p>"),
        ("**中文**和 ** 空 **", "<p><strong>中文</strong>和 ** 空 **</p>"),
    ),
)
