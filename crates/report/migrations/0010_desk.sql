-- Words that officers begin an answer with, by step, category and agency; kept by the coordinator, or by the head of
-- the agency. `category` and `agency_id` are NULL where it is offered everywhere.
CREATE TABLE report_template (
    region INTEGER NOT NULL,
    code TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    step TEXT NOT NULL,
    category TEXT,
    agency_id UUID,
    is_active BOOLEAN NOT NULL,
    position BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (region, code)
);

-- Agencies whose answers somebody approves before the citizen reads them.
CREATE TABLE report_approval (
    region INTEGER NOT NULL,
    agency_id UUID NOT NULL,
    is_on BOOLEAN NOT NULL,
    PRIMARY KEY (region, agency_id)
);

-- An answer that waits for approval, or was returned with a reason. `answer` is what was typed, with its photos, as
-- JSON. Nothing of it is public.
CREATE TABLE report_draft_answer (
    region INTEGER NOT NULL,
    report_id UUID NOT NULL,
    agency_id UUID NOT NULL,
    officer_id UUID,
    step TEXT NOT NULL,
    answer TEXT NOT NULL,
    written_at BIGINT NOT NULL,
    returned_at BIGINT,
    returned_by UUID,
    returned_why TEXT,
    version BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (region, report_id),
    FOREIGN KEY (region, report_id) REFERENCES report (region, id) ON DELETE CASCADE
);
CREATE INDEX report_draft_answer_by_agency ON report_draft_answer (region, agency_id, written_at);

-- By which letter, or under which number of another system, a report went to the body that is competent.
CREATE TABLE report_forwarding (
    region INTEGER NOT NULL,
    report_id UUID NOT NULL,
    letter_number TEXT,
    letter_date TEXT,
    foreign_number TEXT,
    PRIMARY KEY (region, report_id),
    FOREIGN KEY (region, report_id) REFERENCES report (region, id) ON DELETE CASCADE
);

-- When somebody last pressed "Ingatkan".
CREATE TABLE report_reminder (
    region INTEGER NOT NULL,
    report_id UUID NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (region, report_id),
    FOREIGN KEY (region, report_id) REFERENCES report (region, id) ON DELETE CASCADE
);

-- One row: the working morning for which the officers' digest is asked.
CREATE TABLE report_digest (
    region INTEGER NOT NULL,
    next_at BIGINT NOT NULL,
    PRIMARY KEY (region)
);

-- Whom a merge moved, and from where, so that they come back when it is undone. `step` counts the moves of one.
CREATE TABLE report_follower_move (
    region INTEGER NOT NULL,
    follower_id UUID NOT NULL,
    from_report UUID NOT NULL,
    step BIGINT NOT NULL,
    PRIMARY KEY (region, follower_id, step),
    FOREIGN KEY (region, follower_id) REFERENCES report_follower (region, id) ON DELETE CASCADE
);
CREATE INDEX report_follower_move_by_report ON report_follower_move (region, from_report);

-- One officer's own work, by the moment that counts and by state.
CREATE INDEX report_by_officer_due ON report (region, officer_id, due_at, id)
    WHERE officer_id IS NOT NULL AND due_at IS NOT NULL;
CREATE INDEX report_by_officer_status ON report (region, officer_id, status, id) WHERE officer_id IS NOT NULL;
