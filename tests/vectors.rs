//! The vector index against the plainest search: natively, and with simd128 in wasm.

#![allow(clippy::expect_used, reason = "helpers of tests")]

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use workers_ai_wasm::error::Error;
use workers_ai_wasm::vectors::bytes::Bytes;
use workers_ai_wasm::vectors::format::{self, Serialized};
use workers_ai_wasm::vectors::{Collection, Hit, Id, Index, Metric, Refused};

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

fn index_of(metric: Metric, dimensions: usize, rows: &[f32]) -> Index {
    let mut index = Index::new(metric, dimensions);
    assert_eq!(index.add(rows), Ok(()));
    index
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
        .map(|(row, numbers)| Hit { score: score(numbers), row: row as u32 })
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

/// Rows of one kind, as many as asked for, with a query.
type Kind = fn(&mut Random, usize, usize) -> (Vec<f32>, Vec<f32>);

const KINDS: [(&str, Kind); 8] = [
    ("random", |random, dimensions, count| (random.numbers(dimensions * count), random.numbers(dimensions))),
    ("clustered", |random, dimensions, count| {
        let centres: Vec<_> = (0..5).map(|_| random.numbers(dimensions)).collect();
        let near = |centre: usize, random: &mut Random| -> Vec<f32> {
            centres[centre].iter().map(|number| number + 1e-3 * random.number()).collect()
        };
        let rows = (0..count).flat_map(|_| near(random.below(5), random)).collect();
        (rows, near(0, random))
    }),
    ("duplicated", |random, dimensions, count| {
        let models: Vec<_> = (0..3).map(|_| random.numbers(dimensions)).collect();
        let rows = (0..count).flat_map(|_| models[random.below(3)].clone()).collect();
        (rows, models[0].clone())
    }),
    ("ever better", |random, dimensions, count| {
        let query = random.numbers(dimensions);
        let row = |at: usize| query.iter().map(move |number| number * (at as f32 / count as f32 - 0.3));
        ((0..count).flat_map(row).collect(), query.clone())
    }),
    ("with one large number", |random, dimensions, count| {
        let mut rows = random.numbers(dimensions * count);
        rows.iter_mut().step_by(dimensions).for_each(|number| *number *= 1000.0);
        (rows, random.numbers(dimensions))
    }),
    ("few values", |random, dimensions, count| {
        let mut values = |many: usize| -> Vec<f32> {
            (0..many).map(|_| [0.0, -0.0, 1.0, -1.0][random.below(4)]).collect()
        };
        (values(dimensions * count), values(dimensions))
    }),
    ("zeros among them", |random, dimensions, count| {
        let mut rows = random.numbers(dimensions * count);
        rows.chunks_mut(dimensions).step_by(3).for_each(|row| row.fill(0.0));
        (rows, random.numbers(dimensions))
    }),
    ("of all sizes", |random, dimensions, count| {
        let mut sized = |many: usize| -> Vec<f32> {
            (0..many).map(|_| random.number() * 10f32.powi(random.below(76) as i32 - 38)).collect()
        };
        (sized(dimensions * count), sized(dimensions))
    }),
];

#[test]
fn rows_of_every_kind_are_found_exactly() {
    let mut random = Random(8);
    for (name, kind) in KINDS {
        for (dimensions, count) in [(1, 50), (3, 700), (17, 40_000 / 17), (100, 900), (768, 400)] {
            let (rows, query) = kind(&mut random, dimensions, count);
            for metric in METRICS {
                let index = index_of(metric, dimensions, &rows);
                for k in [1, 10, count] {
                    let found = index.search(&[&query], k);
                    let wanted = plain(metric, dimensions, &rows, &query, k);
                    assert_eq!(found, [wanted], "{name}, {metric:?}, {dimensions} dimensions, {k}");
                }
            }
        }
    }
}

#[test]
fn scores_are_within_the_ranges_of_bytes() {
    let mut random = Random(9);
    for (name, kind) in KINDS {
        for dimensions in [1, 5, 16, 17, 300, 16384] {
            let count = 20_000 / dimensions + 7;
            let (rows, query) = kind(&mut random, dimensions, count);
            let mut bytes = Bytes::new(dimensions);
            for row in rows.chunks(dimensions) {
                let square: f64 = row.iter().map(|number| f64::from(*number) * f64::from(*number)).sum();
                assert_eq!(bytes.push(row, square.sqrt()), Ok(()));
            }
            for metric in METRICS {
                let mut ranges = Vec::new();
                let block = bytes.blocks().next().expect("rows");
                bytes.ranges(metric, &bytes.query(&query), block, 0, &mut ranges);
                for Hit { score, row } in plain(metric, dimensions, &rows, &query, count) {
                    let score = if metric == Metric::Euclidean { -score * score } else { score };
                    let Some(range) = ranges.get(row as usize) else { continue };
                    // A root that is squared again has been rounded twice.
                    let apart = 1e-15 * score.abs();
                    assert!(
                        range.low <= score + apart && score - apart <= range.high,
                        "{name}, {metric:?}, {dimensions} dimensions: {score} is not in {range:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn bytes_decide_nearly_all_rows() {
    let mut random = Random(10);
    let (dimensions, count) = (768, 300);
    let rows = random.numbers(dimensions * count);
    let mut bytes = Bytes::new(dimensions);
    for row in rows.chunks(dimensions) {
        assert_eq!(bytes.push(row, row.iter().map(|x| f64::from(x * x)).sum::<f64>().sqrt()), Ok(()));
    }
    let query = random.numbers(dimensions);
    let mut ranges = Vec::new();
    bytes.ranges(Metric::Cosine, &bytes.query(&query), bytes.blocks().next().expect("rows"), 0, &mut ranges);
    assert_eq!(ranges.len(), count);
    // Cosines of such rows are spread with a deviation of 1 / sqrt(768), 0.036.
    assert!(ranges.iter().all(|range| range.high - range.low < 0.01));
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
            let gone: Vec<_> = (0..count).map(|_| random.below(3) == 0).collect();
            index.remove(&gone);
            let kept: Vec<_> = (0..count).filter(|row| !gone[*row]).collect();
            rows = kept.iter().flat_map(|row| rows[row * dimensions..][..dimensions].to_vec()).collect();
            let more = random.numbers(dimensions * 20);
            assert_eq!(index.add(&more[..]), Ok(()));
            rows.extend(more);
            let query = random.numbers(dimensions);
            assert_eq!(index.store().len(), kept.len() + 20);
            assert_eq!(index.search(&[&query], 8), [plain(Metric::Dot, dimensions, &rows, &query, 8)]);
        }
    }
}

#[test]
fn rows_with_a_number_that_is_not_finite_are_not_added() {
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        for place in 0..40 {
            let mut index = index_of(Metric::Cosine, 10, &[1.0; 20]);
            let mut rows = [2.0; 40];
            rows[place] = bad;
            assert_eq!(index.add(&rows[..]), Err(Refused::NotFinite(place)));
            assert_eq!(index.store().len(), 2);
            let found = index.search(&[&[1.0; 10]], 10);
            assert_eq!(found[0].iter().map(|hit| hit.row).collect::<Vec<_>>(), [0, 1]);
        }
    }
}

#[test]
fn a_refusal_in_a_later_block_leaves_none_of_the_rows() {
    let dimensions = 1000;
    let mut index = index_of(Metric::Dot, dimensions, &vec![1.0; dimensions * 3]);
    let mut rows = vec![2.0; dimensions * 500];
    let place = rows.len() - 7;
    rows[place] = f32::NAN;
    assert_eq!(index.add(&rows[..]), Err(Refused::NotFinite(place)));
    assert_eq!((index.store().len(), index.store().blocks().count()), (3, 1));
    rows[place] = 2.0;
    assert_eq!(index.add(&rows[..]), Ok(()));
    let found = index.search(&[&vec![1.0; dimensions]], 2);
    assert_eq!(
        found[0].iter().map(|hit| (hit.row, hit.score)).collect::<Vec<_>>(),
        [(3, 2000.0), (4, 2000.0)]
    );
}

#[test]
fn an_index_without_rows_finds_nothing() {
    assert_eq!(Index::new(Metric::Dot, 3).search(&[&[1.0, 2.0, 3.0]], 5), [[]]);
}

const WITH_IDS: &[u8] = include_bytes!("fixtures/vectors/with-ids.bin");
const WITHOUT_IDS: &[u8] = include_bytes!("fixtures/vectors/without-ids.bin");

fn written(index: &Index, ids: &str) -> Vec<u8> {
    let mut bytes = vec![0; format::length(index, ids.len())];
    format::write(index, ids, &mut |at, part: &[u8]| bytes[at..at + part.len()].copy_from_slice(part));
    bytes
}

#[test]
fn the_bytes_of_version_1_are_read_and_written() {
    let serialized = Serialized::open(WITHOUT_IDS).expect("a head");
    serialized.verify().expect("no damage");
    let text = serialized.ids().expect("text");
    assert_eq!(text, r#"{"next":3,"ids":null}"#);
    let restored = Collection::restore(&serialized, Some(3.0), None).expect("an index");
    assert_eq!(
        (restored.index.metric(), restored.index.dimensions(), restored.len()),
        (Metric::Cosine, 4, 3)
    );
    assert_eq!(restored.index.store().row(1), [-1.5, -0.5, 0.5, 1.5]);
    assert_eq!(written(&restored.index, &text), WITHOUT_IDS);

    let serialized = Serialized::open(WITH_IDS).expect("a head");
    serialized.verify().expect("no damage");
    let text = serialized.ids().expect("text");
    assert_eq!(text, r#"{"next":11,"ids":[1,3,"é\"\\\n","\ud800","😀",-7.5,1e+21,1e-7,123456789012]}"#);
    let names = [
        Id::Number(1.0),
        Id::Number(3.0),
        Id::text("é\"\\\n"),
        Id::from_utf16(&[0xD800]),
        Id::text("😀"),
        Id::Number(-7.5),
        Id::Number(1e21),
        Id::Number(1e-7),
        Id::Number(123456789012.0),
    ];
    let ids = names.iter().cloned().map(Ok).collect();
    let restored = Collection::restore(&serialized, Some(11.0), Some(ids)).expect("an index");
    assert_eq!((restored.index.metric(), restored.index.dimensions()), (Metric::Euclidean, 5));
    assert_eq!(restored.ids.explicit(), Some(&names[..]));
    let spell = |number: f64| {
        if number > 1.0 {
            "1e+21"
        } else if number < 0.0 {
            "-7.5"
        } else {
            "1e-7"
        }
        .to_owned()
    };
    assert_eq!(restored.ids.to_json(0, spell), text);
    assert_eq!(restored.index.store().row(0)[5..], [0.0; 3], "padding");
    assert_eq!(written(&restored.index, &text), WITH_IDS);
}

#[test]
fn damaged_bytes_are_refused() {
    let refused = |bytes: &[u8]| {
        Serialized::open(bytes)
            .and_then(|serialized| serialized.verify())
            .map_err(|error| error.field.clone())
    };
    assert_eq!(refused(WITH_IDS), Ok(()));
    for at in 0..WITH_IDS.len() {
        for bit in [1, 128] {
            let mut damaged = WITH_IDS.to_vec();
            damaged[at] ^= bit;
            assert_eq!(refused(&damaged), Err(Some("bytes".into())), "{at}");
        }
        assert!(refused(&WITH_IDS[..at]).is_err());
    }
    assert!(refused(&[WITH_IDS, &[0]].concat()).is_err());
}

#[test]
fn large_indexes_are_written_in_pieces_and_read_again() {
    let mut random = Random(7);
    for dimensions in [3, 768] {
        let rows = random.numbers(dimensions * 200_000 / dimensions);
        let mut one = Collection::new(Some(dimensions as f64), Some("dot")).expect("options");
        one.add(&rows[..rows.len() / dimensions * dimensions], None).expect("rows");
        let bytes = written(&one.index, "null");
        let serialized = Serialized::open(&bytes[..]).expect("a head");
        serialized.verify().expect("no damage");
        let other = Collection::restore(&serialized, Some(one.len() as f64), None).expect("an index");
        assert_eq!(written(&other.index, "null"), bytes);
        let query = random.numbers(dimensions);
        let found = one.search(&query[..], Some(5.0)).expect("a query");
        assert_eq!(other.search(&query[..], Some(5.0)).expect("a query"), found);
    }
}

#[test]
fn refusals_leave_the_index_as_it_was() {
    let mut index = Collection::new(Some(2.0), Some("cosine")).expect("options");
    index.add(&[1.0, 0.0, 0.0, 1.0][..], Some(vec![Ok(Id::text("a")), Ok(Id::text("b"))])).expect("rows");
    let field = |result: Result<(), Error>| result.expect_err("a refusal").field.clone().unwrap_or_default();
    assert_eq!(field(index.add(&[1.0][..], None)), "rows");
    assert_eq!(field(index.add(&[1.0, f32::NAN][..], None)), "rows");
    assert_eq!(field(index.add(&[1.0, 1.0][..], Some(vec![Ok(Id::text("a"))]))), "ids");
    assert_eq!(field(index.remove(vec![Ok(Id::text("a")), Ok(Id::text("c"))])), "ids");
    for k in [None, Some(0.0), Some(1.5), Some(f64::NAN)] {
        assert_eq!(field(index.search(&[1.0, 1.0][..], k).map(drop)), "k");
    }
    let query = index.search(&[1.0, f32::NEG_INFINITY][..], Some(1.0)).expect_err("a refusal");
    assert_eq!(query.message, "query has -Infinity at 1: it must be finite numbers.");
    assert_eq!(index.len(), 2);
    index.add(&[1.0, 1.0][..], Some(vec![Ok(Id::text("c"))])).expect("rows");
    let found = index.search(&[0.0, 1.0][..], Some(f64::INFINITY)).map(drop);
    assert_eq!(field(found), "k");
    let found = index.search(&[0.0, 1.0][..], Some(9.0)).expect("a query");
    assert_eq!(found.into_iter().map(|(id, _)| id).collect::<Vec<_>>(), ["b", "c", "a"].map(Id::text));
}
