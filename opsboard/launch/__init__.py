"""Running opsboard on a machine that has nothing but Python: servers, processes, their ends."""
