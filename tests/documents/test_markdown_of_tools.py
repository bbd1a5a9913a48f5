"""Small documents as the tools of many people have them: what a reader must see, and must not."""

import re

import pytest

from documents import Document, parse

SPAN = re.compile(r"</?span[^<>]*>")

# What it is, the text, what the page must hold, and what it must not.
READ: list[tuple[str, str, list[str], list[str]]] = [
    (
        "DocFX: tabs, and a heading behind them that is a section",
        "# T\n\n## [C#](#tab/cs)\n\na\n\n## [Go](#tab/go)\n\nb\n\n***\n\n## Next\n\nc\n",
        ['tab-title">C#<', 'tab-title">Go<', "## Next #next"],
        ["#tab/", "## C#"],
    ),
    (
        "DocFX: a step to the next page",
        '# T\n\n> [!div class="nextstepaction"]\n> [Next](next.md)\n',
        ['<a href="next.md">Next</a>'],
        ["[!div", "blockquote"],
    ),
    (
        "DocFX: a film and code of another file",
        "# T\n\n> [!VIDEO https://v.example/a]\n\n[!code-csharp[](~/src/a.cs?range=1-3)]\n",
        ['<a href="https://v.example/a">v.example</a>', ">a.cs</a>"],
        ["[!VIDEO", "[!code", "blockquote"],
    ),
    (
        "MyST: a box in a list, with code in it",
        "1. One\n\n   ````{tip}\n   ```sh\n   ls\n   ```\n   ````\n\n2. Two\n",
        ["note-tip", 'data-language="sh"', "<li><p>Two</p>"],
        ["{tip}", "````"],
    ),
    (
        "MyST: roles in a heading and a table",
        "# T\n\n## Use {kbd}`Tab`\n\n| a |\n|---|\n| {ref}`x <y>` |\n",
        ["## Use Tab", '<td><a href="#y">x</a></td>'],
        ["{kbd}", "{ref}"],
    ),
    (
        "MyST: a role in the title of a card, lists with a style",
        "# T\n\n::::{grid} 2\n:::{grid-item-card} {octicon}`plug;1em` Plug *in*\n:link: a\n\n"
        "Text.\n:::\n::::\n\n{style=lower-roman}\n1. one\n",
        ["Plug", "<p>Text.</p>", "<li>one</li>"],
        [":::", "{octicon}", "{style", ":link:"],
    ),
    (
        "mdBook: names of rules",
        "# T\n\nr[items.const]\n## Constants\n\nr[items.const.intro]\nA *constant*.\n",
        ["## Constants #constants", "<p>A <em>constant</em>.</p>"],
        ["r[", "items.const"],
    ),
    (
        "MyST: a directive that nobody knows stays readable",
        "# T\n\n```{mystery-list}\n:depth: 2\nwords\n```\n",
        ["words", "unread directive shown as written: mystery-list"],
        [],
    ),
    (
        "Sphinx: a csv table",
        '# T\n\n```{csv-table} Sizes\n:header: "a", "b"\n1, "2 | 3"\n```\n',
        ["<p>Sizes</p>", "<th>a</th>", "<td>2 | 3</td>"],
        ["{csv-table}", ":header:"],
    ),
    (
        "Hugo: tabs on one line each",
        '# T\n\n{{< tabs >}}\n{{< tab "A" >}}a{{< /tab >}}\n{{< tab "B" >}}b{{< /tab >}}\n'
        "{{< /tabs >}}\n",
        ['tab-title">A</summary><p>a</p>', 'tab-title">B</summary><p>b</p>'],
        ["{{"],
    ),
    (
        "Hugo: tabs named by their group",
        '# T\n\n{{< tabs items="JSON,YAML" >}}\n{{< tab >}}a{{< /tab >}}\n'
        "{{< tab >}}b{{< /tab >}}\n"
        "{{< /tabs >}}\n",
        ['tab-title">JSON<', 'tab-title">YAML<'],
        ["{{"],
    ),
    (
        "Hugo: a note over lines that begins behind its tag",
        "# T\n\n{{< note >}}First\nsecond.\n\n- third\n{{< /note >}}\nBelow.\n",
        ['note-title">Note</p><p>First\nsecond.</p><ul><li>third</li></ul></div><p>Below.'],
        ["{{"],
    ),
    (
        "Hugo: what stands in a sentence stays in its place",
        "# T\n\nSince {{< version 1.2 >}} it works.\n",
        ["Since 1.2 it works."],
        [],
    ),
    (
        "Starlight: cards below a tab, an aside on a line",
        '# T\n\n<Aside>Short.</Aside>\n\n<CardGrid>\n\t<Card title="C" icon="star">\n'
        "\t\tText **b**.\n"
        '\t</Card>\n\t<LinkCard title="L" href="/a/" description="D" />\n</CardGrid>\n',
        [">Note</p><p>Short.</p>", "<strong>C</strong>", "Text <strong>b</strong>", ">L</a>: D"],
        ["Card", "<pre"],
    ),
    (
        "Nextra: tabs named by their group",
        "# T\n\n<Tabs items={['pnpm', 'npm']}>\n  <Tabs.Tab>a</Tabs.Tab>\n"
        "  <Tabs.Tab>b</Tabs.Tab>\n</Tabs>\n",
        ['tab-title">pnpm</summary><p>a', 'tab-title">npm</summary><p>b'],
        ["Tabs"],
    ),
    (
        "Mintlify: a group of code, fields and steps",
        "# T\n\n<CodeGroup>\n```js a.js\nx\n```\n```sh\ny\n```\n</CodeGroup>\n\n"
        '<ParamField path="id" type="string">\n  The id.\n</ParamField>\n\n<Steps>\n'
        '  <Step title="Go">\n'
        "    Do.\n  </Step>\n</Steps>\n",
        [
            'tab-title">a.js<',
            'tab-title">sh<',
            "<strong>id</strong>: string",
            "<strong>Go</strong>",
        ],
        ["Field", "Step", "CodeGroup"],
    ),
    (
        "Docusaurus: fences that keep MDX from other tools",
        "# T\n\n```mdx-code-block\nimport X from 'x';\n\n<X>\n```\n\n## *In*\n\n"
        "```mdx-code-block\n</X>\n```\n\n````md\n```mdx-code-block\n<Y/>\n```\n````\n",
        ["<h2><em>In</em></h2>", "```mdx-code-block\n&lt;Y/&gt;\n```"],
        ["import", "X"],
    ),
    (
        "JavaGuide: a comment that takes in what is not there",
        "# T\n\n<!-- @include: @article-header.snippet.md -->\n\nText.\n",
        ["<p>Text.</p>", "unread text of another file not found: @include: 1"],
        ["include: @", "--"],
    ),
    (
        "MDX: values and expressions",
        "---\ntitle: T\n---\n\n{'a'} of {frontMatter.title}, {props.x} and {'{'}\n\n"
        "{list.map(i => (\n  <b>{i}</b>\n))}\n",
        ["a of T, {props.x} and {", "list.map", "unread MDX expression shown as written: 2"],
        ["<b>"],
    ),
    (
        "Jekyll: a note of the theme",
        "# T\n\n{% include note.html content='Mind **it**' %}\n\n{% include toc.html %}\n",
        ['note-title">Note</p><p>Mind <strong>it</strong>', "{% include toc.html %}"],
        [],
    ),
    (
        "kramdown: a hidden text holds no section",
        "# T\n\n{::comment}\n## Hidden\n{:/comment}\n\n[B](b){: .btn }{:target='_blank'}\n",
        ['<a href="b">B</a></p>'],
        ["Hidden", "{:"],
    ),
    (
        "Docsify: boxes, ids and tabs",
        "# T\n\n!> Mind\n\n## H :id=my-h\n\n<!-- tabs:start -->\n\n#### **A**\n\na\n\n"
        "<!-- tabs:end -->\n\n## G {docsify-ignore}\n",
        ["note-important", "## H #my-h", 'tab-title">A<', "## G #g"],
        ["!>", ":id", "docsify"],
    ),
    (
        "mdBook: a box as code, a formula",
        '# T\n\n```admonish warning "Mind"\nText **b**.\n```\n\nIs \\\\( x^2 \\\\) so?\n',
        ['note-warning"><p class="note-title">Mind</p><p>Text <strong>b', "<msup>"],
        ["admonish", "\\("],
    ),
    (
        "Obsidian: a box as code",
        "# T\n\n```ad-tip\ntitle: Own\nText.\n```\n",
        ['note-tip"><p class="note-title">Own</p><p>Text.</p>'],
        ["ad-tip"],
    ),
    (
        "Obsidian: a hidden text holds no section",
        "# T\n\n%%\n## Hidden\n\nno\n%%\n\n## Shown\n",
        ["## Shown #shown"],
        ["Hidden", "%%"],
    ),
    (
        "Obsidian: tags and fields stay words",
        "#tag1 #a/b\n\nkey:: value, [k:: v]\n",
        ["#tag1 #a/b", "key:: value, [k:: v]", "= My note"],
        ["<h1"],
    ),
    (
        "Pandoc: a drawn table",
        "# T\n\n+---+----+\n| A | B  |\n+===+====+\n| a | b  |\n|   | c  |\n+---+----+\n",
        ["<th>A</th>", "<td>b\nc</td>"],
        ["+--", "==="],
    ),
    (
        "Pandoc: a table of columns",
        "# T\n\nText.\n\n Size  Name\n-----  ------\n   12  a b\n    3  c\n\n## Next\n",
        ["<th>Size</th><th>Name</th>", "<td>12</td><td>a b</td>", "## Next"],
        ["---", "<pre"],
    ),
    (
        "Pandoc: spans, breaks, verse, examples",
        "# T\n\n[a]{.smallcaps}\n\n\\newpage\n\n| one\n| two\n\n(@x) first\n\nSee (@x).\n",
        ["<p>a</p>", "one<br>two", "<ol><li>first</li></ol><p>See (1).</p>"],
        ["newpage", "{.", "(@"],
    ),
    (
        "Pandoc: headings without a number",
        "# T {-}\n\n## A {.unnumbered}\n\n## B {- #own}\n",
        ["= T", "## A #a", "## B #own"],
        ["{"],
    ),
    (
        "Pandoc: citations stay as they are",
        "# T\n\nAs [@key, p. 3] and @other say.\n",
        ["As [@key, p. 3] and @other say."],
        ["<a"],
    ),
    (
        "AsciiDoc: code below its name is no heading",
        "# T\n\n[source,java]\n----\nint x;\n----\n\n[NOTE]\n====\nText.\n====\n",
        ['data-language="java"', 'note-title">Note</p><p>Text.'],
        ["##", "[source", "===="],
    ),
    (
        "Slidev: how a slide looks is no heading",
        "# A\n\n---\nlayout: two-cols\n---\n\n# B\n",
        ["# B #b"],
        ["layout"],
    ),
    (
        "Wiki.js: quotes that are boxes, a picture's width",
        "# T\n\n> Text.\n{.is-danger}\n\n![x](/a.png =200x){.align-center}\n",
        ["note-caution", 'width="200"'],
        ["{.", "=200x"],
    ),
    (
        "BookStack: its boxes",
        '# T\n\n<p class="callout info">Text.</p>\n',
        ['<div class="note"><p>Text.</p></div>'],
        ["callout"],
    ),
    (
        "Outline: a size in the title, a fold",
        '# T\n\n![](a.png " =100x200")\n\n+++ More\nText.\n+++\n',
        ['width="100" height="200"', '<summary class="note-title">More</summary><p>Text.'],
        ["=100x200", "+++"],
    ),
    (
        "GitLab: a quote over paragraphs",
        "# T\n\n>>>\na\n\nb\n>>>\n",
        ["<blockquote><p>a</p><p>b</p></blockquote>"],
        ["&gt;"],
    ),
    (
        "Logseq: sizes of pictures",
        "- ![a](../assets/a.png){:height 100, :width 200}\n",
        ['height="100" width="200"'],
        ["{:"],
    ),
    (
        "Notion: an aside",
        "# T\n\n<aside>\n💡 Text **b**\n\n</aside>\n",
        ["💡 Text"],
        ["aside"],
    ),
    (
        "MkDocs: several snippets that are not there stay readable",
        "# T\n\n--8<--\na.md\nb.md\n--8<--\n",
        ["a.md", "b.md", "unread text of another file not found: snippet --8&lt;--: 2"],
        [],
    ),
    (
        "MkDocs Material: cards, annotations, icons",
        '# T\n\n<div class="grid cards" markdown>\n\n-   :material-clock:{ .lg } __A__\n\n'
        "    ---\n\n    b\n\n</div>\n",
        ["<strong>A</strong>", "<hr><p>b</p>"],
        [":material", "{ ."],
    ),
    (
        "Empty links show where they lead",
        "# T\n\n[](#pool-sizes), [](a/b-c.md)\n",
        [">pool sizes</a>", ">B c</a>"],
        [],
    ),
    (
        "Quarto: tabs, boxes, cells",
        '# T\n\n::: {.callout-tip title="Mind"}\nText\n:::\n\n```{python}\n#| echo: false\nx\n'
        "```\n",
        ['note-title">Mind<', 'data-language="python"'],
        [":::", "{python}"],
    ),
    (
        "Quarto: a formula of its own",
        "# T\n\n\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}\n\nText.\n",
        ["<math", "<p>Text.</p>"],
        ["\\begin"],
    ),
    (
        "Chinese: emphasis beside punctuation",
        "# 标题\n\n**注意：**文字 ==高亮==文字\n",
        ["<strong>注意：</strong>文字 <mark>高亮</mark>文字"],
        ["**", "=="],
    ),
    (
        "HackMD: spoiler, film, size",
        "# T\n\n:::spoiler Title\nText\n:::\n\n{%youtube abc %}\n\n![](a.png =100x50)\n",
        ['<summary class="note-title">Title', "watch?v=abc", 'width="100" height="50"'],
        ["{%", ":::"],
    ),
    (
        "GitBook: a page, steps, a hint",
        '# T\n\n{% content-ref url="a.md" %}\n[a.md](a.md)\n{% endcontent-ref %}\n\n'
        '{% hint style="danger" %}\nText\n{% endhint %}\n',
        ['<a href="a.md">a.md</a>', "note-caution"],
        ["{%"],
    ),
    (
        "A comment holds no section",
        "# T\n\n<!--\n## Hidden\n-->\n\n[//]: # (no)\n\n[comment]: <> (no)\n\n## Shown\n",
        ["## Shown"],
        ["Hidden", "(no)"],
    ),
    (
        "A comment of MyST is none elsewhere",
        "# T\n\n% of all, 50 % said\n",
        ["% of all, 50 % said"],
        [],
    ),
    (
        "A block between braces of Go's templates is no expression",
        "# T\n\nUse {{ .Values.x }} and ${HOME}, {a: 1}.\n",
        ["{{ .Values.x }} and ${HOME}, {a: 1}."],
        [],
    ),
    (
        "Arithmetic, arrows and prompts are no marks",
        "# T\n\na +++ b, x >>> y, 1 --- 2, (@home), ^[, !> x\n",
        ["a +++ b, x &gt;&gt;&gt; y, 1 --- 2, (@home), ^[, !&gt; x"],
        [],
    ),
    (
        "VitePress and Quarto: folds that are open or closed",
        '::: details A {open}\nx\n:::\n\n::: {.callout-tip collapse=false title="Q"}\ny\n:::\n\n'
        '::: {.callout-tip collapse="true"}\ny\n:::\n\n::: details open source\nz\n:::\n',
        [
            '<details class="note" open="">',
            '<details class="note note-tip" open="">',
            '<details class="note note-tip"><',
            '<details class="note"><summary class="note-title">open source<',
        ],
        ["{open}", "collapse"],
    ),
    (
        "Nextra: ids of headings in brackets",
        "# T\n\n## A *b* [#a-b] ##\n\n## Fix [#123]\n\n## See [#x](y)\n",
        ["## A b #a-b\n", "## Fix [#123] #fix-123", "## See #x #see-x"],
        ["[#a-b]"],
    ),
    (
        "GitBook: news by their day",
        '# T\n\n{% updates format="full" %}\n{% update date="2025-12-25" %}\nA\n{% endupdate %}\n'
        "{% endupdates %}\n",
        ["<strong>2025-12-25</strong>", "<p>A</p>"],
        ["{%"],
    ),
    (
        "A diff, a conflict and a heredoc stay code",
        "# T\n\n```\n+++ a/b.c\n>>>\n:::tip\n--8<--\n[source]\n----\n```\n",
        ["+++ a/b.c\n&gt;&gt;&gt;\n:::tip\n--8&lt;--\n[source]\n----\n</code>"],
        [],
    ),
]


def shown(document: Document) -> str:
    """The title, the sections' heads and HTML, and what was counted, as one text."""
    parts = [f"= {document.title}"]
    for section in document.sections:
        if section.level:
            parts.append(f"{'#' * section.level} {section.title} #{section.anchor}")
        parts.append(SPAN.sub("", section.html))
    parts += [
        f"unread {kind}: {times}".replace("<", "&lt;") for kind, times in document.unread.items()
    ]
    return "\n".join(parts)


@pytest.mark.parametrize(
    ("text", "held", "gone"), [case[1:] for case in READ], ids=[c[0] for c in READ]
)
def test_a_tools_markdown_is_read_as_the_tool_shows_it(text, held, gone):
    name = "docs/my-note.mdx" if "{'a'}" in text else "docs/my-note.md"
    page = shown(parse(text.encode(), path=name))
    assert [part for part in held if part not in page] == []
    assert [part for part in gone if part in page] == []
