-- Which decision answers what a progress report asked for, in the words that it asked in: until there is one, it
-- stands on every agenda.
CREATE TABLE plan_request_answer (
    region INTEGER NOT NULL,
    progress_id UUID NOT NULL,
    decision_id UUID NOT NULL,
    asked TEXT NOT NULL,
    PRIMARY KEY (region, progress_id, decision_id),
    FOREIGN KEY (region, progress_id) REFERENCES plan_progress (region, id) ON DELETE CASCADE,
    FOREIGN KEY (region, decision_id) REFERENCES plan_decision (region, id) ON DELETE CASCADE
);

CREATE INDEX plan_progress_asking ON plan_progress (region, id) WHERE decision <> '';
