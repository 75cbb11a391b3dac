"""An AWS endpoint on loopback: moto, with the states, refusals and faults of AWS that moto leaves out."""
