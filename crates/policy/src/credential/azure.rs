//! The keys of Azure services that carry a mark, as Microsoft publishes them
//! (`microsoft/security-utilities`): which service, by four letters at a fixed place, and a
//! checksum behind them.

use super::{Hit, Kind, decoded, is_varied};
use std::ops::Range;

/// Keys of services with so many random letters before the mark: what it is, the mark, and what the
/// checksum may start from, eight letters each. If that is not published for all keys, none.
type Marked = (u8, &'static str, &'static str, &'static str);

const MESSAGING: &str = "System00Unknown0Send0000Manage00Listen00";
const COSMOS: &str = "SysAll00Resour00MastRO00SystRO00Encryp00MastRW00SystRW00";

static MARKED: &[Marked] = &[
    (76, "an Azure storage account key", "+ASt", "Default0"),
    (76, "an Azure Cosmos DB key", "ACDb", COSMOS),
    (76, "an Azure Batch key", "+ABa", "AbAcct00"),
    (76, "an Azure API Management key", "APIM", ""),
    (76, "an Azure Machine Learning key", "+AMC", "Classic0"),
    (33, "an Azure Service Bus key", "+ASb", MESSAGING),
    (33, "an Azure Event Hubs key", "+AEh", MESSAGING),
    (33, "an Azure Relay key", "+ARm", MESSAGING),
    (33, "an Azure IoT Hub key", "AIoT", "IoTHub00DpsKey00Device00"),
    (33, "an Azure Cache for Redis key", "AzCa", ""),
    (33, "an Azure Event Grid key", "AZEG", ""),
    (42, "an Azure AI Search key", "AzSe", "Query000PAdmin00"),
    (42, "an Azure Container Registry password", "+ACR", "ACRDflt0"),
    (44, "an Azure Functions key", "AzFu", "Master00System00Functi00"),
];

/// How many letters mark and checksum have together.
const END: usize = 10;

/// The key of an Azure service that a run of letters is.
#[inline(never)]
pub(super) fn key(text: &[u8], run: &Range<usize>) -> Option<Hit> {
    // The shortest and the longest.
    if run.len() < 37 || run.len() > 86 {
        return None;
    }
    let key = text.get(run.clone())?;
    let (what, kind, end) = match key {
        [_, _, _, b'7' | b'8', b'Q', b'~', ..] if key.len() <= 40 => {
            ("a Microsoft Entra client secret", Kind::Proved, run.end)
        }
        _ if matches!(key.len(), 84 | 86) && key.get(52..57) == Some(b"JQQJ9") => {
            let is_devops = key.get(76..80) == Some(b"AZDO");
            let what =
                if is_devops { "an Azure DevOps access token" } else { "an Azure service key" };
            (what, Kind::Proved, run.end)
        }
        _ => {
            let mark = key.get(key.len() - END..)?.get(..4)?;
            let is_it = |marked: &&Marked| {
                key.len() == usize::from(marked.0) + END && marked.2.as_bytes() == mark
            };
            let (_, what, _, seeds) = MARKED.iter().find(is_it)?;
            // The rest is `=`, up to a multiple of four.
            let end = run.start + key.len().next_multiple_of(4);
            let is_proved = has_checksum(text.get(run.start..end).unwrap_or_default(), seeds);
            (*what, if is_proved { Kind::Proved } else { Kind::Likely }, end.min(text.len()))
        }
    };
    is_varied(key).then_some(Hit { what, kind, range: run.start..end })
}

fn has_checksum(key: &[u8], seeds: &str) -> bool {
    // Keys of Azure Functions are for addresses.
    let standard = key.iter().map(|byte| match byte {
        b'-' => b'+',
        b'_' => b'/',
        byte => *byte,
    });
    let decoded = decoded(&standard.collect::<Vec<u8>>());
    let Some((bytes, checksum)) = decoded.split_last_chunk::<4>() else { return false };
    let (seeds, _) = seeds.as_bytes().as_chunks::<4>();
    let fits = |seed: &[[u8; 4]]| match seed {
        [high, low] => {
            let (low, high) = (u32::from_be_bytes(*low), u32::from_be_bytes(*high));
            marvin(bytes, low, high).to_le_bytes() == *checksum
        }
        _ => false,
    };
    seeds.is_empty() || seeds.chunks(2).any(fits)
}

/// Marvin32, from the lower and the higher half of its seed.
fn marvin(bytes: &[u8], mut low: u32, mut high: u32) -> u32 {
    // A bit behind the last byte, and a word of nothing.
    for at in 0..bytes.len() / 4 + 2 {
        let byte = |at: usize| match bytes.get(at) {
            Some(byte) => u32::from(*byte),
            None => {
                if at == bytes.len() {
                    0x80
                } else {
                    0
                }
            }
        };
        let word = (0..4).rev().fold(0, |word, index| word << 8 | byte(4 * at + index));
        low = low.wrapping_add(word);
        high ^= low;
        low = low.rotate_left(20).wrapping_add(high);
        high = high.rotate_left(9) ^ low;
        low = low.rotate_left(27).wrapping_add(high);
        high = high.rotate_left(19);
    }
    low ^ high
}

#[cfg(test)]
mod tests {
    use super::marvin;

    /// The vectors that implementations of Marvin32 share.
    #[test]
    fn the_checksum_is_marvin32() {
        let vectors: [(&[u8], u64); 5] = [
            (&[], 0x30ed_35c1_00cd_3c7d),
            (&[0xaf], 0x48e7_3fc7_7d75_ddc1),
            (&[0xe7, 0x0f], 0xb5f6_e1fc_485d_bff8),
            (&[0x37, 0xf4, 0x95], 0xf0b0_7c78_9b8c_f7e8),
            (&[0x86, 0x42, 0xdc, 0x59], 0x7008_f2e8_7e9c_f556),
        ];
        for (bytes, expected) in vectors {
            let halves = (expected >> 32) ^ (expected & 0xffff_ffff);
            assert_eq!(u64::from(marvin(bytes, 0x001b_dbcc, 0x004f_b61a)), halves, "{bytes:?}");
        }
    }
}
