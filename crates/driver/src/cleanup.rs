//! How a flag leaves the code.

mod ruby;
