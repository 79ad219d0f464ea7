"""The ground: codes, units, flags, clocks and rounding that every other package speaks."""
