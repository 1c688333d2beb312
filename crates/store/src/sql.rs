//! The store's own statements.

crate::statements! {
    /// The region's last line.
    pub HEAD = "SELECT seq, hash FROM region_head WHERE region = $1";
    /// That there is a head at all.
    pub(crate) HEAD_SEQ = "SELECT seq FROM region_head WHERE region = $1";
    /// The same, keeping other servers' writers out until this transaction ends. PostgreSQL only.
    pub(crate) HEAD_LOCKED = "SELECT seq, hash FROM region_head WHERE region = $1 FOR UPDATE";
    pub(crate) MOVE_HEAD = "UPDATE region_head SET seq = $2, hash = $3 WHERE region = $1";
    pub(crate) START_HEAD =
        "INSERT INTO region_head (region, seq, hash) VALUES ($1, 0, $2) ON CONFLICT (region) DO NOTHING";
    pub(crate) DONE_STEPS = "SELECT room, version, digest FROM migration WHERE region = $1";
    pub(crate) KEEP_STEP = "INSERT INTO migration (region, room, version, digest) VALUES ($1, $2, $3, $4)";
    pub(crate) REGIONS = "SELECT id FROM region_known WHERE region = $1 ORDER BY id";
    pub(crate) KEEP_REGION =
        "INSERT INTO region_known (region, id) VALUES ($1, $2) ON CONFLICT (region, id) DO NOTHING";
    /// Lines after a place, in order.
    pub LINES_AFTER = "SELECT region, seq, at, actor, subject_kind, subject_id, kind, body, hash FROM journal
        WHERE region = $1 AND seq > $2 ORDER BY seq LIMIT $3";
    /// Lines before a place, newest first: the audit page.
    pub LINES_BEFORE = "SELECT region, seq, at, actor, subject_kind, subject_id, kind, body, hash FROM journal
        WHERE region = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3";
    /// The history of one thing.
    pub LINES_OF_SUBJECT = "SELECT region, seq, at, actor, subject_kind, subject_id, kind, body, hash FROM journal
        WHERE region = $1 AND subject_id = $2 ORDER BY seq LIMIT $3";
    /// A thing's last lines up to a place.
    pub LAST_LINES_OF_SUBJECT = "SELECT region, seq, at, actor, subject_kind, subject_id, kind, body, hash FROM journal
        WHERE region = $1 AND subject_id = $2 AND seq <= $3 ORDER BY seq DESC LIMIT $4";
    /// The line at a place.
    pub LINE_AT = "SELECT region, seq, at, actor, subject_kind, subject_id, kind, body, hash FROM journal
        WHERE region = $1 AND seq = $2";
    pub(crate) LAST_SEQ = "SELECT seq FROM journal WHERE region = $1 ORDER BY seq DESC LIMIT 1";
    /// Lines before the first: there can be none.
    pub(crate) LINE_BEFORE_FIRST = "SELECT seq FROM journal WHERE region = $1 AND seq < 1 ORDER BY seq LIMIT 1";
    /// Lines of others in a region's own file. SQLite only: on PostgreSQL all regions share the table.
    pub(crate) LINE_OF_OTHERS = "SELECT seq FROM journal WHERE region <> $1 ORDER BY seq LIMIT 1";
    pub(crate) ANSWER = "SELECT answer FROM idempotency WHERE region = $1 AND key = $2";
    pub(crate) ANSWERS_4 = "SELECT key, answer FROM idempotency WHERE region = $1 AND key IN ($2, $3, $4, $5)";
    pub(crate) ANSWERS_32 = "SELECT key, answer FROM idempotency WHERE region = $1 AND key IN (
        $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
        $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33)";
    pub(crate) COUNTER = "SELECT last FROM counter WHERE region = $1 AND name = $2";
    pub(crate) SAVE_COUNTER = "INSERT INTO counter (region, name, last) VALUES ($1, $2, $3)
        ON CONFLICT (region, name) DO UPDATE SET last = $3";
    pub(crate) PURGE_ANSWERS = "DELETE FROM idempotency WHERE region = $1 AND at < $2";
    pub(crate) CANCEL_DEADLINES = "UPDATE deadline SET done_at = $3
        WHERE region = $1 AND subject_id = $2 AND done_at IS NULL AND (CAST($4 AS TEXT) IS NULL OR what = $4)";
    pub(crate) DUE_DEADLINES = "SELECT id, subject_kind, subject_id, what, due_at FROM deadline
        WHERE region = $1 AND done_at IS NULL AND due_at <= $2 ORDER BY due_at LIMIT $3";
    pub(crate) DEADLINE_DONE = "UPDATE deadline SET done_at = $3 WHERE region = $1 AND id = $2 AND done_at IS NULL";
    pub(crate) PLACE = "SELECT seq FROM reaction_place WHERE region = $1 AND name = $2";
    pub(crate) SAVE_PLACE = "INSERT INTO reaction_place (region, name, seq) VALUES ($1, $2, $3)
        ON CONFLICT (region, name) DO UPDATE SET seq = $3";
    pub(crate) PARK_LINE = "INSERT INTO reaction_parked (region, name, seq, at, error) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (region, name, seq) DO NOTHING";
    pub(crate) PARKED = "SELECT name, seq, at, error FROM reaction_parked WHERE region = $1 ORDER BY at DESC LIMIT $2";
    pub(crate) OUTBOX_DUE = "SELECT id, channel, recipient, subject, body, attempts FROM outbox
        WHERE region = $1 AND state = 'waiting' AND next_at <= $2 ORDER BY next_at LIMIT $3";
    pub(crate) OUTBOX_CLAIM = "UPDATE outbox SET next_at = $3, attempts = attempts + 1
        WHERE region = $1 AND id = $2 AND state = 'waiting' AND attempts = $4";
    pub(crate) OUTBOX_SENT = "UPDATE outbox SET state = 'sent', sent_at = $3, last_error = NULL
        WHERE region = $1 AND id = $2 AND state = 'waiting'";
    pub(crate) OUTBOX_FAILED = "UPDATE outbox SET state = $3, next_at = $4, last_error = $5
        WHERE region = $1 AND id = $2 AND state = 'waiting'";
    pub(crate) OUTBOX_AGAIN = "UPDATE outbox SET state = 'waiting', next_at = $3, attempts = 0
        WHERE region = $1 AND id = $2 AND state = 'failed'";
    pub(crate) OUTBOX_LIST = "SELECT id, at, channel, recipient, subject, body, state, attempts, next_at, sent_at,
        last_error, about_kind, about_id FROM outbox
        WHERE region = $1 AND id < $2 AND (CAST($3 AS TEXT) IS NULL OR state = $3) ORDER BY id DESC LIMIT $4";
    pub(crate) OUTBOX_COUNTS = "SELECT state, COUNT(*) FROM outbox WHERE region = $1 GROUP BY state";
    pub(crate) OUTBOX_PURGE = "DELETE FROM outbox
        WHERE region = $1 AND state IN ('sent', 'failed', 'erased', 'kept') AND COALESCE(sent_at, at) < $2";
    pub(crate) OUTBOX_FORGET = "UPDATE outbox SET recipient = '', subject = '', body = '', state = 'erased',
        last_error = NULL WHERE region = $1 AND about_id = $2";
    pub(crate) OUTBOX_FORGET_TO = "UPDATE outbox SET recipient = '', subject = '', body = '', state = 'erased',
        last_error = NULL WHERE region = $1 AND about_id = $2 AND recipient = $3";
    pub(crate) FILE_KEEP = "INSERT INTO file (region, digest, media_type, size_bytes, at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (region, digest) DO NOTHING";
    pub(crate) FILE_TYPE = "SELECT media_type, size_bytes FROM file WHERE region = $1 AND digest = $2";
}

crate::inserts! {
    pub(crate) INSERT_LINE = "journal" (seq, at, actor, subject_kind, subject_id, kind, body, hash);
    pub(crate) INSERT_ANSWER = "idempotency" (key, at, answer);
    pub(crate) INSERT_DEADLINE = "deadline" (id, subject_kind, subject_id, what, due_at);
    pub(crate) INSERT_OUTBOX = "outbox" (id, at, channel, recipient, subject, body, about_kind, about_id, state,
        attempts, next_at);
}
