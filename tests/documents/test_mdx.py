"""Documents in MDX, as Docusaurus, Starlight and Nextra have them: what a reader sees of each."""

import re

import pytest

from documents import parse

SPAN = re.compile(r"</?span[^<>]*>")

PICTURES = """import pic from './p.png'

<img src={require('./a.png').default} alt="A" width={200} />

<img src={useBaseUrl('/b.png')} />

<img src={pic.src} style={{ margin: '0 auto' }} alt='P'/>"""

# What it is, the text, what the page must hold, and what it must not.
READ: list[tuple[str, str, list[str], list[str]]] = [
    (
        "a component around the words of a link",
        '<LinkButton href="/start/">Get *started*</LinkButton>\n\n'
        '<LinkButton href="/more/" variant="secondary">\n\tMore of it\n</LinkButton>',
        [
            '<a href="/start/">Get <em>started</em></a>',
            '<p><a href="/more/">More of it</a></p>',
        ],
        [">/start/<", ">/more/<"],
    ),
    (
        "a link of the framework in a sentence",
        'See <Link to="/a/b">the **link** here</Link>, or <Button href="x.md">go</Button>.',
        ['<a href="/a/b">the <strong>link</strong> here</a>, or <a href="x.md">go</a>.'],
        ["&lt;", "Link to"],
    ),
    (
        "a link around a list",
        '<Link href="/many">\n\n- a\n- b\n\n</Link>',
        ["<li>a</li>", '<a href="/many">/many</a>'],
        [],
    ),
    (
        "pictures by an expression",
        PICTURES,
        [
            '<img src="./a.png" alt="A" width="200">',
            '<img src="/b.png">',
            '<img src="./p.png" alt="P">',
        ],
        ["require", "{", "import"],
    ),
    (
        "elements with what only looks",
        "<div style={{\n  padding: '1rem',\n}} className={styles.box}>\n\nIn **it**.\n\n</div>\n\n"
        "<a href={`/x`} {...props}>to x</a>, <span style={{color: 'red'}}>red</span>",
        ["In <strong>it</strong>.", '<a href="/x">to x</a>, red'],
        ["padding", "{", "styles"],
    ),
    (
        "an expression that says nothing plain",
        "<img src={a ? b : c} alt={name} /> <b title={t`x`}>bold</b>",
        ["<b>bold</b>"],
        ["{", "t`x`"],
    ),
    (
        "a value that hides another",
        "<img src={'\" onerror=\"alert(1)'} /> <a href={'javascript:alert(1)'}>x</a>",
        [],
        ['" onerror', "javascript:"],
    ),
    (
        "deep values of a component",
        "<Bar\n\tconfig={[\n\t\t{ a: [{ b: { c: [{ d: { e: 1 } }] } }] },\n\t]}\n/>\n\nText.",
        ["<p>Text.</p>", "unread component left out: bar"],
        ["config", "&lt;Bar"],
    ),
    (
        "imports and exports in a component",
        "<Preview>\n\nimport x from './x.json?raw';\n\nexport const y = 1;\n\nShown.\n\n</Preview>",
        ["Shown."],
        ["import", "export"],
    ),
    (
        "text as a literal",
        '<CodeBlock language="text" title="a.txt">{`one\n  two`}</CodeBlock>\n\n'
        '<CodeBlock language="text">\n  {`three`}\n</CodeBlock>',
        ["<code>three\n</code>"],
        ["{`three"],
    ),
    (
        "a film",
        '<LiteYouTubeEmbed id="abc" title="The talk" />',
        ['<a href="https://www.youtube.com/watch?v=abc">The talk</a>'],
        [],
    ),
    (
        "a table of contents",
        "<TOCInline toc={toc.slice(1)} />\n\nText.",
        ["Text."],
        ["toc", "unread"],
    ),
    (
        "tabs of code, and code below them",
        "```js tab title='a.js'\n1\n```\n\n```ts tab\n2\n```\n\nText.\n\n```js tab\n3\n```",
        ['tab-title">JavaScript<', 'tab-title">TypeScript<', 'data-title="a.js"', "<p>Text.</p>"],
        [],
    ),
    (
        "tabs of code in a list",
        '- one\n\n  ```sh tab="npm"\n  npm i\n  ```\n\n  ```sh tab="yarn"\n  yarn\n  ```\n\n- two',
        ['tab-title">npm<', 'tab-title">yarn<', "<p>two</p>"],
        [],
    ),
]


def shown(text: str) -> str:
    document = parse(f"# T\n\n{text}\n".encode(), path="docs/a.mdx")
    parts = [SPAN.sub("", section.html) for section in document.sections]
    parts += [f"unread {kind}: {times}" for kind, times in document.unread.items()]
    return "\n".join(parts)


@pytest.mark.parametrize(
    ("text", "held", "gone"), [case[1:] for case in READ], ids=[c[0] for c in READ]
)
def test_mdx_is_read_as_its_tools_show_it(text, held, gone):
    page = shown(text)
    assert [part for part in held if part not in page] == []
    assert [part for part in gone if part in page] == []
