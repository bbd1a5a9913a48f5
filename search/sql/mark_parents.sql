-- A heading without text of its own has text once a section below it has.
UPDATE topics_indexedsection i SET has_text = true
FROM topics_section c JOIN topics_section s ON s.id = c.parent_id
WHERE c.id = ANY(%(ids)s) AND c.removed_at IS NULL AND (c.text <> '' OR c.code <> '')
  AND i.section_id = s.id AND NOT s.is_item AND NOT i.has_text
