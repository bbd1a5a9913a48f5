"""The way of databases that earlier versions made into the apps of today.

The search index takes over the normalised columns of sections, and its tables, the record of
imports and their content types belong to the apps `search` and `importer`. Old code may serve
pages and searches meanwhile: tables keep their names, and `kb_rank` still answers it.
"""

from django.db import migrations

from search.migrations.functions import LANDED_0001, text_of

# No import and no save in the admin while rows are copied (importer.tables.IMPORT_LOCK); whoever
# reads the tables longer than ten seconds makes this fail as a whole, to be tried again.
LOCKS = """
    SET LOCAL lock_timeout = '10s';
    SELECT pg_advisory_xact_lock(7215042);
"""

# Commits between the landings had `kb_rank` with other parameters.
DROP_RANK = """
    DO $$
    DECLARE old regprocedure;
    BEGIN
        FOR old IN SELECT oid::regprocedure FROM pg_proc
            WHERE proname = 'kb_rank' AND pronamespace = current_schema()::regnamespace
        LOOP
            EXECUTE 'DROP FUNCTION ' || old;
        END LOOP;
    END
    $$;
"""

# Built beside the live table, so that searches wait for the swap alone.
INDEX = """
    CREATE SCHEMA kb_rooms;
    CREATE TABLE kb_rooms.topics_indexedsection (
        section_id bigint NOT NULL PRIMARY KEY,
        topic_id bigint NOT NULL,
        title_key text NOT NULL,
        title_words smallint NOT NULL,
        has_text boolean NOT NULL,
        length integer NOT NULL,
        written_at timestamptz NOT NULL,
        title text NOT NULL,
        above text NOT NULL,
        text text NOT NULL,
        code text NOT NULL,
        rest text NOT NULL,
        vector tsvector GENERATED ALWAYS AS (
            setweight(title::tsvector, 'A') || setweight(above::tsvector, 'B')
            || setweight(text::tsvector, 'D') || setweight(code::tsvector, 'C')
        ) STORED
    ) WITH (toast_tuple_target = 256);
    INSERT INTO kb_rooms.topics_indexedsection
    SELECT i.section_id, i.topic_id, i.title_key, i.title_words, i.has_text, i.length,
           i.written_at, s.search_title, s.search_above, s.search_text, s.search_code, s.search_rest
    FROM topics_indexedsection i JOIN topics_section s ON s.id = i.section_id
    ORDER BY i.section_id;
    CREATE INDEX indexed_title_key ON kb_rooms.topics_indexedsection (title_key);
    CREATE INDEX indexed_vector ON kb_rooms.topics_indexedsection
        USING gin (vector) WITH (gin_pending_list_limit = 256);
    ANALYZE kb_rooms.topics_indexedsection;
    DROP TABLE topics_indexedsection;
    DO $$ BEGIN
        EXECUTE format('ALTER TABLE kb_rooms.topics_indexedsection SET SCHEMA %I', current_schema());
    END $$;
    DROP SCHEMA kb_rooms;
"""

SECTIONS = """
    ALTER TABLE topics_section
        DROP COLUMN search_vector, DROP COLUMN search_title, DROP COLUMN search_above,
        DROP COLUMN search_code, DROP COLUMN search_text, DROP COLUMN search_rest;
"""

# Permissions and the admin's log follow their content types.
CONTENT_TYPES = """
    UPDATE django_content_type SET app_label = 'search' WHERE app_label = 'topics' AND model IN
        ('term', 'posting', 'indexedsection', 'word', 'indexstate', 'synonym', 'searchlog');
    UPDATE django_content_type SET app_label = 'importer'
        WHERE app_label = 'topics' AND model = 'importrun';
"""
MOVED = [
    "Term", "Posting", "IndexedSection", "Word", "IndexState", "Synonym", "SearchLog", "ImportRun",
]
COLUMNS = ["vector", "title", "above", "code", "text", "rest"]


class Migration(migrations.Migration):
    dependencies = [
        ("topics", "0008_rest_of_large_sections"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunSQL([LOCKS, DROP_RANK, *map(text_of, LANDED_0001)]),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                # What later statements look at must not wait for checks at the end.
                migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE"),
                migrations.RunSQL([INDEX, SECTIONS, CONTENT_TYPES]),
            ],
            state_operations=[
                migrations.RemoveIndex("section", "section_search"),
                *[migrations.RemoveField("section", f"search_{name}") for name in COLUMNS],
                *[migrations.DeleteModel(name) for name in MOVED],
            ],
        ),
    ]
