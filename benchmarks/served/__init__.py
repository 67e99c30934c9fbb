"""What the benchmarks of serving share: a database server, students over real lines, and what a process uses."""
