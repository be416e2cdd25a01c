-- The deputies of the towns meet their voters in August, the contact month.
INSERT INTO visits_visit (deputy_id, happened_on, kind, kind_words, met, place, content, matter_raised,
                          logged_at, imported, logged_by_id)
SELECT id, day, 'visit', '', '选民', '', '听取意见', false, day + interval '18 hours', false, 1
FROM deputies_deputy, LATERAL (SELECT date '2026-08-01' + pg_temp.draw(id * 31, 31)) drawn (day)
WHERE term_id > %(counties)s AND pg_temp.draw(id * 17, 20) > 0
ORDER BY day;
