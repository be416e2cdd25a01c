-- The contacts of one month, in the order in which they were written down. One deputy in twenty has none in it.
-- It is written down within two days, and by the first of the next month; one in a hundred is
-- written on the tenth of the month after that, so that no night but those finds something new.
-- Of the months that nobody judges, the country keeps every fifth contact: its disk is finite.

INSERT INTO visits_visit (deputy_id, household_id, happened_on, kind, kind_words, met, place, content, matter_raised,
                          logged_at, imported, logged_by_id)
SELECT deputy_id, household_id, day,
       (ARRAY['home', 'home', 'home', 'home', 'phone', 'phone', 'met', 'visit', 'online', 'report'])
           [1 + pg_temp.draw(household_id * 47 + %(m)s, 10)],
       '', '', '', '入户了解生产生活情况，宣传政策', false,
       (logged + interval '18 hours') AT TIME ZONE 'Asia/Shanghai', %(m)s < 6, 1
FROM constituents_designation,
     LATERAL (SELECT %(month)s + pg_temp.draw(household_id * 31 + %(m)s, %(days)s)) drawn (day),
     LATERAL (SELECT CASE pg_temp.draw(household_id * 53 + %(m)s, 100)
         WHEN 0 THEN (%(month)s + interval '2 months 9 days')::date
         ELSE least(day + pg_temp.draw(household_id * 89 + %(m)s, 3), greatest(day, %(month)s + %(days)s))
     END) l (logged)
WHERE pg_temp.draw(deputy_id * 17 + %(m)s, 20) > 0 AND mod(household_id + %(m)s, %(every)s) = 0
ORDER BY day, hashint8(household_id);
