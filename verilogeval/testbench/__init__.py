"""Testbenches made safe: secret names, authenticated results, inputs that cannot be driven back."""
