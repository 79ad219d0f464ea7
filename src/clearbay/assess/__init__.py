"""Assessments: pure functions on data frames, no input or output, no clock."""
