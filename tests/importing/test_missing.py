"""Files that are renamed, move with their folder or are gone, and what that leaves behind."""

import pytest

from importer.run import import_paths
from search.engine import search
from topics.models import Section, Topic

POOLS = """# Connection pools

A pool keeps connections open and lends them.

## Sizes

A pool of ten connections serves hundreds of requests, because each holds one only for a moment.
"""
INDEX = "---\ntitle: All data\nsummary: Where it lies.\n---\n\nThe index's own text.\n\n## Part\n"


def paths() -> dict[str, int]:
    return dict(Topic.objects.live().order_by("path").values_list("path", "pk"))


def keys() -> set[int]:
    return set(Section.objects.live().values_list("pk", flat=True))


FOLDERS = {
    "another number": ("02_data", "03_data", "data"),
    "another name": ("02_data", "storage", "storage"),
    "another place": ("02_data", "base/02_data", "base/data"),
}


@pytest.mark.parametrize("index", [{}, {"index.md": INDEX}], ids=["no index", "an index"])
@pytest.mark.parametrize(("old", "new", "path"), FOLDERS.values(), ids=FOLDERS.keys())
def test_a_renamed_folder_stays_the_same_topic_and_so_does_all_below_it(
    bring, client, old, new, path, index
):
    files = {"pools.md": POOLS, "deep/x.md": "# X\n\nAbout x.\n"} | index
    bring({f"{old}/{name}": text for name, text in files.items()})
    before, rows = paths(), keys()
    moved = {f"{old}/{name}": None for name in files}
    report = bring(moved | {f"{new}/{name}": text for name, text in files.items()}, prune=True)
    assert rows <= keys()
    assert paths() | {"base": 0} == {
        name.replace("data", path, 1): pk for name, pk in before.items()
    } | {"base": 0}
    assert "topics removed" not in report.counts
    for name in before:
        end = client.get(f"/topics/{name}/", follow=True)
        assert (end.status_code, end.request["PATH_INFO"]) == (
            200,
            f"/topics/{name.replace('data', path, 1)}/",
        )


def test_in_a_renamed_folder_a_file_that_changed_too_is_found_by_its_place(bring):
    names = ["a/same.md", "b/same.md", "a/other.md"]
    bring({f"old/{name}": f"# {name}\n\nText of {name}.\n" for name in names})
    before = paths()
    new = {f"new/{name}": f"# {name}\n\nAnother text.\n" for name in names[:2]}
    new["new/a/other.md"] = "# a/other.md\n\nText of a/other.md.\n"
    bring({f"old/{name}": None for name in names} | new, prune=True)
    assert paths() == {name.replace("old", "new", 1): pk for name, pk in before.items()}


def test_files_that_get_other_numbers_and_texts_stay_the_same_topics(bring):
    bring({"01_pools.md": POOLS, "02_queues.md": "# Queues\n\nNext: [pools](01_pools.md)\n"})
    before = paths()
    bring(
        {
            "01_pools.md": None,
            "02_queues.md": None,
            "02_pools.md": POOLS + "\nThe end.\n",
            "01_queues.md": "# Queues\n\nNext: [pools](02_pools.md)\n",
        }
    )
    assert paths() == before
    assert list(Topic.objects.order_by("position").values_list("path", flat=True)) == [
        "queues",
        "pools",
    ]


def test_a_file_that_leaves_a_folder_for_another_one_does_not_take_the_folder_along(bring):
    files = {f"a/{n}.md": f"# {n}\n\nText of {n}.\n" for n in ("one", "two", "three")}
    bring(files | {"b/four.md": "# Four\n"})
    before = paths()
    bring(
        dict.fromkeys(files)
        | {"b/one.md": files["a/one.md"], "b/two.md": files["a/two.md"]}
        | {"c/three.md": files["a/three.md"]},
        prune=True,
    )
    assert {"b", "b/one", "b/two", "b/four", "c", "c/three"} == set(paths())
    assert paths()["c/three"] == before["a/three"]
    assert paths()["c"] != before["a"]


def test_a_folder_without_an_index_is_found_by_its_name(bring):
    bring({"03_load_testing/x.md": "# X\n"})
    assert [hit.title for hit in search("load testing").hits][:1] == ["Load testing"]


def test_a_folder_without_an_index_follows_its_source_to_another_place(bring, tmp_path):
    other = tmp_path / "other"
    (other / "sub").mkdir(parents=True)
    (other / "sub" / "x.md").write_text("# X\n")
    bring({"data/index.md": INDEX})
    import_paths([str(other)])
    before = paths()
    import_paths([str(other)], under="data")
    assert paths() == {
        "data": before["data"],
        "data/sub": before["sub"],
        "data/sub/x": before["sub/x"],
    }


def test_an_index_that_is_gone_is_named_until_pruning_takes_its_text(bring, client):
    bring({"data/index.md": INDEX, "data/pools.md": POOLS})
    topic, part = Topic.objects.get(path="data"), Section.objects.get(anchor="part")
    report = bring({"data/index.md": None})
    assert [str(note) for note in report.notes] == [
        "data/: has no index any more: --prune removes its text"
    ]
    assert client.get("/topics/data/part/", follow=True).status_code == 200
    report = bring(prune=True)
    assert report.lines == ["~ data: Data", "- data: Part", "~ data: (summary)"]
    again = Topic.objects.live().get(path="data")
    assert (again.pk, again.title, again.summary, again.file_hash) == (topic.pk, "Data", "", "")
    assert Section.objects.live().get(topic=again).markdown == ""
    part.refresh_from_db()
    assert part.removed_at is not None
    assert client.get("/topics/data/part/").status_code == 410
    assert client.get("/topics/data/pools/").status_code == 200
    assert bring(prune=True).lines == []
    bring({"data/index.md": INDEX})
    assert Section.objects.live().get(anchor="part").pk == part.pk


