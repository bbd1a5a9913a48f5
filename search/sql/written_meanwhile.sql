SELECT coalesce(s.section_id, n.section_id)
FROM kb_seen s FULL JOIN {live}.topics_indexedsection n ON n.section_id = s.section_id
WHERE s.written_at IS DISTINCT FROM n.written_at
