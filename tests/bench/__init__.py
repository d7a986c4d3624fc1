"""How fast the describing half is, as ratios that can be taken on any machine: `make bench`.

A second here is not a second there, and a busy machine is a third thing. So every figure is a ratio
of two commands that ran in turns on the same machine, the median of several pairs, in fresh
directories on tmpfs. Nothing here is a test: it prints what it finds and exits with 0.
"""
