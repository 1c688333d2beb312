-- Further keys by which somebody is taken for the reporter: each message carries one of its own. Only the SHA-256 is
-- kept, beside the `token_hash` that the report was sent with.
CREATE TABLE report_key (
    region INTEGER NOT NULL,
    hash {{BYTES}} NOT NULL,
    report_id UUID NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (region, hash),
    FOREIGN KEY (region, report_id) REFERENCES report (region, id) ON DELETE CASCADE
);
CREATE INDEX report_key_by_report ON report_key (region, report_id);

-- A row with an address wants news; `pending` until its owner has typed the code that was sent there.
ALTER TABLE report_follower ADD COLUMN email TEXT;
ALTER TABLE report_follower ADD COLUMN pending BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX report_follower_pending ON report_follower (region, created_at) WHERE pending;
CREATE INDEX report_follower_by_email ON report_follower (region, email, report_id) WHERE email IS NOT NULL;

-- A code that was sent to a telephone or an address. `target` is the follower or the watch that it confirms; one that
-- opens a list has the digest of the list's own key once it was typed. Nobody can tell from a row whether it was sent.
CREATE TABLE report_code (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    reach TEXT NOT NULL,
    purpose TEXT NOT NULL,
    target UUID,
    hash {{BYTES}} NOT NULL,
    tries BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    used_at BIGINT,
    pass_hash {{BYTES}},
    pass_ends_at BIGINT,
    PRIMARY KEY (region, id)
);
CREATE INDEX report_code_by_reach ON report_code (region, reach, created_at);
CREATE INDEX report_code_by_time ON report_code (region, created_at);
CREATE INDEX report_code_by_pass ON report_code (region, pass_hash) WHERE pass_hash IS NOT NULL;

-- A place that somebody follows, with what is new there since the last message. `digest_due` is set while something is.
CREATE TABLE report_watch (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    reach TEXT NOT NULL,
    district BIGINT NOT NULL,
    village BIGINT,
    category TEXT,
    pending BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    digest_due BIGINT,
    PRIMARY KEY (region, id)
);
CREATE INDEX report_watch_by_place ON report_watch (region, district, id);
CREATE INDEX report_watch_by_reach ON report_watch (region, reach, id);
CREATE INDEX report_watch_by_time ON report_watch (region, created_at);

CREATE TABLE report_watch_news (
    region INTEGER NOT NULL,
    watch_id UUID NOT NULL,
    report_id UUID NOT NULL,
    kind TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (region, watch_id, report_id, kind),
    FOREIGN KEY (region, watch_id) REFERENCES report_watch (region, id) ON DELETE CASCADE,
    FOREIGN KEY (region, report_id) REFERENCES report (region, id) ON DELETE CASCADE
);
CREATE INDEX report_watch_news_by_report ON report_watch_news (region, report_id);

-- Keys that end news and open nothing else.
CREATE TABLE report_stop (
    region INTEGER NOT NULL,
    hash {{BYTES}} NOT NULL,
    follower_id UUID,
    watch_id UUID,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (region, hash),
    FOREIGN KEY (region, follower_id) REFERENCES report_follower (region, id) ON DELETE CASCADE,
    FOREIGN KEY (region, watch_id) REFERENCES report_watch (region, id) ON DELETE CASCADE
);
CREATE INDEX report_stop_by_follower ON report_stop (region, follower_id);
CREATE INDEX report_stop_by_watch ON report_stop (region, watch_id);

-- How content the reporter is, in one to five stars. The reason is the person's own words: staff read it, nobody else.
CREATE TABLE report_rating (
    region INTEGER NOT NULL,
    report_id UUID NOT NULL,
    stars BIGINT NOT NULL,
    reason TEXT NOT NULL,
    rated_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (region, report_id),
    FOREIGN KEY (region, report_id) REFERENCES report (region, id) ON DELETE CASCADE
);

-- Open work by the time of its last step: what nothing has happened to for weeks.
CREATE INDEX report_by_silence ON report (region, updated_at, id) WHERE is_open;
-- The reporters of what was merged hear of what it was merged into.
CREATE INDEX report_by_merged ON report (region, merged_into, id) WHERE merged_into IS NOT NULL;
