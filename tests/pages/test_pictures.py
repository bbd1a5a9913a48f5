"""Pictures in a text: links to themselves, so that they can be seen larger without a script."""

import pytest

from topics.templatetags.topics_tags import stored_html

IMAGE = '<img src="/assets/1/a.png" alt="A map" width="9">'


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        (f"<p>{IMAGE}</p>", f'<p><a class="zoom" href="/assets/1/a.png">{IMAGE}</a></p>'),
        (f'<a href="/b">x {IMAGE}</a>', f'<a href="/b">x {IMAGE}</a>'),
        (
            f'<a href="/b">x</a> {IMAGE}',
            f'<a href="/b">x</a> <a class="zoom" href="/assets/1/a.png">{IMAGE}</a>',
        ),
        ('<img src="/a.png" alt="">', '<img src="/a.png" alt="">'),
        ('<img src="/a.png">', '<img src="/a.png">'),
        ('<img alt="x">', '<img alt="x">'),
        (
            '<img src="/a.png?x&amp;y" alt="A" class="only-dark">',
            '<a class="zoom only-dark" href="/a.png?x&amp;y">'
            '<img src="/a.png?x&amp;y" alt="A" class="only-dark"></a>',
        ),
        (
            f"<abbr>{IMAGE}</abbr>",
            f'<abbr><a class="zoom" href="/assets/1/a.png">{IMAGE}</a></abbr>',
        ),
        ("<code>&lt;img src=x alt=y&gt;</code>", "<code>&lt;img src=x alt=y&gt;</code>"),
    ],
)
def test_a_picture_that_says_something_leads_to_itself(html: str, shown: str) -> None:
    assert stored_html(html) == shown
