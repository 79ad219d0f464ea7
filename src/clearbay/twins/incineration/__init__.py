"""The waste-to-energy plant, from truck to stack: steady balances, a dynamic line, and what-ifs."""
