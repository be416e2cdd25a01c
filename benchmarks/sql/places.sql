-- Everything but contacts and matters: places, congresses, deputies, households, stations, activities.
-- Deterministic: what looks like chance is draw(), a hash. Deputy i sits in town 1 + (i - 1) * towns / deputies.

CREATE OR REPLACE FUNCTION pg_temp.draw(seed bigint, sides int) RETURNS int LANGUAGE sql IMMUTABLE
AS 'SELECT mod(hashint8($1) & 2147483647, $2)';

CREATE OR REPLACE FUNCTION pg_temp.rule(clause text, measure text) RETURNS bigint LANGUAGE sql STABLE
AS 'SELECT r.id FROM office_rule r JOIN office_clause c ON c.id = r.clause_id WHERE c.key = $1 AND r.measure = $2';

INSERT INTO office_jurisdiction (id, name, level, code, path, parent_id)
SELECT p, '第' || p || '市', 'prefecture', lpad(p::text, 2, '0'), '/' || p || '/', NULL
FROM generate_series(1, %(provinces)s) p;

INSERT INTO office_jurisdiction (id, name, level, code, path, parent_id)
SELECT %(provinces)s + c, '第' || c || '县', 'county', '9' || lpad(c::text, 5, '0'),
       above.path || (%(provinces)s + c) || '/', above.id
FROM generate_series(1, %(counties)s) c
JOIN office_jurisdiction above ON above.id = 1 + mod(c - 1, %(provinces)s);

INSERT INTO office_jurisdiction (id, name, level, code, path, parent_id)
SELECT %(provinces)s + %(counties)s + k, '第' || k || CASE mod(k, 4) WHEN 1 THEN '街道' ELSE '镇' END, 'town',
       above.code || lpad((1 + mod(k - 1, 20))::text, 3, '0'),
       above.path || (%(provinces)s + %(counties)s + k) || '/', above.id
FROM generate_series(1, %(towns)s) k
JOIN office_jurisdiction above ON above.id = %(provinces)s + 1 + (k - 1) / 20;

INSERT INTO office_unit (id, name, active, jurisdiction_id)
SELECT u, '第' || u || '单位', true, %(provinces)s + 1 + (u - 1) / 10
FROM generate_series(1, %(counties)s * 10) u;

-- Two clerks: of the first county, and of the first prefecture with all its counties.
INSERT INTO office_user (id, password, is_superuser, username, email, is_staff, is_active, date_joined, name, phone,
    must_change_password)
SELECT n, '!', false, username, '', true, true, %(night)s, username, '', false
FROM (VALUES (1, 'county'), (2, 'prefecture')) AS clerk (n, username);

INSERT INTO office_assignment (user_id, role, jurisdiction_id, unit_id)
VALUES (1, 'county_office', %(provinces)s + 1, NULL), (2, 'county_office', 1, NULL);

-- Every county has a congress, and every tenth town has one of its own, whose deputies fall under other rules.
INSERT INTO deputies_term (id, ordinal, records_since, jurisdiction_id)
SELECT c, 18, %(first_month)s, %(provinces)s + c FROM generate_series(1, %(counties)s) c;

INSERT INTO deputies_term (id, ordinal, records_since, jurisdiction_id)
SELECT %(counties)s + n, 18, %(first_month)s, %(provinces)s + %(counties)s + n * 10
FROM generate_series(1, %(towns)s / 10) n;

INSERT INTO deputies_congresssession (name, opens_on, closes_on, term_id)
SELECT '第五次会议', CASE WHEN id <= %(counties)s THEN date '2026-01-15' ELSE date '2026-11-15' END, NULL, id
FROM deputies_term;

INSERT INTO deputies_deputygroup (id, name, jurisdiction_id, leader_id, term_id)
SELECT k, '第' || k || '代表小组', %(provinces)s + %(counties)s + k, NULL, 1 + (k - 1) / 20
FROM generate_series(1, %(towns)s) k;

