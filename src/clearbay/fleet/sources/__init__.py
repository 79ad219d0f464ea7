"""Where simulated loggers get their values: twins of plants and stations, and seeded generators of air, water, soil."""
