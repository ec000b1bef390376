"""Archive: Delta tables of records."""
