//! The allocator: it joins what is free and grows blocks where they lie, like the default one, in a fraction of its code.

#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
