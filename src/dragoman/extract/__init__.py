"""Extract: times, places, speech, entities, relations and events of one annotated report."""
