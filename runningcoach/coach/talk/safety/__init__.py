"""What is looked for in a runner's words before any model sees them: signs of danger."""
