"""Read: files, pages and streams become reports."""
