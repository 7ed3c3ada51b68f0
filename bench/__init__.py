"""Speed, as ratios to floors measured in the same run: `make bench`. No number here is a test."""
