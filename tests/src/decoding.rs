//! Right and wrong values in every field of the type table, decoded by both sides.

use crate::Result;
use crate::oracle::Oracle;
use crate::verdicts::{both_levels, differences};
use fastrand::Rng;
use podproof_policy::types::{self, Struct, Type};
use serde_json::{Value, json};

/// Decodes this many random objects on both sides; gives what differed.
pub fn compare(count: usize, seed: u64) -> Result<Vec<String>> {
    let mut oracle = Oracle::start("podsecurity")?;
    let at = both_levels(&["latest"])?;
    let mut rng = Rng::with_seed(seed);
    let mut found = Vec::new();
    let fields = all_fields();
    for index in 0..count {
        // Every field in turn, with another value each time.
        let (api_version, kind, way) = &fields[index % fields.len()];
        let mut object = with_value(way, &mut rng);
        object["apiVersion"] = json!(api_version);
        object["kind"] = json!(kind);
        found.extend(differences(&mut oracle, &object.to_string(), &at)?);
    }
    Ok(found)
}

/// A field, and the way to it.
type Way = Vec<(&'static str, Type)>;

/// The way to every field of every kind; a struct that contains itself is entered once.
fn all_fields() -> Vec<(&'static str, &'static str, Way)> {
    let mut fields = Vec::new();
    for &(api_version, kind, of) in types::ROOTS {
        let mut ways = Vec::new();
        collect(of, &mut Vec::new(), &mut Vec::new(), &mut ways);
        fields.extend(ways.into_iter().map(|way| (api_version, kind, way)));
    }
    fields
}

fn collect(
    of: &'static Struct,
    inside: &mut Vec<&'static str>,
    way: &mut Way,
    ways: &mut Vec<Way>,
) {
    if inside.contains(&of.name) {
        return;
    }
    inside.push(of.name);
    for &(name, ref field) in of.fields {
        if matches!((way.is_empty(), name), (true, "apiVersion" | "kind")) {
            continue;
        }
        way.push((name, *field));
        ways.push(way.clone());
        if let Some(of) = struct_in(field) {
            collect(of, inside, way, ways);
        }
        way.pop();
    }
    inside.pop();
}

fn struct_in(field: &Type) -> Option<&'static Struct> {
    match field {
        Type::Struct(of) => Some(of),
        Type::List(item) | Type::Map(item) => struct_in(item),
        _ => None,
    }
}

fn with_value(way: &Way, rng: &mut Rng) -> Value {
    let mut value = match way.last() {
        Some((_, field)) => any_value(field, rng),
        None => Value::Null,
    };
    for (index, (name, _)) in way.iter().enumerate().rev() {
        value = json!({ *name: value });
        if let Some((_, outer)) = index.checked_sub(1).and_then(|index| way.get(index)) {
            value = wrapped(outer, value);
        }
    }
    value
}

/// A struct as the value of a field that may be a list or a map of it.
fn wrapped(field: &Type, inner: Value) -> Value {
    match field {
        Type::List(item) => json!([wrapped(item, inner)]),
        Type::Map(item) => json!({"key": wrapped(item, inner)}),
        _ => inner,
    }
}

/// Right about every other time.
fn any_value(field: &Type, rng: &mut Rng) -> Value {
    if rng.bool() {
        return right_value(field, rng);
    }
    let any = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(2_147_483_648_i64),
        json!(0.5),
        json!("x"),
        json!(""),
        json!("5"),
        json!("true"),
        json!([]),
        json!({}),
        json!([1]),
        json!([256]),
        json!({"a": 1}),
        json!(["x"]),
        json!([null]),
        json!({"a": null}),
        json!([{}]),
        json!({"a": "x"}),
        json!(18_446_744_073_709_551_615_u64),
        json!("aGk="),
        json!("aGk"),
        json!("1Gi"),
        json!("1.5.2"),
        json!("2030-01-31T10:00:00Z"),
        json!("2030-02-31T10:00:00Z"),
        json!(" 1"),
        json!("1 "),
        json!([true]),
        json!({"a": {}}),
        json!([[]]),
    ];
    any[rng.usize(..any.len())].clone()
}

fn right_value(field: &Type, rng: &mut Rng) -> Value {
    let pick = |choices: &[Value], rng: &mut Rng| choices[rng.usize(..choices.len())].clone();
    match field {
        Type::Bool => json!(rng.bool()),
        Type::Int32 => json!(rng.i32(..)),
        Type::Int64 => json!(rng.i64(..)),
        Type::String => pick(&[json!(""), json!("a"), json!("true"), json!("1")], rng),
        Type::Quantity => pick(
            &[
                json!("1"),
                json!("100m"),
                json!("1.5Gi"),
                json!("2e3"),
                json!(7),
                json!("+1k"),
                json!("-.5"),
                json!("1E"),
                json!("5n"),
            ],
            rng,
        ),
        Type::IntOrString => pick(&[json!(80), json!("http"), json!("50%"), json!("")], rng),
        Type::Time => {
            pick(&[json!("2030-01-31T10:00:00Z"), json!("2030-01-31T10:00:00.5+02:00")], rng)
        }
        Type::Bytes => pick(&[json!("aGk="), json!(""), json!([1, 2])], rng),
        Type::Any => pick(&[json!({}), json!([1]), json!("x")], rng),
        Type::Struct(_) => json!({}),
        Type::List(item) => json!([right_value(item, rng)]),
        Type::Map(item) => json!({"key": right_value(item, rng)}),
    }
}
