"""A library many times as large, made in SQL from the one that is there, to see how search grows.

    python -m benchmarks large SECTIONS

Works on DATABASE_URL and does not give back what was there: point it at a copy of a data folder
that may be thrown away. Copies topics and sections until there are SECTIONS, each with a word of
the library more in its title, and builds the index. Then `python -m benchmarks beside` compares it
with the library that it was made from:

    DATABASE_URL=(the large one) python -m benchmarks beside . (URL of the other)
"""

import argparse
import os
import time
from collections.abc import Sequence

TABLES = ("topics_topic", "topics_section")
# What a copy has of its own; everything else is the original's. `n` numbers the copy.
ALTERED = {
    "topics_topic": {
        "id": "r.id + {topics}",
        "parent_id": "r.parent_id + {topics}",
        "origin": "'copy-{n}/' || r.origin",
        "path": "'copy-{n}/' || r.path",
        "tree_path": "'copy-{n}/' || r.tree_path",
        "title": "r.title || ' ' || {word}",
    },
    "topics_section": {
        "id": "r.id + {sections}",
        "topic_id": "r.topic_id + {topics}",
        "parent_id": "r.parent_id + {sections}",
        "page_id": "r.page_id + {sections}",
        "match_id": "NULL",
        "merged_into_id": "r.merged_into_id + {sections}",
        "title": "r.title || ' ' || {word}",
    },
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the library of DATABASE_URL larger.")
    parser.add_argument("sections", type=int)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kb.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from topics.raw_sql import execute

    [(there, last_section)] = execute("SELECT count(*), max(id) FROM topics_section")
    [(last_topic,)] = execute("SELECT max(id) FROM topics_topic")
    words = [w for (w,) in execute("SELECT word FROM topics_word ORDER BY uses DESC LIMIT 5000")]
    started = time.perf_counter()
    copies = -(-options.sections // there)
    for n in range(1, copies):
        most = min(there, options.sections - n * there)
        for table in TABLES:
            copy(table, words, n=n, topics=n * last_topic, sections=n * last_section, most=most)
        print(f"{n * there + most:,} sections", flush=True)
    for table in TABLES:
        execute(f"ANALYZE {table}")
    print(f"copied in {time.perf_counter() - started:.0f} s", flush=True)
    call_command("rebuild_index")
    print(f"indexed in {time.perf_counter() - started:.0f} s", flush=True)


def copy(
    table: str, words: Sequence[str], *, n: int, topics: int, sections: int, most: int
) -> None:
    """Add the `n`-th copy of a table's first rows, of sections those with the `most` lowest ids."""
    from topics.raw_sql import execute

    names = [
        name for (name,) in execute(
            "SELECT column_name::text FROM information_schema.columns WHERE table_name = %s"
            " AND table_schema = current_schema() ORDER BY ordinal_position",
            [table],
        )
    ]  # fmt: skip
    word = f"(%(words)s::text[])[1 + (r.id * 7919 + {n} * 104729) %% {len(words)}]"
    places = {"n": n, "topics": topics, "sections": sections, "word": word}
    values = [ALTERED[table].get(name, f"r.{name}").format(**places) for name in names]
    first = topics // n if table == "topics_topic" else sections // n
    execute(
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM {table} r"
        f" WHERE r.id <= {first}"
        + (" ORDER BY r.id LIMIT %(most)s" if table == "topics_section" else ""),
        {"words": list(words), "most": most},
    )


if __name__ == "__main__":
    main()
