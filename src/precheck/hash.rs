/// A 16-bit hash of a model's id: the upper half of FNV-1a. `build.rs` includes this file.
pub fn short_hash(id: &str) -> u16 {
    let hash =
        id.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (hash >> 16) as u16
}
