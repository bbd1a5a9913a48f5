"""Names in a text that stand for what the page's own front matter says."""

from documents import parse

from .test_markdown_of_tools import shown


def test_a_name_of_myst_stands_for_its_markdown_and_never_for_itself():
    front = "---\nmyst:\n  substitutions:\n    v: a **b** c\n    w: '{{ w }}'\n---\n"
    text = f"{front}# T\n\n{{{{ v }}}} {{{{ w }}}} {{{{ u }}}} `{{{{ v }}}}`\n"
    page = shown(parse(text.encode(), path="a.md"))
    assert "<p>a <strong>b</strong> c {{ w }} {{ u }} <code>{{ v }}</code></p>" in page


def test_a_shortcode_stands_for_a_value_and_stays_readable_without_one():
    front = "+++\ntitle = 'T'\n[params]\nmy-key = 'x'\nn = 5\n+++\n\n"
    text = '{{< param "my-key" >}} {{< meta title >}} {{< param none >}}\n\n{{% param n %}}\n'
    page = shown(parse((front + text).encode(), path="a.md"))
    assert "<p>x T {{&lt; param none &gt;}}</p><p>5</p>" in page
    assert "unread value of a shortcode shown as written: 1" in page


def test_a_value_within_maps_is_called_by_all_its_keys():
    text = "---\nparams:\n  a:\n    b: 1\n---\n# T\n\n{{< param a.b >}} {{< param b >}}\n"
    assert "<p>1 {{&lt; param b &gt;}}</p>" in shown(parse(text.encode(), path="a.md"))


def test_a_page_that_only_leads_on_shows_where_to():
    for key in ("redirect_to", "redirect_url", "redirect"):
        page = shown(parse(f"---\ntitle: Old\n{key}: /new/\n---\n".encode(), path="a.md"))
        assert '<p><a href="/new/">/new/</a></p>' in page
    text = b"---\ntitle: Old\nredirect_to: /new/\n---\n\nIt moved.\n"
    assert "/new/" not in shown(parse(text, path="a.md"))
    assert "<a" not in shown(parse(b"---\nredirect: if a > b\n---\n", path="a.md"))
