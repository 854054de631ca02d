"""From files as they arrive to typed rows: recognise, land, read by contract, keep misfits aside."""
