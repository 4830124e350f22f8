//! Rollouts are begun, asked and read back.