@pytest.mark.parametrize("content", [b"# \0", None], ids=["refused when read", "a link outside"])
def test_the_text_of_an_index_that_was_refused_is_not_pruned(bring, folder, content):
    bring({"data/index.md": INDEX, "data/pools.md": POOLS})
    if content is None:
        (folder / "data/index.md").unlink()
        (folder / "data/index.md").symlink_to("/etc/passwd")
    report = bring({"data/index.md": content} if content else {}, prune=True)
    assert [note.path for note in report.refused] == ["data/index.md"]
    assert Topic.objects.get(path="data").title == "All data"


def test_a_topic_that_others_stand_under_is_not_pruned_before_them(bring, tmp_path, client):
    other = tmp_path / "other"
    other.mkdir()
    (other / "x.md").write_text("# X\n")
    bring({"data/sub/index.md": "# Data\n\nText.\n", "b.md": "# B\n"})
    import_paths([str(other)], under="data/sub")
    report = bring({"data/sub/index.md": None}, prune=True)
    assert set(paths()) == {"b", "data", "data/sub", "data/sub/x"}
    assert [str(note) for note in report.notes] == [
        "data/: has no file any more; it stays while others stand under it",
        "data/sub/: has no file any more; it stays while others stand under it",
    ]
    assert client.get("/topics/data/sub/").status_code == 200
    (other / "x.md").unlink()
    (other / "y.md").write_text("# Y\n")
    import_paths([str(other)], prune=True)
    bring(prune=True)
    assert set(paths()) == {"b", "y"}


def test_two_folders_of_one_source_are_looked_at_together(tmp_path, db):
    for name, file in (("a", "one/same.md"), ("b", "two/same.md")):
        (tmp_path / name / file).parent.mkdir(parents=True)
        (tmp_path / name / file).write_text(f"# {name}\n")
    (tmp_path / "a" / "old.md").write_text("# Old\n")
    both = [str(tmp_path / "a"), str(tmp_path / "b")]
    import_paths(both, source="one")
    before = paths()
    (tmp_path / "a" / "old.md").unlink()
    (tmp_path / "a" / "three").mkdir()
    (tmp_path / "a" / "three" / "same.md").write_text("# New\n")
    report = import_paths(both, source="one", prune=True)
    assert report.counts["topics removed"] == 1
    assert paths().items() >= {(p, pk) for p, pk in before.items() if p != "old"}


BECOMES = {
    "a folder's index": ("data/pools.md", "data/pools/index.md"),
    "a file": ("data/pools/index.md", "data/pools.md"),
}


@pytest.mark.parametrize("text", [POOLS, POOLS + "\n## More\n"], ids=["as it was", "edited"])
@pytest.mark.parametrize(("old", "new"), BECOMES.values(), ids=BECOMES.keys())
def test_a_file_that_becomes_a_folder_or_back_stays_the_same_topic(bring, old, new, text):
    bring({old: POOLS, "data/x.md": "# X\n"})
    before, rows = paths(), keys()
    bring({old: None, new: text}, prune=True)
    assert paths() == before
    assert rows <= keys()


def test_a_file_that_is_split_into_a_folder_of_files_leaves_its_address_to_the_folder(bring):
    long = POOLS.replace("## Sizes", "## Waiting\n\nWhoever waits for one has to wait for some "
                         "time, and that time must have an end.\n\n## Sizes")  # fmt: skip
    bring({"pools.md": long})
    before = {row.anchor: row.pk for row in Section.objects.live()}
    _head, waiting, sizes = long.split("\n## ")
    files = {"pools/a.md": f"# A\n\n## {waiting}", "pools/b.md": f"# B\n\n## {sizes}"}
    bring({"pools.md": None} | files, prune=True)
    assert set(paths()) == {"pools", "pools/a", "pools/b"}
    assert before.items() <= {
        (row.anchor, row.pk) for row in Section.objects.live().exclude(anchor="")
    } | {("", Section.objects.get(topic__path="pools", anchor="").pk)}


def test_a_file_with_another_name_and_an_edited_text_stays_the_same_topic(bring, client):
    bring({"pools.md": POOLS, "queues.md": "# Queues\n\nA queue keeps what comes in its order.\n"})
    before, rows = paths(), keys()
    edited = POOLS.replace("ten", "twenty") + "\n## New\n"
    bring({"deep/x.md": "# X\n"})
    bring({"pools.md": None, "deep/lending.md": edited})
    assert paths()["deep/lending"] == before["pools"]
    assert rows <= keys()
    assert client.get("/topics/pools/sizes/", follow=True).status_code == 200


def test_a_new_file_with_another_text_is_another_topic(bring):
    bring({"pools.md": POOLS})
    bring({"pools.md": None, "queues.md": "# Queues\n\nA queue keeps what comes in its order.\n"})
    assert set(paths()) == {"pools", "queues"}
