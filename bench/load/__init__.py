"""How fast raw pages become typed rows, beside what the machine and the peers do in the same run.

python3 -m bench.load [--rows 1000000] [--rounds 3] [--json FILE]
"""
