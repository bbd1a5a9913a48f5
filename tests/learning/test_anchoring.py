"""Where quoted words are after their text was edited."""

import re
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learning.anchoring import Edit, Quote, State, find, locate, plain

TEXT = (
    "A pool keeps a few connections open and hands them out one after the other. "
    "Whoever waits for a connection waits in a queue. The queue has an end in time. "
    "An index is a sorted copy of some columns that a query walks instead of the table."
)


def quote(words: str, text: str = TEXT) -> Quote:
    start = text.index(words)
    return Quote.of(text, start, start + len(words))


CASES = {
    "nothing changed": (TEXT, State.EXACT, "a few connections"),
    "words came before it": ("Today. " + TEXT, State.EXACT, "a few connections"),
    "words right before it changed": (
        TEXT.replace("keeps a few", "holds open a few"), State.EXACT, "a few connections",
    ),
    "words right behind it changed": (
        TEXT.replace("connections open", "connections alive"), State.EXACT, "a few connections",
    ),
    "a word of it changed": (
        TEXT.replace("a few connections", "a few sockets"), State.CHANGED, "a few sockets",
    ),
    "its first word changed": (
        TEXT.replace("a few connections", "some few connections"), State.CHANGED,
        "some few connections",
    ),
    "a word came into it": (
        TEXT.replace("a few connections", "a few idle connections"), State.CHANGED,
        "a few idle connections",
    ),
    "its sentence moved to the end": (
        TEXT[76:] + " " + TEXT[:75], State.MOVED, "a few connections",
    ),
    "it was deleted": (TEXT[76:], None, ""),
    "all is another text": ("Nothing here is as it was, and no word of it is left.", None, ""),
    "the text is empty": ("", None, ""),
}  # fmt: skip


@pytest.mark.parametrize(("new", "state", "words"), CASES.values(), ids=CASES.keys())
def test_what_becomes_of_words_where(new: str, state: State | None, words: str) -> None:
    found = Edit(TEXT, new).follow(quote("a few connections"))
    if found is not None and state is State.MOVED:  # who moved, this sentence or the others?
        assert found[1].exact == words
        return
    assert (found and found[0], found and found[1].exact) == (state, words or None)
    if found:
        assert new[found[1].start : found[1].end] == found[1].exact


def test_the_same_words_elsewhere_are_not_taken_for_those_that_are_gone() -> None:
    text = "Close the pool. Then wait. Close the server. Then stop all of it."
    gone = Quote.of(text, text.index("Then stop"), text.index("Then stop") + 4)
    assert Edit(text, "Close the pool. Then wait. Close the server.").follow(gone) is None
    twice = "Close the pool now. One. Close the pool now. Two."
    second = Quote.of(twice, 25, 44)
    assert Edit(twice, "Close the pool now. One. Two.").follow(second) is None


def test_which_of_two_is_meant_is_told_by_the_place() -> None:
    text = "Close the pool now. One. Close the pool now. Two."
    second = Quote.of(text, 25, 44)
    found = Edit(text, "Zero. " + text).follow(second)
    assert found is not None
    assert (found[0], found[1].start) == (State.EXACT, 31)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        (f"Before. {TEXT[:75]} Behind.", State.MOVED),
        (f"Before. {TEXT[:75].replace('hands', 'passes')} Behind.", State.CHANGED),
        ("A few words only.", None),
        ("", None),
    ],
)
def test_words_are_found_in_a_text_that_they_were_moved_to(text: str, state: State | None) -> None:
    found = find(text, quote("A pool keeps a few connections open and hands them out one after"))
    assert (found and found[0]) == state


def test_short_words_need_their_context_in_another_text() -> None:
    short = quote("queue")
    assert find("There is a queue here.", short) is None
    assert find(TEXT, short) is not None


def test_a_browser_s_quote_is_located_by_its_context() -> None:
    sent = Quote(0, 0, "queue", "waits in a ", ". The")
    found = locate(TEXT, sent)
    assert found is not None and found.start == TEXT.index("queue")
    assert locate(TEXT, Quote(0, 0, "no such words")) is None
    assert locate(TEXT, Quote(0, 0, "")) is None
    assert plain(" a\n\n b\tc ") == "a b c"


# Generated edits: each word knows whether it is one of the quote's.


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
