//! Which module of a crate names which other: by `crate::`, by `super::`, and through re-exports.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A path of modules from the crate's root, which is empty.
pub(crate) type Module = Vec<String>;

/// The modules of a crate and what they name.
#[derive(Debug, Default)]
pub(crate) struct Modules {
    files: BTreeMap<Module, PathBuf>,
    named: Vec<(Module, Module)>,
    /// What a module passes on under a name of its own.
    passed_on: BTreeMap<Module, Module>,
}

impl Modules {
    /// Reads all files below the folder `src`.
    pub(crate) fn read(src: &str) -> Self {
        let mut out = Self::default();
        out.visit(Path::new(src), &Vec::new());
        let files = out.files.clone();
        for (module, path) in &files {
            out.add(module, &fs::read_to_string(path).unwrap());
        }
        out
    }

    /// How many files were read.
    pub(crate) fn count(&self) -> usize {
        self.files.len()
    }

    fn visit(&mut self, folder: &Path, module: &Module) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let inner: Module = module.iter().cloned().chain([name.clone()]).collect();
            if path.is_dir() {
                self.visit(&path, &inner);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let root = matches!(name.as_str(), "mod" | "lib" | "main");
                self.files.insert(if root { module.clone() } else { inner }, path);
            }
        }
    }

    fn add(&mut self, file: &Module, text: &str) {
        for Named { module, path, passed_on_as } in names(file, text) {
            if let Some(name) = passed_on_as {
                let public = module.iter().cloned().chain([name]).collect();
                self.passed_on.insert(public, path.clone());
            }
            self.named.push((file.clone(), path));
        }
    }

    /// The module in which what `path` names is written, through re-exports.
    fn home(&self, path: &Module) -> Module {
        let mut path = path.clone();
        // Re-exports of re-exports: a few at most, unless they go round in a circle.
        for _ in 0..8 {
            let known = (1..=path.len()).rev().find(|&end| self.files.contains_key(&path[..end]));
            let length = known.unwrap_or(0);
            let Some(next) = path.get(..=length).and_then(|public| self.passed_on.get(public))
            else {
                return path[..length].to_vec();
            };
            path = next.iter().chain(&path[length + 1..]).cloned().collect();
        }
        Module::new()
    }

    /// Each use of a module that is neither above nor below the one that names it, as both of them
    /// from the first on in which they differ, below what they have in common.
    pub(crate) fn uses(&self) -> BTreeSet<Use> {
        let mut out = BTreeSet::new();
        for (from, path) in &self.named {
            let to = self.home(path);
            let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
            if from.len() > common && to.len() > common {
                out.insert(Use {
                    within: from[..common].to_vec(),
                    user: from[common].clone(),
                    used: to[common].clone(),
                    file: from.join("::"),
                });
            }
        }
        out
    }

    /// Uses that close a circle: what is used uses the user, directly or by others beside them.
    pub(crate) fn circles(&self) -> Vec<Use> {
        let uses = self.uses();
        let reaches = |within: &Module, from: &str, to: &str| {
            let (mut seen, mut open) = (BTreeSet::from([from]), vec![from]);
            while let Some(module) = open.pop() {
                let next = uses.iter().filter(|u| u.within == *within && u.user == module);
                open.extend(next.map(|u| u.used.as_str()).filter(|used| seen.insert(used)));
            }
            seen.contains(to)
        };
        let closing = uses.iter().filter(|u| reaches(&u.within, &u.used, &u.user));
        closing.cloned().collect()
    }
}

/// A line for each.
pub(crate) fn lines<'a>(uses: impl IntoIterator<Item = &'a Use>) -> String {
    uses.into_iter().map(|u| format!("{u}\n")).collect()
}

/// That the module `user` names something in the module `used`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Use {
    /// The module in which both are.
    pub(crate) within: Module,
    pub(crate) user: String,
    pub(crate) used: String,
    /// The module of the file.
    pub(crate) file: String,
}

impl std::fmt::Display for Use {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let within: String = self.within.iter().map(|module| format!("{module}::")).collect();
        write!(f, "{within}{} uses {within}{} (in {})", self.user, self.used, self.file)
    }
}

/// A path that a file names.
#[derive(Debug, PartialEq)]
struct Named {
    /// The module that names it; below the file's for a module in braces.
    module: Module,
    /// From the crate's root.
    path: Module,
    /// Its name where it is passed on by a `use`.
    passed_on_as: Option<String>,
}

/// All paths from `crate`, `super` and `self`, and all that a `use` names.
fn names(file: &Module, text: &str) -> Vec<Named> {
    let tokens = tokens(text);
    let mut out = Vec::new();
    // Names of the modules in braces, with the depth at which each ends.
    let (mut inside, mut depth): (Vec<(String, usize)>, usize) = (Vec::new(), 0);
    let mut at = 0;
    while at < tokens.len() {
        let module: Module =
            file.iter().chain(inside.iter().map(|(name, _)| name)).cloned().collect();
        match tokens[at].as_str() {
            "{" => depth += 1,
            "}" => {
                depth = depth.saturating_sub(1);
                inside.pop_if(|(_, ends)| *ends == depth);
            }
            "mod" if tokens.get(at + 2).is_some_and(|token| token == "{") => {
                inside.push((tokens[at + 1].clone(), depth));
            }
            "use" => at = tree(&tokens, at + 1, &module, &[], true, &mut out),
            "crate" | "super" | "self" if tokens.get(at + 1).is_some_and(|token| token == "::") => {
                at = tree(&tokens, at, &module, &[], false, &mut out);
            }
            _ => {}
        }
        at += 1;
    }
    out
}

