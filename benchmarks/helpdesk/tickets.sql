-- As many tickets as there are petitions, in the same words: 20 queues, 50 staff, two follow-ups each, four in ten open.
-- After told.sql.

INSERT INTO auth_user (id, username, password, first_name, last_name, email, is_staff, is_active, is_superuser, date_joined)
SELECT i, 'staff' || i, 'md5$bench$' || md5('bench' || 'bench'), '', '', '', true, true, i = 1, now()
FROM generate_series(1, 50) i;

INSERT INTO helpdesk_queue (id, title, slug, allow_public_submission, allow_email_submission, escalate_days,
    email_box_ssl, enable_notifications_on_email_events, permission_name)
SELECT i, '第' || i || '镇', 'q' || i, true, false, 3, false, false, '' FROM generate_series(1, 20) i;

INSERT INTO helpdesk_ticket (id, title, created, modified, submitter_email, status, on_hold, description, resolution,
    priority, due_date, assigned_to_id, queue_id, secret_key)
SELECT p, pg_temp.person(p), day, day, NULL,
       CASE WHEN chance < 35 THEN 1 WHEN chance < 40 THEN 2 WHEN chance < 70 THEN 3 ELSE 4 END, false,
       story.situation || story.request, CASE WHEN chance >= 40 THEN '已办结' END,
       1 + mod(p, 5), day + interval '60 days', 1 + mod(p, 50), 1 + mod(p, 20), md5(p::text)
FROM generate_series(1, %(told)s) p JOIN story ON story.n = mod(p, least(%(told)s, 20000)),
     LATERAL (SELECT pg_temp.draw(p * 67, 100)) drawn (chance),
     LATERAL (SELECT %(night)s::timestamptz - interval '360 days'
                     + make_interval(days => (p * 359::bigint / %(told)s)::int)) r (day);

INSERT INTO helpdesk_followup (date, title, comment, public, ticket_id, user_id)
SELECT created + make_interval(hours => k), '办理进展', '已转交相关单位办理，正在现场勘察。', true, id, 1 + mod(id, 50)
FROM helpdesk_ticket, generate_series(1, 2) k;
