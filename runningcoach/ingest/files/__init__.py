"""Activity files of any kind, alone or in archives, read into recordings."""
