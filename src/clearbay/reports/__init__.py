"""Reports: pictures and pages made from results, in Chinese and English."""
