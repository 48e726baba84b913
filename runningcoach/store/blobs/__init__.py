"""Files that the database refers to: originals by content, samples as Parquet."""
