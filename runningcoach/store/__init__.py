"""Everything remembered: PostgreSQL, Parquet samples, original files, and every SQL statement."""
