"""Tables of account exports: what stands there beside the activity files."""
