"""Templates whose fixed parts are put together: the same text, without making it again."""

from collections.abc import Iterator

import pytest
from django.template import Context, Engine, Template
from django.template.base import NodeList, TextNode
from django.template.defaulttags import URLNode
from django.template.loader import get_template
from django.templatetags.i18n import TranslateNode
from django.templatetags.static import StaticNode
from django.urls import set_script_prefix
from django.utils import translation

from kb.template_loader import FixedNode, is_fixed

LIBRARIES = {
    "i18n": "django.templatetags.i18n",
    "static": "django.templatetags.static",
    "topics_tags": "topics.templatetags.topics_tags",
    "date_tags": "topics.templatetags.date_tags",
}
LOAD = "{% load i18n static topics_tags %}"


def read(source: str, *others: tuple[str, str], is_fixed: bool = True) -> Template:
    """A template, read by our loader or as Django alone does."""
    inner = ("django.template.loaders.locmem.Loader", {"t": source, **dict(others)})
    loaders = [("kb.template_loader.Loader", [inner])] if is_fixed else [inner]
    return Engine(loaders=loaders, libraries=LIBRARIES).get_template("t")


def fixed_nodes(nodes: NodeList) -> list[FixedNode]:
    return nodes.get_nodes_by_type(FixedNode)  # type: ignore[return-value]


@pytest.fixture(autouse=True)
def mounted_at_the_root() -> Iterator[None]:
    yield
    set_script_prefix("/")


@pytest.mark.parametrize(
    "source",
    [
        "{% translate 'Search' %}",
        "{% translate 'Search' noop %}",
        "{% blocktranslate %}Search{% endblocktranslate %}",
        "{% blocktranslate trimmed %}\n Search\n{% endblocktranslate %}",
        "{% url 'topics:home' %}",
        "{% url 'learning:want' 5 %}",
        "{% static 'css/app.css' %}",
        "{% icon 'search' %}{% translate 'Search' %}",
        "100 %{% translate 'Search' %} <b>%(n)s</b>",
    ],
)
def test_what_reads_no_variable_is_one_node_with_the_same_text(source: str) -> None:
    ours, django = (read(f"{LOAD}<a>{source}</a>", is_fixed=fixed) for fixed in (True, False))
    assert [type(node) for node in ours.nodelist] == [FixedNode]
    for language in ("en", "de", "en"):
        with translation.override(language):
            assert ours.render(Context()) == django.render(Context())


@pytest.mark.parametrize(
    "source",
    [
        "{{ x }}",
        "{% translate x %}",
        "{% translate 'Search' as x %}",
        "{% translate 'Search'|upper %}",
        "{% translate 'Search' context 'verb' %}",
        "{% blocktranslate %}Search {{ x }}{% endblocktranslate %}",
        "{% blocktranslate with y=x %}Search{% endblocktranslate %}",
        "{% blocktranslate asvar x %}Search{% endblocktranslate %}",
        "{% blocktranslate count n=x %}one{% plural %}many{% endblocktranslate %}",
        "{% url x %}",
        "{% url 'learning:want' x %}",
        "{% url 'topics:home' as x %}",
        "{% static x %}",
        "{% static 'a' as x %}",
        "{% icon x %}",
        "{% icon 'search' as x %}",
        "{% icon name=x %}",
        "{% site_name %}",
        "{% area_list as x %}",
        "{% csrf_token %}",
        "{% include 'u' %}",
        "{% get_current_language as x %}",
        "{% with y=x %}{% endwith %}",
    ],
)
def test_what_may_differ_between_two_pages_is_left_as_it_is(source: str) -> None:
    template = read(f"{LOAD}{source}", ("u", ""), is_fixed=False)
    assert not is_fixed(template.nodelist[-1])


