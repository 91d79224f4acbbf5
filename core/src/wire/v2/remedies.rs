//! What is done about every way a step can fail. All of it stands in this one table.

use crate::fault::Fault;
use crate::wire::step::{Remedy, Step};

pub(crate) const fn remedy(step: Step, fault: Fault) -> Remedy {
    use Fault::{Broken, Full, Impossible, Lost, Refused, Throttled, Unreached};
    use Step::{Cancel, Check, Create, Delete, Download, Find, Follow, Start, Upload};
    match (step, fault) {
        // A creation starts and costs: it is looked for before it is repeated.
        (Create, Lost | Broken) => Remedy::Find,
        // Nothing was done.
        (_, Unreached | Throttled | Full) => Remedy::Repeat,
        (Find | Check | Follow | Download, Lost | Broken) => Remedy::Repeat,
        // The task may have its file.
        (Start | Upload, Lost | Broken) => Remedy::Ask,
        // The form may have been used, or the link may have expired.
        (Start | Upload | Download, Refused) => Remedy::Confirm,
        // The deletion follows, which has to stop what runs too.
        (Cancel, Lost | Broken | Refused | Impossible) => Remedy::GiveUp,
        (Delete, Lost | Broken) => Remedy::Repeat,
        (Delete, Refused | Impossible) => Remedy::GiveUp,
        (Create | Find | Check | Follow, Refused) | (_, Impossible) => Remedy::Fail,
    }
}
