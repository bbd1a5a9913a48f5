"""Quoted words in generated texts and edits: each word knows whether it is one of the quote's."""

import re
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from learning.anchoring import Edit, Quote, State
from tests.learning.test_anchoring import TEXT


@dataclass(frozen=True)
class Word:
    text: str
    is_quoted: bool


WORDS = st.sampled_from(re.findall(r"\w+[.,]?", TEXT.lower()) + ["socket", "thread", "cache"])
TEXTS = st.lists(WORDS, min_size=60, max_size=120)
EDITS = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 6), st.lists(WORDS, max_size=6)), max_size=5
)


def said(words: list[Word]) -> str:
    return " ".join(word.text for word in words)


def quoted(words: list[Word]) -> tuple[int, int]:
    """Where the quoted words begin and end in the text of all."""
    places = [i for i, word in enumerate(words) if word.is_quoted]
    start = len(said(words[: places[0]])) + (1 if places[0] else 0)
    return start, start + len(said(words[places[0] : places[-1] + 1]))


def edited(words: list[Word], edits: list[tuple[float, int, list[str]]]) -> list[Word]:
    """With stretches outside the quote replaced by others."""
    for where, count, others in edits:
        at = round(where * len(words))
        while 0 < at < len(words) and words[at - 1].is_quoted and words[at].is_quoted:
            at += 1
        end = at
        while end < min(at + count, len(words)) and not words[end].is_quoted:
            end += 1
        words = words[:at] + [Word(text, is_quoted=False) for text in others] + words[end:]
    return words


@settings(max_examples=300)
@given(texts=TEXTS, start=st.floats(0, 0.8), length=st.integers(3, 20), edits=EDITS)
def test_words_that_survive_are_kept_in_their_place(texts, start, length, edits) -> None:
    first = round(start * len(texts))
    words = [Word(t, is_quoted=first <= i < first + length) for i, t in enumerate(texts)]
    old, new = said(words), edited(words, edits)
    found = Edit(old, said(new)).follow(Quote.of(old, *quoted(words)))
    assert found is not None
    state, now = found
    assert said(new)[now.start : now.end] == now.exact
    assert now.exact == old[slice(*quoted(words))]  # never other words
    assert state in (State.EXACT, State.MOVED)


@settings(max_examples=150)
@given(old=st.text("ab .\n", max_size=60), new=st.text("ab .\n", max_size=60), data=st.data())
def test_whatever_the_texts_the_place_holds_the_words(old, new, data) -> None:
    if not old:
        return
    start = data.draw(st.integers(0, len(old) - 1))
    end = data.draw(st.integers(start + 1, len(old)))
    found = Edit(old, new).follow(Quote.of(old, start, end))
    if found:
        assert new[found[1].start : found[1].end] == found[1].exact != ""
