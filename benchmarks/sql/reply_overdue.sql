-- D3-七: what is not answered and was due before the night.
SELECT %(rule)s, 'D3-七', r.id, r.place_id, '', 'red', r.routed_on, r.due_on, %(night)s
FROM constituents_referral r
JOIN constituents_petition p ON p.id = r.petition_id
WHERE r.replied_on IS NULL AND r.due_on < %(night)s AND r.due_rule_id = %(rule)s
  AND r.kind = 'station' AND r.round = 1 AND r.paused_on IS NULL AND r.returned_on IS NULL AND r.recalled_on IS NULL
  AND p.status NOT IN ('declined', 'answered', 'closed', 'merged', 'void')
