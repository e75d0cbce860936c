#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| workers_ai_fuzz::check("serve", data));
