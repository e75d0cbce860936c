//! The allocator: two-level segregated fit, at a sixth of the default one's size.

use rlsf::{GlobalTlsf, GlobalTlsfOptions};

/// What is chosen of it.
#[derive(Debug)]
struct Options;

impl GlobalTlsfOptions for Options {
    /// Growing in place is not worth its code: what grows here grows seldom, and by much.
    const ENABLE_REALLOCATION: bool = false;
    /// Memory grows in steps: free space on both sides of a step is one, or a large event would find none.
    const COALESCE_POOLS: bool = true;
}

#[global_allocator]
static ALLOCATOR: GlobalTlsf<Options> = GlobalTlsf::new();
