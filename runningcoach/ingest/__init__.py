"""Raw files and answers become tables: idempotent, one transaction a file."""
