"""Dated limits as data, and the loader that checks them."""
