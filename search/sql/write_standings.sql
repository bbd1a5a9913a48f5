-- The standings of these sections, which have none yet.
INSERT INTO search_standing (
    section_id, topic_id, tree, title_key, head_words, title_words, depth, role
)
{standings}
WHERE i.section_id = ANY(%(ids)s)
