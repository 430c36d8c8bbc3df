//! Reading and writing files, stdin and stdout.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use clap::builder::TypedValueParser;
use scheduler_core::problem::{Plan, Problem, StartPlan};
use scheduler_core::scenario::{Finding, PlanFile, Scenario, Severity};
use tempfile::NamedTempFile;

use super::failure::{Failure, both};
use super::findings::{Item, write_list};
use super::{Format, Language, origins};
use crate::tables::book::Limits;
use crate::tables::read::{self, NamedFile};
use crate::tables::{Reading, from_folder, from_workbook};

/// A file, or `-` for stdin or stdout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    Standard,
    File(PathBuf),
}

impl Place {
    /// Parses an argument.
    pub(super) fn parser() -> impl TypedValueParser<Value = Self> {
        clap::builder::PathBufValueParser::new()
            .map(|path| if path.as_os_str() == "-" { Self::Standard } else { Self::File(path) })
    }

    /// What messages call it as an input.
    pub(super) fn input_name(&self) -> String {
        match self {
            Self::Standard => "stdin".to_owned(),
            Self::File(path) => path.display().to_string(),
        }
    }

    /// Reads all of it, but no more than one byte beyond `limit`: whoever parses it refuses that.
    pub(super) fn read(&self, limit: usize) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
        match self {
            Self::Standard => io::stdin().lock().take(most).read_to_end(&mut bytes),
            Self::File(path) => {
                File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes))
            }
        }
        .map_err(|source| Failure::Read { name: self.input_name(), source })?;
        Ok(bytes)
    }

    /// Whether both are the same existing file.
    pub(super) fn is_same_file(&self, other: &Path) -> bool {
        let Self::File(path) = self else { return false };
        match (fs::canonicalize(path), fs::canonicalize(other)) {
            (Ok(one), Ok(two)) => one == two,
            _ => false,
        }
    }
}

/// Reads a scenario without validating it: JSON, a workbook, a CSV file or a folder of these.
pub(super) fn read_scenario(place: &Place, format: Format) -> Result<Scenario, Failure> {
    let limits = Limits::default();
    if let Place::File(path) = place
        && (path.is_dir() || has_ending(path, "csv"))
    {
        let files = files_of(path, &limits)?;
        return take(from_folder(&files, &limits), place, format);
    }
    let bytes = place.read(limits.file_bytes)?;
    if read::is_workbook(&bytes) {
        return take(from_workbook(&bytes, &limits), place, format);
    }
    Scenario::from_json(&bytes)
        .map_err(|findings| Failure::findings(place.input_name(), findings, format))
}

fn take(reading: Reading, place: &Place, format: Format) -> Result<Scenario, Failure> {
    let Reading { scenario, found, origins } = reading;
    match scenario {
        Some(scenario) => {
            origins::keep(origins, found);
            Ok(scenario)
        }
        None => Err(Failure::Tables { name: place.input_name(), found, format }),
    }
}

/// The CSV files of a folder in order of their names, or the only file.
fn files_of(path: &Path, limits: &Limits) -> Result<Vec<NamedFile>, Failure> {
    let failed = |path: &Path| {
        let name = path.display().to_string();
        move |source: io::Error| Failure::Read { name, source }
    };
    let mut paths = vec![path.to_owned()];
    if path.is_dir() {
        paths.clear();
        for entry in fs::read_dir(path).map_err(failed(path))? {
            let entry = entry.map_err(failed(path))?.path();
            if entry.is_file() && has_ending(&entry, "csv") {
                paths.push(entry);
            }
            if paths.len() > limits.entries {
                break;
            }
        }
        paths.sort();
    }
    if paths.is_empty() {
        return Err(Failure::Usage(format!("{} has no CSV files", path.display())));
    }
    let mut left = limits.text_bytes;
    let mut files = Vec::new();
    for path in paths {
        let bytes = Place::File(path.clone()).read(left)?;
        left = left.saturating_sub(bytes.len());
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        files.push(NamedFile { name: name.unwrap_or_default(), bytes });
    }
    Ok(files)
}

pub(super) fn has_ending(path: &Path, ending: &str) -> bool {
    path.extension().and_then(OsStr::to_str).is_some_and(|known| known.eq_ignore_ascii_case(ending))
}

/// Reads and validates a scenario.
pub(super) fn read_problem(place: &Place, format: Format) -> Result<Problem, Failure> {
    let scenario = read_scenario(place, format)?;
    Problem::new(&scenario)
        .map_err(|findings| Failure::findings(place.input_name(), findings, format))
}

/// Reads and validates a scenario, and reads a plan for it with what of it does not fit. All that is
/// wrong with either file is told at once.
pub(super) fn read_planned(
    scenario: &Place,
    plan: &Place,
    format: Format,
) -> Result<(Problem, (Plan, Vec<Finding>)), Failure> {
    let problem = read_problem(scenario, format);
    let bytes = match plan.read(PlanFile::MAX_BYTES) {
        Ok(bytes) => bytes,
        Err(failure) => return both(problem, Err(failure)),
    };
    let file = PlanFile::from_json(&bytes)
        .map_err(|findings| Failure::findings(plan.input_name(), findings, format));
    let (problem, file) = both(problem, file)?;
    let resolved = file.resolve(&problem);
    Ok((problem, resolved))
}

