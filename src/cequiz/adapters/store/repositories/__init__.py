"""One repository for each thing that is kept; they answer in domain values, and know nothing of transactions."""
