"""What the queue costs at a million exceptions, beside the bare query and the bare view.

python3 -m bench.queue [--rounds 7] [--json FILE]

The world: as many causes as asked for, a tenth of them open, one to three records each.
"""
