"""Training plans: text form, sessions, planner, validator, simulation, edits, adherence."""
