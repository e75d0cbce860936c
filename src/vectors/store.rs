//! Rows of numbers, in blocks of some hundred KiB: growth moves no rows and never needs double the memory.

/// Bytes of a block.
const BLOCK: usize = 256 * 1024;
/// Bytes of a SIMD register; a row is padded to a multiple of it with zeros.
const REGISTER: usize = 16;

/// Memory is exhausted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Full;

/// See the module.
pub struct Store<T> {
    stride: usize,
    rows_per_block: usize,
    blocks: Vec<Vec<T>>,
    len: usize,
}

impl<T: Copy + Default> Store<T> {
    /// For rows of this many numbers.
    pub fn new(dimensions: usize) -> Self {
        let stride = dimensions.next_multiple_of(REGISTER / size_of::<T>());
        let rows_per_block = (BLOCK / size_of::<T>() / stride).max(1);
        Store { stride, rows_per_block, blocks: Vec::new(), len: 0 }
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.len
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Numbers of a row, padding included.
    pub fn stride(&self) -> usize {
        self.stride
    }

    /// Rows per block: rows are contiguous from one multiple of it to the next.
    pub fn rows_per_block(&self) -> usize {
        self.rows_per_block
    }

    /// The blocks in use.
    pub fn blocks(&self) -> impl Iterator<Item = &[T]> {
        let full = self.rows_per_block * self.stride;
        let used = move |at: usize| (self.len * self.stride).saturating_sub(at * full).min(full);
        self.blocks.iter().enumerate().map(move |(at, block)| &block[..used(at)])
    }

    /// A row.
    pub fn row(&self, row: usize) -> &[T] {
        let at = row % self.rows_per_block * self.stride;
        &self.blocks[row / self.rows_per_block][at..at + self.stride]
    }

    /// Reserves memory for this many more rows, at least for an eighth of the present ones. Only a hint, but
    /// runtimes collect garbage each time that memory grows.
    pub fn expect(&mut self, rows: usize) {
        let blocks = (self.len + rows).div_ceil(self.rows_per_block).saturating_sub(self.blocks.len());
        if blocks == 0 {
            return;
        }
        let blocks = blocks.max(self.blocks.len() / 8);
        // Each block has an overhead in the allocator.
        let bytes = blocks * (self.rows_per_block * self.stride * size_of::<T>() + 64);
        let mut memory = Vec::<u8>::new();
        let _ = memory.try_reserve_exact(bytes);
        // Freed at once; the allocator keeps the memory.
        drop(std::hint::black_box(memory));
    }

    /// Room for at least one row after the last one, with zeros or earlier contents.
    pub fn room(&mut self) -> Result<&mut [T], Full> {
        let (block, at) = (self.len / self.rows_per_block, self.len % self.rows_per_block * self.stride);
        if block == self.blocks.len() {
            self.blocks.try_reserve(1).map_err(|_| Full)?;
            let mut fresh = Vec::new();
            let numbers = self.rows_per_block * self.stride;
            fresh.try_reserve_exact(numbers).map_err(|_| Full)?;
            fresh.resize(numbers, T::default());
            self.blocks.push(fresh);
        }
        Ok(&mut self.blocks[block][at..])
    }

    /// Adds rows that were written into the room.
    pub fn written(&mut self, rows: usize) {
        self.len += rows;
        assert!(self.len <= self.blocks.len() * self.rows_per_block, "written beyond the room");
    }

    /// Keeps the rows for which `keep` holds, in their order.
    pub fn retain(&mut self, keep: impl Fn(usize) -> bool) {
        let mut kept = 0;
        for row in 0..self.len {
            if !keep(row) {
                continue;
            }
            if kept != row {
                self.move_row(row, kept);
            }
            kept += 1;
        }
        self.truncate(kept);
    }

    /// Drops the rows after the first `len`, and frees their blocks.
    pub fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
        self.blocks.truncate(self.len.div_ceil(self.rows_per_block));
    }

    fn move_row(&mut self, from: usize, to: usize) {
        let (from_block, from_at) = (from / self.rows_per_block, from % self.rows_per_block * self.stride);
        let (to_block, to_at) = (to / self.rows_per_block, to % self.rows_per_block * self.stride);
        if from_block == to_block {
            self.blocks[to_block].copy_within(from_at..from_at + self.stride, to_at);
        } else {
            let (before, behind) = self.blocks.split_at_mut(from_block);
            before[to_block][to_at..to_at + self.stride]
                .copy_from_slice(&behind[0][from_at..from_at + self.stride]);
        }
    }
}
