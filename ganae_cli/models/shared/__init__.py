"""Building blocks that several papers use."""
