-- The reports that a person follows, newest first: found by the number, like those that the person sent.
CREATE INDEX report_follower_by_phone ON report_follower (region, phone, report_id) WHERE phone IS NOT NULL;
