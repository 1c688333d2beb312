-- A category in a district, newest first. The state stands in the index, so that a rare one is found without a look at
-- each report.
CREATE INDEX report_by_corner ON report (region, category, district, id, status);

-- A person's reports, newest first, without a walk through everybody's.
DROP INDEX report_contact_by_phone;
DROP INDEX report_contact_by_email;
CREATE INDEX report_contact_by_phone ON report_contact (region, phone, report_id) WHERE phone IS NOT NULL;
CREATE INDEX report_contact_by_email ON report_contact (region, email, report_id) WHERE email IS NOT NULL;
