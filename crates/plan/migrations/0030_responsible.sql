-- Who answers for an indicator's value, where it is not the programme's agency as a whole.
ALTER TABLE plan_indicator ADD COLUMN responsible TEXT NOT NULL DEFAULT '';
