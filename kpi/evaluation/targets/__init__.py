"""Zone targets (目标任务): actual values against goals and against the time that has passed."""
