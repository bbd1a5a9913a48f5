"""What an import does to topics and sections, seen from outside."""

import pytest

from importer.file_discovery import WrongPath
from importer.models import ImportRun
from importer.run import import_paths
from search.engine import search
from tests.beginnings import beginning
from topics.models import Address, Link, Section, Topic, TopicAddress

from .command import POOLS


def section(anchor: str) -> Section:
    return Section.objects.get(anchor=anchor, removed_at=None)


@beginning
def pools(bring):
    bring({"pools.md": POOLS})


def keys() -> dict[str, int]:
    return dict(Section.objects.filter(removed_at=None).values_list("anchor", "pk"))


def test_a_file_becomes_a_topic_with_a_section_for_each_heading(bring):
    bring({"01_pools.md": POOLS})
    topic = Topic.objects.get()
    assert (topic.title, topic.slug, topic.path, topic.position) == (
        "Connection pools",
        "pools",
        "pools",
        1,
    )
    rows = Section.objects.order_by("position").values_list("anchor", "title", "breadcrumbs")
    assert list(rows) == [
        ("", "Connection pools", []),
        ("sizes", "Sizes", ["Connection pools"]),
        ("time-outs", "Time-outs", ["Connection pools"]),
    ]


def test_folders_become_topics_with_the_title_of_their_index(bring):
    bring(
        {
            "02_data/index.md": "---\ntitle: Data\nsummary: Where it lies.\n---\n\nText.\n",
            "02_data/01_pools.md": POOLS,
            "plain/other.md": "# Other\n",
        }
    )
    paths = Topic.objects.order_by("path").values_list("path", "title", "parent__path")
    assert list(paths) == [
        ("data", "Data", None),
        ("data/pools", "Connection pools", "data"),
        ("plain", "Plain", None),
        ("plain/other", "Other", "plain"),
    ]


def test_a_second_import_changes_nothing(bring):
    bring({"pools.md": POOLS, "a/b.md": "# B\n\nSee [pools](../pools.md#sizes).\n"})
    before = list(Section.objects.order_by("pk").values())
    report = bring()
    assert list(Section.objects.order_by("pk").values()) == before
    assert report.counts == {"files unchanged": 2}
    assert report.lines == []


def test_a_changed_text_keeps_the_row(pools, bring):
    before = keys()
    report = bring({"pools.md": POOLS.replace("ten connections", "twenty connections")})
    assert keys() == before
    assert "twenty" in section("sizes").text
    assert report.lines == ["~ pools: Sizes"]


def test_a_renamed_heading_keeps_the_row_and_its_old_address_redirects(pools, bring, client):
    pk = section("sizes").pk
    bring({"pools.md": POOLS.replace("## Sizes", "## How large")})
    assert section("how-large").pk == pk
    assert Address.objects.get().section_id == pk
    response = client.get("/topics/pools/sizes/")
    assert (response.status_code, response["Location"]) == (301, "/topics/pools/how-large/")


def test_an_earlier_address_is_never_given_to_another_section(pools, bring):
    renamed = POOLS.replace("## Sizes", "## How large")
    bring({"pools.md": renamed})
    bring(
        {
            "pools.md": renamed
            + "\n## Sizes\n\nAnother text that has nothing to do with the first.\n"
        }
    )
    assert section("sizes-1").title == "Sizes"


def test_a_heading_renamed_back_gets_its_first_address_back(pools, bring):
    pk = section("sizes").pk
    bring({"pools.md": POOLS.replace("## Sizes", "## How large")})
    bring({"pools.md": POOLS})
    assert section("sizes").pk == pk
    assert list(Address.objects.values_list("anchor", "section")) == [("how-large", pk)]


def test_a_new_heading_with_a_known_title_does_not_take_its_address(pools, bring):
    pk = section("sizes").pk
    first = (
        "## Sizes\n\nThe sizes of shoes are another matter, and this section is about shoes.\n\n"
    )
    bring({"pools.md": POOLS.replace("## Sizes", first + "## Sizes")})
    assert section("sizes").pk == pk
    assert "shoes" in section("sizes-1").text


def test_sections_that_change_places_keep_their_rows(pools, bring):
    before = keys()
    head, sizes, outs = POOLS.partition("## Sizes")[0], *POOLS.split("## ")[1:]
    bring({"pools.md": f"{head}## {outs}\n## {sizes}"})
    assert keys() == before
    order = Section.objects.order_by("position").values_list("anchor", flat=True)
    assert list(order) == ["", "time-outs", "sizes"]


