-- The registers: of a hundred referrals two are overdue since a few days, eight are still running, the others answered.
-- Any day that a clock asks about lies two days or more from the night, so that the next night finds nothing new.

INSERT INTO constituents_petition (id, year, seq, received_on, registered_at, channel, visitor, visitor_count, phone,
    address, category, situation, request, urgent, status, course, course_words, satisfaction, imported, deputy_id,
    registered_by_id, station_id, hand_over_due_on, hand_over_rule_id, handed_over_on, attitude, level, answer,
    released, version)
SELECT p, extract(year FROM received), p, received, received + interval '10 hours', 'walk_in', '来访人' || p, 1, '', '',
       '民生', '村口路灯不亮', '请尽快修好', false, CASE WHEN chance < 10 THEN 'routed' ELSE 'closed' END, 'route', '',
       CASE WHEN chance < 10 THEN '' ELSE 'satisfied' END, false,
       1 + ((s - 1) / %(stations_a_county)s * %(deputies)s::bigint / %(counties)s)
         + pg_temp.draw(p * 59, (%(deputies)s / %(counties)s)::int - 2),
       1, s, received + 7, pg_temp.rule('D3-六h', 'hand_over'),
       CASE WHEN chance BETWEEN 2 AND 9 OR pg_temp.draw(p * 61, 50) > 0 THEN received + 1 END, '', 'town', '', false, 1
FROM generate_series(1, %(petitions)s) p,
     LATERAL (SELECT pg_temp.draw(p * 67, 100), 1 + mod(p - 1, %(stations)s)) drawn (chance, s),
     LATERAL (SELECT %(night)s - CASE
         WHEN chance < 2 THEN 63 + pg_temp.draw(p * 71, 28)
         WHEN chance < 10 THEN 31 - pg_temp.draw(p * 71, 28)
         ELSE 101 + pg_temp.draw(p * 71, 200)
     END) r (received);

INSERT INTO constituents_referral (id, petition_id, place_id, unit_id, part, kind, mode, round, version, person, brief,
    return_reason, reply, on_paper, routed_on, receipt_due_on, receipt_rule_id, accepted_on, due_on, due_rule_id,
    replied_on, feedback_due_on, feedback_rule_id, fed_back_on)
SELECT p.id, p.id, s.jurisdiction_id, (station_id - 1) / %(stations_a_county)s * 10 + 1 + mod(p.id, 10),
       'lead', 'station', 'letter', 1, 1, '', '', '', '', false, received_on + 1, received_on + 8,
       pg_temp.rule('L2-23', 'unit_receipt'), received_on + 3, received_on + 61, pg_temp.rule('D3-七', 'reply_overdue'),
       replied, replied + 7, CASE WHEN replied IS NOT NULL THEN pg_temp.rule('D3-六f', 'feedback_overdue') END,
       CASE WHEN pg_temp.draw(p.id * 79, 50) > 0 THEN replied + 3 END
FROM constituents_petition p
JOIN liaison_stations_station s ON s.id = p.station_id,
     LATERAL (SELECT CASE WHEN status = 'closed'
         THEN received_on + CASE WHEN pg_temp.draw(p.id * 73, 20) > 0 THEN 20 + pg_temp.draw(p.id * 83, 40) ELSE 70 END
     END) r (replied);
