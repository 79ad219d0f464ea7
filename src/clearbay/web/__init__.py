"""The web face: pages, the JSON API and live values for browsers."""
