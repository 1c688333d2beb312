-- What was done with an answer's evidence after it had been checked; empty where the step is about the answer itself.
ALTER TABLE plan_answer_step ADD COLUMN evidence_deed TEXT NOT NULL DEFAULT '';
