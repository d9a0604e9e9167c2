"""What `make bench` and its like run: figures, each as a ratio in one run."""
