-- A row a deputy with the contacts of twelve months; grouped first, pivoted after.
SELECT d.id, d.name, e.name, j.name, coalesce(sum(n) FILTER (WHERE month = 1), 0)::int,
       coalesce(sum(n) FILTER (WHERE month = 2), 0)::int,
       coalesce(sum(n) FILTER (WHERE month = 3), 0)::int,
       coalesce(sum(n) FILTER (WHERE month = 4), 0)::int,
       coalesce(sum(n) FILTER (WHERE month = 5), 0)::int,
       coalesce(sum(n) FILTER (WHERE month = 6), 0)::int,
       coalesce(sum(n) FILTER (WHERE month = 7), 0)::int,
       coalesce(sum(n) FILTER (WHERE month = 8), 0)::int,
       coalesce(sum(n) FILTER (WHERE month = 9), 0)::int,
       coalesce(sum(n) FILTER (WHERE month = 10), 0)::int,
       coalesce(sum(n) FILTER (WHERE month = 11), 0)::int,
       coalesce(sum(n) FILTER (WHERE month = 12), 0)::int
FROM deputies_deputy d
JOIN deputies_electoraldistrict e ON e.id = d.district_id
JOIN office_jurisdiction j ON j.id = e.jurisdiction_id
LEFT JOIN (
    SELECT deputy_id, extract(month FROM happened_on) AS month, count(*) AS n FROM visits_visit
    WHERE happened_on BETWEEN %(first)s AND %(last)s GROUP BY 1, 2
) v ON v.deputy_id = d.id
GROUP BY d.id, e.id, j.id ORDER BY d.id
