"""Snippets and marks, without a database."""

import re
from html import unescape

import pytest

from search.matches import Forms, Passage
from search.query import Alternative, Query, QueryWord
from search.snippets import snippet
from search.syntax import parse


def forms(query: str | Query) -> Forms:
    return Forms.of(parse(query) if isinstance(query, str) else query)


def made(text: str, code: str = "", query: str | Query = "node") -> str:
    found = forms(query)
    return snippet(Passage(text, found), Passage(code, found, in_code=True))


def marked(html: str) -> list[str]:
    return [unescape(word) for word in re.findall("<mark>(.*?)</mark>", html)]


FILLER = "Filler says nothing of it here. " * 30


@pytest.mark.parametrize(
    ("query", "text", "words"),
    [
        ("node query", "Queries run in Node.js.", ["Queries", "Node.js"]),
        ("file", "Call readFileSync, then file_name.", ["File", "file"]),
        ("readFile", "The file is read by readFile.", ["readFile"]),
        ("n+1", "The n+1 problem: 1 query, n rows, $1 and n + 1.", ["n", "1", "n", "1"]),
        ("colour", "A color, colours and colouring.", ["color", "colours", "colouring"]),
        ("index", "Indices and indexes.", ["Indices", "indexes"]),
        ("résumé", "A resume, a résumé and a re\u0301sume\u0301.",
         ["resume", "résumé", "re\u0301sume\u0301"]),
        ("strasse", "Die Straße.", ["Straße"]),
        ("email", "An e-mail and emails.", ["e-mail", "emails"]),
        ("websocket", "A web socket is no WebSocket.", ["WebSocket"]),
        ("hypervisor", "A hyper\u00advisor runs.", ["hyper\u00advisor"]),
        ("连接池", "数据库连接池可以减少开销。连接多。", ["连接池"]),
        ("WHERE", "where WHERE", ["WHERE"]),
    ],
)  # fmt: skip
def test_only_what_matched_is_marked(query: str, text: str, words: list[str]) -> None:
    assert marked(Passage(text, forms(query)).marked()) == words


def test_a_synonym_of_several_words_is_marked_only_as_a_whole() -> None:
    word = QueryWord("jwt", [Alternative(("jwt",)), Alternative(("json", "web", "token"), 0.6)])
    text = "A JSON web token (JWT). The token of a web application is JSON."
    html = made(text, query=Query("jwt", words=[word]))
    assert marked(html) == ["JSON web token", "JWT"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (FILLER + "A node stands here, and is enough to be read alone. " + FILLER,
         "A node stands here, and is enough to be read alone."),
        ("e.g. a node, i.e. a thing that has no sentence's end before it. " + FILLER,
         "e.g. a node, i.e. a thing that has no sentence's end before it."),
        ("Use Node.js v22.1 for this, as the team has done for years. " + FILLER,
         "Use Node.js v22.1 for this, as the team has done for years."),
        ("node\nOther item\nThird item\nFourth item\nFifth item in the list",
         "node; Other item; Third item; Fourth item; Fifth item in the list"),
        ("Name | Use\nnode | runs it\nbun | too", "Name: node; Use: runs it"),
        ("Name | Use\nbun | runs\nnode | too", "Name: node; Use: too"),
        ("Node | Use\nbun | runs\ndeno | too", "Node: bun; Use: runs"),
        ("节点。事务隔离级别决定可见性。node 在这里运行得很好。", "node 在这里运行得很好。"),
        ("Nothing here says it, and so the beginning is what is shown.",
         "Nothing here says it, and so the beginning is what is shown."),
        ("A | B\n1 | 2\n3 | 4", "A: 1; B: 2"),
        ("| Fast | Slow\nnode | yes | no\nbun | no | yes", "node – Fast: yes; Slow: no"),
        ("| Node | Slow\nUse | yes | no\nRun | no | yes", "Use – Node: yes; Slow: no"),
        ("| Fast | Slow\nUse | node\nRun | no | yes", "Use – Fast: node"),
        ("| Fast | Slow\nUse | | node\nRun | no | yes", "Use – Slow: node"),
        ("Name | Use | More\nnode | runs\nbun | | yes", "Name: node; Use: runs"),
        ("Name | | More\nnode | runs | it", "Name: node; runs; More: it"),
        ("Name | Use\n| node\nbun | runs", "Use: node"),
        ("Run ls | node as a filter.\nNothing else is said of it in the text here.",
         "Run ls | node as a filter. Nothing else is said of it in the text here."),
        ("Is it node? Yes, it is node, and it was for years.",
         "Is it node? Yes, it is node, and it was for years."),
    ],
)  # fmt: skip
def test_snippets_are_sentences_or_rows(text: str, shown: str) -> None:
    assert unescape(re.sub("</?mark>", "", made(text))) == shown


