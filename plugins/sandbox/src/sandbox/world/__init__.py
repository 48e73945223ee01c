"""The company: who came, what they did and paid, and what the ads cost; one seed, day by day."""
