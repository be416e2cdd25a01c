-- Deputies by months: grouped first, pivoted after, which halves the time of twelve FILTERs over every contact.
SELECT d.id, coalesce(sum(n) FILTER (WHERE month = 1), 0), coalesce(sum(n) FILTER (WHERE month = 2), 0),
       coalesce(sum(n) FILTER (WHERE month = 3), 0), coalesce(sum(n) FILTER (WHERE month = 4), 0),
       coalesce(sum(n) FILTER (WHERE month = 5), 0), coalesce(sum(n) FILTER (WHERE month = 6), 0),
       coalesce(sum(n) FILTER (WHERE month = 7), 0), coalesce(sum(n) FILTER (WHERE month = 8), 0),
       coalesce(sum(n) FILTER (WHERE month = 9), 0), coalesce(sum(n) FILTER (WHERE month = 10), 0),
       coalesce(sum(n) FILTER (WHERE month = 11), 0), coalesce(sum(n) FILTER (WHERE month = 12), 0)
FROM deputies_deputy d
LEFT JOIN (
    SELECT deputy_id, extract(month FROM happened_on) AS month, count(*) AS n FROM visits_visit
    WHERE happened_on BETWEEN %(first)s AND %(last)s GROUP BY 1, 2
) v ON v.deputy_id = d.id
GROUP BY d.id ORDER BY d.id
