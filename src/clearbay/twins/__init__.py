"""Twins of plants: plain numerics, deterministic, validated against published references."""
