"""Pictures of somebody's own weeks: from plain values to lines on paper, and from these to PNG."""
