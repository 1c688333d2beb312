-- Whether a switch is spoken to by TLS, and who vouches for it (PEM); where nobody is named, those that browsers know.
ALTER TABLE emergency_ami ADD COLUMN is_tls BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE emergency_ami ADD COLUMN ca TEXT NOT NULL DEFAULT '';
