//! What is done about every way a step can fail. All of it stands in this one table.

use crate::fault::Fault;
use crate::wire::step::{Remedy, Step};

pub(crate) const fn remedy(step: Step, fault: Fault) -> Remedy {
    use Fault::{Broken, Full, Impossible, Lost, Refused, Throttled, Unreached};
    use Step::{Cancel, Check, Create, Delete, Download, Find, Follow, Start, Upload};
    match (step, fault) {
        // An unused process costs nothing, and reading changes nothing.
        (Create | Find | Check | Follow | Download, Lost | Broken) => Remedy::Repeat,
        // A process serves once: a second start or upload must not meet one that has the first.
        (Start | Upload, Lost | Broken) => Remedy::Ask,
        (Cancel | Delete, Lost | Broken) => Remedy::Repeat,
        // Nothing was done.
        (_, Unreached | Throttled | Full) => Remedy::Repeat,
        (Start | Upload | Download, Refused) => Remedy::Confirm,
        (Cancel | Delete, Refused | Impossible) => Remedy::GiveUp,
        (Create | Find | Check | Follow, Refused) | (_, Impossible) => Remedy::Fail,
    }
}
