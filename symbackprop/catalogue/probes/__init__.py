"""What rows show through the library rather than through one command."""
