"""What every model shares: the game of players, its training step, its state."""
