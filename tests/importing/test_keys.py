"""Questions and definitions keep their keys as long as they are recognisably the same."""

import pytest

from importer.edits import remove_sections, remove_topics, save_section
from importer.identity.questions import Part, match_parts
from importer.restore import restore_section, restore_topic
from tests.beginnings import beginning
from topics.models import Definition, Question, Section, Topic

PROSE = (
    "A pool keeps a few connections open and hands them out one after the other, so that nobody"
    " has to wait until a new one is made."
)
ASKS = f"""# Pools

Intro.

## What is a pool?

{PROSE}

- **Lease** – the time for which a borrower holds a connection
- **Borrower** – whoever holds one

**Q:** Who closes a connection?

The pool.

**Q:** How large should it be?

Small.

## Other

Another text of more than eight words, so that it is known again anywhere.
"""


@beginning
def asks(bring):
    bring({"a.md": ASKS})


def keys() -> dict[str, tuple[str, int]]:
    """The table and key of each question and definition of the live sections, by its words."""
    live = Section.objects.live()
    rows = [(row.term, ("term", row.pk)) for row in Definition.objects.filter(section__in=live)]
    rows += [(row.text, ("question", row.pk)) for row in Question.objects.filter(section__in=live)]
    return dict(rows)


HEAD, _, BODY = ASKS.partition("## What is a pool?")
ASKED, _, OTHER = BODY.partition("## Other")
SAME = {
    "the text around it changes": ({"a.md": ASKS.replace("a few", "some")}, {}),
    "its answer changes": ({"a.md": ASKS.replace("Small.", "Ten, mostly.")}, {}),
    "what defines it changes": ({"a.md": ASKS.replace("whoever holds one", "a client")}, {}),
    "it is reworded": (
        {"a.md": ASKS.replace("How large should it be?", "How large should a pool be?")},
        {"How large should it be?": "How large should a pool be?"},
    ),
    "its term gets another word": (
        {"a.md": ASKS.replace("**Lease**", "**Lease time**")},
        {"Lease": "Lease time"},
    ),
    "its term is another, but means the same": (
        {"a.md": ASKS.replace("**Lease**", "**Loan**")},
        {"Lease": "Loan"},
    ),
    "the heading that asks is another": (
        {"a.md": ASKS.replace("What is a pool?", "Which connections stay open?")},
        {"What is a pool?": "Which connections stay open?"},
    ),
    "capitals and marks change": (
        {"a.md": ASKS.replace("Who closes a connection?", "who closes: a connection?")},
        {"Who closes a connection?": "who closes: a connection?"},
    ),
    "their order changes": (
        {
            "a.md": ASKS.replace("- **Lease** – the time", "- **X** – the time")
            .replace("- **Borrower** – whoever holds one", "- **Lease** – the time for which a "
                     "borrower holds a connection")
            .replace("- **X** – the time for which a borrower holds a connection",
                     "- **Borrower** – whoever holds one")
        },
        {},
    ),
    "others come before it": (
        {"a.md": ASKS.replace("- **Lease**", "- **Queue** – who waits\n- **Lease**")},
        {},
    ),
    "its section moves to the end": (
        {"a.md": f"{HEAD}## Other{OTHER}\n## What is a pool?{ASKED}"},
        {},
    ),
    "its section moves to another topic": (
        {"a.md": f"{HEAD}## Other{OTHER}", "b.md": f"# B\n\n## What is a pool?{ASKED}"},
        {},
    ),
    "its section moves and changes": (
        {
            "a.md": f"{HEAD}## Other{OTHER}",
            "b.md": f"# B\n\n## What is a pool?{ASKED.replace('Who closes', 'Who really closes')}",
        },
        {"Who closes a connection?": "Who really closes a connection?"},
    ),
    "its section is split": (
        {"a.md": ASKS.replace("**Q:** Who", "## Questions\n\n**Q:** Who")},
        {},
    ),
    "the next section swallows it": (
        {"a.md": f"{HEAD}## Other\n{ASKED}{OTHER}"},
        {"What is a pool?": None},
    ),
    "the file gets another name": ({"a.md": None, "b.md": ASKS}, {}),
    "all is read again": ({}, {}),
}  # fmt: skip


@pytest.mark.parametrize(("files", "renamed"), SAME.values(), ids=SAME.keys())
def test_a_key_stays_when(asks, bring, files, renamed):
    before = keys()
    assert len(before) == 5
    Topic.objects.update(file_hash="changed")
    bring(files)
    expected = {renamed.get(words, words): key for words, key in before.items()}
    expected.pop(None, None)
    assert expected.items() <= keys().items()


