"""What every store must do, run on the fake and on the real one."""
