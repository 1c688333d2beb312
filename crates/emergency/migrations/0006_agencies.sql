-- The agency that a body to call belongs to, and whose officers acknowledge what is handed over to it. Without one the
-- body's name says which.
ALTER TABLE emergency_contact ADD COLUMN agency_id UUID;

-- Whose officers acknowledge it, what is asked of them, and which of them did.
ALTER TABLE emergency_handover ADD COLUMN agency_id UUID;
ALTER TABLE emergency_handover ADD COLUMN asked TEXT NOT NULL DEFAULT '';
ALTER TABLE emergency_handover ADD COLUMN received_officer UUID;
CREATE INDEX emergency_handover_by_agency ON emergency_handover (region, agency_id, forwarded_at, id);
CREATE INDEX emergency_lesson_by_agency ON emergency_lesson (region, agency_id, due_at, id);

-- Victims, houses and losses as they became known, each time that somebody counted.
CREATE TABLE emergency_loss (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    incident_id UUID NOT NULL,
    at BIGINT NOT NULL,
    author TEXT NOT NULL,
    dead BIGINT NOT NULL,
    badly_hurt BIGINT NOT NULL,
    slightly_hurt BIGINT NOT NULL,
    missing BIGINT NOT NULL,
    displaced BIGINT NOT NULL,
    houses BIGINT NOT NULL,
    PRIMARY KEY (region, id),
    FOREIGN KEY (region, incident_id) REFERENCES emergency_incident (region, id) ON DELETE CASCADE
);
CREATE INDEX emergency_loss_by_incident ON emergency_loss (region, incident_id, at);

-- What a citizen would report in a drill, until the citizens' inbox has taken it; and what it offers is marked.
CREATE TABLE emergency_drill_report (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    drill_id UUID NOT NULL,
    village BIGINT,
    district BIGINT,
    landmark TEXT NOT NULL,
    lat_e7 BIGINT,
    lon_e7 BIGINT,
    body TEXT NOT NULL,
    PRIMARY KEY (region, id),
    FOREIGN KEY (region, drill_id) REFERENCES emergency_drill (region, id) ON DELETE CASCADE
);
CREATE INDEX emergency_drill_report_by_drill ON emergency_drill_report (region, drill_id, id);
ALTER TABLE emergency_offer ADD COLUMN is_drill BOOLEAN NOT NULL DEFAULT FALSE;
