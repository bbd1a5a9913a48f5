"""Elements and trees in MDX, and what mdBook's preprocessors add: what a reader sees of each."""

import re

import pytest

from documents import parse

SPAN = re.compile(r"</?span[^<>]*>")

TABLE = """<table>
  <thead>
    <tr>
      <th>A *b*</th>
      <td>`c`</td>
    </tr>
  </thead>
  <tbody>
    <tr>
      <th>d</th>
      <td>
        - e
        - **f**
      </td>
    </tr>
  </tbody>
</table>"""

INDENTED = """<section>
    <div>
        A *line*.

        ```js
        x
        ```
    </div>
</section>

End."""

FOLD = """<details><summary>The *title*</summary>
Text **in** it.

### No section
</details>

End."""

LISTS = """- one

  <div>
  *two*
  </div>

- three

<ul>
<li>*four*</li>
<li>
  five
</li>
</ul>"""

AS_WRITTEN = """<pre>
*a*
</pre>

<div>
*b*

Text <kbd>*c*</kbd>

```html
<div>
*d*
</div>
```"""

MIXED = """<Tabs>
<TabItem label='A'>
<div>
  <Tip>
  A *tip*.
  </Tip>
</div>
</TabItem>
</Tabs>"""

LOGO = """<p align="center">
  <img src="a.png" alt="Logo" />
  <a href="b.md">**B**</a>
</p>

Text."""

NEXTRA = """<FileTree>
  <FileTree.Folder name="content" defaultOpen>
    <FileTree.File name="_meta.js" active />
    <FileTree.Folder name='a_b' open>
      <FileTree.File name={'x.mdx'} />
    </FileTree.Folder>
  </FileTree.Folder>
  <FileTree.File name="end" />
</FileTree>

Text."""

OTHERS = """<Files>
<Folder name="app" defaultOpen>
<File name="layout.tsx" />
</Folder>
</Files>

<Tree>
<Tree.Folder name="lib"><Tree.File name="y" /></Tree.Folder>
</Tree>"""