@pytest.mark.parametrize(
    "source",
    [
        "{% if x %}{% translate 'Search' %}{% elif y %}{% else %}{% url 'privacy' %}{% endif %}",
        "{% for a in x %}{% translate 'Search' %}{{ a }}{% empty %}{% url 'privacy' %}{% endfor %}",
        "{% with z=x %}{% translate 'Search' %}{{ z }}{% endwith %}",
        "{% block one %}{% translate 'Search' %}{{ x }}{% endblock %}{% translate 'Close' %}",
        "{% language 'de' %}{% translate 'Search' %}{{ x }}{% endlanguage %}{% url 'privacy' %}",
        "{% autoescape off %}{% translate 'Search' %}{{ x }}{% endautoescape %}",
        "{% translate 'Search' %}{% include 'u' %}{% translate 'Close' %}",
        "{% spaceless %}<p> {% translate 'Search' %} </p> <p>{{ x }}</p>{% endspaceless %}",
    ],
)
@pytest.mark.parametrize("x", ["", "<b>", ["a", "b"]])
@pytest.mark.parametrize("language", ["en", "de"])
def test_what_is_inside_other_nodes_is_put_together_too(
    source: str, x: object, language: str
) -> None:
    other = ("u", "{% load i18n %}{% translate 'Search' %}{{ x }}")
    ours, django = (read(LOAD + source, other, is_fixed=fixed) for fixed in (True, False))
    assert fixed_nodes(ours.nodelist)
    with translation.override(language):
        for _ in range(2):
            assert ours.render(Context({"x": x})) == django.render(Context({"x": x}))


def test_a_page_still_fills_the_blocks_of_its_frame() -> None:
    frame = (
        "frame",
        "{% load i18n %}<h1>{% translate 'Search' %}</h1>"
        "{% block a %}{% translate 'Close' %}{% endblock %}{% block b %}{% endblock %}",
    )
    page = (
        "{% extends 'frame' %}{% load i18n %}"
        "{% block b %}{{ block.super }}{% translate 'Read' %} {{ x }}{% endblock %}"
    )
    ours, django = (read(page, frame, is_fixed=fixed) for fixed in (True, False))
    for language in ("de", "en"):
        with translation.override(language):
            shown = ours.render(Context({"x": "<"}))
            assert shown == django.render(Context({"x": "<"}))
    assert shown == "<h1>Search</h1>CloseRead &lt;"


def test_a_site_that_is_mounted_elsewhere_has_its_own_addresses() -> None:
    template = read("{% url 'topics:home' %} {% url 'search:results' %}")
    shown = []
    for prefix in ("/", "/kb/", "/"):
        set_script_prefix(prefix)
        shown.append(template.render(Context()))
    assert shown == ["/ /search/", "/kb/ /kb/search/", "/ /search/"]


def test_what_is_remembered_is_bounded_by_the_languages() -> None:
    template = read("{% url 'topics:home' %}")
    for number in range(50):
        set_script_prefix(f"/{number}/")
        template.render(Context())
    [node] = fixed_nodes(template.nodelist)
    assert len(node.kept) == 1


@pytest.mark.parametrize(
    "source", ["a{# no #}b", "{% load i18n %}a", "{% icon 'search' %}", "a{% icon name='<' %}b"]
)
def test_what_is_the_same_in_all_languages_is_text(source: str) -> None:
    ours, django = (read(f"{LOAD}{source}", is_fixed=fixed) for fixed in (True, False))
    assert [type(node) for node in ours.nodelist] == [TextNode]
    assert ours.render(Context()) == django.render(Context())
    assert read(LOAD).nodelist == []


def test_the_frame_of_all_pages_is_put_together() -> None:
    nodes = get_template("base.html").template.nodelist  # type: ignore[attr-defined]
    alone = nodes.get_nodes_by_type((TranslateNode, StaticNode, URLNode))
    assert [node for node in alone if is_fixed(node)] == []
    drawings = get_template("_icons.html").template.nodelist  # type: ignore[attr-defined]
    assert [type(node) for node in drawings] == [TextNode]
