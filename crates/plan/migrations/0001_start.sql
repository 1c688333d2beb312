-- The words that a plan is made of: dimensions and their parts, horizons, families of action, bodies. A framework is a
-- version of them: an older plan keeps the one that it was made in.
CREATE TABLE plan_framework (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    source TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (region, id),
    UNIQUE (region, code)
);

CREATE TABLE plan_term (
    region INTEGER NOT NULL,
    framework_id UUID NOT NULL,
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    parent TEXT NOT NULL,
    name_id TEXT NOT NULL,
    name_en TEXT NOT NULL,
    place BIGINT NOT NULL,
    PRIMARY KEY (region, framework_id, kind, code),
    FOREIGN KEY (region, framework_id) REFERENCES plan_framework (region, id) ON DELETE CASCADE
);

-- What a dimension of one framework becomes in another.
CREATE TABLE plan_mapping (
    region INTEGER NOT NULL,
    from_framework UUID NOT NULL,
    to_framework UUID NOT NULL,
    kind TEXT NOT NULL,
    from_code TEXT NOT NULL,
    to_code TEXT NOT NULL,
    PRIMARY KEY (region, from_framework, to_framework, kind, from_code)
);

CREATE TABLE plan_masterplan (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    framework_id UUID NOT NULL,
    name TEXT NOT NULL,
    edition TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    vision TEXT NOT NULL,
    from_year BIGINT NOT NULL,
    to_year BIGINT NOT NULL,
    state TEXT NOT NULL,
    replaces UUID,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (region, id),
    FOREIGN KEY (region, framework_id) REFERENCES plan_framework (region, id)
);
-- One plan is in force at a time.
CREATE UNIQUE INDEX plan_masterplan_in_force ON plan_masterplan (region) WHERE state = 'in_force';

CREATE TABLE plan_strategy (
    region INTEGER NOT NULL,
    masterplan_id UUID NOT NULL,
    dimension TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (region, masterplan_id, dimension),
    FOREIGN KEY (region, masterplan_id) REFERENCES plan_masterplan (region, id) ON DELETE CASCADE
);

-- The change log of a living document: what was changed and why, in words.
CREATE TABLE plan_change (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    masterplan_id UUID NOT NULL,
    programme_id UUID,
    at BIGINT NOT NULL,
    by_whom TEXT NOT NULL,
    what TEXT NOT NULL,
    why TEXT NOT NULL,
    PRIMARY KEY (region, id),
    FOREIGN KEY (region, masterplan_id) REFERENCES plan_masterplan (region, id) ON DELETE CASCADE
);
CREATE INDEX plan_change_by_time ON plan_change (region, masterplan_id, at, id);

-- A programme, an action of one, or a quick win: one owner, one span of years.
CREATE TABLE plan_programme (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    masterplan_id UUID NOT NULL,
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    summary TEXT NOT NULL,
    parent_id UUID,
    dimension TEXT NOT NULL,
    subdimension TEXT NOT NULL,
    is_inferred BOOLEAN NOT NULL,
    horizon TEXT NOT NULL,
    family TEXT NOT NULL,
    from_year BIGINT NOT NULL,
    to_year BIGINT NOT NULL,
    agency_id UUID,
    agency_text TEXT NOT NULL,
    state TEXT NOT NULL,
    state_reason TEXT NOT NULL,
    source TEXT NOT NULL,
    is_public BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (region, id),
    UNIQUE (region, code),
    FOREIGN KEY (region, masterplan_id) REFERENCES plan_masterplan (region, id)
);
CREATE INDEX plan_programme_by_plan ON plan_programme (region, masterplan_id, dimension, code);
CREATE INDEX plan_programme_by_agency ON plan_programme (region, agency_id, code);

-- What is written of a programme beside its name: problem, RPJMD reference, location, beneficiaries, address of the
-- digital product, legal basis, and the twelve aspects that evaluators score. A line that has no row is missing.
CREATE TABLE plan_text (
    region INTEGER NOT NULL,
    programme_id UUID NOT NULL,
    field TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (region, programme_id, field),
    FOREIGN KEY (region, programme_id) REFERENCES plan_programme (region, id) ON DELETE CASCADE
);

-- Who does what beside the accountable agency. A partner that is no agency of ours stands as text.
CREATE TABLE plan_party (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    programme_id UUID NOT NULL,
    part TEXT NOT NULL,
    agency_id UUID,
    name TEXT NOT NULL,
    duty TEXT NOT NULL,
    PRIMARY KEY (region, id),
    FOREIGN KEY (region, programme_id) REFERENCES plan_programme (region, id) ON DELETE CASCADE
);
CREATE INDEX plan_party_by_programme ON plan_party (region, programme_id, id);
CREATE INDEX plan_party_by_agency ON plan_party (region, agency_id, programme_id);

-- RPJMD vision, mission, goal, target, programme and Renstra that a programme serves.
CREATE TABLE plan_trace (
    region INTEGER NOT NULL,
    programme_id UUID NOT NULL,
    level TEXT NOT NULL,
    code TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (region, programme_id, level),
    FOREIGN KEY (region, programme_id) REFERENCES plan_programme (region, id) ON DELETE CASCADE
);

