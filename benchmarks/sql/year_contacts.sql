-- The contacts of a year as a list of eight columns, oldest first.
SELECT v.id, v.happened_on, d.name, e.name, j.name, v.kind, h.head, v.place
FROM visits_visit v
JOIN deputies_deputy d ON d.id = v.deputy_id
JOIN deputies_electoraldistrict e ON e.id = d.district_id
JOIN office_jurisdiction j ON j.id = e.jurisdiction_id
LEFT JOIN constituents_household h ON h.id = v.household_id
WHERE v.happened_on BETWEEN %(first)s AND %(last)s
ORDER BY v.happened_on, v.id
