"""Reads the text files of a district folder."""
