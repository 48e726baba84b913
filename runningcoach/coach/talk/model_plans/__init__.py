"""Plans by a model: it writes a flat draft, code makes a plan of it, checks it, proposes it."""
