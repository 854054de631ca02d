"""Pictures of a flow: what its cards say, where they stand, and the formats in which they are drawn."""
