-- A category that nobody may report, since somebody must be called instead: why, in both languages.
ALTER TABLE category ADD COLUMN stop_id TEXT NOT NULL DEFAULT '';
ALTER TABLE category ADD COLUMN stop_en TEXT NOT NULL DEFAULT '';
-- How often a reason was saved, so that of two who change it at the same time the second is told.
ALTER TABLE report_reason ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