GONE = {
    "a question": (ASKS.replace("**Q:** Who closes a connection?\n\nThe pool.\n\n", ""), [
        "Who closes a connection?"
    ]),
    "a definition": (ASKS.replace("- **Borrower** – whoever holds one\n", ""), ["Borrower"]),
    "a question for another one": (
        ASKS.replace("Who closes a connection?", "Which timeouts matter?"),
        ["Who closes a connection?"],
    ),
    "a definition for another one": (
        ASKS.replace("**Borrower** – whoever holds one", "**Queue** – where borrowers wait"),
        ["Borrower"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "gone"), GONE.values(), ids=GONE.keys())
def test_what_is_really_gone_from_a_section_is_deleted(asks, bring, text, gone):
    before = keys()
    bring({"a.md": text})
    after = keys()
    assert {words for words, key in before.items() if key not in after.values()} == set(gone)
    assert Question.objects.count() + Definition.objects.count() == len(after)


REMOVED = {
    "a pruned file": lambda bring: bring({"a.md": None}, prune=True),
    "a heading that is gone": lambda bring: bring({"a.md": f"{HEAD}## Other{OTHER}"}),
}


@pytest.mark.parametrize("remove", REMOVED.values(), ids=REMOVED.keys())
def test_what_comes_back_with_its_section_has_its_key(asks, bring, remove):
    before = keys()
    remove(bring)
    assert keys() == {}
    Topic.objects.update(file_hash="changed")
    bring({"a.md": ASKS})
    assert keys() == before


@pytest.mark.parametrize("what", ["a section", "a topic"])
def test_what_an_admin_removed_and_restores_has_its_keys(asks, bring, what):
    before = keys()
    if what == "a topic":
        remove_topics([Topic.objects.get()])
    else:
        remove_sections([Section.objects.get(title="What is a pool?")])
    Topic.objects.update(file_hash="changed")
    bring({"a.md": ASKS})
    assert keys() == {}
    if what == "a topic":
        restore_topic(Topic.objects.get(), user=None)
    else:
        restore_section(Section.objects.get(title="What is a pool?"), user=None)
    assert keys() == before


def save(old: str, new: str, title: str = "What is a pool?") -> None:
    row = Section.objects.select_related("topic").get(title="What is a pool?")
    save_section(row, markdown=row.markdown.replace(old, new), title=title, user=None)


def test_a_key_stays_when_an_admin_edits(asks):
    before = keys()
    save("How large should it be?", "How large should a pool be?")
    before["How large should a pool be?"] = before.pop("How large should it be?")
    assert keys() == before
    save("Small.", "Ten.", title="Which connections stay open?")
    before["Which connections stay open?"] = before.pop("What is a pool?")
    assert keys() == before


def test_what_an_admin_asks_keeps_its_key_when_the_file_changes_and_moves(asks, bring):
    save("Small.", "Small.\n\n**Q:** Who pays for it?\n\nNobody.")
    before = keys()
    assert "Who pays for it?" in before
    changed = ASKS.replace("a few", "some")
    bring({"a.md": changed})
    assert keys() == before
    head, _, rest = changed.partition("## What is a pool?")
    asked, _, other = rest.partition("## Other")
    bring({"a.md": f"{head}## Other{other}", "b.md": f"# B\n\n## What is a pool?{asked}"})
    assert keys() == before
    assert set(Question.objects.values_list("section__topic__path", flat=True)) == {"b"}


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("What is a pool?", "What is a connection pool?", True),
        ("What are pools?", "What is a pool?", True),
        ("Why does a service need pools?", "Why do services need a connection pool?", True),
        ("What is a mutex?", "What is a semaphore?", False),
        ("How do TCP and UDP differ?", "How do TCP and QUIC differ?", False),
        ("?", "?", True),
    ],
)
def test_of_one_section_the_names_that_are_clearly_alike_are_the_same(old, new, same):
    assert match_parts([Part(1, 7, old)], [Part(0, 7, new)]) == ({0: 1} if same else {})


def test_a_part_of_another_section_is_the_same_only_under_the_same_name():
    old = [Part(1, 7, "What is a pool?"), Part(2, 7, "Lease", "a time")]
    assert match_parts(old, [Part(0, 8, "What is a connection pool?")]) == {}
    assert match_parts(old, [Part(0, 8, "lease", "Another text")]) == {0: 2}


def test_each_old_part_continues_in_one_new_part_only():
    old = [Part(1, 7, "Lease", "a time"), Part(2, 7, "Lease", "a right")]
    new = [Part(0, 7, "Lease", "a right"), Part(1, 7, "Lease", "a time"), Part(2, 7, "Lease", "x")]
    assert match_parts(old, new) == {0: 2, 1: 1}
