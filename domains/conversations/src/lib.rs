//! Customer talks: number, queue, assignee, observers.
