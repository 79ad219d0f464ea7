"""What people read: pictures and self-contained reports made from findings."""
