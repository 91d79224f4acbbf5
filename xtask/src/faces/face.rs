//! A face: where a language declares its options, calls and codes, and how it spells them.

/// One language of the kit.
#[derive(Clone, Copy)]
pub(super) struct Face {
    pub(super) name: &'static str,
    pub(super) options: &'static [Place],
    pub(super) calls: &'static [Place],
    /// Calls that this language alone has, with what they do.
    pub(super) own_calls: &'static [(&'static str, &'static str)],
    pub(super) codes: &'static [Place],
    /// Where it declares the modes, unless `operations` writes them.
    pub(super) modes: &'static [Place],
    /// Where it declares the fields of each kind of storage, if it has a type for each.
    pub(super) storages: &'static [(&'static str, Place)],
    /// How it writes a name of several words.
    pub(super) spell: fn(&str) -> String,
    /// The names of calls that it has otherwise, because the word is another call there.
    pub(super) renamed: &'static [(&'static str, &'static str)],
    /// Names that it cannot take, because the word is reserved there or is the API's.
    pub(super) exceptions: &'static [(&'static str, &'static str)],
    /// The word by which it tells the unit of a duration.
    pub(super) unit: Option<&'static str>,
    /// Defaults that stand in code: an option, a file, and the text in it, where `@` is the default.
    pub(super) defaults: &'static [(&'static str, &'static str, &'static str)],
    /// What stands in the documentation of each call, before how it fails.
    pub(super) fails: Option<&'static str>,
    /// Where it declares the options of single calls.
    pub(super) call_options: &'static [CallPlace],
    /// Options of calls that it has otherwise, as `call.option`.
    pub(super) renamed_options: &'static [(&'static str, &'static str)],
    /// What stands among them and is none: what a call is about, and the options of all calls and conversions.
    pub(super) about: &'static [&'static str],
}

/// Where the options of a single call are declared: the text behind `head`, up to `end`.
#[derive(Clone, Copy)]
pub(super) struct CallPlace {
    /// Its name in the core.
    pub(super) call: &'static str,
    pub(super) file: &'static str,
    pub(super) head: &'static str,
    pub(super) end: &'static str,
    /// How an option is written: `@` is the name.
    pub(super) forms: &'static [&'static str],
}

/// One that has nothing yet.
pub(super) const NONE: Face = Face {
    name: "",
    options: &[],
    calls: &[],
    own_calls: &[],
    codes: &[],
    modes: &[],
    storages: &[],
    spell: str::to_owned,
    renamed: &[],
    exceptions: &[],
    unit: None,
    defaults: &[],
    fails: None,
    call_options: &[],
    renamed_options: &[],
    about: &[],
};

/// The options of one call, in a file of so many.
pub(super) const fn options_of(
    call: &'static str,
    file: &'static str,
    head: &'static str,
    end: &'static str,
    forms: &'static [&'static str],
) -> CallPlace {
    CallPlace { call, file, head, end, forms }
}

/// Where names are declared.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) file: &'static str,
    /// The beginning of the line before the declarations. They end with the next line that is not indented further, and every
    /// name among them has to be described. Without one, the whole file is searched for names that are described.
    pub(super) block: Option<&'static str>,
    /// How a declaration is written: `@` is the name. It begins a line, but for a form that begins with `*`.
    pub(super) forms: &'static [&'static str],
}

pub(super) const fn block(file: &'static str, head: &'static str, forms: &'static [&'static str]) -> Place {
    Place { file, block: Some(head), forms }
}

pub(super) const fn anywhere(file: &'static str, forms: &'static [&'static str]) -> Place {
    Place { file, block: None, forms }
}

impl Face {
    /// The name that it has for a call of the core's.
    pub(super) fn called(&self, name: &str) -> String {
        let renamed = self.renamed.iter().find(|(core, _)| *core == name);
        renamed.map_or_else(|| self.spelled(name), |(_, own)| (*own).to_owned())
    }

    /// The name that it has for an option of a call.
    pub(super) fn option_of(&self, call: &str, name: &str) -> String {
        let renamed =
            self.renamed_options.iter().find(|(core, _)| core.split_once('.') == Some((call, name)));
        renamed.map_or_else(|| self.spelled(name), |(_, own)| (*own).to_owned())
    }

    /// The name that it has for one of the core's.
    pub(super) fn spelled(&self, name: &str) -> String {
        match self.exceptions.iter().find(|(core, _)| *core == name) {
            Some((_, own)) => (*own).to_owned(),
            None => (self.spell)(name),
        }
    }
}

/// `save_to` as `save-to`.
pub(super) fn dashed(name: &str) -> String {
    name.replace('_', "-")
}

/// `save_to` as `saveTo`.
pub(super) fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let (initial, rest) = word.split_at(1);
        name + &initial.to_uppercase() + rest
    })
}