def test_a_removed_section_keeps_its_row_and_comes_back(pools, bring, client):
    pk = section("time-outs").pk
    without = POOLS.partition("## Time-outs")[0]
    report = bring({"pools.md": without})
    assert report.counts["sections removed"] == 1
    assert Section.objects.get(pk=pk).removed_at is not None
    assert client.get("/topics/pools/time-outs/").status_code == 410
    bring({"pools.md": POOLS})
    assert section("time-outs").pk == pk


def test_a_section_that_another_swallowed_points_to_it(pools, bring, client):
    gone = section("time-outs").pk
    bring({"pools.md": POOLS.replace("## Time-outs\n\n", "")})
    assert Section.objects.get(pk=gone).merged_into_id == section("sizes").pk
    response = client.get("/topics/pools/time-outs/")
    assert (response.status_code, response["Location"]) == (301, "/topics/pools/sizes/")


def test_a_section_that_moves_to_another_topic_keeps_its_row(bring, client):
    bring({"pools.md": POOLS, "limits.md": "# Limits\n\nAll limits.\n"})
    pk = section("time-outs").pk
    head, _, tail = POOLS.partition("## Time-outs")
    report = bring(
        {"pools.md": head, "limits.md": f"# Limits\n\nAll limits.\n\n## Time-outs{tail}"}
    )
    assert section("time-outs").pk == pk
    assert section("time-outs").topic.path == "limits"
    assert report.counts["sections moved"] == 1
    response = client.get("/topics/pools/time-outs/")
    assert (response.status_code, response["Location"]) == (301, "/topics/limits/time-outs/")


def test_a_renamed_file_keeps_its_topic_and_redirects(pools, bring, client):
    pk, rows = Topic.objects.get().pk, keys()
    bring({"pools.md": None, "deep/pooling.md": POOLS})
    assert Topic.objects.get(path="deep/pooling").pk == pk
    assert {k: v for k, v in keys().items() if k} == {k: v for k, v in rows.items() if k}
    assert TopicAddress.objects.get().path == "pools"
    response = client.get("/topics/pools/sizes/")
    assert (response.status_code, response["Location"]) == (301, "/topics/deep/pooling/sizes/")


def test_a_file_that_becomes_a_folder_of_another_name_and_text_keeps_its_topic(pools, bring):
    pk = Topic.objects.get().pk
    bring({"pools.md": None, "deep/pooling/index.md": POOLS.replace("## Sizes", "## How large")})
    assert Topic.objects.get(path="deep/pooling").pk == pk


def test_a_topic_without_a_file_stays_until_pruned(bring):
    bring({"pools.md": POOLS, "other.md": "# Other\n\nSomething.\n"})
    report = bring({"other.md": None})
    assert report.counts["topics without a file"] == 1
    assert Topic.objects.live().count() == 2
    report = bring(prune=True)
    assert report.counts["topics removed"] == 1
    assert list(Topic.objects.live().values_list("path", flat=True)) == ["pools"]


def test_pruning_never_removes_a_topic_whose_file_was_refused(pools, bring):
    report = bring({"pools.md": b"\x00\x01\x02\xff\xfe\x00binary" * 50}, prune=True)
    assert [n.path for n in report.refused] == ["pools.md"]
    assert Topic.objects.live().count() == 1


def test_a_dry_run_says_what_would_change_and_changes_nothing(pools, bring):
    before = list(Section.objects.order_by("pk").values())
    report = bring({"pools.md": POOLS.replace("## Sizes", "## How large")}, dry_run=True)
    assert report.lines == ["~ pools: How large"]
    assert list(Section.objects.order_by("pk").values()) == before


def test_equal_slugs_in_a_folder_get_their_prefix_back(bring):
    bring({"01_redis.md": "# Redis one\n", "02_redis.md": "# Redis two\n"})
    assert list(Topic.objects.order_by("path").values_list("path", flat=True)) == [
        "01-redis",
        "02-redis",
    ]


def test_a_prefix_stays_in_an_address_when_its_reason_is_gone(bring):
    bring({"01_redis.md": "# Redis one\n", "02_redis.md": "# Redis two\n"})
    bring({"01_redis.md": None})
    Topic.objects.update(file_hash="changed")
    assert bring().lines == []
    bring(prune=True)
    Topic.objects.update(file_hash="changed")
    assert bring().lines == []
    assert Topic.objects.live().get().path == "02-redis"


