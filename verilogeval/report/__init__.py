"""What a person sees of a scored run: one HTML file, and the comparison of two runs.

`run` reads a run folder, `page` writes its report, `compare` and `compare_page` set two runs side
by side, `wave` and `vcd` hold a window of a simulation's waveforms.
"""
