"""Programs that do a job of kpi's the plain way, to be measured against."""