-- Three deputies to a district; those of the town congresses come after those of the counties.
INSERT INTO deputies_electoraldistrict (id, number, name, jurisdiction_id, term_id)
SELECT j + 1, 1 + mod(j, 500), '第' || j + 1 || '选区', %(provinces)s + %(counties)s + k, 1 + (k - 1) / 20
FROM generate_series(0, %(districts)s - 1) j, LATERAL (SELECT 1 + (3 * j::bigint * %(towns)s / %(deputies)s)::int) t (k);

INSERT INTO deputies_electoraldistrict (id, number, name, jurisdiction_id, term_id)
SELECT %(districts)s + (n - 1) * 25 + j, j, '第' || j || '选区', %(provinces)s + %(counties)s + n * 10, %(counties)s + n
FROM generate_series(1, %(towns)s / 10) n, generate_series(1, 25) j;

-- One in a hundred took office within the judged month, and one left in it.
INSERT INTO deputies_deputy (id, name, sex, nation, born, party, education, job, phone, remark,
                             joined_on, left_on, end_reason, group_id, district_id, term_id)
SELECT i, '代表' || i, CASE mod(i, 3) WHEN 0 THEN '女' ELSE '男' END, '汉族', date '1975-01-01', '', '本科', '', '', '',
       CASE chance WHEN 1 THEN %(judged)s + 9 END,
       CASE chance WHEN 2 THEN %(judged)s + 19 END, CASE chance WHEN 2 THEN '调离' ELSE '' END,
       CASE WHEN i <= %(deputies)s THEN district.jurisdiction_id - %(provinces)s - %(counties)s END,
       district.id, district.term_id
FROM generate_series(1, %(deputies)s + %(towns)s / 10 * 75) i
JOIN deputies_electoraldistrict district ON district.id = CASE
    WHEN i <= %(deputies)s THEN 1 + (i - 1) / 3
    ELSE %(districts)s + 1 + (i - 1 - %(deputies)s) / 3
END, LATERAL pg_temp.draw(i * 13 + 5, 100) chance;

UPDATE deputies_deputygroup g SET leader_id = first.id
FROM (SELECT group_id, min(id) AS id FROM deputies_deputy GROUP BY group_id) first WHERE first.group_id = g.id;

INSERT INTO deputies_absence (kind, since, until, reason, approved_by, deputy_id)
SELECT 'leave', since, since + 20, '病假', '主任会议', id
FROM deputies_deputy, LATERAL (
    VALUES (3, %(judged)s + 4), (4, %(first_month)s + 120)
) AS leave (chance, since)
WHERE pg_temp.draw(id * 13 + 5, 100) = leave.chance;

-- Two or three households to a deputy; every fortieth keeps one, and the neighbour has too many.
INSERT INTO constituents_household (id, head, address, phone, people, kind, remark, jurisdiction_id)
SELECT h, '户主' || h, '一村' || mod(h, 9) + 1 || '组', '', 4, '', '', district.jurisdiction_id
FROM generate_series(1, %(households)s) h
JOIN deputies_electoraldistrict district ON district.id = 1 + mod(h - 1, %(deputies)s) / 3;

INSERT INTO constituents_designation (since, until, deputy_id, household_id)
SELECT %(first_month)s, NULL, CASE WHEN mod(d, 40) = 0 AND h > %(deputies)s THEN mod(d, %(deputies)s) + 1 ELSE d END, h
FROM generate_series(1, %(households)s) h, LATERAL (SELECT 1 + mod(h - 1, %(deputies)s)) owner (d);

INSERT INTO constituents_liaisonvoter (name, phone, address, since, until, deputy_id)
SELECT '联络员' || n, '', '', %(first_month)s, NULL, id
FROM deputies_deputy, generate_series(1, 5) n
WHERE term_id > %(counties)s AND NOT (n = 5 AND pg_temp.draw(id * 7, 30) = 0);

INSERT INTO liaison_stations_station (id, name, number, address, head_name, reception_hours, opening_hours, photo,
    head_id, jurisdiction_id)
