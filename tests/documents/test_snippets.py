"""Other files of a source, or parts of them, that documents take in."""

import pickle
from dataclasses import dataclass

import pytest

from documents import Document, parse
from documents.parser_pool import ParserPool


@dataclass
class Files:
    """Files by name, as an importer finds them."""

    texts: dict[str, str]

    def __call__(self, path: str, name: str) -> tuple[str, str] | None:
        text = self.texts.get(name)
        return None if text is None else (name, text)


FILES = Files(
    {
        "a.md": "---\ntitle: x\n---\n# In *it*\n\ntext",
        "b.rs": "1\n2\n// ANCHOR: p\n3\n// ANCHOR_END: p\n4\n",
        "loop.md": '--8<-- "loop.md"',
        "nest.md": "!!! tip\n    in\n",
        "c.cs": "a\n// <Part1>\nb\n// </Part1>\n#region two\nc\n#endregion\n",
        "_includes/note.md": "Mind {{ include.what }}{{include.none}}.",
        "note.md": "Another.",
        "long.md": "Top.\n\n## The part {#p1}\n\nIn.\n\n### Below\n\n## Next\n\nOut.",
        "evil.md": "<script>alert(1)</script><img src=x onerror=y>",
    }
)


def including(text: str, tool: str = "") -> Document:
    return parse(text.encode(), path="x.md", tool=tool, include=FILES)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ('--8<-- "a.md"', "<h1>In <em>it</em></h1><p>text</p>"),
        ("{{#include a.md}}", "<h1>In <em>it</em></h1><p>text</p>"),
        ("[!INCLUDE [x](a.md)]", "<h1>In <em>it</em></h1><p>text</p>"),
        ('{{% include "a.md" %}}', "<h1>In <em>it</em></h1><p>text</p>"),
        ("{% include_relative a.md %}", "<h1>In <em>it</em></h1><p>text</p>"),
        ("<!--@include: a.md-->", "<h1>In <em>it</em></h1><p>text</p>"),
        ("{!a.md!}", "<h1>In <em>it</em></h1><p>text</p>"),
        ('--8<-- "nest.md"', None),
        ('{% include note.md what="it" %}', "<p>Mind it.</p>"),
        ("<!-- @include: long.md#the-part -->", "<h2>The part</h2><p>In.</p><h3>Below</h3>"),
        ("<!-- @include: long.md#the-part{3,3} -->", "<p>In.</p>"),
        ("A [!INCLUDE [x](note.md)] b.", "<p>A Another. b.</p>"),
        ("A [!INCLUDE [x](long.md)] b.", '<p>A <a href="long.md">x</a> b.</p>'),
        (
            "- a\n\n  {{#include a.md}}",
            "<ul><li><p>a</p><h1>In <em>it</em></h1><p>text</p></li></ul>",
        ),
        ('--8<-- "none.md"', '<p>--8&lt;-- "none.md"</p>'),
        ("`{{#include a.md}}`", "<p><code>{{#include a.md}}</code></p>"),
    ],
)
def test_a_snippet_s_file_stands_in_its_place(text: str, html: str | None) -> None:
    expected = html or '<div class="note note-tip"><p class="note-title">Tip</p><p>in</p></div>'
    assert including(text).sections[0].html == expected


@pytest.mark.parametrize(
    ("directive", "code"),
    [
        ("{{#include b.rs:2}}", "2\n"),
        ("{{#rustdoc_include b.rs:1:2}}", "1\n2\n"),
        ("{{#include b.rs:p}}", "3\n"),
        ("  {{#include b.rs:p}}", "  3\n"),
        ('--8<-- "b.rs:6"', "4\n"),
        ("{{#include none.rs}}", "{{#include none.rs}}\n"),
    ],
)
def test_code_takes_in_lines_and_parts_of_files(directive: str, code: str) -> None:
    assert including(f"```txt\n{directive}\n```").sections[0].code == code.rstrip("\n")


@pytest.mark.parametrize(
    ("directive", "code", "marked"),
    [
        (
            "[!code-csharp[Main](c.cs)]",
            "a\n// <Part1>\nb\n// </Part1>\n#region two\nc\n#endregion",
            "",
        ),
        ('[!code-csharp[](c.cs?name=part1 "Title")]', "b", ""),
        ("[!code[](c.cs#two)]", "c", ""),
        ("[!code-cs[](c.cs?range=1,3-3&highlight=2)]", "a\nb", ' data-lines="2"'),
        ("[!code-cs[](c.cs#L3-L3)]", "b", ""),
        ("[!code-sql[](<a.md>)]", "---\ntitle: x\n---\n# In *it*\n\ntext", ""),
    ],
)
def test_code_of_docfx_is_taken_in(directive: str, code: str, marked: str) -> None:
    section = including(f"# T\n\n{directive}\n").sections[0]
    assert section.code == code
    assert f'data-language="{"md" if "a.md" in directive else "cs"}"{marked}>' in section.html


def test_snippets_are_named_and_counted_and_never_endless_or_unsafe() -> None:
    document = including('--8<-- "loop.md"\n\n--8<-- "evil.md"\n\n--8<-- "none.md"\n')
    assert document.included == ["loop.md", "evil.md", "none.md"]
    assert document.unread == {"text of another file not found: snippet --8<--": 1}
    assert "<script" not in document.sections[0].html
    assert "onerror" not in document.sections[0].html


def test_headings_of_a_snippet_are_names_of_the_section_and_its_source_stays() -> None:
    section = including('# T\n\n--8<-- "a.md"\n').sections[0]
    assert (section.anchors, section.markdown) == (["t", "in-it"], '--8<-- "a.md"')


def test_workers_get_tool_and_files() -> None:
    assert pickle.loads(pickle.dumps(FILES))("x", "a.md") == ("a.md", FILES.texts["a.md"])
    with ParserPool(1, tool="gollum") as pool:
        found = dict(pool.imap([("a.md", b"[[text|Page]]")]))["a.md"]
    assert isinstance(found, Document)
    assert found.sections[0].html == '<p><a href="wiki:Page">text</a></p>'


def test_a_callout_of_an_included_file_is_a_box_once() -> None:
    part = "> [!tip] Own title\n> Text.\n\n> A quote.\n"
    text = '> [!note]\n> Before.\n\n--8<-- "part.md"\n'
    document = parse(text.encode(), path="a.md", include=lambda path, name: (name, part))
    assert document.sections[0].html.count('class="note') == 4
    assert document.sections[0].html.count("<blockquote>") == 1


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (":lines: 2,4", "2\n3"),
        (":lines: 2-3\n:emphasize-lines: 1\n:caption: b.rs", "2\n// ANCHOR: p"),
        (":start-after: '// ANCHOR: p'\n:end-before: //", "3"),
        (":start-after: none", "1\n2\n// ANCHOR: p\n3\n// ANCHOR_END: p\n4"),
    ],
)
def test_code_of_sphinx_is_the_lines_that_it_names(options: str, code: str) -> None:
    section = including(f"```{{literalinclude}} b.rs\n{options}\n```\n", "sphinx").sections[0]
    assert section.code == code
    assert ('data-title="b.rs" data-lines="1"' in section.html) == ("caption" in options)
