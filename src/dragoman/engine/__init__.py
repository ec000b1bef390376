"""Engines: the same map over the same batches, local or on Ray."""
