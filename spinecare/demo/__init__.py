"""Demo people: made through actions, from simulated courses. Exists in demo mode only."""
