"""What a territory knows of itself: cubes and their disclosure control."""
