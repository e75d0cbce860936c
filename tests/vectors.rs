//! The vector index against the plainest search: natively, and with simd128 in wasm.

#![allow(clippy::expect_used, reason = "helpers of tests")]

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use workers_ai_wasm::vectors::{Hit, Index, Metric};

const METRICS: [Metric; 3] = [Metric::Cosine, Metric::Dot, Metric::Euclidean];

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        self.0 >> 33
    }

    fn below(&mut self, bound: usize) -> usize {
        self.next() as usize % bound
    }

    /// Around zero.
    fn number(&mut self) -> f32 {
        (self.next() as f64 / (1u64 << 31) as f64 - 0.5) as f32
    }

    fn numbers(&mut self, count: usize) -> Vec<f32> {
        (0..count).map(|_| self.number()).collect()
    }
}

/// An index over rows, written in as many rows at a time as fit.
fn index_of(metric: Metric, dimensions: usize, rows: &[f32]) -> Index {
    let mut index = Index::new(metric, dimensions);
    add(&mut index, dimensions, rows);
    index
}

fn add(index: &mut Index, dimensions: usize, mut rows: &[f32]) {
    index.expect(rows.len() / dimensions);
    while !rows.is_empty() {
        let stride = index.store().stride();
        let room = index.room().expect("memory");
        let count = (room.len() / stride).min(rows.len() / dimensions);
        let (now, later) = rows.split_at(count * dimensions);
        for (to, from) in room.chunks_mut(stride).zip(now.chunks(dimensions)) {
            to[..dimensions].copy_from_slice(from);
        }
        assert_eq!(index.written(count), Ok(Ok(())));
        rows = later;
    }
}

/// What a plain loop over 64-bit numbers finds.
fn plain(metric: Metric, dimensions: usize, rows: &[f32], query: &[f32], k: usize) -> Vec<Hit> {
    let dot = |a: &[f32], b: &[f32]| {
        let mut sum = 0.0;
        for (a, b) in a.iter().zip(b) {
            sum += f64::from(*a) * f64::from(*b);
        }
        sum
    };
    let score = |row: &[f32]| match metric {
        Metric::Dot => dot(query, row),
        Metric::Cosine => {
            let lengths = dot(query, query).sqrt() * dot(row, row).sqrt();
            if lengths == 0.0 { 0.0 } else { dot(query, row) / lengths }
        }
        Metric::Euclidean => {
            let mut sum = 0.0;
            for (a, b) in query.iter().zip(row) {
                let apart = f64::from(*a) - f64::from(*b);
                sum += apart * apart;
            }
            sum.sqrt()
        }
    };
    let mut hits: Vec<_> = rows
        .chunks(dimensions)
        .enumerate()
        .map(|(row, numbers)| Hit::new(score(numbers), row as u32))
        .collect();
    // Stable: equals stay in the order of their rows.
    hits.sort_by(|a, b| {
        let order = b.score.partial_cmp(&a.score).expect("numbers");
        if metric == Metric::Euclidean { order.reverse() } else { order }
    });
    hits.truncate(k);
    hits
}

fn check(metric: Metric, dimensions: usize, rows: &[f32], query: &[f32], k: usize) {
    let index = index_of(metric, dimensions, rows);
    let found = index.search(&[query], k);
    assert_eq!(
        found,
        [plain(metric, dimensions, rows, query, k)],
        "{metric:?}, {dimensions} dimensions, {k}"
    );
}

#[test]
fn random_rows_are_found_exactly() {
    let mut random = Random(1);
    for dimensions in [1, 2, 3, 4, 5, 7, 8, 9, 16, 31, 384] {
        let rows = random.numbers(dimensions * 1003);
        for metric in METRICS {
            for k in [1, 2, 10, 1002, 1003, 5000] {
                check(metric, dimensions, &rows, &random.numbers(dimensions), k);
            }
        }
    }
}

#[test]
fn more_than_one_block_of_rows_is_searched() {
    let mut random = Random(2);
    let dimensions = 768;
    let rows = random.numbers(dimensions * 500);
    for metric in METRICS {
        let index = index_of(metric, dimensions, &rows);
        assert!(index.store().blocks().count() > 3);
        check(metric, dimensions, &rows, &random.numbers(dimensions), 10);
    }
}

#[test]
fn queries_share_a_pass() {
    let mut random = Random(3);
    let rows = random.numbers(24 * 3000);
    for metric in METRICS {
        let index = index_of(metric, 24, &rows);
        let queries: Vec<_> = (0..5).map(|_| random.numbers(24)).collect();
        let found = index.search(&queries.iter().map(Vec::as_slice).collect::<Vec<_>>(), 7);
        for (query, found) in queries.iter().zip(found) {
            assert_eq!(found, plain(metric, 24, &rows, query, 7));
        }
    }
}

