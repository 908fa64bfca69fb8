"""What LTI, AGS, NRPS and Deep Linking say on the wire, read into our types."""
