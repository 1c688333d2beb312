-- The question card of a type, each version for good: what was asked with an older one can still be read. `common_code`
-- is the type's code for exchange (APCO ANS 2.103.1-2012).
CREATE TABLE emergency_card (
    region INTEGER NOT NULL,
    type_code TEXT NOT NULL,
    version BIGINT NOT NULL,
    common_code TEXT NOT NULL,
    body TEXT NOT NULL,
    author TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (region, type_code, version)
);

-- What was answered during a call, by the card's version: numbers of answers, no words of the caller.
CREATE TABLE emergency_card_answer (
    region INTEGER NOT NULL,
    call_id UUID NOT NULL,
    type_code TEXT NOT NULL,
    question TEXT NOT NULL,
    version BIGINT NOT NULL,
    answer BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (region, call_id, type_code, question),
    FOREIGN KEY (region, call_id) REFERENCES emergency_call (region, id) ON DELETE CASCADE
);

-- What another room or a sensor holds for an emergency, until a taker says whether it is one. The words are a citizen's
-- and are erased with the decision.
CREATE TABLE emergency_offer (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    source TEXT NOT NULL,
    subject_id UUID NOT NULL,
    label TEXT NOT NULL,
    body TEXT NOT NULL,
    village BIGINT,
    district BIGINT,
    landmark TEXT NOT NULL,
    lat_e7 BIGINT,
    lon_e7 BIGINT,
    radius_m BIGINT,
    at BIGINT NOT NULL,
    decided_at BIGINT,
    incident_id UUID,
    PRIMARY KEY (region, id)
);
CREATE UNIQUE INDEX emergency_offer_once ON emergency_offer (region, source, subject_id);
CREATE INDEX emergency_offer_open ON emergency_offer (region, at, id) WHERE decided_at IS NULL;
CREATE INDEX emergency_offer_by_incident ON emergency_offer (region, incident_id, id);

-- What an incident leaves to the owning agency as a report: the journal's line names the row, the row holds the words.
CREATE TABLE emergency_follow_up (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    incident_id UUID NOT NULL,
    agency_id UUID NOT NULL,
    body TEXT NOT NULL,
    author TEXT NOT NULL,
    at BIGINT NOT NULL,
    report_id UUID,
    report_number TEXT,
    refused TEXT,
    PRIMARY KEY (region, id),
    FOREIGN KEY (region, incident_id) REFERENCES emergency_incident (region, id) ON DELETE CASCADE
);
CREATE INDEX emergency_follow_up_by_incident ON emergency_follow_up (region, incident_id, id);

-- What was recommended when units were sent, as it was then.
CREATE TABLE emergency_advice (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    incident_id UUID NOT NULL,
    at BIGINT NOT NULL,
    advice TEXT NOT NULL,
    sent TEXT NOT NULL,
    PRIMARY KEY (region, id),
    FOREIGN KEY (region, incident_id) REFERENCES emergency_incident (region, id) ON DELETE CASCADE
);
CREATE INDEX emergency_advice_by_incident ON emergency_advice (region, incident_id, id);

-- What is learned of an incident: one owner, one deadline, and what was done.
CREATE TABLE emergency_lesson (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    incident_id UUID NOT NULL,
    body TEXT NOT NULL,
    agency_id UUID NOT NULL,
    due_at BIGINT NOT NULL,
    author TEXT NOT NULL,
    at BIGINT NOT NULL,
    done_at BIGINT,
    proof TEXT,
    PRIMARY KEY (region, id),
    FOREIGN KEY (region, incident_id) REFERENCES emergency_incident (region, id) ON DELETE CASCADE
);
CREATE INDEX emergency_lesson_by_incident ON emergency_lesson (region, incident_id, id);

-- Somebody at a console has seen that an incident came in: its sound ends everywhere.
CREATE TABLE emergency_notice (
    region INTEGER NOT NULL,
    incident_id UUID NOT NULL,
    seen_by TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (region, incident_id),
    FOREIGN KEY (region, incident_id) REFERENCES emergency_incident (region, id) ON DELETE CASCADE
);
