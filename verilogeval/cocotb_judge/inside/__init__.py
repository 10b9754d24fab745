"""Python code that runs in the simulator; its folder is on the path there."""
