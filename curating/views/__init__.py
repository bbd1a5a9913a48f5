"""Pages of curators, and those on which readers propose something to them."""
