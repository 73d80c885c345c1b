"""Real clients against the mock: what they do, and what they must see."""