#[test]
fn rows_that_differ_in_the_last_bit_keep_their_order() {
    // 32-bit sums cannot tell these from each other; 64-bit ones can, or find them equal.
    let mut random = Random(4);
    for dimensions in [8, 50, 200] {
        let model = random.numbers(dimensions);
        let mut rows = Vec::new();
        for _ in 0..800 {
            let mut row = model.clone();
            for _ in 0..random.below(3) {
                let at = random.below(dimensions);
                row[at] = f32::from_bits(row[at].to_bits() ^ 1);
            }
            rows.extend(row);
        }
        for metric in METRICS {
            for query in [&model, &random.numbers(dimensions)] {
                check(metric, dimensions, &rows, query, 20);
            }
        }
    }
}

#[test]
fn equals_go_by_their_rows() {
    let rows = [[1.0f32, 0.0], [0.0, 1.0]].concat().repeat(100);
    for metric in METRICS {
        let found = index_of(metric, 2, &rows).search(&[&[1.0, 0.0]], 5);
        let rows: Vec<_> = found[0].iter().map(|hit| hit.row).collect();
        assert_eq!(rows, [0, 2, 4, 6, 8], "{metric:?}");
    }
}

#[test]
fn sizes_that_32_bits_cannot_multiply_are_compared() {
    let mut random = Random(5);
    for scale in [1e30f32, 1e20, 1e-20, 1e-30, 1e-38, 1e-44] {
        for mixed in [false, true] {
            let mut rows = random.numbers(12 * 400);
            for (at, number) in rows.iter_mut().enumerate() {
                *number *= if mixed && at % 5 == 0 { 1.0 } else { scale };
            }
            for metric in METRICS {
                for query_scale in [1.0, scale] {
                    let query: Vec<_> =
                        random.numbers(12).iter().map(|number| number * query_scale).collect();
                    check(metric, 12, &rows, &query, 9);
                }
            }
        }
    }
}

#[test]
fn rows_and_queries_of_zeros_have_a_cosine_of_zero() {
    let rows = [[0.0f32; 4], [1.0, 0.0, 0.0, 0.0], [-1.0, 0.0, 0.0, 0.0], [0.0; 4]].concat();
    for query in [[1.0, 0.0, 0.0, 0.0], [0.0; 4]] {
        check(Metric::Cosine, 4, &rows, &query, 4);
    }
    let found = index_of(Metric::Cosine, 4, &rows).search(&[&[1.0, 0.0, 0.0, 0.0]], 4);
    assert_eq!(found[0].iter().map(|hit| hit.score).collect::<Vec<_>>(), [1.0, 0.0, 0.0, -1.0]);
}

#[test]
fn removed_rows_are_gone_and_the_others_keep_their_order() {
    let mut random = Random(6);
    for dimensions in [3, 700] {
        let mut rows = random.numbers(dimensions * 300);
        let mut index = index_of(Metric::Dot, dimensions, &rows);
        for _ in 0..4 {
            let count = index.store().len();
            let gone: Vec<_> = (0..count).filter(|_| random.below(3) == 0).collect();
            for &row in &gone {
                index.mark(row);
            }
            index.sweep();
            let kept: Vec<_> = (0..count).filter(|row| !gone.contains(row)).collect();
            rows = kept.iter().flat_map(|row| rows[row * dimensions..][..dimensions].to_vec()).collect();
            let more = random.numbers(dimensions * 20);
            add(&mut index, dimensions, &more);
            rows.extend(more);
            let query = random.numbers(dimensions);
            assert_eq!(index.store().len(), kept.len() + 20);
            assert_eq!(index.search(&[&query], 8), [plain(Metric::Dot, dimensions, &rows, &query, 8)]);
        }
    }
}

#[test]
fn what_is_no_number_is_not_counted_in() {
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        for place in 0..40 {
            let mut index = index_of(Metric::Cosine, 10, &[1.0; 20]);
            let room = index.room().expect("memory");
            for row in 0..4 {
                room[row * 12..][..10].fill(2.0);
            }
            room[place / 10 * 12 + place % 10] = bad;
            assert_eq!(index.written(4), Ok(Err((place / 10, place % 10))));
            assert_eq!(index.store().len(), 2);
            let found = index.search(&[&[1.0; 10]], 10);
            assert_eq!(found[0].iter().map(|hit| hit.row).collect::<Vec<_>>(), [0, 1]);
        }
    }
}

#[test]
fn an_index_without_rows_finds_nothing() {
    assert_eq!(Index::new(Metric::Dot, 3).search(&[&[1.0, 2.0, 3.0]], 5), [[]]);
}
