"""Links, images and the steps of paths: what they point to, now and once it arrives."""

import pytest

from topics.models import Link, PathStep, Section

from .command import POOLS


def section(anchor: str) -> Section:
    return Section.objects.get(anchor=anchor, removed_at=None)


def test_links_lead_to_sections_and_planned_ones_become_real_when_their_file_arrives(bring):
    text = "# Links\n\n[Sizes](data/pools.md#sizes) and [later](data/later.md).\n"
    bring({"links.md": text, "data/pools.md": POOLS})
    links = Link.objects.order_by("position")
    assert list(links.values_list("kind", "target__anchor")) == [
        ("internal", "sizes"),
        ("planned", None),
    ]
    html = Section.objects.get(topic__path="links").html
    assert '<a href="/topics/data/pools/sizes/"' in html
    assert 'class="planned"' in html and 'href="/search/?q=later"' in html
    bring({"data/later.md": "# Later\n\nHere it is.\n"})
    html = Section.objects.get(topic__path="links").html
    assert '<a href="/topics/data/later/"' in html and "planned" not in html


DEAD = {
    "above the root": "../../etc/passwd",
    "a file that is no document": "sigs.yaml",
    "a page of another kind": "setup.html#part",
    "an address without its scheme": "elections.example.io",
}


@pytest.mark.parametrize("href", DEAD.values(), ids=DEAD.keys())
def test_a_link_that_can_never_come_alive_is_broken_and_offers_a_search_instead(bring, href):
    bring({"a/a.md": f"# A\n\n[the text]({href})\n"})
    assert Link.objects.get().kind == "broken"
    html = Section.objects.get(topic__path="a/a").html
    assert 'class="planned" title="Not in this library: search for it"' in html
    assert 'href="/search/?q=the%20text"' in html and href not in html


def test_a_link_to_a_document_of_any_name_is_planned(bring):
    bring({"a.md": "# A\n\n[x](b.markdown) [x](c) [x](v1.2) [x](d.txt) [x](folder/)\n"})
    assert set(Link.objects.values_list("kind", flat=True)) == {"planned"}


def test_a_link_target_defined_in_another_section_changes_the_html_of_this_one(bring):
    text = (
        "# Notes\n\n## First\n\nSee [the site][site].\n\n## Last\n\n[site]: https://one.example/\n"
    )
    bring({"notes.md": text})
    bring({"notes.md": text.replace("one.example", "two.example")})
    assert 'href="https://two.example/"' in section("first").html


def test_the_steps_of_a_path_lead_to_the_topics_that_they_name(bring):
    text = (
        "# Library\n\n## Beginner Path\n\n1. Start with **01 - Data Layer**\n"
        "2. Read [about pools](02_pools/pools.md)\n3. Learn **Something Else**\n"
    )
    bring(
        {
            "index.md": text,
            "01_data/index.md": "# Data Layer Fundamentals\n",
            "02_pools/pools.md": POOLS,
        }
    )
    steps = PathStep.objects.values_list("position", "target__topic__title")
    assert list(steps) == [(1, "Data Layer Fundamentals"), (2, "Connection pools"), (3, None)]


def test_images_are_copied_and_served_so_that_nothing_in_them_runs(bring, client):
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    bring({"a.md": "# A\n\n![A picture](img/x.svg)\n\n![None](img/no.png)\n", "img/x.svg": svg})
    html = Section.objects.get(topic__path="a").html
    url = html.partition('src="')[2].partition('"')[0]
    answer = client.get(url)
    assert answer.content == svg
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    kinds = Link.objects.order_by("position").values_list("href", "kind")
    assert list(kinds) == [("img/x.svg", "image"), ("img/no.png", "broken")]
    assert 'href="/search/?q=None">None</a>' in html and "<img" in html
    assert html.count("<img") == 1


def test_the_links_of_an_index_start_in_its_folder(bring):
    text = "# Data\n\n[Pools](pools.md) [Here](#here)\n\n## Here\n"
    bring({"data/index.md": text, "data/pools.md": POOLS})
    targets = Link.objects.order_by("position").values_list("target__topic__path", "target__anchor")
    assert list(targets) == [("data/pools", ""), ("data", "here")]


def test_a_link_to_an_index_leads_to_that_file_and_else_to_its_folder(bring):
    links = "[i](a/index.md) [r](a/README.md#part) [f](a/) [n](a) [b](b/readme.md)"
    files = {"x.md": f"# X\n\n{links}\n", "a/index.md": "# Index\n", "b/index.md": "# B\n"}

    def targets() -> list[tuple[str, str]]:
        found = Link.objects.filter(section__topic__path="x").order_by("position")
        return list(found.values_list("target__topic__title", "target__anchor"))

    bring(files)
    assert targets() == [("Index", "")] * 4 + [("B", "")]
    bring({"a/README.md": "# Read me\n\n[here](#part)\n\n## Part\n"})
    assert targets() == [
        ("Index", ""),
        ("Read me", "part"),
        ("Index", ""),
        ("Index", ""),
        ("B", ""),
    ]
    assert Link.objects.get(href="#part").target.topic.title == "Read me"
    bring({"a/README.md": None}, prune=True)
    assert targets() == [("Index", "")] * 4 + [("B", "")]


def test_a_link_to_a_name_in_raw_html_leads_to_the_section_below_or_around_it(bring, client):
    bring(
        {
            "a.md": '# A\n\n<a id="CVE-1"></a>\n\n## Fault one\n\nText.\n\n'
            '## Fault two\n\nText <span id="here">with a name</span>.\n',
            "b.md": "# B\n\n[one](a.md#CVE-1) [two](a.md#here)\n",
        }
    )
    targets = Link.objects.order_by("position").values_list("kind", "target__anchor")
    assert list(targets) == [("internal", "fault-one"), ("internal", "fault-two")]
    response = client.get("/topics/a/CVE-1/")
    assert (response.status_code, response["Location"]) == (301, "/topics/a/fault-one/")


def test_an_anchor_counts_the_blank_behind_a_picture_as_github_does(bring):
    bring({"a.md": "# A\n\n[it](#-43-tests)\n\n## ![done](no.png) 4.3 Tests\n\nText.\n"})
    assert section("-43-tests").title == "4.3 Tests"
    assert Link.objects.get(href="#-43-tests").kind == "internal"
