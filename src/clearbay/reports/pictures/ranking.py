"""Bars in order of size, with the figure at the end of each: primary pollutants, worst stations."""

import altair as alt
import polars as pl

from clearbay.reports.pictures.inline import inline


def ranking(frame: pl.DataFrame, words: tuple[str, str]) -> alt.LayerChart:
    """Draw one bar a row from the largest down.

    Parameters
    ----------
    frame : `row` (name), `n` (figure), `text` (the figure as printed).
    words : what tooltips call the row and the figure.
    """
    data = inline(frame.select("row", "n", "text"), numbers=["n"])
    base = alt.Chart(data).encode(
        y=alt.Y("row:N", title=None, sort=frame["row"].to_list(), axis=alt.Axis(labelOverlap=False)),
        x=alt.X("n:Q", title=None, axis=None, scale=alt.Scale(padding=24, zero=True, nice=False)),
        tooltip=[alt.Tooltip("row:N", title=words[0]), alt.Tooltip("text:N", title=words[1])],
    )
    bars = base.mark_bar(height=13)
    figures = base.mark_text(align="left", dx=4).encode(text="text:N")
    picture = alt.layer(bars, figures).properties(width="container", height=max(len(frame) * 22, 44))
    assert isinstance(picture, alt.LayerChart)
    return picture
