import re

import pytest

from documents import Refused, formulas
from documents.plain_text import tree_of

from .reading import read, sample


def html(text: str) -> str:
    return "".join(section.html for section in read(text).sections)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a  \nb\\\nc\nd", "<p>a<br>b<br>c\nd</p>"),
        ("~~old~~ ~new~", "<p><del>old</del> ~new~</p>"),
        ("**a** *b* ***c*** snake_case_word", None),
        ("`` a`b `` `<i>`", "<p><code>a`b</code> <code>&lt;i&gt;</code></p>"),
        ("\\*no\\* \\# \\[x\\]", "<p>*no* # [x]</p>"),
        ("&copy; &lt; & < >", "<p>© &lt; &amp; &lt; &gt;</p>"),
        ("vector<int> and <T>", "<p>vector&lt;int&gt; and &lt;T&gt;</p>"),
        ("the <script> tag", "<p>the &lt;script&gt; tag</p>"),
        (
            "$\\no_1 * b_2 * c$ costs $5 or *$6*",
            "<p>$\\no_1 * b_2 * c$ costs $5 or <em>$6</em></p>",
        ),
        ("<xref:System.Text>", '<p><a href="xref:System.Text"><code>System.Text</code></a></p>'),
        (
            "See https://example.org/a_b_c?d=(e), or www.example.org.",
            '<p>See <a href="https://example.org/a_b_c?d=(e)">https://example.org/a_b_c?d=(e)</a>,'
            ' or <a href="http://www.example.org">www.example.org</a>.</p>',
        ),
        ("(https://example.org)", None),
        ("me@example.org", '<p><a href="mailto:me@example.org">me@example.org</a></p>'),
        ("[a][r]\n\n[r]: /x 'T'", '<p><a href="/x" title="T">a</a></p>'),
        (
            "- [ ] open\n- [x] done",
            '<ul><li class="task"><span aria-label="to do" class="task-mark" role="img">☐</span>'
            ' open</li><li class="task task-done"><span aria-label="done" class="task-mark"'
            ' role="img">☑</span> done</li></ul>',
        ),
        (
            "| l | c | r | n |\n|:--|:-:|--:|---|\n| 1 | 2 | 3 | 4 |",
            '<div class="table" tabindex="0"><table><thead><tr><th class="align-left">l</th>'
            '<th class="align-center">c</th><th class="align-right">r</th><th>n</th></tr></thead>'
            '<tbody><tr><td class="align-left">1</td><td class="align-center">2</td>'
            '<td class="align-right">3</td><td>4</td></tr></tbody></table></div>',
        ),
        (
            "> [!TIP]\n> Do *it*.",
            '<div class="note note-tip"><p class="note-title">Tip</p><p>Do <em>it</em>.</p></div>',
        ),
        (
            '!!! danger "Stop"\n    Do not.',
            '<div class="note note-caution"><p class="note-title">Stop</p><p>Do not.</p></div>',
        ),
        ("> [!]\n> x", "<blockquote><p>[!]\nx</p></blockquote>"),
        ("A\nB\n: C", "<dl><dt>A</dt><dt>B</dt><dd>C</dd></dl>"),
        ("8:30 o'clock\n:smile:", "<p>8:30 o'clock\n😄</p>"),
        (
            "<details>\n<summary>S</summary>\n\n**b**\n\n</details>\n\nafter",
            "<details>\n<summary>S</summary>\n<p><strong>b</strong></p></details>\n<p>after</p>",
        ),
    ],
)
def test_what_is_shown(text: str, expected: str | None) -> None:
    shown = html(text)
    if expected is not None:
        assert _attributes_sorted(shown) == _attributes_sorted(expected)
    else:
        assert "**" not in shown


def _attributes_sorted(text: str) -> str:
    def order(found: re.Match[str]) -> str:
        attributes = re.findall(r' [a-z-]+="[^"]*"', found[2])
        return f"<{found[1]}{''.join(sorted(attributes))}>"

    return re.sub(r"<([a-z0-9]+)((?: [a-z-]+=\"[^\"]*\")+)>", order, text)


def test_code_is_highlighted_by_classes_and_labelled() -> None:
    shown = html("```python\nx = 1\n```")
    assert shown.startswith('<pre class="code" ')
    assert 'data-language="python"' in shown
    assert '<span class="mi">1</span>' in shown
    assert read("```python\nx = 1\n```").sections[0].code == "x = 1"


