"""The program without a screen: everything below runs and imports with no Qt installed."""
