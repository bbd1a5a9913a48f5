"""Where quoted words are after their text was edited."""

import pytest

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


def test_words_that_are_found_edited_end_where_words_end() -> None:
    found = find(f"It is said: {TEXT[:40]}there, always.", quote(TEXT[:50]))
    assert found is not None
    assert found[1].exact == found[1].exact.strip()


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


FULL = "Touch the pool when you launch a service. Wait for the rest of it."
BROUGHT = "Here is a bit more text."


@pytest.mark.parametrize(
    ("old", "words", "new", "now"),
    [
        (  # at the start of the text
            FULL, "Touch the pool when you launch",
            f"{BROUGHT} Touch a pool when you launch a service. Wait for the rest of it.",
            "Touch a pool when you launch",
        ),
        (  # at its end
            FULL, "Wait for the rest of it.",
            f"Touch the pool when you launch a service. Wait for a rest of it. {BROUGHT}",
            "Wait for a rest of it.",
        ),
        (  # right before, and right behind, within a text
            f"Once. {FULL}", "Touch the pool when you launch a service.",
            f"Once. {BROUGHT} Touch a pool when you launch a service. Wait for the rest of it.",
            "Touch a pool when you launch a service.",
        ),
        (
            f"Once. {FULL}", "Touch the pool when you launch a service.",
            f"Once. Touch a pool when you launch a service. {BROUGHT} Wait for the rest of it.",
            "Touch a pool when you launch a service.",
        ),
        (  # the whole text
            FULL, FULL,
            f"{BROUGHT} Touch a pool when you launch a service. Wait for a rest of it. {BROUGHT}",
            "Touch a pool when you launch a service. Wait for a rest of it.",
        ),
    ],
)  # fmt: skip
def test_words_put_beside_a_quote_that_was_edited_are_not_taken_into_it(
    old: str, words: str, new: str, now: str
) -> None:
    found = Edit(old, new).follow(quote(words, old))
    assert (found and found[0], found and found[1].exact) == (State.CHANGED, now)
