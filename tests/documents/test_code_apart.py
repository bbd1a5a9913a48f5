"""What code blocks show is kept from the sanitiser, which reads all else: the HTML is the same."""

import pytest

from documents import parse, section_html
from documents.code_blocks import put_back

FENCE = "```python\nx = '<b>' + \"&amp;\"  # \u00a0end\n```\n"
DOCUMENTS = [
    FENCE,
    f"- item\n\n{FENCE.replace(chr(10), chr(10) + '  ')}\n"
    "> quote\n>\n> ```js\n> let a = 1\n> ```\n",
    f"    indented <i>\n\n{FENCE}\n```\nplain \u00a0 text\n```\n",
    '```js title="a.js" {1,3-4} showLineNumbers\nlet a\nlet b\nlet c\nlet d\n```\n',
    "```diff\n-old\n+new\n```\n",
    "```mermaid\ngraph TD\nA-->B\n```\n",
    f"> [!note] Title\n> text\n>\n> {FENCE.replace(chr(10), chr(10) + '> ')}\n",
    f"<div title='\n\n{FENCE}\n'>x</div>\n",
    f'<a title="\n\n{FENCE}\n">x</a>\n',
    f"<a title='\n\n{FENCE}\n' href=x>y</a>\n",
    f"<p><a href='https://example.org/'>\n\n{FENCE}\n</a>\n",
    f"<b><i>\n\n{FENCE}\n</b>text</i>\n",
    f"<table><tr>\n\n{FENCE}\n</tr></table>\n",
    f"<!--\n\n{FENCE}\n-->\n",
    f"<!-- open\n\n{FENCE}",
    f"<textarea>\n\n{FENCE}\n</textarea>\n",
    f"<style>\n\n{FENCE}\n</style>\n",
    f"<script>\n\n{FENCE}\n</script>\n",
    f"<svg><title>\n\n{FENCE}\n</title></svg>\n",
    f"<select>\n\n{FENCE}\n</select>\n",
    f"<pre class='code' tabindex='0'><code>\ue0000\ue001</code></pre>\n\n{FENCE}",
    f"<pre class=\"code\" tabindex=\"0\"><code>\ue0000\ue001</code></pre>\n\n{FENCE}",
    f"\ue0000\ue001 and \ue001\n\n{FENCE}",
    "```\n\ue0000\ue001\n```\n\n```\nother\n```\n",
    "```\n\ue001 \ufffe \uffff\n```\n",
    f"{FENCE}\n[^1]: note\n\n    {FENCE.replace(chr(10), chr(10) + '    ')}\n\ntext[^1]\n",
    f"{FENCE}\n{FENCE}\n### Same\n\n{FENCE}",
    "one<br/>two<br />three<br>four\n\n<br/>\n",
]  # fmt: skip


@pytest.mark.parametrize("text", DOCUMENTS)
def test_a_document_is_the_same_as_with_all_of_it_sanitised(text, monkeypatch):
    data = f"# Title\n\nBefore\n\n{text}\nAfter `code`\n".encode()
    kept_apart = parse(data, path="a.md")
    monkeypatch.setattr(section_html, "put_back", lambda html, apart: None)
    assert parse(data, path="a.md") == kept_apart


def test_code_goes_back_where_it_was_and_nowhere_else():
    place = '<pre class="code" tabindex="0"><code>\ue0000\ue001</code></pre>'
    assert put_back(f"<p>a</p>{place}", ["<span>"]) == f"<p>a</p>{place}".replace(
        "\ue0000\ue001", "<span>"
    )
    assert put_back(place.replace('"', "&quot;"), ["x"]) is None
    assert put_back(f'<a title="{place.replace(chr(34), "&quot;")}">b</a>', ["x"]) is None
    assert put_back(place + place, ["x"]) is None
    assert put_back(f"{place}\ue0000\ue001", ["x"]) is None
    assert put_back("<p>none</p>", ["x"]) is None
    assert put_back("<p>\ue0000\ue001</p>", []) is None