@pytest.mark.parametrize("info", ["klingon", "mermaid", "text", "", "{.unknown #id}"])
def test_unknown_languages_are_plain(info: str) -> None:
    assert "<span" not in html(f"```{info}\na --> b\n```")


def test_drawings_keep_their_columns() -> None:
    drawing = "┌────┐\n│ a  │ → b\n└────┘"
    assert drawing in html(f"```\n{drawing}\n```")


def test_references_hold_across_sections() -> None:
    document = read("## A\n[x] and ![p]\n## B\n[x]: /target\n[p]: pic.png\n")
    assert [(link.kind, link.href) for link in document.sections[1].links] == [
        ("internal", "/target"),
        ("image", "pic.png"),
    ]
    assert document.sections[2].markdown == "[x]: /target\n[p]: pic.png"


def test_footnotes_stand_below_every_section_that_refers_to_them() -> None:
    document = read(sample("extras"))
    texts = {section.title: section.html for section in document.sections}
    assert texts["Extras"].count("<li id=") == 2
    assert '<a href="#fn--1-1" id="fnref--1-1">1</a>' in texts["Extras"]
    assert texts["Extras"].count('id="fnref--1-1"') == 1
    assert "[undefined][^nowhere]" in texts["Extras"]
    assert "with a second paragraph" in texts["Other"]
    assert "Nobody refers to this." in texts["Other"]
    assert "The note." not in texts["Other"]


def test_a_footnote_written_before_its_reference_stands_only_below_the_reference() -> None:
    document = read("## A\n\n[^1]: note\n\n## B\n\nb[^1]\n")
    assert [section.text for section in document.sections] == ["", "", "b\nnote"]


def test_a_footnote_of_a_heading_stands_below_its_section() -> None:
    section = read("## A[^1]\n\na\n\n## B\n\n[^1]: note\n").sections[1]
    assert (section.title, section.title_html, section.text) == ("A", "A", "a\nnote")
    assert section.anchor == "a"


def test_no_footnote_is_lost_wherever_it_stands() -> None:
    document = read("a[^1]\n\n[^1]: first\n\n[^1]: second\n\n- item\n\n  [^2]: nested\n")
    assert document.sections[0].text == "a\nsecond\nitem\nfirst\nnested"


def test_prose_and_code_are_told_apart() -> None:
    document = read(
        "Use `GET`.\n\n```sh\ncurl x\n```\n\n| a | b |\n|---|---|\n| c | d |\n\n![alt](i.png)\n"
    )
    root = document.sections[0]
    assert root.text == "Use GET.\na | b\nc | d\nalt"
    assert root.code == "curl x"
    assert root.words == 7


def test_links_are_recorded_as_written_with_their_kind_and_line() -> None:
    document = read(
        "# T\n\n[a](b/c.md#d) [e](#f)\n\n[g](https://h.example) <i@j.example>\n"
        "![k](l.png) [m](//n.example/o)\n"
    )
    assert [
        (link.kind, link.href, link.text, link.line) for link in document.sections[0].links
    ] == [
        ("internal", "b/c.md#d", "a", 3),
        ("anchor", "#f", "e", 3),
        ("external", "https://h.example", "g", 5),
        ("mail", "mailto:i@j.example", "i@j.example", 5),
        ("image", "l.png", "k", 6),
        ("external", "//n.example/o", "m", 6),
    ]


def test_names_given_in_raw_html_are_recorded_and_not_shown() -> None:
    document = read('## A <a name="old-a"></a>\n<a id="other"></a>\n\n`<a id="no">`\n')
    assert document.sections[1].anchors == ["old-a", "other"]
    assert "id=" not in document.sections[1].html.replace('id="no"', "")


def test_one_document_leaves_nothing_for_the_next() -> None:
    read("[a]: /x\n\n[^n]: note\n\n[a] [^n]")
    assert html("[a] [^n]") == "<p>[a] [^n]</p>"


