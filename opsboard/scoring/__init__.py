"""How good the answers are: opsboard is run on a firm whose every fault is known, and compared.

Nothing of this is part of a deployment; no room knows it.
"""
