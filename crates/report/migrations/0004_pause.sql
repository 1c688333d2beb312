-- A pause of the deadlines (tunda). While it lasts `due_at` is NULL: nobody is late. `pause_asks`: the citizen was
-- asked
-- something, and a silent citizen's report is archived when `paused_until` passes. What was asked stands in the event.
ALTER TABLE report ADD COLUMN paused_since BIGINT;
ALTER TABLE report ADD COLUMN paused_until BIGINT;
ALTER TABLE report ADD COLUMN pause_asks BOOLEAN;
ALTER TABLE report ADD COLUMN pause_count BIGINT NOT NULL DEFAULT 0;
CREATE INDEX report_by_pause ON report (region, paused_until, id) WHERE paused_until IS NOT NULL;
