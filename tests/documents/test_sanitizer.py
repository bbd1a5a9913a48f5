import re
from html.parser import HTMLParser

import pytest

from documents import sanitise
from documents.sanitizer import sanitise_inline

from .reading import read

TAGS = set(
    [
        "script",
        "style",
        "svg",
        "annotation-xml",
        "mglyph",
        "iframe",
        "object",
        "embed",
        "form",
        "input",
        "button",
    ]
    + ["textarea", "select", "link", "meta", "base", "template", "noscript", "xmp", "title"]
    + ["video", "audio", "source", "marquee", "body", "html"]
)
ATTRIBUTES = set(
    ["href", "src", "alt", "title", "id", "class", "role", "tabindex", "aria-label", "value"]
    + ["start", "open", "colspan", "rowspan", "scope", "width", "height", "data-language"]
    + ["dir", "data-title", "data-start", "data-lines", "data-added", "data-removed", "name"]
    + ["display", "mathvariant", "stretchy", "fence", "form", "linethickness", "displaystyle"]
    + ["columnalign", "data-line"]
)


class Inspector(HTMLParser):
    """Collects whatever must not be in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in TAGS:
            self.found.append(tag)
        for name, value in attrs:
            value = value or ""
            scheme = re.match(r"\s*([a-z][a-z0-9+.-]*):", value, re.IGNORECASE)
            if name not in ATTRIBUTES or (
                name in ("href", "src")
                and scheme
                and scheme[1].lower() not in ("http", "https", "mailto", "wiki")
            ):
                self.found.append(f"{name}={value}")
            if name == "name" and not re.fullmatch(r"tabs-[\d-]+", value):
                self.found.append(f"name={value}")
            if name == "id" and not re.fullmatch(r"(fn|fnref)--[\w-]+", value):
                self.found.append(f"id={value}")

    def handle_comment(self, data: str) -> None:
        self.found.append(f"<!--{data}")


def unsafe(html: str) -> list[str]:
    inspector = Inspector()
    inspector.feed(html)
    inspector.close()
    return inspector.found


HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror\n=\nalert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href=' javascript:alert(1)'>x</a>",
    "<a href='\x01javascript:alert(1)'>x</a>",
    "<a href='java&#1;script:alert(1)'>x&#7;</a>",
    "<a href='&#x1f;javascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:x'>x</a>",
    "<img src='data:image/svg+xml,<svg onload=alert(1)>'>",
    "<style>body{display:none}</style>",
    "<p style='position:fixed;inset:0'>x</p>",
    "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<math><mtext><img src=x onerror=alert(1)><style><!--</style></mtext></math>",
    "<math><annotation-xml encoding='text/html'><script>alert(1)</script></annotation-xml></math>",
    "<math href='javascript:alert(1)' style='color:red'><mi mathvariant='x'>x</mi></math>",
    "<math><mrow href='javascript:alert(1)' onclick=alert(1)>x</mrow></math>",
    "<math><mi><svg><script>alert(1)</script></svg></mi></math>",
    "<math><mspace width='9999em'></mspace><mo form='x'>x</mo></math>",
    "<p><math><mi>a<p>b<math><mo><table><math>",
    "<details name='kb:drawer' open>x</details>",
    "<form action=/logout><button>x</button></form>",
    "<input name=password autofocus onfocus=alert(1)>",
    "<textarea><img src=x onerror=alert(1)></textarea>",
    "<iframe src='https://evil.example'></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='x'></object><embed src='x'>",
    "<base href='https://evil.example/'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<link rel=stylesheet href=x>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<title><img src=x onerror=alert(1)></title>",
    "<p id=location name=cookie>x</p>",
    "<a id=body name=forms href=x>x</a>",
    "<span class='k' id='toString' role=button>x</span>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!-- --!><img src=x onerror=alert(1)>",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?php echo '<img src=x onerror=alert(1)>' ?>",
    "<details ontoggle=alert(1) open>x</details>",
    "<table background='javascript:alert(1)'><td background=x>x</td></table>",
    "<video><source onerror=alert(1)></video>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<p><b><p></b><script>alert(1)</script>",
    "<div><p title='</div><script>alert(1)</script>'>",
    "<select><option><style></option></select><img src=x onerror=alert(1)></style>",
    "<a href='//evil.example' target=_blank ping=x>x</a>",
]
IN_MARKDOWN = [
    "[x](javascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](JAVASCRIPT&colon;alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](javascript:alert(1))",
    "[x]: javascript:alert(1)\n\n[x]",
    "<javascript:alert(1)>",
    "![<img src=x onerror=alert(1)>](y)",
    "[x](y 'a\" onclick=\"alert(1)')",
    '![a" onerror="alert(1)](x)',
    '```js" onmouseover="alert(1)\n</code></pre><script>alert(1)</script>\n```',
    "`<script>alert(1)</script>`",
    "$\\href{javascript:alert(1)}{x_1}$",
    "$\\text{<img src=x onerror=alert(1)>} = 1$",
    "$$\n\\style{background:url(//x)}{<script>alert(1)</script>}^2\n$$",
    "```math\n\\text{</math><script>alert(1)</script>}\n```",
    "```mermaid\n---\ntitle: <img src=x onerror=alert(1)>\n---\nx\n```",
    '```js {1} title="<img src=x onerror=alert(1)>"\n<script>\n```',
    '=== "<img src=x onerror=alert(1)>"\n    y',
    "[^<img src=x onerror=alert(1)>]: y\n\n[^<img src=x onerror=alert(1)>]",
    '!!! note "<img src=x onerror=alert(1)>"\n    y',
    "| <script> |\n|---|\n| <img src=x onerror=alert(1)> |",
    "\x02wzxhzdk:0\x03 <b onclick=x>",
    "\x02amp\x03lt;script\x02amp\x03gt;",
    "<x-raw>\x02wzxhzdk:0\x03</x-raw>",
]


@pytest.mark.parametrize("html", HOSTILE)
def test_hostile_html_is_made_harmless(html: str) -> None:
    assert unsafe(sanitise(html)) == []
    assert unsafe(sanitise_inline(html)) == []


@pytest.mark.parametrize("source", HOSTILE + IN_MARKDOWN)
def test_hostile_sources_are_made_harmless(source: str) -> None:
    for text in (source, f"# {source}\n\n{source}", f"- {source}\n  > {source}"):
        for section in read(text).sections:
            assert unsafe(section.html) == []
            assert not re.search(r"<(?!/?(?:code|em|strong|del|sub|sup|kbd)>)", section.title_html)


@pytest.mark.parametrize("html", HOSTILE)
def test_sanitising_twice_changes_nothing(html: str) -> None:
    once = sanitise(html)
    assert sanitise(once) == once


@pytest.mark.parametrize(
    "html",
    [
        '<p class="note-title">x</p>',
        '<a href="../a.md#b" title="t">x</a>',
        '<ol start="3"><li value="4">x</li></ol>',
        '<td class="align-right">',
        "<kbd>Ctrl</kbd><sub>1</sub><mark>m</mark>",
        '<img src="a.png" alt="b" width="10" height="20">',
    ],
)
def test_what_documents_need_is_kept(html: str) -> None:
    wanted = set(re.findall(r' [a-z]+="[^"]*"', html))
    context = f"<table><tr>{html}</td></tr></table>" if html.startswith("<td") else html
    assert wanted <= set(re.findall(r' [a-z]+="[^"]*"', sanitise(context)))


@pytest.mark.parametrize(
    "html", ['<p class="modal">x</p>', '<ol start="x">', '<img width="100vw" src="y">']
)
def test_what_could_change_the_page_is_dropped(html: str) -> None:
    assert not re.search(r'modal|start="|width="', sanitise(html))


def test_references_to_characters_that_no_page_may_hold_are_replaced_or_left_out() -> None:
    root = read("<b>a&#7;b</b> &#xfffe;c\n\n<p>d&#7;e</p>\n\n# &#1;T\n").sections[0]
    assert (root.title, root.text) == ("\ufffdT", "a\ufffdb \ufffdc\nde")
    assert sanitise("<a href='x&#3;'>&#x1b;[1m</a>") == '<a href="x">[1m</a>'
    assert sanitise_inline("<em>&#5;x</em>") == "<em>x</em>"


def test_broken_html_is_balanced_within_its_section() -> None:
    document = read("## A\n<div><b>\n\nx\n\n## B\n</div></section>\n\ny\n")
    assert document.sections[1].html.count("<div>") == document.sections[1].html.count("</div>")
    assert document.sections[2].html.strip() == "<p>y</p>"


def test_an_open_comment_or_tag_hides_nothing_below_it() -> None:
    document = read("- <!-- open\n\nshown\n\n<textarea>\n\nshown too\n")
    assert "shown" in document.sections[0].text
    assert "shown too" in document.sections[0].text