THIN = '<mspace width="0.167em"></mspace>'
SQUARED = "<mrow><msup><mi>x</mi> <mn>2</mn></msup></mrow></math>"
SQUARE, SQUARE_BLOCK = (f'<math display="{kind}">{SQUARED}' for kind in ("inline", "block"))
FORMULA = f'<div class="formula" tabindex="0">{SQUARE_BLOCK}</div>'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a $x^2$ b_1$", f"<p>a {SQUARE} b_1$</p>"),
        ("$`x^2`$", f"<p>{SQUARE}</p>"),
        ("$$x^2$$", FORMULA),
        ("$$\nx^2\n$$", FORMULA),
        ("> $$\n> x^2\n> $$", f"<blockquote>{FORMULA}</blockquote>"),
        ("```math\nx^2\n```", FORMULA),
        ("a $$x^2$$ b", f"<p>a {SQUARE_BLOCK} b</p>"),
        ("$n$", '<p><math display="inline"><mrow><mi>n</mi></mrow></math></p>'),
        (
            "$O(n \\log n)$",
            '<p><math display="inline"><mrow><mi>O</mi><mo stretchy="false">(</mo><mi>n</mi>'
            f'{THIN} <mi>log</mi>{THIN} <mi>n</mi><mo stretchy="false">)</mo></mrow></math></p>',
        ),
        (
            "$\\href{javascript:a}{x} = \\text{<b>}$",
            '<p><math display="inline"><mrow><mrow><mrow><mi>x</mi></mrow></mrow><mo>=</mo>'
            "<mtext>&lt;b&gt;</mtext></mrow></math></p>",
        ),
    ],
)
def test_a_formula_is_drawn(text: str, shown: str) -> None:
    assert html(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("$\\nosuch{x}$", "<p>$\\nosuch{x}$</p>"),
        ("$\\frac{1}$ *a*", "<p>$\\frac{1}$ <em>a</em></p>"),
        ("$$\nx^{2\n$$", "<p>$$\nx^{2\n$$</p>"),
        ("$\\def\\a{\\a\\a}\\a$", "<p>$\\def\\a{\\a\\a}\\a$</p>"),
        ("> $$\n> \\a *a*_1\n> $$", "<blockquote><p>$$\n\\a *a*_1\n$$</p></blockquote>"),
        ("$$5\n- a $$", "<p>$$5</p><ul><li>a $$</li></ul>"),
        ("- $$a_1\n- b$$", "<ul><li>$$a_1</li><li>b$$</li></ul>"),
        ("from $5 to $6 in $HOME/$USER", "<p>from $5 to $6 in $HOME/$USER</p>"),
        ("`$x^2$`", "<p><code>$x^2$</code></p>"),
    ],
)
def test_what_is_no_formula_that_can_be_read_stays_as_written(text: str, shown: str) -> None:
    assert html(text) == shown


def test_a_title_keeps_its_formula_as_written() -> None:
    assert read("# The $x^2$ law").sections[0].title_html == "The $x^2$ law"


def test_the_words_of_a_formula_are_found_apart() -> None:
    assert read("$O(n \\log n) = \\frac{a}{b}$").sections[0].text == "O(n log n)=a b"


def test_formulas_have_so_much_room_in_a_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formulas, "MOST", 7)
    assert html("$x^2$ $x^2$ $x^2$") == f"<p>{SQUARE} {SQUARE} $x^2$</p>"


def test_marked_lines_are_elements_of_their_own() -> None:
    shown = html("```js {2} title=a.js\nlet a; // [!code ++]\n/* b\n   c */\n```")
    assert shown == (
        '<pre class="code" tabindex="0" data-language="js" data-title="a.js" data-lines="2" '
        'data-added="1"><code><span class="code-line line-added"><span class="kd">let </span>'
        '<span class="nx">a</span><span class="p">;</span>\n</span>'
        '<span class="code-line line-mark"><span class="cm">/* b</span>\n</span>'
        '<span class="code-line"><span class="cm">   c */</span>\n</span></code></pre>'
    )


