"""What every room may use: settings, errors, translations, logs, dates, units, processes."""
