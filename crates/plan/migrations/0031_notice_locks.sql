-- Until when an agency could still hand in when its letter was issued: what is put off later changes no letter.
ALTER TABLE plan_notice ADD COLUMN locks_at BIGINT;
