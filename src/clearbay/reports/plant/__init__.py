"""Pictures of a waste-to-energy plant: flows of energy and mass, operating point, process diagram."""
