CREATE TEMP TABLE IF NOT EXISTS topics_before (id bigint, row jsonb) ON COMMIT DROP;

INSERT INTO topics_before
SELECT t.id, to_jsonb(t) - %(not_kept)s::text[] FROM topics_topic t
WHERE (%(ids)s::bigint[] IS NULL OR t.id = ANY(%(ids)s))
  AND NOT EXISTS (SELECT FROM topics_before b WHERE b.id = t.id)
