//! Who asks.

use serde::{Deserialize, Serialize};

/// A booking frontend or a planner, as its key says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// Name of the key; owns the holds and appointments made with it.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// The channel that it books through, which release policies may name.
    pub channel: Option<String>,
}

impl Client {
    /// A citizen who speaks for the client `name` about one appointment, through its channel.
    pub(crate) fn citizen_of(name: String, channel: Option<String>) -> Self {
        let scopes = Scopes { citizen: true, ..Scopes::default() };
        Self { name, scopes, channel }
    }

    /// Whether it changes the promises of others too.
    pub fn changes_all(&self) -> bool {
        self.scopes.admin || self.scopes.plan
    }

    /// Whether it sees the promises of others too.
    pub fn reads_all(&self) -> bool {
        self.changes_all() || self.scopes.look
    }

    /// Who it is, as events say it.
    pub(crate) fn actor(&self) -> String {
        if self.scopes.citizen { CITIZEN.to_owned() } else { format!("key {}", self.name) }
    }

    /// Whether it may see what `owner` made.
    pub(crate) fn sees(&self, owner: &str) -> bool {
        self.reads_all() || self.name == owner
    }

    /// Whether it may change what `owner` made.
    pub(crate) fn owns(&self, owner: &str) -> bool {
        self.changes_all() || self.name == owner
    }
}

/// Who does what nobody has asked for, as events say it.
pub(crate) const SERVICE: &str = "service";

/// Who arranges a day by hand, as events say it.
pub(crate) const PLANNER: &str = "planner";

/// A citizen who shows the secret of an appointment, as events say it.
pub(crate) const CITIZEN: &str = "citizen";

/// What a client may do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scopes {
    /// `slots:read`: search and check.
    pub read: bool,
    /// `appointments:book`: hold and confirm, for a page whose key everybody can read. What was booked
    /// is seen, moved and cancelled with its secret only.
    #[serde(default)]
    pub visit: bool,
    /// `appointments:write`: the same, see, cancel and reschedule all that was booked with the key.
    pub book: bool,
    /// `studies:run`: offers, plans, simulations and comparisons for scenarios of the client's own.
    pub study: bool,
    /// `planning:read`: see the scenario, its drafts and who does what; change nothing.
    #[serde(default)]
    pub look: bool,
    /// `planning:write`: the same, change the scenario, plan, mark who came; sees all promises.
    pub plan: bool,
    /// `admin`: everything, keys too.
    pub admin: bool,
    /// Not of a key: a citizen who shows the secret of one appointment, and may do with that what its
    /// client may.
    #[serde(default)]
    pub citizen: bool,
}

impl Scopes {
    /// Every scope.
    pub const ALL: Self = Self {
        read: true,
        visit: true,
        book: true,
        study: true,
        look: true,
        plan: true,
        admin: true,
        citizen: false,
    };

    /// The scopes with their names.
    fn named(&mut self) -> [(&'static str, &mut bool); 7] {
        [
            ("slots:read", &mut self.read),
            ("appointments:book", &mut self.visit),
            ("appointments:write", &mut self.book),
            ("studies:run", &mut self.study),
            ("planning:read", &mut self.look),
            ("planning:write", &mut self.plan),
            ("admin", &mut self.admin),
        ]
    }

    /// The scopes whose names `text` lists, separated by spaces; `Err` with the first unknown name.
    ///
    /// # Errors
    /// The name that is no scope.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut scopes = Self::default();
        for name in text.split_whitespace() {
            let mut named = scopes.named();
            let scope = named.iter_mut().find(|(known, _)| *known == name);
            *scope.ok_or_else(|| name.to_owned())?.1 = true;
        }
        Ok(scopes)
    }

    /// What they allow, with all that is included in others.
    pub fn included(self) -> Self {
        if self.admin {
            return Self::ALL;
        }
        Self {
            visit: self.visit || self.book,
            study: self.study || self.plan,
            look: self.look || self.plan,
            ..self
        }
    }

    /// Their names, separated by spaces, as [`Self::parse`] reads them.
    pub fn names(mut self) -> String {
        let named = self.named();
        let names: Vec<&str> =
            named.iter().filter(|(_, granted)| **granted).map(|(name, _)| *name).collect();
        names.join(" ")
    }
}
