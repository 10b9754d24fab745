"""The ABC logic synthesizer: finding it, running it, keeping it honest."""
