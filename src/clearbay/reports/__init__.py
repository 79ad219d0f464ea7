"""Reports: what people print, publish and hand round."""