# What it is, the text, what the page must hold, and what it must not.
MDX: list[tuple[str, str, list[str], list[str]]] = [
    (
        "Markdown on the lines of an element",
        "<div className={styles.x}>\n**bold** and [a](b.md)\n- one\n</div>",
        ["<div>", '<strong>bold</strong> and <a href="b.md">a</a></p><ul><li>one</li>'],
        ["**", "- one"],
    ),
    (
        "elements in elements, indented as they are",
        INDENTED,
        ["<p>A <em>line</em>.</p>", "<code>x\n</code>", "<p>End.</p>"],
        ["*line*", "&lt;", "```"],
    ),
    (
        "Markdown between two tags on one line",
        '<div>*a* and `b`</div>\n<p align="center">One **two**\n[three](c.md)</p>\n\nEnd.',
        ["<em>a</em> and <code>b</code>", "<strong>two</strong>", ">three</a>", "<p>End.</p>"],
        ["**", "](", "<p><p", "<p></p>"],
    ),
    (
        "a table of elements with Markdown in its cells",
        TABLE,
        ["A <em>b</em>", "<code>c</code>", "<li>e</li>", "<li><strong>f</strong></li>"],
        ["**", "*b*", "&lt;", "<p>A"],
    ),
    (
        "a fold with its title on its first line",
        FOLD,
        ["<summary>The <em>title</em></summary>", "<strong>in</strong>", "<p>End.</p>"],
        ["**", "*title*", "## No"],
    ),
    (
        "a heading in an element is a section",
        '<div id="x">\n## Deep\n\nText *here*.\n</div>',
        ["## Deep", "<em>here</em>"],
        ["*here*"],
    ),
    (
        "an element in a list, and a list of elements",
        LISTS,
        ["<em>two</em>", "<p>three</p>", "<li><em>four</em></li>", "five"],
        ["*two*", "*four*"],
    ),
    (
        "preformatted text, code, and tags that never close stay as they were",
        AS_WRITTEN,
        ["*a*", "*b*", "<kbd><em>c</em></kbd>", "*d*"],
        ["<em>a</em>", "<em>d</em>"],
    ),
    (
        "components and elements in each other",
        MIXED,
        ['tab-title">A<', "note-tip", "<em>tip</em>"],
        ["&lt;", "*tip*"],
    ),
    (
        "elements a hundred deep",
        "<div>\n" * 100 + "deep *down*\n" + "</div>\n" * 100 + "\nEnd.",
        ["deep", "<p>End.</p>"],
        ["&lt;"],
    ),
    (
        "imports in an element",
        "<div>\nimport X from './x'\n\nShown *so*.\n</div>",
        ["<em>so</em>"],
        ["import"],
    ),
    (
        "a paragraph of pictures and links",
        LOGO,
        ['<img src="a.png" alt="Logo">', '<a href="b.md"><strong>B</strong></a>', "<p>Text.</p>"],
        ["**", "&lt;"],
    ),
    (
        "a component without a name in a line",
        "<figure>\n  <>![A](a.png)</>\n  <figcaption>*b*</figcaption>\n</figure>\n\nx <> y",
        ['<img src="a.png" alt="A">', "<figcaption><em>b</em></figcaption>", "x &lt;&gt; y"],
        ["&lt;&gt;<", "&lt;/&gt;"],
    ),
    (
        "a tree of files by Nextra",
        NEXTRA,
        [
            "<ul><li>content<ul><li>_meta.js</li><li>a_b<ul><li>x.mdx</li></ul></li></ul></li>"
            "<li>end</li></ul>",
            "<p>Text.</p>",
        ],
        ["unread", "FileTree"],
    ),
    (
        "trees by Fumadocs and Mintlify",
        OTHERS,
        ["<ul><li>app<ul><li>layout.tsx</li></ul></li></ul>", "<li>lib<ul><li>y</li></ul></li>"],
        ["left out: folder", "left out: file", "&lt;"],
    ),
    (
        "a tree of Starlight, which is a list already",
        "<FileTree>\n\n- a\n  - b.md\n- c\n\n</FileTree>",
        ["<ul><li>a<ul><li>b.md</li></ul></li><li>c</li></ul>"],
        ["unread"],
    ),
    (
        "names of a tree with signs of Markdown, and a file that leads somewhere",
        '<Folder name="[slug] *x*" />\n\nSee <File name="a_b_c.ts" /> or\n\n'
        '<File name="plan" href="plan.pdf" />',
        ["<ul><li>[slug] *x*</li></ul>", "See a_b_c.ts or", '<a href="plan.pdf">plan</a>'],
        ["<em>"],
    ),
]

