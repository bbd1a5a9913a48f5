-- Of these sections and topics, the titles by which a step may name them: those of topics, and all of
-- a path itself.
SELECT t.id, t.tree_path, s.title FROM topics_section s JOIN topics_topic t ON t.id = s.topic_id
WHERE (s.id = ANY(%(changed)s) OR t.id = ANY(%(topics)s))
    AND (s.anchor = '' OR t.id = ANY(%(paths)s)) AND {published}
