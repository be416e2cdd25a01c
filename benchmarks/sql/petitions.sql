-- A register as it is lived with: told in many words, four in ten open, two steps each. After told.sql and places.sql.
-- The first station has a liaison officer who signs in.

INSERT INTO office_user (id, password, is_superuser, username, email, is_staff, is_active, date_joined, name, phone,
    must_change_password)
VALUES (3, '!', false, 'officer', '', false, true, %(night)s, 'officer', '', false);
INSERT INTO office_assignment (user_id, role, jurisdiction_id, unit_id) VALUES (3, 'station_officer', NULL, NULL);
UPDATE liaison_stations_stationpost SET user_id = 3 WHERE station_id = 1 AND kind = 'officer';

INSERT INTO constituents_petition (id, year, seq, received_on, registered_at, channel, visitor, visitor_count, phone,
    address, category, situation, request, urgent, status, course, course_words, satisfaction, imported, deputy_id,
    registered_by_id, station_id, hand_over_due_on, hand_over_rule_id, handed_over_on, attitude, level, answer,
    released, version)
SELECT p, extract(year FROM received), p, received, received + interval '10 hours', 'walk_in', pg_temp.person(p), 1,
       '1' || (3 + pg_temp.draw(p * 31, 7)) || lpad(pg_temp.draw(p * 37, 1000000000)::text, 9, '0'),
       pg_temp.draw(p * 41, 20) + 1 || '组', pg_temp.pick(p * 43, ARRAY['民生', '交通', '农业', '教育', '环保', '医疗']),
       story.situation, story.request, false,
       CASE WHEN chance < 5 THEN 'received' WHEN chance < 12 THEN 'admitted' WHEN chance < 32 THEN 'routed'
            WHEN chance < 40 THEN 'replied' ELSE 'closed' END,
       CASE WHEN chance < 12 THEN '' ELSE 'route' END, '', CASE WHEN chance < 40 THEN '' ELSE 'satisfied' END, false,
       1 + pg_temp.draw(p * 59, %(deputies)s), 1, 1 + mod(p - 1, %(stations)s),
       received + 7, pg_temp.rule('D3-六h', 'hand_over'), received + 1, '', 'town', '', false, 3
FROM generate_series(1, %(told)s) p JOIN story ON story.n = mod(p, least(%(told)s, 20000)),
     LATERAL (SELECT pg_temp.draw(p * 67, 100)) drawn (chance),
     LATERAL (SELECT %(night)s - 360 + (p * 359::bigint / %(told)s)::int) r (received);

INSERT INTO constituents_petitionevent (petition_id, verb, at, by_id, who, was, now, note)
SELECT p.id, step.verb, p.registered_at + step.after, 1, '', '', step.now, ''
FROM constituents_petition p,
     (VALUES ('register', interval '0', 'received'), ('admit', interval '1 day', 'admitted')) step (verb, after, now);

INSERT INTO constituents_referral (id, petition_id, place_id, unit_id, part, kind, mode, round, version, person, brief,
    return_reason, reply, on_paper, routed_on, receipt_due_on, receipt_rule_id, accepted_on, due_on, due_rule_id,
    replied_on, feedback_due_on, feedback_rule_id, fed_back_on)
SELECT p.id, p.id, s.jurisdiction_id, 1 + mod(p.id, 10), 'lead', 'station', 'letter', 1, 1, '', p.situation, '',
       CASE WHEN p.status <> 'routed' THEN '已现场勘察，将于本季度修复。' ELSE '' END, false, received_on + 1, received_on + 8,
       pg_temp.rule('L2-23', 'unit_receipt'), received_on + 3, received_on + 61, pg_temp.rule('D3-七', 'reply_overdue'),
       replied, replied + 7, CASE WHEN replied IS NOT NULL THEN pg_temp.rule('D3-六f', 'feedback_overdue') END,
       CASE WHEN p.status = 'closed' THEN replied + 3 END
FROM constituents_petition p JOIN liaison_stations_station s ON s.id = p.station_id,
     LATERAL (SELECT CASE WHEN status <> 'routed' THEN received_on + 20 END) r (replied)
WHERE p.status NOT IN ('received', 'admitted');
