-- Being alike goes both ways, mostly. An item is explained by what holds its rarest words.
SELECT unnest(page.see_also) FROM topics_section page
WHERE page.id IN (SELECT page_id FROM topics_section WHERE id = ANY(%(ids)s))
UNION
SELECT item.id
FROM topics_posting said
JOIN topics_term t ON t.id = said.term_id AND t.df <= %(held)s
JOIN topics_posting named ON named.term_id = t.id AND named.in_title
JOIN topics_section item ON item.id = named.section_id
WHERE said.section_id = ANY(%(ids)s)
  AND item.is_item AND item.words = 0 AND item.match_id IS NULL AND item.removed_at IS NULL
