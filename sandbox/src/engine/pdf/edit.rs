//! PDFs that stay what they are, but for one thing: locked, unlocked, turned, or parted into pages. By `lopdf`, which keeps
//! what a document has besides.

use std::collections::BTreeMap;
use std::sync::Arc;

use lopdf::encryption::crypt_filters::{Aes256CryptFilter, CryptFilter};
use lopdf::{Document, EncryptionState, EncryptionVersion, Object, ObjectId, Permissions, StringFormat};
use serde_json::{Value, json};
use stringprep::saslprep;

use super::super::{ConversionType, Failure, Mode, Outcome, Progress, Work};
use super::pages::{Lost, leave, open};
use super::save::{save, saved};
use super::shown::rotation;

/// How long a password may be (ISO 32000-2, 7.6.4.3.3).
const LONGEST_PASSWORD: usize = 127;
/// The most pages that become files of their own.
const MAX_PARTS: usize = 2000;

pub(super) fn types() -> impl Iterator<Item = ConversionType> {
    let new = |mode, run, options: Value| {
        let pair = ConversionType::new("document", "lopdf", ("pdf", "pdf"), run);
        let mut all = json!({"password": null});
        if let (Some(all), Value::Object(options)) = (all.as_object_mut(), options) {
            all.extend(options);
        }
        pair.mode(mode).options(all)
    };
    [
        new(Mode::Encrypt, encrypt, json!({
            "set_password": null, "set_owner_password": null, "allow_extract": true, "allow_accessibility": true,
            "allow_modify": true, "allow_print": true,
        })),
        new(Mode::Decrypt, decrypt, json!({})),
        new(Mode::Rotate, rotate, json!({"pages": null, "rotation": null})),
        new(Mode::ExtractPages, extract, json!({"pages": null})),
        new(Mode::SplitPages, split, json!({})),
    ]
    .into_iter()
}

/// Locks a PDF by AES of 256 bits.
fn encrypt(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let (user, owner) = (new_password(work, "set_password")?, new_password(work, "set_owner_password")?);
    if user.is_none() && owner.is_none() {
        return Err(Failure::BadParameter("set_password or set_owner_password has to be a password".into()));
    }
    let mut permissions = Permissions::all();
    for (option, what) in [
        ("allow_extract", Permissions::COPYABLE),
        ("allow_accessibility", Permissions::COPYABLE_FOR_ACCESSIBILITY),
        (
            "allow_modify",
            Permissions::MODIFIABLE
                | Permissions::ASSEMBLABLE
                | Permissions::ANNOTABLE
                | Permissions::FILLABLE,
        ),
        ("allow_print", Permissions::PRINTABLE | Permissions::PRINTABLE_IN_HIGH_QUALITY),
    ] {
        if work.choice(option)? == Some(false) {
            permissions.remove(what);
        }
    }
    let mut document = open(work.input()?, work)?;
    progress.set(50.0, "Locking the PDF")?;
    let key: [u8; 32] = random()?;
    // A file that is locked has to have a name.
    if document.trailer.get(b"ID").and_then(Object::as_array).is_err() {
        let id = Object::String(random::<16>()?.to_vec(), StringFormat::Hexadecimal);
        document.trailer.set("ID", vec![id.clone(), id]);
    }
    let filter: Arc<dyn CryptFilter> = Arc::new(Aes256CryptFilter);
    let name = b"StdCF".to_vec();
    let state = EncryptionState::try_from(EncryptionVersion::V5 {
        encrypt_metadata: true,
        crypt_filters: BTreeMap::from([(name.clone(), filter)]),
        file_encryption_key: &key,
        stream_filter: name.clone(),
        string_filter: name,
        // Without one of its own, whoever may open it may do all.
        owner_password: owner.as_deref().or(user.as_deref()).unwrap_or_default(),
        user_password: user.as_deref().unwrap_or_default(),
        permissions,
    });
    let state = state.map_err(|_| {
        let message = "set_password or set_owner_password has letters that a password of a PDF may not have";
        Failure::BadParameter(message.into())
    })?;
    document.encrypt(&state).map_err(|error| Failure::corrupt("PDF", error))?;
    saved(&mut document, work, progress)
}

