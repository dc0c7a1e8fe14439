"""Tuning: studies of Optuna, whose trials are runs; what they vary, by which number they are compared, how they end."""
