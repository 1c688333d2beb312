-- What only its reporter's wish hides and no agency has: a handful, which the coordinator's inbox asks for at each look.
CREATE INDEX report_by_wish ON report (region, agency_id, is_secret, due_at, id)
    WHERE is_secret = TRUE AND agency_id IS NULL;
