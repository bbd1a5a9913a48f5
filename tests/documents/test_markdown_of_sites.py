"""Small documents of sites whose tool is known, with the files that they take in: what a reader must
see, and must not."""

import re

import pytest

from documents import parse
from documents.included_files import KeptFiles

CODE = "one()\n/// [demo]\ntwo()\n/// [demo]\n"
FILES = {
    "x.js": CODE,
    "y.js": "// #region in\n  f() {\n    a\n  }\n// #endregion in\n",
    "part.md": "Text of the *part*.\n",
    "_part.qmd": "Text of the *part*.\n",
    "snippets/part.mdx": "I love {word}.\n",
    ".gitbook/includes/part.md": "---\ntitle: P\n---\n\nText of the *part*.\n",
    "greeting.md": "[[#hello]], dear [[#who you]]!\n",
    "_variables.yml": "version: 1.2\nmail: {info: a@b.example}\n",
    "book.json": '{"variables": {"ver": "2.1"}}',
}
PART = "<p>Text of the <em>part</em>.</p>"
# What it is, the path with the tool, the text, what readers must see, and what they must not.
READ: list[tuple[str, str, str, list[str], list[str]]] = [
    ("GitLab: a part", "a.md", "::include{file=part.md}\n", [PART], ["::"]),
    (
        "GitLab: front matter in JSON",
        "a.md",
        ';;;\n{"title": "From JSON"}\n;;;\n\nBody.\n',
        ["From JSON", "<p>Body.</p>"],
        [";;;"],
    ),
    (
        "GitLab: what its own documents add",
        "a.md",
        "{{< history >}}\n\n- New in 16.\n\n{{< /history >}}\n\n| a |\n|---|\n| {{< yes >}} |\n",
        ["<li>New in 16.</li>", "<td>Yes</td>"],
        ["{{"],
    ),
    (
        "mdBook: tabs, a template, lines that are hidden",
        "mdbook:a.md",
        '{{#tabs global="os" }}\n{{#tab name="Linux" }}\nUse apt.\n{{#endtab }}\n{{#endtabs }}\n\n'
        "{{#template greeting.md hello=Hi}}\n\n```rust\n# fn main() {\nlet a = 1;\n#[derive]\n## b\n# }\n```\n",
        ['tab-title">Linux<', "<p>Use apt.</p>", "Hi, dear you!", "let a = 1;\n#[derive]\n# b\n<"],
        ["{{", "fn main", "[[#"],
    ),
    (
        "HonKit: values of the book, what its plugins set side by side",
        "gitbook:a.md",
        '# B\n\nVersion {{ book.ver }}.\n\n{% method %}\n## In it {#in}\n\n{% sample lang="js" %}\nx\n{% endmethod %}\n',
        ["Version 2.1.", "## In it #in", "<p>x</p>"],
        ["{%"],
    ),
    (
        "GitBook: a part, a diagram, a call",
        "gitbook:a.md",
        '{% include ".gitbook/includes/part.md" %}\n\n{% @mermaid/diagram content="graph TD\nA-->B" %}\n\n'
        '{% swagger method="get" path="/users" summary="List users" %}\n{% endswagger %}\n',
        [PART, "graph TD\nA--&gt;B", "<strong>GET /users</strong>: List users"],
        ["{%"],
    ),
    (
        "Docsify: parts, and boxes with a label",
        "docsify:a.md",
        "[f](part.md ':include')\n\n[c](x.js ':include :type=code js')\n\n"
        "[d](x.js ':include :type=code :fragment=demo')\n\n> [!NOTE|label:My own|style:flat]\n> Text.\n",
        [PART, "one()", "<code>two()\n</code>", ">My own<"],
        [":include", "style:flat"],
    ),
    (
        "DocFX: code of another file, names and buttons",
        "docfx:a.md",
        ':::code language="js" source="x.js" range="1,3" highlight="2":::\n\n'
        'Use :::no-loc text="Razor":::, [!UICONTROL Save].\n',
        ["one()", "two()", "Use Razor, <strong>Save</strong>."],
        [":::", "[!", "demo"],
    ),
    (
        "VuePress: code of another file, tabs, addresses in bindings",
        "vitepress:a.md",
        "@[code{1-1} js](./x.js)\n\n<CodeGroup>\n  <CodeGroupItem title=\"NPM\">\n\n```bash:no-line-numbers\nnpm i\n```\n\n"
        "  </CodeGroupItem>\n</CodeGroup>\n\n<RouterLink to=\"/b.html\">B</RouterLink>\n\n<img :src=\"$withBase('/h.png')\" alt=\"h\">\n",
        ["<code>one()", 'tab-title">NPM<', "npm i", '<a href="/b.html">B</a>', '<img src="/h.png"'],
        ["@[", "Group", "two()", "$with"],
    ),
    (
        "Mintlify: a call, titles of code, what a tip says, values of a part",
        "mintlify:a.mdx",
        "---\ntitle: T\napi: 'POST https://x.example/v1'\n---\nimport Part from '/snippets/part.mdx'\n\n"
        '<Part word="bananas" />\n\n<Snippet file="part.mdx" />\n\n<ResponseExample>\n```json 404\n{}\n```\n</ResponseExample>\n\n'
        '```js main.js {2}\nx\n```\n\n<Tooltip tip="Application &amp; more">API</Tooltip>\n',
        ["<code>POST https://x.example/v1</code>", "I love bananas.", 'tab-title">404<',
         'data-title="main.js"', ">API</abbr>"],
        ["import", "Snippet"],
    ),
    ("Mintlify: a page that is elsewhere", "mintlify:a.mdx", "---\nurl: https://x.example/y\n---\n",
     ['<a href="https://x.example/y">'], []),
    (
        "MDX: statements with empty lines, exports of others, comments over lines, links on a line",
        "a.mdx",
        "export const meta = {\n  a: 1,\n\n  b: { c: 2 },\n}\n\nexport { default as Y } from './y'\n\n{\n  /* no */\n}\n\n"
        '<Link className="x" to="/b">Go to *B*</Link>\n\nexport is a word.\n',
        ['<a href="/b">Go to <em>B</em></a>', "<p>export is a word.</p>"],
        ["meta", "b:", "default", "no */"],
    ),
    (
        "Astro: pictures by their names, code as an argument, components of one letter",
        "starlight:a.mdx",
        "import pic from '../p.png';\nimport X from './X.astro';\n\n<Image src={pic} alt=\"A pic\" />\n\n"
        '<Code code={`const a = 1`} lang="text" title="c.js" />\n\n<X client:load />\n',
        ['<img src="../p.png" alt="A pic">', "const a = 1", 'data-title="c.js"'],
        ["import", "client", "x.com"],
    ),
    (
        "Outline: people, empty lines, sizes beside a place, names with blanks",
        "a.md",
        '@[Ann](mention://1/user/2)\n\n\\\n\n![c](p.png "right-50 =30x20")\n\n[b](My file.md)\n\n```mermaidjs\ngraph TD\n```\n',
        ["<p>@Ann</p>", 'width="30" height="20"', '<a href="My%20file.md">b</a>', 'class="diagram"'],
        ["mention", "\\", "=30"],
    ),
    (
        "Wiki.js: a box by what is behind a quote, a title of its first version",
        "a.md",
        "<!-- TITLE: Old title -->\n\n# One\n\n> Text.{.is-warning}\n\n# Two\n",
        ["Old title", "note-warning", "<p>Text.</p>"],
        ["{.", "TITLE"],
    ),
    (
        "Quarto: tabs by headings, titles by headings, parts for other forms, captions",
        "a.qmd",
        "# T\n\n::: {.panel-tabset}\n## R\n\nr text\n\n## Python {.x}\n\npy text\n:::\n\n::: {.callout-tip}\n## Own title\n\nTip.\n:::\n\n"
        '::: {.content-hidden when-format="html"}\nPdf only\n:::\n\n::: {.content-visible when-format="html"}\nWeb only\n:::\n\n'
        '| a |\n|---|\n| 1 |\n\n: The caption {#tbl-x}\n\n$$\nE\n$$ {#eq-e}\n\n[red]{style="color:red"} {{< fa github >}} {{< include _part.qmd >}}\n\n'
        "{{< include _part.qmd >}}\n",
        ['tab-title">R<', 'tab-title">Python<', "py text", ">Own title<", "Web only", "<p>The caption<a></a></p>", "red", PART],
        ["Pdf only", "{#", "{style", "fa github", "{.", "data-language"],
    ),
    (
        "Quarto: values of the project",
        "quarto:a.qmd",
        "{{< var version >}} by {{< var mail.info >}}, {{< var nothing >}}\n",
        ["<p>1.2 by a@b.example, {{&lt; var nothing &gt;}}</p>"],
        [],
    ),
    (
        "VuePress: a home page of the theme Hope",
        "vitepress:README.md",
        "---\nhome: true\ntitle: Home\nheroText: Hope\nhighlights:\n- header: Easy\n  description: Run it.\n"
        "  highlights:\n  - title: First\nfooter: false\n---\nBody.\n",
        ["Home", "<strong>Hope</strong>", "<strong>Easy</strong>", "<p>Run it.</p>", "<strong>First</strong>", "Body."],
        [],
    ),
    (
        "Hexo: tags whose arguments have an order of their own",
        "a.md",
        "{% note danger no-icon **Own** %}\nD\n{% endnote %}\n\n{% codeblock A.map lang:text https://e.example/x link %}\na\n{% endcodeblock %}\n\n"
        "{% tabs F, 2 %}\n<!-- tab One -->\n1\n<!-- endtab -->\n{% endtabs %}\n\n{% asset_img p.png 20 10 \"A 'b'\" %} {% post_link other 'Other' %}\n\n"
        "{% blockquote Levi, Wide https://w.example %}\nNo.\n{% endblockquote %}\n\n{% folding cyan, Fold %}\nf\n{% endfolding %}\n\n{% include_code lang:js x.js %}\n",
        [">Own<", 'data-title="A.map"', 'tab-title">One<', '<img src="p.png" alt="A b">', '<a href="wiki:other">Other</a>',
         '<p>— <a href="https://w.example">Levi, Wide</a></p></blockquote>', 'note-title">Fold<', "one()"],
        ["{%"],
    ),
    (
        "Zola: shortcodes that are called",
        "a.md",
        '{{ youtube(id="abc") }}\n\n{% quote(author="V") %}\nA *q*\n{% end %}\n\n{% alert(type="warning", title="Own") %}\nx\n{% end %}\n',
        ["watch?v=abc", "<blockquote><p>A <em>q</em></p><p>— V</p></blockquote>", 'note-warning"><p class="note-title">Own<'],
        ["{{", "{%"],
    ),
    (
        "Just the Docs: a table of contents in a fold without blank lines",
        "jekyll:a.md",
        '<details open markdown="block">\n  <summary>\n    Contents\n  </summary>\n  {: .text-delta }\n- TOC\n{:toc}\n</details>\n\nText.\n',
        ["Contents", "<p>Text.</p>"],
        ["<pre", "TOC", "{:"],
    ),
    (
        "GitLab: a task that is not needed, and Hugo's picture with its author",
        "gollum:a.md",
        '- [~] a\n- [x] b\n\n{{< figure src="a.png" title="T" caption="C" attr="Me" attrlink="https://m.example/" >}}\n',
        ["☒ a", "☑ b", '<img src="a.png" alt="C"> T C <a href="https://m.example/">Me</a>'],
        ["[~]"],
    ),
    (
        "VitePress: a part of a file begins at the margin",
        "vitepress:a.md",
        "<<< @/y.js#in\n",
        ["<code>f() {\n  a\n}\n"],
        ["region"],
    ),
    (
        "Pandoc: rows of several lines, lists in cells, a caption below",
        "quarto:a.qmd",
        "+-----+---+\n| A   | B |\n+=====+===+\n| - x | y |\n+-----+---+\n\n---------------\n First   row\n line 2\n------- -------\n a       b\n         b2\n\n"
        " e       f\n---------------\n\n| L | R |\n|---|---|\n| 1 | 2 |\n: Cap {.x}\n\nH~2~O x^2^ {{< kbd Tab >}}\n\n```{mermaid}\n%%| fig-cap: F\ngraph LR\n```\n",
        ["<td><ul><li>x</li></ul></td>", "<th>First\nline 2</th>", "<td>b\nb2</td>", "<td>f</td>", "<p>Cap</p>", "H<sub>2</sub>O x<sup>2</sup> <kbd>Tab</kbd>"],
        ["--", "{.x}", "%%|"],
    ),
    (
        "Kubernetes: states, terms and files; Logseq and Nextra in a line",
        "hugo:a.md",
        '{{< feature-state for_k8s_version="v1.27" state="beta" >}}\n\n{{< glossary_tooltip text="Pod" term_id="pod" >}} {{< badge content="new" >}}\n\n'
        '{{% code_sample file="pods/x.yaml" %}}\n\n{{< table caption="Cap" >}}\n| a |\n|---|\n| 1 |\n{{< /table >}}\n',
        ["Feature state: v1.27 beta", "<p>Pod new</p>", '<a href="pods/x.yaml">', "<strong>Cap</strong>", "<td>1</td>"],
        ["{{"],
    ),
    ("Logseq: a mark", "logseq:a.md", "- ^^m^^\n", ["<mark>m</mark>"], ["^^"]),
    ("Nextra: code that names its language", "nextra:a.mdx", "`x(){:js}`\n", ["<code>x()</code>"], []),
    (
        "Jekyll: a text that HTML takes up, a film of a theme",
        "jekyll:a.md",
        '{% capture n %}\nA *b*.\n{% endcapture %}\n\n<div class="x">{{ n | markdownify }}</div>\n\n{% include video id="abc" provider="youtube" %}\n',
        ["A <em>b</em>.", "watch?v=abc"],
        ["{{", "{%"],
    ),
    (
        "Writerside: a kind below a quote, steps and terms",
        "a.md",
        '> Mind.\n>\n{style="warning"}\n\n<procedure title="Do it">\n<step>One</step>\n</procedure>\n\n<deflist>\n<def title="Term">Said</def>\n</deflist>\n\n![a](a.png){ width=29 }{border-effect=line}\n',
        ["note-warning", "<strong>Do it</strong>", "<strong>Term</strong>", 'width="29"'],
        ["{style", "{border"],
    ),
    (
        "Markdoc: tags that `/` closes",
        "a.md",
        '{% callout type="warning" title="Own" %}\nText\n{% /callout %}\n\n{% tabs %}\n{% tab label="A" %}\na\n{% /tab %}\n{% /tabs %}\n\n{% if $x %}\ny\n{% /if %}\n\n{% partial file="part.md" /%}\n',
        ["note-warning", ">Own<", 'tab-title">A<', "<p>y</p>", PART],
        ["{%"],
    ),
    ("Qiita: kinds of notes", "a.md", ":::note warn\na\n:::\n\n:::note alert\nb\n:::\n",
     ["note-warning", "note-caution", "Danger"], ["warn<", "alert<"]),
    ("Fumadocs: a part", "a.mdx", "<include>./part.md</include>\n", [PART], ["include"]),
    ("A formula of one letter, one over lines, and a file behind a colon", "a.md",
     "$$\nx\n$$\n\n\\\\[\ny = 1\n\\\\]\n\n```text:src/b.py\nb\n```\n\n![a](a.png =100x*)\n",
     ["<mi>x</mi>", "<mi>y</mi>", 'data-title="src/b.py"', 'width="100"'], ["$$", "\\["]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "place", "text", "seen", "unseen"), READ, ids=[r[0] for r in READ]
)
def test_a_document_of_a_site_is_shown_as_its_tool_shows_it(name, place, text, seen, unseen):
    tool, _, path = place.rpartition(":")
    found = parse(text.encode(), path=path, tool=tool, include=KeptFiles(FILES))
    heads = (f"## {s.title} #{s.anchor}\n" if s.anchor else "" for s in found.sections)
    html = found.title + "".join(
        head + s.html for head, s in zip(heads, found.sections, strict=True)
    )
    plain = re.sub("</?span[^>]*>", "", html)
    assert [word for word in seen if word not in plain] == []
    assert [word for word in unseen if word in plain] == []