/// A password that is to open a PDF, if there is one.
fn new_password(work: &Work, option: &str) -> Result<Option<String>, Failure> {
    let Some(password) = work.word(option) else { return Ok(None) };
    let wrong = |why: &str| Failure::BadParameter(format!("{option} {why}"));
    // As it is when a key is made of it: some letters are composed, and some do not count.
    let prepared = saslprep(&password).map_err(|_| {
        wrong("has letters that a password of a PDF may not have, for example control characters")
    })?;
    if prepared.is_empty() {
        return Err(wrong("has only letters that do not count in a password of a PDF"));
    }
    // Other programs look at the beginning of a longer one, and this one at all of it.
    if prepared.len() > LONGEST_PASSWORD {
        return Err(wrong(&format!("has more than {LONGEST_PASSWORD} bytes (UTF-8), the most of a PDF")));
    }
    Ok(Some(password))
}

fn random<const BYTES: usize>() -> Result<[u8; BYTES], Failure> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(|error| Failure::io(std::io::Error::other(error)))?;
    Ok(bytes)
}

fn decrypt(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    saved(&mut open(work.input()?, work)?, work, progress)
}

fn rotate(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let turn = match work.word("rotation").as_deref().map(|turn| turn.trim_start_matches('+')) {
        Some("90") => 90,
        Some("180" | "-180") => 180,
        Some("270" | "-90") => 270,
        _ => return Err(Failure::BadParameter("rotation has to be +90, -90 or 180".into())),
    };
    let mut document = open(work.input()?, work)?;
    progress.set(50.0, "Turning the pages")?;
    for (_, page) in chosen(work, &document)? {
        let turned = (rotation(&document, page) + turn).rem_euclid(360);
        let dictionary = document.get_dictionary_mut(page).map_err(|error| Failure::corrupt("PDF", error))?;
        dictionary.set("Rotate", turned);
    }
    saved(&mut document, work, progress)
}

fn extract(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    if work.word("pages").is_none() {
        return Err(Failure::BadParameter("pages has to say which, such as 1-3,5".into()));
    }
    let mut document = open(work.input()?, work)?;
    progress.set(50.0, "Choosing the pages")?;
    let keep: Vec<u32> = chosen(work, &document)?.into_iter().map(|(number, _)| number).collect();
    leave(&mut document, |page| keep.contains(&page)).tell(progress);
    saved(&mut document, work, progress)
}

fn split(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let document = open(work.input()?, work)?;
    let pages: Vec<u32> = document.get_pages().into_keys().collect();
    if pages.len() > MAX_PARTS {
        return Err(Failure::BadInput(format!(
            "The PDF has {} pages; at most {MAX_PARTS} are parted",
            pages.len()
        )));
    }
    let (mut files, mut lost) = (Vec::with_capacity(pages.len()), Lost::default());
    for (done, page) in pages.iter().enumerate() {
        #[allow(clippy::cast_precision_loss)]
        progress.set(100.0 * done as f64 / pages.len() as f64, "Parting the pages")?;
        let mut one = document.clone();
        lost.add(&leave(&mut one, |other| other == *page));
        let path = work.numbered_output(*page as usize);
        save(&mut one, &path, progress)?;
        files.push(path);
    }
    lost.tell(progress);
    Ok(Outcome::Files(files))
}

/// The pages that `pages` names, such as `1-3,5`; all where it is left out.
pub(in crate::engine) fn chosen(work: &Work, document: &Document) -> Result<Vec<(u32, ObjectId)>, Failure> {
    let pages = document.get_pages();
    let Some(text) = work.word("pages") else { return Ok(pages.into_iter().collect()) };
    let wrong =
        || Failure::BadParameter(format!("pages has to be numbers from 1 to {}, such as 1-3,5", pages.len()));
    let number = |text: &str| text.trim().parse::<u32>().ok().filter(|number| pages.contains_key(number));
    let mut chosen = BTreeMap::new();
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (number(first).ok_or_else(wrong)?, number(last).ok_or_else(wrong)?);
        chosen.extend(pages.range(first..=last.max(first)).map(|(number, page)| (*number, *page)));
    }
    Ok(chosen.into_iter().collect())
}
