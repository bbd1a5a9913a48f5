"""Documents written for other tools: small ones with what must be shown, and hostile ones."""

import re
from pathlib import Path

import pytest

from documents import Document, Refused, assemble, parse
from documents.dialects import TOOLS

from .reading import html_of, read
from .test_sanitizer import unsafe

CASES = Path(__file__).parent / "cases"


def case(number: str) -> Document:
    path = next(CASES.glob(f"{number}-*"))
    return parse(path.read_bytes(), path=path.name)


def shown(document: Document) -> str:
    return "".join(section.html for section in document.sections)


@pytest.mark.parametrize(
    ("number", "parts"),
    [
        ("01", ['<a href="https://example.org/listen"><code>server.listen()</code></a>']),
        ("01", ['<a href="https://example.org/backlog">the option</a>']),
        ("02", ['<a href="https://example.org/guide" title="The guide">guide</a>', ">tool</a>"]),
        ("03", ['href="https://example.org/wiki/Foo_bar"', 'title="say &quot;hi&quot;"']),
        ("04", [">RFC 9110</a>", 'href="https://example.org/9112">RFC 9112</a>', ">Beta</a>"]),
        ("05", ["\n\tcc -o"]),
        ("06", ['href="mailto:first_last@example.com">first_last@example.com</a>']),
        ("07", ["&amp;nbsp;", "&amp;lt;"]),
        ("08", ["<del>takes 5~10 seconds</del>"]),
        ("09", ['See also<sup class="footnote"><a href="#fn--1-2" id="fnref--1-2">2</a></sup>.']),
        ("09", ['<a href="#fnref--1-1">↩</a>', '<a href="#fnref--1-2">↩</a>']),
        ("10", ['<a href="https://example.org/guide">https://example.org/guide</a>，谢谢']),
        ("10", ['<a href="https://example.org/docs">https://example.org/docs</a>。']),
        ("11", ['<img src="logo.png" width="40%" alt="Logo">']),
        ("12", ["<h3>With backoff</h3><p>Wait longer each time.</p></details>\n<p>After it.</p>"]),
        ("14", ['<p dir="auto">זהו', '<div dir="rtl">']),
        ("16", ['<p class="note-title">Mind the <strong>gap</strong></p>', ">Faq</p>"]),
        ("17", ['<p class="note-title">Use a pool</p>', "<li><p>Step</p><div class="]),
        ("18", ['<summary class="note-title">Open me</summary><p>Inside <strong>it']),
        ("18", ['<p class="note-title">FastAPI style</p><p>Text.</p>']),
        ("19", ['<a href="wiki:Connection%20pools">pools</a>', "<code>[[code]]</code>"]),
        ("20", ["✅ done, ⚠️ careful, at 10:30:45 and a:b:c"]),
        ("25", ['<img src="img.png" alt="shot" width="100" height="20">']),
        ("25", ['and <a href="demo.mp4">clip</a>']),
    ],
)
def test_what_other_tools_write_is_shown_as_they_show_it(number: str, parts: list[str]) -> None:
    html = shown(case(number))
    assert [part for part in parts if part not in html] == []


@pytest.mark.parametrize(
    ("number", "raw"),
    [
        ("01", r"[\[\]]"),
        ("02", r"\]:"),
        ("13", "Listing number|/Listing"),
        ("16", r"\[!"),
        ("17", ":::"),
        ("18", r"\?\?\?|///"),
    ],
)
def test_no_mark_of_another_tool_is_left(number: str, raw: str) -> None:
    text = "\n".join(section.text for section in case(number).sections)
    assert re.findall(raw, text) == []


def test_attributes_of_headings_are_no_text_and_ids_are_anchors() -> None:
    found = [(s.title, s.anchor, s.anchors) for s in case("15").sections]
    assert found == [
        ("Guide", "", ["guide"]),
        ("First steps", "first-steps", []),
        ("Type hints", "python-types", []),
    ]


@pytest.mark.parametrize(
    ("heading", "title", "anchor"),
    [
        ("## opt <Badge type='tip' text='^3.4' />", "opt", "opt"),
        ("## opt <Badge>new</Badge> {#x}", "opt", "x"),
        ("## opt <VersionTag>3</VersionTag>", "opt", "opt"),
        ("## The <Term id='a'>pool</Term>", "The pool", "the-pool"),
        ("## `Vec<T>` and Option<T>", "Vec<T> and Option<T>", "vect-and-optiont"),
        ("## :rocket: Start", "🚀 Start", "rocket-start"),
        ("## :material-check: Done { .cls }", "Done", "done"),
        ("## {{ site.name }} start", "start", "start"),
        ("Setext {#y .z}\n------", "Setext", "y"),
        ("## Kramdown\n{: #k .no_toc }", "Kramdown", "k"),
        ("## MDX {/* #m */}", "MDX", "m"),
        ("## 1.2 Number {#n}", "Number", "n"),
        ("## **Bold** {#b}", "Bold", "b"),
        ("## A {#b} text", "A {#b} text", "a-b-text"),
        ('## Small <small>print</small> { id="9.7.0" }', "Small print", "9.7.0"),
        ("## A {: id=b .c }", "A", "b"),
        ("## A { id='b' title=\"c\" }", "A", "b"),
        ('## A { id="kb:x" }', "A", "a"),
        ("## [[Page|alias]]", "alias", "alias"),
        ("## ==Marked==", "Marked", "marked"),
    ],
)
def test_titles_and_anchors_hold_no_syntax_of_tools(heading: str, title: str, anchor: str) -> None:
    section = read(f"Text.\n\n{heading}\n\n## Last\n").sections[1]
    assert (section.title, section.anchor) == (title, anchor)


