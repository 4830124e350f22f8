//! The whole program, from outside: processes, HTTP, kills.

mod architecture;
mod crash;
mod durability;
mod process;
