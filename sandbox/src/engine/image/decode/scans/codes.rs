//! Huffman codes of a JPEG, and the bits that they are read from.

/// Codes of up to so many bits are looked up at once.
const QUICK: usize = 9;
/// The longest code, in bits.
const LONGEST: usize = 16;

/// Bits that are no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NoCode;

/// A table of codes.
pub(super) struct Codes {
    /// By the next bits: the length of the code, which is 0 for longer ones, and what it stands for.
    quick: Vec<(u8, u8)>,
    /// For each length, the first number of 16 bits that begins with a longer code.
    ends: [u32; LONGEST + 1],
    /// For each length, what makes a code to the place of what it stands for.
    places: [u32; LONGEST + 1],
    symbols: Vec<u8>,
}

impl Codes {
    /// By how many codes each length has, and what all of them stand for.
    pub(super) fn new(counts: [u8; LONGEST], symbols: &[u8]) -> Self {
        let mut quick = vec![(0, 0); 1 << QUICK];
        let (mut ends, mut places) = ([0; LONGEST + 1], [0; LONGEST + 1]);
        let (mut code, mut place) = (0_u32, 0_u32);
        for (length, count) in (1_u8..).zip(counts) {
            let bits = usize::from(length);
            places[bits] = place.wrapping_sub(code);
            for _ in 0..count {
                if bits <= QUICK
                    && let Some(symbol) = symbols.get(place as usize)
                {
                    let (start, many) = ((code as usize) << (QUICK - bits), 1 << (QUICK - bits));
                    quick.iter_mut().skip(start).take(many).for_each(|entry| *entry = (length, *symbol));
                }
                code += 1;
                place += 1;
            }
            ends[bits] = code << (LONGEST - bits);
            code <<= 1;
        }
        Self { quick, ends, places, symbols: symbols.to_vec() }
    }
}

/// Bits of a part of a scan. Behind its end they are 0.
pub(super) struct Bits<'a> {
    /// With [`Bits::BEHIND`] bytes behind the part.
    bytes: &'a [u8],
    /// In bits.
    at: usize,
}

impl<'a> Bits<'a> {
    /// How many bytes have to stand behind those of the part.
    pub(super) const BEHIND: usize = 8;

    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// At least the next 57.
    fn next(&self) -> u64 {
        let start = self.at / 8;
        let bytes = self.bytes.get(start..start + 8).and_then(|bytes| bytes.try_into().ok());
        bytes.map_or(0, u64::from_be_bytes) << (self.at % 8)
    }

    /// What the next code stands for.
    #[allow(clippy::cast_possible_truncation)]
    pub(super) fn symbol(&mut self, codes: &Codes) -> Result<u8, NoCode> {
        let next = self.next();
        let (length, symbol) = codes.quick[(next >> (64 - QUICK)) as usize];
        if length > 0 {
            self.at += usize::from(length);
            return Ok(symbol);
        }
        let long = (next >> (64 - LONGEST)) as u32;
        let length = (1..=LONGEST).find(|length| long < codes.ends[*length]).ok_or(NoCode)?;
        self.at += length;
        let place = (long >> (LONGEST - length)).wrapping_add(codes.places[length]);
        codes.symbols.get(place as usize).copied().ok_or(NoCode)
    }

    pub(super) const fn skip(&mut self, count: usize) {
        self.at += count;
    }

    /// A number of so many bits, which are 16 at most.
    #[allow(clippy::cast_possible_truncation)]
    pub(super) fn number(&mut self, count: u8) -> u32 {
        let number = if count == 0 { 0 } else { (self.next() >> (64 - count)) as u32 };
        self.at += usize::from(count);
        number
    }

    /// Whether more was read than there is.
    pub(super) fn are_over(&self) -> bool {
        self.at > (self.bytes.len() - Self::BEHIND) * 8
    }

    /// The bytes that were not read.
    pub(super) fn left(&self) -> &'a [u8] {
        self.bytes.get(self.at.div_ceil(8)..self.bytes.len() - Self::BEHIND).unwrap_or_default()
    }
}