SELECT s, '第' || s || '联络站', s, '', '', '每月十五日', '', '', CASE WHEN mod(s, 20) <> 0 THEN g.leader_id END, g.jurisdiction_id
FROM generate_series(1, %(stations)s) s
JOIN deputies_deputygroup g
  ON g.id = (s - 1) / %(stations_a_county)s * 20 + 1 + mod(s - 1, %(stations_a_county)s);

INSERT INTO liaison_stations_station_deputies (station_id, deputy_id)
SELECT station.id, deputy.id
FROM liaison_stations_station station
JOIN deputies_deputygroup g ON g.jurisdiction_id = station.jurisdiction_id
JOIN deputies_deputy deputy ON deputy.group_id = g.id AND deputy.id < g.leader_id + 5;

INSERT INTO liaison_stations_stationpost (kind, name, job, phone, station_id)
SELECT kind, kind || s, '', '', s
FROM generate_series(1, %(stations)s) s, unnest(ARRAY['officer', 'tracker']) kind
WHERE kind = 'officer' OR mod(s, 20) <> 1;

-- A reception on the fifteenth of each month: one in fifty without its notice, one in thirty not held.
INSERT INTO liaison_stations_reception (id, kind, moved_why, topics, with_whom, about, cancel_reason,
    planned_on, starts_at, ends_at, notice_due_on, notice_rule_id,
    notice_posted_on, record_due_on, record_rule_id, held_on, nobody_came, cancelled, note, station_id)
SELECT (s.id - 1) * 12 + m + 1, 'regular', '', '', '', '', '', day, time '09:00', time '11:00',
       CASE WHEN street THEN day - 3 END, CASE WHEN street THEN pg_temp.rule('D5-二a', 'reception_notice') END,
       CASE WHEN pg_temp.draw(s.id * 19 + m, 50) > 0 THEN day - 4 END,
       CASE WHEN street THEN day + 1 END, CASE WHEN street THEN pg_temp.rule('D5-三a', 'reception_record') END,
       CASE WHEN pg_temp.draw(s.id * 23 + m, 30) > 0 THEN day END, pg_temp.draw(s.id * 29 + m, 3) = 0, false, '', s.id
FROM liaison_stations_station s JOIN office_jurisdiction town ON town.id = s.jurisdiction_id, generate_series(0, 11) m,
     LATERAL (SELECT (%(first_month)s + make_interval(months => m, days => 14))::date,
                     right(town.name, 2) = '街道') planned (day, street);

INSERT INTO liaison_stations_receptionduty (confirmed_on, came, deputy_id, reception_id)
SELECT r.planned_on - 5, true, g.leader_id + n, r.id
FROM liaison_stations_reception r
JOIN liaison_stations_station station ON station.id = r.station_id
JOIN deputies_deputygroup g ON g.jurisdiction_id = station.jurisdiction_id, generate_series(0, 1) n;

-- Each group goes out once a quarter and reports within the week; one in thirty never does either.
INSERT INTO visits_groupactivity (happened_on, kind, place, content, logged_at, imported, report_due_on,
                                  report_rule_id, reported_on, group_id, logged_by_id, version,
                                  returned_reason)
SELECT day, 'visit', '', '走访选民', day + interval '18 hours', false, day + 14, pg_temp.rule('D9-3', 'activity_report'),
       CASE WHEN pg_temp.draw(g.id * 37 + q, 30) > 0 THEN day + 6 END, g.id, 1, 1, ''
FROM deputies_deputygroup g, generate_series(0, 3) q,
     LATERAL (SELECT (%(first_month)s + make_interval(months => q * 3, days => pg_temp.draw(g.id * 41 + q, 28)))::date) d (day)
WHERE pg_temp.draw(g.id * 43, 30) > 0;

INSERT INTO visits_meeting (happened_on, kind, place, content, logged_at, imported, jurisdiction_id, logged_by_id)
SELECT date '2026-03-20', 'group_leaders', '', '', timestamptz '2026-03-20 18:00+08', false, %(provinces)s + c, 1
FROM generate_series(1, %(counties)s) c WHERE mod(c, 20) <> 2;
