"""What ranking looks at besides two scores."""
