-- Bodies of the collaboration: Dewan, Tim Pelaksana, Forum. `duty_months`: they must meet at least so often; 0 is
-- no duty.
CREATE TABLE plan_body (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    decree_number TEXT NOT NULL,
    decree_day TEXT NOT NULL,
    duty_months BIGINT NOT NULL,
    is_active BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (region, id)
);

-- Who sits in a body. The person's name stands here alone, to be corrected and erased.
CREATE TABLE plan_body_member (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    body_id UUID NOT NULL,
    place BIGINT NOT NULL,
    name TEXT NOT NULL,
    post TEXT NOT NULL,
    organisation TEXT NOT NULL,
    agency_id UUID,
    is_outside BOOLEAN NOT NULL,
    PRIMARY KEY (region, id),
    FOREIGN KEY (region, body_id) REFERENCES plan_body (region, id) ON DELETE CASCADE
);
CREATE INDEX plan_body_member_by_body ON plan_body_member (region, body_id, place, id);

-- A coordination meeting. `number` is that of the invitation, as the office's register gives it. The tokens stand in
-- addresses that are shown as QR: one to sign the attendance list, one to verify the final minutes.
CREATE TABLE plan_meeting (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    year BIGINT NOT NULL,
    serial BIGINT NOT NULL,
    number TEXT NOT NULL,
    title TEXT NOT NULL,
    body_id UUID,
    venue TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    minutes TEXT NOT NULL,
    cancel_reason TEXT NOT NULL,
    attend_token TEXT NOT NULL,
    verify_token TEXT NOT NULL,
    held_at BIGINT,
    final_at BIGINT,
    final_by TEXT,
    digest {{BYTES}},
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    PRIMARY KEY (region, id),
    UNIQUE (region, year, serial),
    UNIQUE (region, verify_token),
    FOREIGN KEY (region, body_id) REFERENCES plan_body (region, id)
);
CREATE INDEX plan_meeting_by_time ON plan_meeting (region, starts_at, id);
CREATE INDEX plan_meeting_by_body ON plan_meeting (region, body_id, starts_at, id);

-- Who signs the papers of a meeting: chair, note-taker, inviter.
CREATE TABLE plan_meeting_signer (
    region INTEGER NOT NULL,
    meeting_id UUID NOT NULL,
    part TEXT NOT NULL,
    name TEXT NOT NULL,
    post TEXT NOT NULL,
    nip TEXT NOT NULL,
    PRIMARY KEY (region, meeting_id, part),
    FOREIGN KEY (region, meeting_id) REFERENCES plan_meeting (region, id) ON DELETE CASCADE
);

-- What is talked about. A point about something else (an action item, a progress report) is written here when the
-- meeting is held; until then the agenda is read from what is open.
CREATE TABLE plan_agenda (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    meeting_id UUID NOT NULL,
    place BIGINT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    subject_id UUID,
    PRIMARY KEY (region, id),
    FOREIGN KEY (region, meeting_id) REFERENCES plan_meeting (region, id) ON DELETE CASCADE
);
CREATE INDEX plan_agenda_by_meeting ON plan_agenda (region, meeting_id, place, id);
CREATE INDEX plan_agenda_by_subject ON plan_agenda (region, subject_id);

-- Who was there: personal data, to be erased alone.
CREATE TABLE plan_attendance (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    meeting_id UUID NOT NULL,
    at BIGINT NOT NULL,
    way TEXT NOT NULL,
    name TEXT NOT NULL,
    post TEXT NOT NULL,
    organisation TEXT NOT NULL,
    is_outside BOOLEAN NOT NULL,
    PRIMARY KEY (region, id),
    FOREIGN KEY (region, meeting_id) REFERENCES plan_meeting (region, id) ON DELETE CASCADE
);
CREATE INDEX plan_attendance_by_meeting ON plan_attendance (region, meeting_id, at, id);

CREATE TABLE plan_decision (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    meeting_id UUID NOT NULL,
    place BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (region, id),
    FOREIGN KEY (region, meeting_id) REFERENCES plan_meeting (region, id)
);
CREATE INDEX plan_decision_by_meeting ON plan_decision (region, meeting_id, place, id);

-- What a decision asks for: one owner, one deadline.
CREATE TABLE plan_item (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    year BIGINT NOT NULL,
    serial BIGINT NOT NULL,
    meeting_id UUID NOT NULL,
    decision_id UUID NOT NULL,
    body_id UUID,
    body TEXT NOT NULL,
    agency_id UUID NOT NULL,
    officer_id UUID,
    due_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    late_at BIGINT,
    done_at BIGINT,
    done_text TEXT NOT NULL,
    done_link TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (region, id),
    UNIQUE (region, year, serial),
    FOREIGN KEY (region, meeting_id) REFERENCES plan_meeting (region, id),
    FOREIGN KEY (region, decision_id) REFERENCES plan_decision (region, id)
);
CREATE INDEX plan_item_by_due ON plan_item (region, state, due_at, id);
CREATE INDEX plan_item_by_agency ON plan_item (region, agency_id, state, due_at, id);
CREATE INDEX plan_item_by_meeting ON plan_item (region, meeting_id, serial);

CREATE TABLE plan_item_step (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    item_id UUID NOT NULL,
    at BIGINT NOT NULL,
    by_whom TEXT NOT NULL,
    what TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (region, id),
    FOREIGN KEY (region, item_id) REFERENCES plan_item (region, id) ON DELETE CASCADE
);
CREATE INDEX plan_item_step_by_time ON plan_item_step (region, item_id, at, id);

-- What is to be done as the final minutes hold it: owner and deadline of the item itself may be moved later.
CREATE TABLE plan_minutes_task (
    region INTEGER NOT NULL,
    meeting_id UUID NOT NULL,
    item_id UUID NOT NULL,
    place BIGINT NOT NULL,
    body TEXT NOT NULL,
    agency_id UUID NOT NULL,
    due_at BIGINT NOT NULL,
    PRIMARY KEY (region, meeting_id, item_id),
    FOREIGN KEY (region, meeting_id) REFERENCES plan_meeting (region, id) ON DELETE CASCADE
);
