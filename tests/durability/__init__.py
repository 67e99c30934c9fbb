"""What must survive power cuts, killed programs, full disks and busy fingers."""