-- A budget line by its code (urusan.bidang.program.kegiatan.subkegiatan), in rupiah.
CREATE TABLE plan_budget (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    programme_id UUID NOT NULL,
    year BIGINT NOT NULL,
    code TEXT NOT NULL,
    edition TEXT NOT NULL,
    name TEXT NOT NULL,
    fund TEXT NOT NULL,
    stage TEXT NOT NULL,
    ceiling BIGINT NOT NULL,
    ceiling_changed BIGINT,
    officer_in_charge TEXT NOT NULL,
    PRIMARY KEY (region, id),
    UNIQUE (region, programme_id, year, code, fund),
    FOREIGN KEY (region, programme_id) REFERENCES plan_programme (region, id) ON DELETE CASCADE
);
CREATE INDEX plan_budget_by_year ON plan_budget (region, year, code);

CREATE TABLE plan_realised (
    region INTEGER NOT NULL,
    budget_id UUID NOT NULL,
    month BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (region, budget_id, month),
    FOREIGN KEY (region, budget_id) REFERENCES plan_budget (region, id) ON DELETE CASCADE
);

-- Values of indicators are counted in millionths, so that they are exact on both engines.
CREATE TABLE plan_indicator (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    programme_id UUID NOT NULL,
    place BIGINT NOT NULL,
    name TEXT NOT NULL,
    definition TEXT NOT NULL,
    unit TEXT NOT NULL,
    source TEXT NOT NULL,
    frequency TEXT NOT NULL,
    counting TEXT NOT NULL,
    numerator TEXT NOT NULL,
    denominator TEXT NOT NULL,
    baseline BIGINT,
    baseline_year BIGINT,
    live TEXT NOT NULL,
    library TEXT NOT NULL,
    by_district BOOLEAN NOT NULL,
    PRIMARY KEY (region, id),
    FOREIGN KEY (region, programme_id) REFERENCES plan_programme (region, id) ON DELETE CASCADE
);
CREATE INDEX plan_indicator_by_programme ON plan_indicator (region, programme_id, place, id);

-- A target of a year (part 0), of a quarter (1 to 4), or of a month (11 to 22). The targets of an indicator are its
-- trajectory.
CREATE TABLE plan_target (
    region INTEGER NOT NULL,
    indicator_id UUID NOT NULL,
    year BIGINT NOT NULL,
    part BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (region, indicator_id, year, part),
    FOREIGN KEY (region, indicator_id) REFERENCES plan_indicator (region, id) ON DELETE CASCADE
);

CREATE TABLE plan_period (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    masterplan_id UUID NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    year BIGINT NOT NULL,
    part BIGINT NOT NULL,
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    opens_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    locks_at BIGINT NOT NULL,
    PRIMARY KEY (region, id),
    UNIQUE (region, masterplan_id, year, part),
    FOREIGN KEY (region, masterplan_id) REFERENCES plan_masterplan (region, id)
);
CREATE INDEX plan_period_by_opening ON plan_period (region, opens_at, id);

-- A day on which a period locks later for one agency, and why.
CREATE TABLE plan_period_exception (
    region INTEGER NOT NULL,
    period_id UUID NOT NULL,
    agency_id UUID NOT NULL,
    locks_at BIGINT NOT NULL,
    reason TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (region, period_id, agency_id),
    FOREIGN KEY (region, period_id) REFERENCES plan_period (region, id) ON DELETE CASCADE
);

-- What an agency says of a programme in a period.
CREATE TABLE plan_progress (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    programme_id UUID NOT NULL,
    period_id UUID NOT NULL,
    agency_id UUID NOT NULL,
    state TEXT NOT NULL,
    sentence TEXT NOT NULL,
    obstacle TEXT NOT NULL,
    next_step TEXT NOT NULL,
    decision TEXT NOT NULL,
    physical BIGINT,
    first_submitted_at BIGINT,
    submitted_at BIGINT,
    is_late BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (region, id),
    UNIQUE (region, programme_id, period_id),
    FOREIGN KEY (region, programme_id) REFERENCES plan_programme (region, id),
    FOREIGN KEY (region, period_id) REFERENCES plan_period (region, id)
);
CREATE INDEX plan_progress_by_period ON plan_progress (region, period_id, agency_id);

-- District 0 is the whole region.
CREATE TABLE plan_value (
    region INTEGER NOT NULL,
    progress_id UUID NOT NULL,
    indicator_id UUID NOT NULL,
    district BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    why TEXT NOT NULL,
    PRIMARY KEY (region, progress_id, indicator_id, district),
    FOREIGN KEY (region, progress_id) REFERENCES plan_progress (region, id) ON DELETE CASCADE,
    FOREIGN KEY (region, indicator_id) REFERENCES plan_indicator (region, id) ON DELETE CASCADE
);
CREATE INDEX plan_value_by_indicator ON plan_value (region, indicator_id, progress_id);

CREATE TABLE plan_progress_step (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    progress_id UUID NOT NULL,
    at BIGINT NOT NULL,
    by_whom TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (region, id),
    FOREIGN KEY (region, progress_id) REFERENCES plan_progress (region, id) ON DELETE CASCADE
);
CREATE INDEX plan_progress_step_by_time ON plan_progress_step (region, progress_id, at, id);

-- A person's word against the computed status. The last one counts; one without a light takes it back.
CREATE TABLE plan_override (
    region INTEGER NOT NULL,
    id UUID NOT NULL,
    programme_id UUID NOT NULL,
    at BIGINT NOT NULL,
    by_whom TEXT NOT NULL,
    light TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (region, id),
    FOREIGN KEY (region, programme_id) REFERENCES plan_programme (region, id) ON DELETE CASCADE
);
CREATE INDEX plan_override_by_programme ON plan_override (region, programme_id, at, id);
