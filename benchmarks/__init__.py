"""Ratios of kpi against peers, measured within one run."""
