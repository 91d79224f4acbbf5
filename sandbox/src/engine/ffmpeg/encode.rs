//! An output, written by ffmpeg as a plan says.

use super::cover::Order;
use super::done::Done;
use super::plan::Plan;
use super::probe::Media;
use super::reader::{MAX_PIXELS, reader};
use super::target::Target;
use super::{Failure, Outcome, Progress, Work, depth, tags};

pub(super) fn encode(
    work: &Work,
    media: &Media,
    plan: &Plan,
    progress: &Progress,
) -> Result<Outcome, Failure> {
    let (output, length) = (work.output(), media.duration());
    let folder = tempfile::tempdir_in(&work.output_dir).map_err(Failure::io)?;
    let before = plan.inputs.iter().filter(|word| *word == "-i").count();
    let order = Order { input: 1 + before, picture: plan.picture };
    let cover = plan.cover.as_ref().map(|cover| cover.take(work, order, folder.path(), progress));
    let (more_inputs, cover) = cover.transpose()?.unwrap_or_default();
    let mut ffmpeg = reader("ffmpeg");
    ffmpeg.args(["-nostdin", "-y"]);
    if let Some(late) = plan.late {
        ffmpeg.args(["-itsoffset", &format!("-{late:.6}")]);
    }
    ffmpeg.args(["-max_pixels", MAX_PIXELS, "-i"]).arg(&work.input()?.path);
    ffmpeg
        .args(&plan.inputs)
        .args(more_inputs)
        .args(&plan.arguments)
        .args(cover)
        .args(["-progress", "pipe:1", "-stats_period", "0.2"])
        .arg(&output);
    let (done, ended) = Done::of(&mut ffmpeg, length, progress);
    if length.is_none() && done.is_nothing() && matches!(ended, Ok(()) | Err(Failure::BadInput(_))) {
        return Err(Failure::BadInput(
            "The input file is empty: it has neither a picture nor a sample of sound that can be read".into(),
        ));
    }
    ended?;
    let target = Target::named(&work.output_format);
    let taken = (target.is_film(), target.most_tracks());
    done.tell(work.input()?, media.length_of(taken), progress);
    tags::of_output(plan, target, &output, progress)?;
    depth::tell(plan, work, &output, progress)?;
    Ok(Outcome::Files(vec![output]))
}
