"""What a reading page needs of the sections: one query, whatever the size of the topic."""

from dataclasses import dataclass, field

from django.http import HttpRequest

from topics.models import Section

ROLES = ("page", "opener", "linking", "alike", "match", "step")
LINKING = 10  # at most so many sections under "linked from"

# `page`: the page that shows the address. A whole topic's address wins over a section's.
# Then all sections of that page with their text, and without it: the sections that open the
# topic's other pages (those of a roadmap that stand right below this page have it too, for their
# cards), those that link here, those alike, the matches of an outline's bare items, and on a
# learning path those that its steps lead to.
# `linking` goes by arrays, not by joins: where a table has no statistics yet, the planner walks all
# sections for the first ten that fit, and looks through all links for each of them. For the same
# reason the parts are materialised: else they may be found anew for every section of the topic.
SQL = """
WITH here AS MATERIALIZED (
    SELECT section.page_id, section.topic_id, topic.kind
    FROM topics_section section JOIN topics_topic topic ON topic.id = section.topic_id
    WHERE topic.removed_at IS NULL AND topic.status = 'published' AND section.removed_at IS NULL
      AND ((topic.path = %(full)s AND section.anchor = '')
           OR (topic.path = %(head)s AND section.anchor = %(last)s))
    ORDER BY topic.path = %(full)s DESC LIMIT 1
),
linking AS MATERIALIZED (
    SELECT source.id
    FROM topics_section source JOIN topics_topic topic ON topic.id = source.topic_id
    WHERE source.id = ANY (ARRAY(
            SELECT link.section_id FROM topics_link link
            WHERE link.target_id = ANY (ARRAY(
                SELECT target.id FROM topics_section target
                WHERE target.page_id = (SELECT page_id FROM here)
            ))
        ))
      AND source.topic_id <> (SELECT topic_id FROM here) AND source.removed_at IS NULL
      AND topic.removed_at IS NULL AND topic.status = 'published'
    ORDER BY source.id LIMIT %(linking)s
),
below AS MATERIALIZED (
    SELECT section.page_id AS id, sum(section.words) AS words
    FROM topics_section section
    WHERE section.page_id = ANY (ARRAY(
            SELECT child.id FROM topics_section child
            WHERE child.parent_id = (SELECT page_id FROM here) AND child.page_id = child.id
        ))
      AND section.removed_at IS NULL
    GROUP BY section.page_id
),
wanted AS MATERIALIZED (
    SELECT section.id, 'page' AS role FROM here
    JOIN topics_section section ON section.page_id = here.page_id
    UNION ALL
    SELECT section.id, 'opener' FROM here
    JOIN topics_section section ON section.topic_id = here.topic_id
    WHERE section.page_id = section.id AND section.id <> here.page_id
    UNION ALL
    SELECT id, 'linking' FROM linking
    UNION ALL
    SELECT unnest(section.see_also), 'alike' FROM here
    JOIN topics_section section ON section.id = here.page_id
    UNION ALL
    SELECT DISTINCT section.match_id, 'match' FROM here
    JOIN topics_section section ON section.page_id = here.page_id
    WHERE section.match_id IS NOT NULL
    UNION ALL
    SELECT DISTINCT link.target_id, 'step' FROM here
    JOIN topics_section section ON section.page_id = here.page_id
    JOIN topics_link link ON link.section_id = section.id
    WHERE here.kind = 'path'
)
SELECT section.id, section.topic_id, section.parent_id, section.page_id, section.anchor,
    section.number, section.title, section.title_html, section.level, section.is_item,
    section.words, section.changed_at, section.position,
    section.see_also, section.match_id,
    CASE WHEN wanted.role = 'page' THEN section.html
        WHEN wanted.role = 'opener' AND below.id IS NOT NULL
            AND (SELECT kind FROM here) = 'roadmap' THEN section.html
        ELSE '' END AS html,
    below.words AS page_words, wanted.role,
    wanted.role = 'opener' AND section.words = 0 AND NOT EXISTS (
        SELECT 1 FROM topics_section child
        WHERE child.parent_id = section.id AND child.removed_at IS NULL
    ) AS is_empty, topic.path AS topic_path, topic.title AS topic_title, topic.words AS topic_words
FROM wanted
JOIN topics_section section ON section.id = wanted.id
JOIN topics_topic topic ON topic.id = section.topic_id
LEFT JOIN below ON below.id = section.id
WHERE section.removed_at IS NULL AND topic.removed_at IS NULL AND topic.status = 'published'
ORDER BY topic.path, section.position
"""


@dataclass
class Page:
    """A page as `SQL` found it. `section` opens it, `sections` are it and all below it on the page.

    `openers` open the topic's pages, this one among them; `asked` is the section of the address.
    """

    section: Section
    asked: Section
    sections: list[Section]
    openers: list[Section]
    linking: list[Section] = field(default_factory=list)
    alike: list[Section] = field(default_factory=list)
    matches: dict[int, Section] = field(default_factory=dict)
    steps: list[Section] = field(default_factory=list)

    @property
    def minutes(self) -> int:
        return minutes(sum(section.words for section in self.sections))


def clean(request: HttpRequest, name: str) -> str:
    """A parameter of the query without what PostgreSQL cannot take; empty where it is absent."""
    return request.GET.get(name, "").replace("\x00", "").strip()


def minutes(words: int) -> int:
    """Reading time at 220 words a minute, at least one."""
    return max(1, round(words / 220))


def page_at(path: str) -> Page | None:
    """The page that shows the section or topic at `path`; None where nothing readable is."""
    head, _, last = path.rpartition("/")
    found: dict[str, list[Section]] = {role: [] for role in ROLES}
    values = {"full": path, "head": head, "last": last, "linking": LINKING}
    for row in Section.objects.raw(SQL, values):
        found[row.role].append(row)  # type: ignore[attr-defined]
    sections = found["page"]
    opener = next((s for s in sections if s.pk == s.page_id), None)
    if opener is None:
        return None
    is_topic = opener.topic_path == path  # type: ignore[attr-defined]
    asked = next((s for s in sections if s.anchor == ("" if is_topic else last)), None)
    if asked is None:
        return None
    return Page(
        section=opener,
        asked=asked,
        sections=sections,
        openers=_in_order([opener, *(s for s in found["opener"] if not _is_empty_twin(s))]),
        linking=found["linking"],
        alike=sorted(found["alike"], key=lambda section: opener.see_also.index(section.pk)),
        matches={section.pk: section for section in found["match"]},
        steps=found["step"],
    )


def _in_order(sections: list[Section]) -> list[Section]:
    return sorted(sections, key=lambda section: section.position)


def _is_empty_twin(section: Section) -> bool:
    """A heading with nothing under it that says the topic's title once more: no page to go to."""
    return section.is_empty and section.title == section.topic_title  # type: ignore[attr-defined]
