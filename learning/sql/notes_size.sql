-- How many notes a learner has on sections that she may see, and the characters of them all.
SELECT count(*), coalesce(sum(size), 0)
FROM (
    SELECT section_id, length(note) FROM learning_bookmark
    WHERE user_id = %(user)s AND note <> ''
    UNION ALL
    SELECT section_id, length(note) FROM learning_collectedsection
    WHERE user_id = %(user)s AND note <> ''
    UNION ALL
    SELECT section_id, length(note) + length(exact) FROM learning_highlight
    WHERE user_id = %(user)s
) AS noted (section_id, size)
WHERE section_id NOT IN ({hidden})
