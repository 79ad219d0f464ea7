"""Wires the parts together: what joins reading, standards and assessment lives here, above them all."""
