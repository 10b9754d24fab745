"""The commands of `eda-rl verilogeval`."""
