-- What of sections s and their topics t goes into the index, in the order of `Source`. A root is
-- also found by the other names of its topic.
SELECT s.id, s.topic_id, s.title, s.number,
       CASE WHEN s.anchor <> '' THEN s.breadcrumbs ELSE s.breadcrumbs || ARRAY(
           SELECT jsonb_array_elements_text(t.front_matter -> 'aliases')
       ) END,
       s.text, s.code,
       s.text <> '' OR s.code <> '' OR (NOT s.is_item AND EXISTS (
           SELECT 1 FROM topics_section c
           WHERE c.parent_id = s.id AND c.removed_at IS NULL AND (c.text <> '' OR c.code <> '')
       )),
       clock_timestamp(), t.tree, t.language
FROM topics_section s JOIN topics_topic t ON t.id = s.topic_id
