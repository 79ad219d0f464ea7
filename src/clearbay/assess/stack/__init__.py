"""Judging stacks and furnaces: monitors, tags, limits of waste incinerators, amounts emitted."""