@pytest.mark.parametrize(
    ("code", "info"),
    [("a\n\nb\n", "text {2}"), ("\n\n", "{1-9}"), ("x = 1  \n", "python {1}"), ("a", "js {5}")],
)
def test_marking_lines_changes_no_character(code: str, info: str) -> None:
    shown = html(f"```{info}\n{code}```" if code.endswith("\n") else f"```{info}\n{code}\n```")
    text = "".join(tree_of(shown).itertext())
    assert text == (code if code.endswith("\n") else f"{code}\n")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("graph TD\n  a --> b", "Flowchart"),
        ("sequenceDiagram\n  a->>b: c", "Sequence diagram"),
        ("---\ntitle: How <it> works\n---\nflowchart LR", "Flowchart: How &lt;it&gt; works"),
        ("%% x\nerDiagram", "Entity relationship diagram"),
        ("pie title Pets\n", "Pie chart: Pets"),
        ("gantt\n  title Plan\n", "Gantt chart: Plan"),
        ("block-beta\n", "Diagram"),
        ("", "Diagram"),
    ],
)
def test_a_drawing_in_words_is_folded_below_its_title(text: str, name: str) -> None:
    shown = html(f"```mermaid\n{text}\n```")
    assert shown.startswith(f'<details class="diagram"><summary>{name}</summary><pre')
    assert shown.endswith("</code></pre></details>")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("A\n\n: B", "<dl><dt>A</dt><dd>B</dd></dl>"),
        ("A\n: B\n: C\n\nD\n: E", "<dl><dt>A</dt><dd>B</dd><dd>C</dd><dt>D</dt><dd>E</dd></dl>"),
        ("A\n# B\n: C", "<p>A</p><p>: C</p>"),
        ("A\nB\nC\nD\n: E", "<p>A\nB\nC\nD\n: E</p>"),
        ("- A\n  B\n  : C", "<ul><li><dl><dt>A</dt><dt>B</dt><dd>C</dd></dl></li></ul>"),
    ],
)
def test_a_definition_may_have_several_terms(text: str, shown: str) -> None:
    assert html(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "!!! note\n    a\n\n\n    b\n\nc",
            '<div class="note">{Note}<p>a</p><p>b</p></div><p>c</p>',
        ),
        ('!!! tip ""\n    a', '<div class="note note-tip"><p>a</p></div>'),
        ('!!! bug "*T*"\n    a', '<div class="note note-caution">{<em>T</em>}<p>a</p></div>'),
        (
            "- !!! note\n      a\n- b",
            '<ul><li><div class="note">{Note}<p>a</p></div></li><li>b</li></ul>',
        ),
        ("!!! what a day", "<p>!!! what a day</p>"),
        ("??? who knows", "<p>??? who knows</p>"),
        ("Wow\n!!! note", "<p>Wow\n!!! note</p>"),
        ("> [!INFO]\n>\n> a", '<div class="note">{Info}<p>a</p></div>'),
        (
            "> [!note]\n> > [!tip]",
            '<div class="note">{Note}<div class="note note-tip">{Tip}</div></div>',
        ),
        ("> a\n> [!NOTE]", "<blockquote><p>a\n[!NOTE]</p></blockquote>"),
    ],
)
def test_boxes_hold_blocks_of_any_kind(text: str, shown: str) -> None:
    titled = re.sub(r"\{(.*?)\}", r'<p class="note-title">\1</p>', shown)
    assert html(text) == titled


def test_a_fence_in_a_box_keeps_its_blank_lines() -> None:
    document = read("!!! note\n    ```\n    a\n\n\n    b\n    ```\n")
    assert document.sections[0].code == "a\n\n\nb"
    assert document.notices == []


def test_the_box_of_a_task_stands_in_its_paragraph() -> None:
    assert html("- [ ] a\n\n- [x] b").count('<p><span class="task-mark"') == 2
    assert read("- [ ] a\n\n- [x] b").sections[0].text == "\u2610 a\n\u2611 b"


def test_the_box_of_a_task_without_a_paragraph_is_not_lost() -> None:
    assert read("- [ ] > quote\n- [x] ```\n  code\n  ```").sections[0].text == (
        "\u2610\nquote\n\u2611"
    )


@pytest.mark.parametrize("start", ["text", "> text", "- text"])
def test_a_footnote_ends_the_paragraph_above_it(start: str) -> None:
    assert (
        read(f"{start}\n[^1]: note")
        .sections[0]
        .html.endswith('<ol class="footnotes"><li id="fn--0-1" value="1"><p>note</p></li></ol>')
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("- [ ]a", "<ul><li>[ ]a</li></ul>"),
        ("- [ ]", "<ul><li>[ ]</li></ul>"),
        ("[ ] a", "<p>[ ] a</p>"),
    ],
)
def test_other_boxes_are_text(text: str, shown: str) -> None:
    assert html(text) == shown


def test_a_note_that_another_note_refers_to_stands_below_the_section_too() -> None:
    document = read(
        "## A\n\na[^1]\n\n## B\n\n[^1]: one[^2]\n\n[^2]: two[^1]\n\n[^3]: three[^4]\n\n[^4]: four\n"
    )
    assert [section.text for section in document.sections] == ["", "a\none\ntwo", "three\nfour"]
    assert 'two<sup class="footnote"><a href="#fn--1-1">1</a></sup>' in document.sections[1].html


def test_footnotes_that_come_to_too_much_are_refused_with_their_line() -> None:
    text = "[^a]: " + "word " * 4_000 + "\n\n" + "# h\n\n[^a]\n\n" * 2_000
    with pytest.raises(Refused) as caught:
        read(text)
    assert (caught.value.reason, caught.value.line) == ("repeats too much text in footnotes", 1)
