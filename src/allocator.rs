//! The allocator. Like the default one it merges free blocks and grows blocks in place, with a fraction of
//! its code size.

#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
