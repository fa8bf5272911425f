//! What tests stand on: both engines, a movable clock, a house in process, strict doubles.
