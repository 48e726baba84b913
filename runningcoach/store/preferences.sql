-- name: of
SELECT load_by, fitness_convention, form_of, seeded FROM preferences WHERE user_id = %(user_id)s;

-- name: put
INSERT INTO preferences (user_id, load_by, fitness_convention, form_of, seeded)
VALUES (%(user_id)s, %(load_by)s, %(fitness_convention)s, %(form_of)s, %(seeded)s)
    ON CONFLICT (user_id) DO UPDATE
   SET load_by = excluded.load_by, fitness_convention = excluded.fitness_convention,
       form_of = excluded.form_of, seeded = excluded.seeded;
