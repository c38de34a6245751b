"""The yearly audit of minors' data: everything that can be shown about them, gathered by one button (PIPL 54)."""
