"""The invariants of the programme as statements that must find nothing, and who runs them (`miaopu doctor`)."""
