-- A number as numbers are compared, so that one caller is one, however a switch writes the number. Callers of before
-- are compared as they were written.
ALTER TABLE emergency_caller ADD COLUMN number_key TEXT;
UPDATE emergency_caller SET number_key = number;
CREATE INDEX emergency_caller_by_key ON emergency_caller (region, number_key, started_at);
DROP INDEX emergency_caller_by_number;
