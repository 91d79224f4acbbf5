//! The blocks of a JPEG, whose codes are gone through one by one.

use super::codes::{Bits, Codes, NoCode};

/// Coefficients of a block.
pub(super) const BLOCK: usize = 64;

/// The first coefficient of a block.
pub(super) fn coefficient(codes: &Codes, bits: &mut Bits<'_>) -> Result<(), NoCode> {
    let length = bits.symbol(codes)?;
    if length > 15 {
        return Err(NoCode);
    }
    bits.skip(length.into());
    Ok(())
}

/// All coefficients of a block.
pub(super) fn whole(first: &Codes, others: &Codes, bits: &mut Bits<'_>) -> Result<(), NoCode> {
    coefficient(first, bits)?;
    let mut at = 1;
    while at < BLOCK {
        let symbol = bits.symbol(others)?;
        match (symbol >> 4, symbol & 0xf) {
            (15, 0) => at += 16,
            (_, 0) => break,
            (zeros, length) => {
                at += usize::from(zeros) + 1;
                bits.skip(length.into());
            }
        }
        if at > BLOCK && symbol & 0xf > 0 {
            return Err(NoCode);
        }
    }
    Ok(())
}

/// Coefficients of a block, in the first scan that has them.
pub(super) fn begun(
    codes: &Codes,
    (from, to): (usize, usize),
    set: &mut u64,
    run: &mut u32,
    bits: &mut Bits<'_>,
) -> Result<(), NoCode> {
    if *run > 0 {
        *run -= 1;
        return Ok(());
    }
    let mut at = from;
    while at <= to {
        let symbol = bits.symbol(codes)?;
        match (symbol >> 4, symbol & 0xf) {
            (15, 0) => at += 16,
            (many, 0) => {
                *run = (1 << many) - 1 + bits.number(many);
                break;
            }
            (zeros, length) => {
                at += usize::from(zeros);
                if at > to {
                    return Err(NoCode);
                }
                *set |= 1 << at;
                bits.skip(length.into());
                at += 1;
            }
        }
    }
    Ok(())
}

/// One more bit of coefficients of a block.
pub(super) fn refined(
    codes: &Codes,
    (from, to): (usize, usize),
    set: &mut u64,
    run: &mut u32,
    bits: &mut Bits<'_>,
) -> Result<(), NoCode> {
    let mut at = from;
    while *run == 0 && at <= to {
        let symbol = bits.symbol(codes)?;
        let (mut zeros, length) = (symbol >> 4, symbol & 0xf);
        if length > 1 {
            return Err(NoCode);
        }
        if length == 0 && zeros < 15 {
            *run = (1 << zeros) + bits.number(zeros);
            break;
        }
        bits.skip(length.into());
        while at <= to {
            if *set >> at & 1 == 1 {
                bits.skip(1);
            } else if zeros == 0 {
                break;
            } else {
                zeros -= 1;
            }
            at += 1;
        }
        if length == 1 {
            if at > to {
                return Err(NoCode);
            }
            *set |= 1 << at;
        }
        at += 1;
    }
    if *run > 0 {
        bits.skip((at..=to).filter(|at| *set >> at & 1 == 1).count());
        *run -= 1;
    }
    Ok(())
}
