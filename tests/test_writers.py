"""Only `importer` writes topics and sections. (Which room imports which is for `lint-imports`.)"""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ["jobs", "topics", "search", "accounts", "learning", "curating", "api", "kb"]
MODELS = re.compile(r"(?i)\b(topics?|sections?)\b")
WRITES = {
    "bulk_create", "bulk_update", "create", "delete", "get_or_create", "save", "update",
    "update_or_create", "acreate", "adelete", "asave", "aupdate",
}  # fmt: skip
SQL = re.compile(
    r'(?i)\b(insert\s+into|update(\s+only)?|delete\s+from|truncate(\s+table)?|copy|merge\s+into)'
    r'\s+"?topics_(topic|section)\b'
)  # fmt: skip
# Two columns of a section are made from the index: what else to see, and what explains an item.
MAY = {"search/related.py", "search/sql/see_also.sql"}


def writes_in_python(text: str) -> list[str]:
    """The calls that write rows of topics or sections, by name or in SQL."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            # A row, a queryset or a manager is named after its model somewhere in the chain.
            if node.func.attr in WRITES and MODELS.search(chain_of(node.func.value)):
                found.append(ast.unparse(node))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found += writes_in_sql(node.value)
    return found


def chain_of(node: ast.expr) -> str:
    """The source without what is in brackets: of `A.filter(b=c).d` it is `A.filter.d`."""
    if isinstance(node, ast.Call):
        return chain_of(node.func)
    if isinstance(node, ast.Subscript):
        return chain_of(node.value)
    if isinstance(node, ast.Attribute):
        return f"{chain_of(node.value)}.{node.attr}"
    return ast.unparse(node)


def writes_in_sql(text: str) -> list[str]:
    return [match[0] for match in SQL.finditer(text)]


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_other_than_importer_writes_no_topic_and_no_section(room: str) -> None:
    found = {}
    for file in sorted((ROOT / room).rglob("*.*")):
        name = file.relative_to(ROOT).as_posix()
        if file.suffix in (".py", ".sql") and "/migrations/" not in name and name not in MAY:
            look = writes_in_sql if file.suffix == ".sql" else writes_in_python
            if writes := look(file.read_text()):
                found[name] = writes
    assert found == {}


@pytest.mark.parametrize(
    "code",
    [
        "section.save()",
        "self.section.save(update_fields=['title'])",
        "topic.delete()",
        "Section.objects.filter(pk=1).update(title='')",
        "Topic.objects.live().filter(path__in=paths).delete()",
        "Section.objects.bulk_update(rows, ['html'])",
        "Topic.objects.create(title='')",
        "topic.sections.all().update(position=0)",
        "Section(topic=topic).save()",
        "cursor.execute('UPDATE topics_section SET title = %s', [title])",
        "cursor.execute(f'UPDATE topics_section s SET {column} = 1')",
        "cursor.execute('''DELETE\\nFROM \"topics_topic\"''')",
        "cursor.execute('INSERT INTO topics_topic (path) VALUES (1)')",
    ],
)
def test_a_write_is_seen(code: str) -> None:
    assert writes_in_python(code)


@pytest.mark.parametrize(
    "code",
    [
        "bookmark.save()",
        "Bookmark.objects.get_or_create(user=user, section=section)",
        "Bookmark.objects.filter(section__topic=topic).delete()",
        "Section.objects.filter(pk=1).values('title')",
        "parts.update(section)",
        "Bookmark.objects.filter(section__in=live(section)).delete()",
        "cursor.execute('SELECT * FROM topics_section FOR UPDATE')",
        "cursor.execute('DELETE FROM topics_sectionindex')",
    ],
)
def test_a_read_and_another_table_are_not(code: str) -> None:
    assert not writes_in_python(code)
