//! The routes, from outside: what is answered to whom.

mod api;
mod browser_safety;
mod hooks;
mod letters;
mod openapi;
mod pages;
mod storage;
mod world;
