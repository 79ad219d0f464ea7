"""Twins: models of the plants behind the outlets; plain numerics, deterministic, no clock."""
