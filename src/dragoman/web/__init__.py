"""Web: the archive as pages."""
