"""Resolve: who is who and which event is which, across reports."""
