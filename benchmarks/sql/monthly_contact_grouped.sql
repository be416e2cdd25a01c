-- The same, with the contacts grouped by deputy first: they are read once, in the order of an index.
SELECT %(rule)s, 'D1-3①b', d.id, e.jurisdiction_id, %(period)s, 'red', %(first)s, %(last)s, %(night)s
FROM deputies_deputy d
JOIN deputies_electoraldistrict e ON e.id = d.district_id
JOIN deputies_term t ON t.id = d.term_id
JOIN office_jurisdiction c ON c.id = t.jurisdiction_id
LEFT JOIN (
    SELECT deputy_id FROM visits_visit
    WHERE happened_on BETWEEN %(first)s AND %(last)s AND (imported OR logged_at < %(midnight)s) GROUP BY 1
) v ON v.deputy_id = d.id
WHERE v.deputy_id IS NULL AND c.level = 'county' AND t.records_since <= %(last)s
  AND (d.joined_on IS NULL OR d.joined_on <= %(first)s)
  AND (d.left_on > %(last)s OR d.left_on IS NULL AND d.end_reason = '')
  AND NOT EXISTS (SELECT FROM deputies_absence a WHERE a.deputy_id = d.id
                  AND a.since <= %(last)s AND (a.until IS NULL OR a.until >= %(first)s))
