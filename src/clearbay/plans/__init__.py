"""Plan books: what was promised, what was reported, what is true. A library: no clock, no global state."""
