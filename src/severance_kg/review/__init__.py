"""The review of a draft by a person: a page or a terminal to decide in, and decisions that are applied as a file."""
