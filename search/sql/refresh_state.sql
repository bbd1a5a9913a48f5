-- How many sections that everybody may read the index holds and how long they are.
INSERT INTO topics_indexstate (id, version, sections, mean_length, counted_at)
SELECT 1, %(version)s, count(*), greatest(coalesce(avg(length), 0), 1), now()
FROM {measured}
ON CONFLICT (id) DO UPDATE SET version = excluded.version, sections = excluded.sections,
    mean_length = excluded.mean_length, counted_at = excluded.counted_at
