-- A plan that was made elsewhere is judged as such, also after it was edited here.

ALTER TABLE plans ADD COLUMN is_imported boolean NOT NULL DEFAULT false;
UPDATE plans SET is_imported = true WHERE origin = 'import';

CREATE OR REPLACE VIEW notebook.plans AS SELECT * FROM plans WHERE user_id = notebook.me();
