"""What happens beside the steps: one Keras callback per file."""
