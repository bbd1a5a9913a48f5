"""Snippets and marks, without a database."""

import pytest

from search.snippets import Passage, snippet


def made(text: str, code: str = "", **lexemes: int) -> str:
    found = lexemes or {"node": 1}
    return snippet(Passage(text, found), Passage(code, found, in_code=True))


def test_marks_know_stems_and_joined_forms() -> None:
    assert made("Queries run in Node.js.", node=1, queri=2) == (
        "<mark>Queries</mark> run in <mark>Node.js</mark>"
    )


def test_a_long_text_is_cut_to_the_best_window() -> None:
    text = "filler " * 100 + "a node stands here " + "filler " * 100
    cut = made(text)
    assert cut.startswith("… filler") and cut.endswith("filler …")
    assert "<mark>node</mark> stands here" in cut
    assert len(cut.split()) < 40


def test_sentences_are_preferred_to_the_rows_of_a_table() -> None:
    text = "node | node | node\n" + "filler " * 100 + "A node stands here. " + "filler " * 100
    assert "A <mark>node</mark> stands here" in made(text)
    assert made("a | node | b\n" * 40).startswith("a | <mark>node</mark>")


def test_two_windows_are_shown_where_one_does_not_hold_all_words() -> None:
    text = "one node " + "filler " * 100 + "two pool " + "filler " * 50
    cut = made(text, node=1, pool=2)
    assert cut.index("<mark>node</mark>") < cut.index("…") < cut.index("<mark>pool</mark>")


def test_code_is_shown_where_the_hit_is_there() -> None:
    assert made("About nothing.", "import node") == "import <mark>node</mark>"
    assert made("About node.", "import node") == "About <mark>node</mark>"


def test_without_a_hit_the_beginning_is_shown() -> None:
    assert made("Begins here.", "x = 1") == "Begins here"
    assert made("", "x = 1") == "x = 1"
    assert made("", "") == ""


def test_stop_words_are_marked_as_keywords_only() -> None:
    assert made("where WHERE", WHERE=1) == "where <mark>WHERE</mark>"
    assert made("", "x where y", WHERE=1) == "x <mark>where</mark> y"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<script>node</script>", "script&gt;<mark>node</mark>&lt;/script"),
        ("<img src=x onerror=node()>", "img src=x onerror=<mark>node</mark>"),
        ("a < node > b & \"c\" 'd'", "a &lt; <mark>node</mark> &gt; b &amp; &quot;c&quot; &#x27;d"),
        ("<mark>node</mark>", "mark&gt;<mark>node</mark>&lt;/mark"),
        ("List<Node>", "List&lt;<mark>Node</mark>"),
        ("node\0\x02\x03", "<mark>node</mark>"),
    ],
)
def test_snippets_are_safe_html(text: str, expected: str) -> None:
    assert made(text) == expected


def test_a_whole_title_is_marked_without_cutting() -> None:
    title = Passage("Why <b>Node.js</b>?", {"node": 1})
    assert title.marked() == "Why &lt;b&gt;<mark>Node.js</mark>&lt;/b&gt;?"
    assert title.found == {"node"}