/// Reads the path or the tree of paths at `at` that follows `prefix`; the position of its last token.
fn tree(
    tokens: &[String],
    mut at: usize,
    module: &Module,
    prefix: &[String],
    is_use: bool,
    out: &mut Vec<Named>,
) -> usize {
    let mut path = prefix.to_vec();
    loop {
        match tokens.get(at).map(String::as_str) {
            Some("{") => {
                at += 1;
                while tokens.get(at).is_some_and(|token| token != "}") {
                    at = tree(tokens, at, module, &path, is_use, out) + 1;
                    at += usize::from(tokens.get(at).is_some_and(|token| token == ","));
                }
                return at;
            }
            Some(name) => path.push(name.to_owned()),
            None => return at,
        }
        match tokens.get(at + 1).map(String::as_str) {
            Some("::") => at += 2,
            Some("as") if is_use => {
                let name = tokens.get(at + 2).cloned();
                out.extend(resolved(module, &path).map(|(module, path)| Named {
                    module,
                    path,
                    passed_on_as: name,
                }));
                return at + 2;
            }
            _ => {
                if path.last().is_some_and(|last| last == "self") {
                    path.pop();
                }
                let name = path.last().filter(|_| is_use).cloned();
                out.extend(resolved(module, &path).map(|(module, path)| Named {
                    module,
                    path,
                    passed_on_as: name,
                }));
                return at;
            }
        }
    }
}

/// The path from the crate's root that `path` is in `module`. One without `crate`, `super` or `self`
/// is taken for one of a module below; where there is none it names nothing.
fn resolved(module: &Module, path: &[String]) -> Option<(Module, Module)> {
    let mut base = module.clone();
    let mut rest = path;
    while let Some((first, others)) = rest.split_first() {
        match first.as_str() {
            "crate" => base.clear(),
            "super" => drop(base.pop()?),
            "self" => {}
            _ => break,
        }
        rest = others;
    }
    Some((module.clone(), base.into_iter().chain(rest.iter().cloned()).collect()))
}

/// Words, `::` and single signs of `text`, without comments, strings, characters and lifetimes.
fn tokens(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(length) = text_length(rest) {
            length
        } else if first.is_alphabetic() || first == '_' {
            let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
            let length = length.unwrap_or(rest.len());
            out.push(rest[..length].to_owned());
            length
        } else if rest.starts_with("::") {
            out.push("::".to_owned());
            2
        } else {
            if !first.is_whitespace() {
                out.push(first.to_string());
            }
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    out
}

/// How long the string, character or lifetime is that `rest` begins with.
fn text_length(rest: &str) -> Option<usize> {
    let raw = rest.strip_prefix('b').unwrap_or(rest);
    if let Some(hashes) = raw.strip_prefix('r').map(|r| r.len() - r.trim_start_matches('#').len())
        && raw[1 + hashes..].starts_with('"')
    {
        let end = format!("\"{}", "#".repeat(hashes));
        let from = rest.len() - raw.len() + hashes + 2;
        return Some(rest[from..].find(&end).map_or(rest.len(), |at| from + at + end.len()));
    }
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let mut escaped = false;
    for (at, character) in rest.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            // A lifetime has no second quote right behind its first letter.
            _ if quote == '\''
                && at == 1
                && !rest[at + character.len_utf8()..].starts_with('\'') =>
            {
                return Some(1);
            }
            _ if character == quote => return Some(at + 1),
            _ => {}
        }
    }
    Some(rest.len())
}

#[test]
fn paths_are_found_however_they_are_written() {
    let file = vec!["plan".to_owned(), "lns".to_owned()];
    let text = r##"
        use crate::{time::{Grid, Step}, check::Report as Verdict};
        pub use super::moves::{self, Move};
        // crate::attic
        mod tests { use super::super::super::report; fn f(x: &super::Local) {} }
        fn g<'a>(x: &'a str) -> char { let y = "crate::attic"; r#"" super::attic"#; '{' }
        fn h() { crate::ledger::Ledger { a: 1 }; }
    "##;
    let found: Vec<String> = names(&file, text).iter().map(|named| named.path.join("::")).collect();
    assert_eq!(
        found,
        [
            "time::Grid",
            "time::Step",
            "check::Report",
            "plan::moves",
            "plan::moves::Move",
            "report",
            "plan::lns::Local",
            "ledger::Ledger"
        ]
    );
}

#[test]
fn uses_are_found_through_re_exports_and_circles_too() {
    let mut modules = Modules::default();
    let path = |text: &str| -> Module { text.split("::").map(str::to_owned).collect() };
    let files = [
        ("a", "mod x; mod y; pub use x::{One, two as Other};"),
        ("a::x", "use super::y::Y;"),
        ("a::y", "use super::Other;"),
        ("b", "use crate::a::One;"),
    ];
    for (module, _) in files {
        modules.files.insert(path(module), PathBuf::new());
    }
    for (module, text) in files {
        modules.add(&path(module), text);
    }
    let circle = "a::x uses a::y (in a::x)\na::y uses a::x (in a::y)\n";
    assert_eq!(lines(&modules.uses()), format!("b uses a (in b)\n{circle}"));
    assert_eq!(lines(&modules.circles()), circle);
}