RULES = "\n\nr[items.const]\nA constant.\n"
MDBOOK: list[tuple[str, str, list[str], list[str]]] = [
    (
        "a rule of another chapter",
        "See [an item][items.fn.params] and [*both*][expr.call].",
        ['<a href="#r-items.fn.params">an item</a>', '<a href="#r-expr.call"><em>both</em></a>'],
        ["]["],
    ),
    (
        "a rule by its name alone, in a chapter with rules",
        f"See [items.const], [items.const][] and [expr.call].{RULES}",
        ['See <a href="#r-items.const">items.const</a>, <a', '"#r-expr.call">expr.call</a>.'],
        ["[items"],
    ),
    (
        "a name in brackets, in a chapter without rules",
        "The table [profile.dev] of [x](y.z), [a.b]: c and v[0.1].",
        ["The table [profile.dev] of", "[a.b]: c and v[0.1]."],
        ["#r-"],
    ),
    (
        "a reference that the chapter itself has",
        f"See [it][items.const].\n\n[items.const]: other.md#x{RULES}",
        ['<a href="other.md#x">it</a>'],
        ['"#r-items'],
    ),
    (
        "rules in code",
        f"`[a][items.const]`\n\n```text\n[a][items.const]\n```{RULES}",
        ["<code>[a][items.const]</code>", "[a][items.const]\n"],
        ['"#r-'],
    ),
    (
        "names of the grammar, of rules in a word, and of the standard library",
        "A [type][grammar-Type], a [path][Path], [them][attributes], [`Clone`][macro@Clone], "
        "[`get`][core::ops::Index#tymethod.index], [no][x y] and m[row][col].\n\n"
        f"```grammar,types\n@root Type ->\n    Path\n\nPath -> `::`\n```{RULES}",
        [
            '<a href="#grammar-Type">type</a>, a <a href="#grammar-Path">path</a>',
            '<a href="#r-attributes">them</a>',
            "?search=core::ops::Index",
            "?search=Clone",
            "[no][x y]",
        ],
        ["[type]", "[them]"],
    ),
    (
        "a summary that is made of all chapters",
        "Above.\n\n{{ grammar-summary }}\n\n{{summary-table}}\n\n{{#toc}}",
        ["Above.", "left out: grammar-summary: 1", "summary-table: 1", "#toc: 1"],
        ["{{"],
    ),
    (
        "the title of the window",
        "{{#title A title}}\n\nText.",
        ["<p>Text.</p>"],
        ["{{", "A title", "unread"],
    ),
    (
        "words of the index, and a note in a sentence",
        "An {{i: *item*}} is{{hi: hidden}} one{{footnote: Or **two**.}}, {{i:too}}.",
        ["An <em>item</em> is one (Or <strong>two</strong>.), too."],
        ["{{", "hidden"],
    ),
    (
        "braces of others",
        "Use {{ name }} and {{x.y}}.\n\n{{ value }}\n\n```\n{{#toc}}\n{{i:x}}\n```",
        ["{{ name }} and {{x.y}}", "{{ value }}", "{{#toc}}\n{{i:x}}"],
        ["left out"],
    ),
]


def shown(text: str, path: str, tool: str) -> str:
    document = parse(f"# T\n\n{text}\n".encode(), path=path, tool=tool)
    parts = [f"## {section.title}" for section in document.sections[1:]]
    parts += [SPAN.sub("", section.html) for section in document.sections]
    parts += [f"unread {kind}: {times}" for kind, times in document.unread.items()]
    return "\n".join(parts)


CASES = [("a.mdx", "", case) for case in MDX] + [("a.md", "mdbook", case) for case in MDBOOK]


@pytest.mark.parametrize(
    ("path", "tool", "case"), CASES, ids=[f"{path}: {case[0]}" for path, _, case in CASES]
)
def test_a_page_shows_what_its_tool_shows(path, tool, case):
    _, text, held, gone = case
    page = shown(text, path, tool)
    assert [part for part in held if part not in page] == []
    assert [part for part in gone if part in page] == []


@pytest.mark.parametrize("text", ["<div>\n*a*\n</div>", "See [x][items.const]. {{#toc}}"])
def test_other_documents_keep_what_only_these_tools_read(text):
    page = shown(text, "a.md", "")
    assert "<em>" not in page and "#r-" not in page


def test_the_id_of_an_element_around_a_heading_is_the_heading_s():
    text = "# T\n\nText.\n\n<div id='own'>\n  ## 菜单\n</div>\n\n<div id='x'>a</div>\n\n## B\n"
    sections = parse(text.encode(), path="docs/a.mdx", tool="mintlify").sections
    found = [(section.title, section.anchors) for section in sections]
    assert found == [("T", ["t"]), ("菜单", ["own", "x"]), ("B", [])]


@pytest.mark.parametrize("fence", ["```", "~~~"])
def test_a_fence_right_below_a_tag_is_code_for_jekyll(fence):
    text = f"<details>\n<summary>s</summary>\n{fence}js\n<b>\n{fence}\n</details>\n\nText.\n"
    page = shown(text, "a.md", "jekyll")
    assert fence not in page and "&lt;b&gt;" in page and page.endswith("<p>Text.</p>")
    assert fence in shown(f"<pre>\n<b>\n{fence}\n</b></pre>\n", "a.md", "jekyll")
    assert fence in shown(text, "a.md", "")
