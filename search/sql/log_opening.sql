-- The latest search for these words in the last hour led to this section, if that is still there and for everybody.
UPDATE topics_searchlog SET opened_id = %(section)s
WHERE id = (SELECT id FROM topics_searchlog
            WHERE query = %(query)s AND opened_id IS NULL
              AND created_at > now() - interval '1 hour'
            ORDER BY created_at DESC LIMIT 1)
  AND EXISTS (SELECT 1 FROM topics_section section JOIN topics_topic topic ON topic.id = section.topic_id
              WHERE section.id = %(section)s AND topic.tree = 0)
