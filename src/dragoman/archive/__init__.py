"""Archive: Delta tables of records; import `Archive` from `dragoman.archive.archive`."""
