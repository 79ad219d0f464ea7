"""Faces of plan books: the bulletin, the review pack, their pictures and tables."""