def test_a_heading_s_other_attributes_survive_an_export() -> None:
    text = "## A {#b .no_toc data-x}\n\n## C {: .d }\n\nText.\n"
    written = assemble({}, "A", read(text).sections)
    assert written == "## A {#b .no_toc data-x}\n\n## C {: .d}\n\nText.\n"
    assert assemble({}, "A", read(written).sections) == written


@pytest.mark.parametrize("tool", sorted(TOOLS))
def test_every_tool_reads_what_all_write(tool: str) -> None:
    text = ":::tip T\nText.\n:::\n\n> [!note] N\n> x\n\n!!! tip\n    y\n"
    assert shown(parse(text.encode(), path="x.md", tool=tool)) == html_of(text)


@pytest.mark.parametrize(
    ("text", "kind", "href"),
    [
        ("[[A b#C|d]]", "wiki", "wiki:A%20b#C"),
        ("![[A]]", "embed", "wiki:A"),
        ("![[A.png]]", "image", "wiki:A.png"),
        ("See ![[A]].", "wiki", "wiki:A"),
        ("[[Ünï/ço]]", "wiki", "wiki:%C3%9Cn%C3%AF/%C3%A7o"),
        ("[[A#B^c1d2]]", "wiki", "wiki:A#^c1d2"),
        ("[[<script>]]", "wiki", "wiki:%3Cscript%3E"),
        ('[[a"b]]', "wiki", "wiki:a%22b"),
        ("[[javascript:x]]", "wiki", "wiki:javascript%3Ax"),
        ("[[../../etc/passwd]]", "wiki", "wiki:../../etc/passwd"),
    ],
)
def test_wiki_links_are_links_of_their_own_kind(text: str, kind: str, href: str) -> None:
    assert [(link.kind, link.href) for link in read(text).sections[0].links] == [(kind, href)]


def test_a_block_s_name_is_a_name_of_its_section() -> None:
    section = read("# T\n\nText. ^my-block\n\n- item ^a1b2c3\n").sections[0]
    assert section.anchors == ["t", "my-block", "a1b2c3"]


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ("{{< a >}}\n\n{{< a >}} {{< b >}}", {"a": 2, "b": 1}),
        ("{{ x }}\n\n{{ y.z }}", {"": 2}),
        ("<Chart data={x} />", {"chart": 1}),
        ("{% mystery %}", {"mystery": 1}),
        ("`{{< a >}}`\n\n```\n{{ x }}\n```", {}),
    ],
)
def test_what_is_not_understood_is_counted_by_kind(text: str, unread: dict[str, int]) -> None:
    assert {what.partition(": ")[2]: n for what, n in read(text).unread.items()} == unread


@pytest.mark.parametrize(
    ("info", "attributes"),
    [
        (
            'py title="a.py" hl_lines="2 4-5" linenums="3"',
            'py" data-title="a.py" data-start="3" data-lines="2,4-5',
        ),
        ("js{1,3-4}", 'js" data-lines="1,3-4'),
        ("js [config.js]{2}", 'js" data-title="config.js" data-lines="2'),
        ("ts{2}:line-numbers=5", 'ts" data-start="5" data-lines="2'),
        ("{ .yaml .annotate title='x' }", 'yaml" data-title="x'),
        ('go {hl_lines=[1,"3-4"],linenostart=9}', 'go" data-start="9" data-lines="1,3-4'),
        ("rust,ignore", "rust"),
        ('hl_lines="2"', None),
        ('js title="<b>&\'"', 'js" data-title="&lt;b&gt;&amp;\''),
        ("js {999999999999}", "js"),
        ("c++", "c++"),
    ],
)
def test_what_fences_say_is_kept_for_the_page(info: str, attributes: str | None) -> None:
    html = html_of(f"~~~{info}\nx\n~~~")
    start = '<pre class="code" tabindex="0"'
    wanted = f'{start} data-language="{attributes}">' if attributes else f'{start} data-lines="2">'
    assert html.startswith(wanted)


