-- A survey of a service's users for one dimension of a round.
CREATE TABLE plan_survey (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    round_id UUID NOT NULL,
    section TEXT NOT NULL,
    indicator TEXT NOT NULL,
    service TEXT NOT NULL,
    users_count BIGINT NOT NULL,
    token TEXT NOT NULL,
    is_open BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (region, id),
    UNIQUE (region, token),
    FOREIGN KEY (region, round_id) REFERENCES plan_round (region, id) ON DELETE CASCADE
);
CREATE INDEX plan_survey_by_round ON plan_survey (region, round_id, id);

-- By what the persons of a round's surveys are hashed, so that no list of telephone numbers can be tried on it.
CREATE TABLE plan_survey_secret (
    region INTEGER NOT NULL,
    round_id UUID NOT NULL,
    secret {{BYTES}} NOT NULL,
    PRIMARY KEY (region, round_id),
    FOREIGN KEY (region, round_id) REFERENCES plan_round (region, id) ON DELETE CASCADE
);

-- One person answers for a service once. Who it is stands nowhere; `marks` holds a digit for each statement.
CREATE TABLE plan_survey_response (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    survey_id UUID NOT NULL,
    person {{BYTES}} NOT NULL,
    is_user BOOLEAN NOT NULL,
    marks TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (region, id),
    UNIQUE (region, survey_id, person),
    FOREIGN KEY (region, survey_id) REFERENCES plan_survey (region, id) ON DELETE CASCADE
);