/// Reads a plan for `problem` to begin from, which may be of another version of the scenario.
pub(super) fn read_start(
    problem: &Problem,
    place: &Place,
    format: Format,
) -> Result<StartPlan, Failure> {
    let bytes = place.read(PlanFile::MAX_BYTES)?;
    PlanFile::from_json(&bytes)
        .map(|file| file.resolve_start(problem))
        .map_err(|findings| Failure::findings(place.input_name(), findings, format))
}

/// Reads a scenario and a plan that fits it, as [`read_planned`]. What the plan says of itself and is not
/// so is told on stderr.
pub(super) fn read_sound(
    scenario: &Place,
    plan: &Place,
    language: Language,
) -> Result<(Problem, Plan), Failure> {
    let (problem, (planned, findings)) = read_planned(scenario, plan, Format::Text)?;
    if findings.iter().any(|finding| finding.severity != Severity::Warning) {
        return Err(Failure::findings(plan.input_name(), findings, Format::Text));
    }
    let items: Vec<Item<'_>> = findings.iter().map(Item::from).collect();
    let _ = write_list(&mut io::stderr().lock(), &items, language);
    Ok((problem, planned))
}

/// Refuses more than one input from stdin, and outputs, each by its option, that would overwrite an
/// input or each other.
pub(super) fn refuse_overwriting(
    inputs: &[&Place],
    outputs: &[(&str, Option<&Path>)],
) -> Result<(), Failure> {
    if inputs.iter().filter(|input| ***input == Place::Standard).count() > 1 {
        return Err(Failure::Usage("only one file can come from stdin".to_owned()));
    }
    let outputs = outputs.iter().filter_map(|&(option, path)| Some((option, path?)));
    let outputs: Vec<(&str, &Path)> = outputs.collect();
    for (index, &(option, path)) in outputs.iter().enumerate() {
        if let Some(input) = inputs.iter().find(|input| input.is_same_file(path)) {
            let name = input.input_name();
            return Err(Failure::Usage(format!("{option} would overwrite {name}")));
        }
        if let Some((other, _)) = outputs[..index].iter().find(|&&(_, other)| other == path) {
            return Err(Failure::Usage(format!("{other} and {option} name the same file")));
        }
    }
    Ok(())
}

/// A file that appears under its name when it is complete, and not before.
#[derive(Debug)]
pub(super) struct Output {
    name: String,
    target: Target,
}

#[derive(Debug)]
enum Target {
    /// Written beside its place, then renamed.
    Renamed(NamedTempFile, PathBuf),
    /// A device or a pipe, which a rename would replace.
    Direct(File),
}

impl Output {
    /// Prepares to write to `path`; tells early where that will not be possible. A link is
    /// followed, and a file that exists keeps its permissions.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let name = path.display().to_string();
        let target = Self::target(path).map_err(Failure::write(&name))?;
        Ok(Self { name, target })
    }

    fn target(path: &Path) -> io::Result<Target> {
        let existing = match fs::metadata(path) {
            Ok(metadata) => Some(metadata),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        match existing {
            Some(metadata) if metadata.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
            Some(metadata) if !metadata.is_file() => {
                Ok(Target::Direct(File::options().write(true).open(path)?))
            }
            Some(metadata) => {
                // Fails where the file itself is write-protected, as overwriting it would.
                drop(File::options().write(true).open(path)?);
                let path = fs::canonicalize(path)?;
                let file = beside(&path)?;
                file.as_file().set_permissions(metadata.permissions())?;
                Ok(Target::Renamed(file, path))
            }
            None => Ok(Target::Renamed(beside(path)?, path.to_owned())),
        }
    }

    /// Writes the whole file with `fill` and puts it in its place.
    pub(super) fn write(
        self,
        fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        let Self { name, target } = self;
        let write = || -> io::Result<()> {
            match target {
                Target::Direct(file) => {
                    let mut writer = BufWriter::new(file);
                    fill(&mut writer)?;
                    writer.flush()
                }
                Target::Renamed(mut file, path) => {
                    let mut writer = BufWriter::new(file.as_file_mut());
                    fill(&mut writer)?;
                    writer.flush()?;
                    drop(writer);
                    file.as_file().sync_all()?;
                    file.persist(path)?;
                    Ok(())
                }
            }
        };
        write().map_err(Failure::write(&name))
    }
}

/// An empty file beside `path` that disappears again unless it is renamed.
fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let mut builder = tempfile::Builder::new();
    let mut prefix = std::ffi::OsString::from(".");
    prefix.push(name);
    prefix.push(".");
    builder.prefix(&prefix);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any newly made file: what the umask leaves.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(directory.unwrap_or(Path::new(".")))
}

/// Writes a result to stdout.
pub(super) fn print(fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    fill(&mut out).and_then(|()| out.flush()).map_err(Failure::write("stdout"))
}