def test_a_very_long_sentence_is_cut_around_the_match() -> None:
    cut = made("word " * 100 + "a node stands here " + "word " * 100)
    assert cut.startswith("… word") and cut.endswith("word …")
    assert "<mark>node</mark> stands here" in cut
    assert len(cut.split()) < 40


def test_a_second_sentence_adds_what_the_first_lacks() -> None:
    text = f"One node is here and does its work well. {FILLER}The pool is there and holds many."
    cut = made(text, query="node pool")
    assert cut.index("<mark>node</mark>") < cut.index("<mark>pool</mark>")
    assert "Filler" not in cut


@pytest.mark.parametrize(
    ("text", "code", "shown"),
    [
        ("About nothing at all, in as many words.", "import node\nrun()",
         "<code>import <mark>node</mark>\nrun()</code>"),
        ("About node, in as many words as it takes.", "import node",
         "About <mark>node</mark>, in as many words as it takes."),
        ("", "    if (a < b) {\n      node()\n    }", "<code>  <mark>node</mark>()\n}</code>"),
        ("", "┌────┐\n│ node │──▶ x\n└────┘", "<mark>node</mark> x"),
        ("", "+-----+\n| node | reads |\n+-----+\nlast", "<mark>node</mark> reads last"),
        ("", "x = 1", "<code>x = 1</code>"),
        ("", "", ""),
        ("—", "", "—"),
    ],
)  # fmt: skip
def test_code_is_shown_in_whole_lines_and_drawings_as_words(
    text: str, code: str, shown: str
) -> None:
    indented = made(text, code)
    assert indented.replace("<code>node", "<code>  node") == shown or (
        indented.replace("  <mark>", "<mark>") == shown.replace("  <mark>", "<mark>")
    )


def test_a_title_with_all_the_words_is_followed_by_the_texts_beginning() -> None:
    found = forms("saga")
    text = Passage(
        "A chain of local transactions, each of which can be undone. A saga fails.", found
    )
    code = Passage("", found)
    assert snippet(text, code, is_titled=True).startswith("A chain of local transactions")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<script>node</script>", "&lt;script&gt;<mark>node</mark>&lt;/script&gt;"),
        ("<img src=x onerror=node()>", "&lt;img src=x onerror=<mark>node</mark>()&gt;"),
        ("a < node > b & \"c\" 'd'",
         "a &lt; <mark>node</mark> &gt; b &amp; &quot;c&quot; &#x27;d&#x27;"),
        ("<mark>node</mark>", "&lt;mark&gt;<mark>node</mark>&lt;/mark&gt;"),
        ("List<Node>", "List&lt;<mark>Node</mark>&gt;"),
        ("<b> | <i>\nnode | </td><script>",
         "&lt;b&gt;: <mark>node</mark>; &lt;i&gt;: &lt;/td&gt;&lt;script&gt;"),
        ("node\0\x02\x03", "<mark>node</mark>\0\x02\x03"),
    ],
)  # fmt: skip
def test_snippets_are_safe_html(text: str, expected: str) -> None:
    assert made(text) == expected
    assert "<script" not in made("", text)


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("promise.all", "Use Promise.all, no promise.", ["Promise.all", "promise"]),
        ("promise.all", "Promise.allSettled waits.", ["Promise"]),
        ("tcp/ip", "TCP/IP over ip.", ["TCP", "IP", "ip"]),
        ("tcp", "TCP/IP", ["TCP"]),
    ],
)
def test_a_name_is_marked_whole_where_one_word_stands_for_all_of_it(
    query: str, text: str, expected: list[str]
) -> None:
    assert marked(Passage(text, forms(query)).marked()) == expected
