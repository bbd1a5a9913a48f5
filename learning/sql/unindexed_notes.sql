-- The texts of a learner's notes that the index does not hold yet.
SELECT 'bookmark', id, note, '', '' FROM learning_bookmark
WHERE user_id = %(user)s AND words IS NULL
UNION ALL
SELECT 'collectedsection', id, note, '', '' FROM learning_collectedsection
WHERE user_id = %(user)s AND words IS NULL
UNION ALL
SELECT 'highlight', id, note, exact, was FROM learning_highlight
WHERE user_id = %(user)s AND words IS NULL
