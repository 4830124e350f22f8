//! The whole program, from outside: processes, HTTP, kills.

mod architecture;
mod crash;
mod durability;
mod lanes;
mod process;
mod world;