def test_a_topic_never_takes_the_address_of_a_section_above_it(bring, client):
    bring({"data/index.md": "# Data\n\n## Pools\n\nA section.\n", "data/pools.md": POOLS})
    assert Topic.objects.get(title="Connection pools").path == "data/pools-1"
    assert client.get("/topics/data/pools/").status_code == 302


@pytest.mark.parametrize("path", ["missing", "missing.md"])
def test_a_path_that_does_not_exist_is_a_wrong_path(path, tmp_path, db):
    with pytest.raises(WrongPath, match="no such file or folder"):
        import_paths([str(tmp_path / path)])


def test_an_import_mounted_under_a_topic_links_to_the_files_there(bring, tmp_path):
    bring({"data/index.md": "# Data\n", "data/pools.md": POOLS})
    contents = tmp_path / "contents.md"
    contents.write_text("# Contents\n\n- [Pools](pools.md)\n")
    import_paths([str(contents)], under="data")
    topic = Topic.objects.get(title="Contents")
    assert (topic.path, topic.tree_path) == ("data/contents", "notes:data/contents.md")
    assert Link.objects.get().target.topic.path == "data/pools"


@pytest.mark.parametrize("under", ["data", "data/sub", "data/sub/x", "b"])
def test_a_topic_is_not_mounted_below_itself(bring, under):
    bring({"data/index.md": "# Data\n", "data/sub/x.md": "# X\n", "b.md": "# B\n"})
    before = set(Topic.objects.values_list("pk", "path", "parent"))
    with pytest.raises(WrongPath, match="itself"):
        bring(under=under)
    assert set(Topic.objects.values_list("pk", "path", "parent")) == before


def test_another_folder_of_the_same_source_can_be_mounted_in_it(bring, tmp_path):
    bring({"data/index.md": "# Data\n", "b.md": "# B\n"})
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "x.md").write_text("# X\n")
    import_paths([str(tmp_path / "more")], source="notes", under="data")
    assert Topic.objects.get(title="X").path == "data/x"


def test_each_run_is_recorded_with_its_counts(pools):
    run = ImportRun.objects.get()
    assert (run.source, run.status) == ("notes", "done")
    assert run.counts == {"files unchanged": 0, "topics added": 1, "sections added": 3}


def test_nothing_in_a_document_can_run_a_script(bring, client):
    bring(
        {
            "bad.md": "# Bad <script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n\n"
            "[x](javascript:alert(1))\n"
        }
    )
    page = client.get("/topics/bad/").content.decode()
    assert "<script>alert" not in page
    assert "onerror" not in page
    assert "javascript:" not in page


def test_other_names_of_a_topic_redirect_to_it_and_find_it(bring, client):
    bring({"k8s/kubernetes.md": "---\naliases: [Kube Control]\n---\n# Kubernetes\n\nText.\n"})
    response = client.get("/topics/k8s/kube-control/")
    assert (response.status_code, response["Location"]) == (301, "/topics/k8s/kubernetes/")
    assert [hit.title for hit in search("kube control").hits] == ["Kubernetes"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"---\ntitle: [unclosed\n---\n# A\n", "front matter is not YAML"),
        (b"+++\ntitle = \n+++\n# A\n", "front matter is not TOML"),
    ],
)
def test_a_file_with_wrong_front_matter_is_refused_and_the_others_come_in(bring, data, reason):
    report = bring({"bad.md": data, "good.md": "# Good\n"})
    assert [(n.path, reason in n.message) for n in report.refused] == [("bad.md", True)]
    assert list(Topic.objects.values_list("path", flat=True)) == ["good"]


def test_a_link_that_leads_outside_is_refused(bring, folder, tmp_path):
    (tmp_path / "secret.md").write_text("# Secret\n")
    (folder / "link.md").symlink_to(tmp_path / "secret.md")
    report = bring({"good.md": "# Good\n"})
    assert [(n.path, n.message) for n in report.refused] == [
        ("link.md", "is a link that leads outside")
    ]


def test_a_file_that_is_too_large_is_refused(bring, monkeypatch):
    monkeypatch.setattr("importer.file_discovery.MAX_BYTES", 100)
    report = bring({"large.md": "# Large\n" + "a" * 100, "good.md": "# Good\n"})
    assert [n.path for n in report.refused] == ["large.md"]


def test_two_folders_of_one_source_may_not_bring_the_same_path(tmp_path, db):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "same.md").write_text(f"# From {name}\n")
    report = import_paths([str(tmp_path / "a"), str(tmp_path / "b")], source="one")
    assert Topic.objects.get().title == "From a"
    assert "another --source" in report.refused[0].message
