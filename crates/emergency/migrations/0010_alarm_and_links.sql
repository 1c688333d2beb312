-- The level of alarm that an incident has come to: each adds what its type's run card says.
ALTER TABLE emergency_incident ADD COLUMN alarm_level BIGINT NOT NULL DEFAULT 1;

-- Incidents that have to do with each other and are not the same; each pair stands both ways round.
CREATE TABLE emergency_link (
    region INTEGER NOT NULL,
    incident_id UUID NOT NULL,
    other_id UUID NOT NULL,
    at BIGINT NOT NULL,
    author TEXT NOT NULL,
    PRIMARY KEY (region, incident_id, other_id),
    FOREIGN KEY (region, incident_id) REFERENCES emergency_incident (region, id) ON DELETE CASCADE,
    FOREIGN KEY (region, other_id) REFERENCES emergency_incident (region, id) ON DELETE CASCADE
);
