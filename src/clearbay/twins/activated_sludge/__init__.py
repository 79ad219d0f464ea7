"""The activated-sludge twin: ASM1, ASM2d, units, solvers, stations; plain numerics, deterministic."""
