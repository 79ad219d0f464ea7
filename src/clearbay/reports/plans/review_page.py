"""The review pack as a page: a cover with what changed since the last meeting, then one sheet of paper a
theme.
"""

from markupsafe import Markup

from clearbay.plans.book import Book
from clearbay.plans.review import ReviewPack
from clearbay.reports.plans.charts import svg_of, theme_bars
from clearbay.reports.plans.page import render


def review_page(book: Book, pack: ReviewPack) -> str:
    """The pack as one HTML page that prints a theme a page; the same pack gives the same text."""
    bars = theme_bars([(f"{page.theme.id} {page.theme.name}", page.counts) for page in pack.pages])
    return render(
        "review.html",
        plan=book.plan,
        pack=pack,
        head=book.journal.head,
        bars=Markup(svg_of(bars, "bars")),
    )
