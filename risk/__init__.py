"""Pre-trade limits, exposure, price bands and the circuit breaker: what fits the engine's Gate."""