@pytest.mark.parametrize(
    ("code", "left", "attributes"),
    [
        ("a // [!code ++]\nb // [!code --]", "a\nb", ' data-added="1" data-removed="2"'),
        ("a // [!code word:a:1]\n// [!code word:b]\nc", "a\nc", ""),
        ("a # [!code highlight:2]\nb", "a\nb", ' data-lines="1-2"'),
        ("// highlight-next-line\na\nb", "a\nb", ' data-lines="1"'),
        ("// highlight-start\na\nb\n// highlight-end\nc", "a\nb\nc", ' data-lines="1-2"'),
        ("<!-- highlight-next-line -->\na", "a", ' data-lines="1"'),
        ("a // highlight the code", "a // highlight the code", ""),
    ],
)
def test_comments_that_mark_lines_are_no_code(code: str, left: str, attributes: str) -> None:
    section = read(f"```\n{code}\n```").sections[0]
    assert (section.code, attributes in section.html) == (left, True)


@pytest.mark.parametrize(
    "code",
    [
        "```make\na:\n\tb\n\t\tc\n```",
        "- x\n\n  ```make\n  a:\n  \tb\n  \t\tc\n  ```",
        "> ```\n> a:\n> \tb\n> \t\tc\n> ```",
    ],
)
def test_code_keeps_its_tabs(code: str) -> None:
    assert read(code).sections[0].code == "a:\n\tb\n\t\tc"


HOSTILE = [
    ":::tip <script>alert(1)</script>\nx\n:::",
    '!!! note "<img src=x onerror=y>"\n    x',
    "> [!tip] <script>x</script>\n> a",
    '{{< figure src="javascript:x" alt="<script>" >}}',
    '{{< youtube "\\" onload=x" >}}',
    '{% embed url="javascript:alert(1)" %}',
    '<Card href="javascript:x" title="<script>" />',
    "<TabItem label='<script>x</script>'>\nx\n</TabItem>",
    "[a](b){ onclick=x style=y #z }",
    '![a](b){ width="1" onerror="x" height="9999999" }',
    "[[x|<script>y</script>]]",
    '![[a.png|"onerror=x]]',
    "<video src='javascript:x' title='<script>'></video>",
    '<iframe src="data:text/html,x" title="a"></iframe>',
    '*[a]: "><script>x</script>\n\na',
    '```js title="\\"><script>"\nx\n```',
    "++<script>+a++ ==<script>x</script>==",
    "{++<img src=x onerror=y>++}",
    '![x](a.png"onerror=x =1x1)',
    "<div markdown onclick=x>\n<script>y</script>\n</div>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_documents_of_tools_are_safe(text: str) -> None:
    assert unsafe(shown(read(text))) == []


@pytest.mark.parametrize(
    ("text", "depth"),
    [
        (":::tip\n" * 1000 + ":::\n" * 1000, ":::"),
        ("".join("    " * n + "!!! tip\n" for n in range(1000)), "!!!"),
        ("> " * 1000 + "[!tip]", "quotes"),
        ("<Tip>\n" * 1000 + "</Tip>\n" * 1000, "components"),
        ("{{< note >}}\n" * 1000 + "{{< /note >}}\n" * 1000, "shortcodes"),
    ],
)
def test_nesting_a_thousand_deep_is_refused(text: str, depth: str) -> None:
    with pytest.raises(Refused, match="nested more than 100 levels deep"):
        read(text)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (
            "<!-- md:option x -->\n\n:   One.\n\n    Two.\n",
            "<dl><dd><p>One.</p><p>Two.</p></dd></dl>",
        ),
        ("<!-- x -->\n: One.\n", "<dl><dd>One.</dd></dl>"),
        ("<!-- x -->\n\n<!-- y -->\n\n: One.\n", "<dl><dd>One.</dd></dl>"),
        ("<!-- x -->\n\n\n: One.\n", "<p>: One.</p>"),
        ("<!-- x -->\n\nText: one.\n", "<p>Text: one.</p>"),
        ("<!-- x --> y\n\n: One.\n", " y<p>: One.</p>"),
        ("<!-- x\n-->\n\n: One.\n", "<p>: One.</p>"),
    ],
)
def test_a_comment_may_stand_for_the_term_of_a_definition(text: str, html: str) -> None:
    assert re.sub(r"\n", "", shown(read(text))) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("H~2~O", "<p>H<sub>2</sub>O</p>"),
        ("A^T^A and ~~gone~~", "<p>A<sup>T</sup>A and <del>gone</del></p>"),
        ("about ~5 and ~6", "<p>about ~5 and ~6</p>"),
        ("2^3 and 4^5", "<p>2^3 and 4^5</p>"),
        ("`H~2~O`", "<p><code>H~2~O</code></p>"),
    ],
)
def test_small_letters_are_those_of_mkdocs(text: str, html: str) -> None:
    assert shown(parse(text.encode(), path="a.md", tool="mkdocs")) == html


def test_one_tilde_is_no_small_letter_elsewhere() -> None:
    assert "<sub>" not in shown(parse(b"H~2~O and A^T^A", path="a.md"))
