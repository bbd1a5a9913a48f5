"""What the room answers to requests: `pages` for readers, `site_files` for their programs."""
