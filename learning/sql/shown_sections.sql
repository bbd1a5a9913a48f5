-- The sections that are read today where marks were made; `marked` selects the sections of these,
-- `hidden` those that the reader may not see.
-- Where one is read today is asked of merged sections alone.
SELECT CASE WHEN m.id IN (SELECT s.id FROM topics_section s WHERE s.merged_into_id IS NOT NULL)
            THEN {now} ELSE m.id END
FROM ({marked}) AS m (id)
WHERE m.id NOT IN ({hidden})
