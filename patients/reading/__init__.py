"""What pages show: read and put together, never written."""
