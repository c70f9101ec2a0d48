//! One file, read and checked.

mod documents;

use crate::comments::{self, Comments};
use crate::{around, mask};
use documents::Documents;
use podproof_policy::object::PodSource;
use podproof_policy::{
    Answers, Finding, Inventory, NamespaceLabels, Object, Profile, Standing, check_and_fix, objects,
};
use podproof_source::{Error, Node, Pointer, Span, yaml};

/// What was found in a file.
#[derive(Clone, Debug)]
pub struct FileReport {
    /// The file's name in reports.
    pub path: String,
    /// Whether the whole file was read.
    pub status: Status,
    /// What was passed over, and why.
    pub notes: Vec<Note>,
    /// The objects with a pod or with findings.
    pub objects: Vec<ObjectReport>,
    /// The namespaces in it that carry Pod Security labels.
    pub namespaces: Vec<NamespaceLabels>,
    /// Whether all of it that could not be read is a template, to be rendered first.
    pub is_template: bool,
    /// Places that no report may show: credentials often stand there.
    pub masked: Vec<Span>,
    /// Whether admission takes the annotations that ignore findings for settled.
    pub allows_suppressions: bool,
}

/// Whether a file was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Everything in it was judged.
    Checked,
    /// Some of it could not be judged.
    PartlyChecked,
    /// Nothing could be judged.
    Unreadable,
    /// It holds no Kubernetes object.
    PassedOver,
}

/// A remark on a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// The remark.
    pub message: String,
    /// The piece of text it is about.
    pub span: Option<Span>,
}

/// What was found in an object, or in a document that is none.
#[derive(Clone, Debug, Default)]
pub struct ObjectReport {
    /// The document's number among the non-empty ones of the file, from 0.
    pub document: usize,
    /// The item's number in a list, from 0.
    pub item: Option<usize>,
    /// Its place in the document.
    pub at: Pointer,
    /// `apiVersion`, if the document could be read.
    pub api_version: Option<String>,
    /// `kind`, if the document could be read.
    pub kind: Option<String>,
    /// `metadata.namespace`
    pub namespace: Option<String>,
    /// `metadata.name` or `metadata.generateName`
    pub name: Option<String>,
    /// Whether the pod was recognised by its shape, not by its kind.
    pub by_shape: bool,
    /// What is wrong, in the order of the text.
    pub findings: Vec<Finding>,
    /// Where its pod would be admitted.
    pub standing: Option<Standing>,
}

/// What a file is to the one who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A manifest that the cluster reads as it stands.
    Manifest,
    /// A patch of a Kustomize overlay: what is absent may stand in the base.
    Patch,
}

impl Role {
    /// Whether a finding counts: in a patch, only what is there can be wrong.
    pub(crate) fn judges(self, finding: &Finding) -> bool {
        self == Self::Manifest || finding.is_present
    }
}

impl FileReport {
    /// Reads and checks a file.
    pub fn of(path: impl Into<String>, text: &[u8], role: Role, profile: &Profile) -> Self {
        let mut report = Self::unmasked(path, text, role, profile, &Answers::default());
        report.hide_secrets();
        report
    }

    /// Reads and checks a file for a report that has neither source lines nor a verdict: leaves out
    /// most of what to mask, and where its pods would be admitted.
    pub fn findings_only(
        path: impl Into<String>,
        text: &[u8],
        role: Role,
        profile: &Profile,
    ) -> Self {
        // An alias may carry a credential into a message, or a comment into a reason.
        let masks = text.contains(&b'&') || comments::are_in(text);
        let answers = &Answers::default();
        let wanted = Wanted { profile, answers, masks, for_people: false };
        let mut report = Self::empty(path).read(text, role, &wanted);
        report.hide_secrets();
        report
    }

    /// Reads and checks a file, with answers put into the fixes. Its messages and fixes must not be
    /// shown before [`hide_secrets`](Self::hide_secrets).
    pub(crate) fn unmasked(
        path: impl Into<String>,
        text: &[u8],
        role: Role,
        profile: &Profile,
        answers: &Answers,
    ) -> Self {
        let wanted = Wanted { profile, answers, masks: true, for_people: true };
        Self::empty(path).read(text, role, &wanted)
    }

    fn read(mut self, text: &[u8], role: Role, wanted: &Wanted<'_>) -> Self {
        self.allows_suppressions = wanted.profile.allow_suppressions;
        let comments = Comments::of(text, wanted.profile);
        let mut documents = Documents { comments, ..Documents::default() };
        let around = around::inventory(text);
        // Nobody knows what stands between the last text that was read and the next.
        let mut unknown: Option<usize> = None;
        for (document, read) in yaml::read(text).enumerate() {
            match read {
                Ok(read) => {
                    let own = read.root.span.range();
                    let kind = read.root.get("kind").and_then(Node::as_str).unwrap_or_default();
                    // The comments around a secret may tell of it.
                    if mask::is_secret(kind) {
                        unknown.get_or_insert(documents.read_until as usize);
                    }
                    let between = |from: usize| Span::new(from.min(own.start), own.start);
                    self.masked.extend(unknown.take().map(between));
                    unknown = match read.ignored {
                        _ if mask::is_secret(kind) => Some(own.end),
                        Some(ignored) => Some(ignored.range().start),
                        None => None,
                    };
                    self.add_document(document, &read, role, wanted, (&around, &mut documents));
                }
                Err(error) => {
                    documents.add_unread(&error);
                    let read_until = documents.read_until.min(error.span.start) as usize;
                    unknown.get_or_insert(read_until);
                    self.objects.push(ObjectReport::unread(document, &error));
                }
            }
        }
        self.masked.extend(unknown.map(|from| Span::new(from, text.len())));
        mask::join(&mut self.masked);
        self.suppress(std::mem::take(&mut documents.comments), role, wanted.profile);
        self.conclude(&documents, text);
        self
    }

    /// Marks what comments ignore, and adds what is wrong with them.
    fn suppress(&mut self, mut comments: Comments, role: Role, profile: &Profile) {
        if comments.is_empty() {
            return;
        }
        comments.hide(&mut self.masked);
        for object in &mut self.objects {
            comments.mark(&mut object.findings);
        }
        let is_unread =
            |finding: &Finding| finding.rule.id == podproof_policy::rules::UNREAD_TEXT.id;
        // Of a patch only a part is judged.
        let all_judged = role == Role::Manifest && !self.findings().any(is_unread);
        comments.complain(&mut self.objects, profile, all_judged);
    }

    /// Takes values that a masked place lends to messages and fixes out of them.
    pub(crate) fn hide_secrets(&mut self) {
        for finding in self.objects.iter_mut().flat_map(|object| &mut object.findings) {
            mask::redact(finding, &self.masked);
        }
    }

    /// What was found in its objects.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.objects.iter().flat_map(|object| &object.findings)
    }

    /// What was found and is not suppressed.
    pub fn open_findings(&self) -> impl Iterator<Item = &Finding> {
        self.findings().filter(|finding| finding.suppressed.is_none())
    }

    /// A file that could not even be opened.
    pub fn unopened(path: impl Into<String>, why: &str) -> Self {
        let finding = podproof_policy::unread_text(format!("cannot be read: {why}"), None);
        let object = ObjectReport { findings: vec![finding], ..ObjectReport::default() };
        Self { status: Status::Unreadable, objects: vec![object], ..Self::empty(path) }
    }

    /// Leaves the file out, with a note.
    pub fn pass_over(&mut self, why: &str) {
        self.status = Status::PassedOver;
        self.objects.clear();
        self.notes.push(Note { message: why.to_owned(), span: None });
    }

    fn empty(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            status: Status::Checked,
            notes: Vec::new(),
            objects: Vec::new(),
            namespaces: Vec::new(),
            is_template: false,
            masked: Vec::new(),
            allows_suppressions: false,
        }
    }

    fn add_document(
        &mut self,
        document: usize,
        read: &yaml::Document,
        role: Role,
        wanted: &Wanted<'_>,
        (around, documents): (&Inventory, &mut Documents),
    ) {
        let first = self.objects.len();
        documents.read_until = read.root.span.end;
        let objects = objects(&read.root);
        // An empty list is in order, and asks for nothing.
        let mut is_kubernetes = objects.is_empty();
        if wanted.masks {
            mask::collect(&read.root, "", &mut self.masked);
            // Nobody looks at what stands there.
            self.masked.extend(&read.overridden);
        }
        let mut duplicates = read.duplicates.clone();
        for object in objects.into_iter().map(|object| object.among(around)) {
            if wanted.masks {
                mask::collect(object.node, object.kind, &mut self.masked);
            }
            let source = object.pod();
            let judged = object.is_kubernetes() || source.is_some();
            is_kubernetes |= judged || says_what_it_is(object.node);
            self.namespaces.extend(NamespaceLabels::of(&object));
            let mut report = ObjectReport::of(document, &object, source.as_ref(), wanted);
            if role == Role::Patch {
                report.findings.retain(|finding| role.judges(finding));
                report.standing = None;
            }
            if !object.is_kubernetes() {
                // Without a kind nobody knows where its secrets stand.
                self.masked.push(object.node.span);
                let message = "the cluster refuses this: an object needs `apiVersion` and `kind`";
                let place = first_key(&read.root);
                report
                    .findings
                    .insert(0, podproof_policy::unread_text(message.into(), Some(place)));
                documents.headless += 1;
            }
            add_duplicates(&object, &mut duplicates, &mut report.findings, wanted.profile);
            let start = object.node.span.start;
            let is_listed =
                report.standing.is_some() || source.is_some() || !report.findings.is_empty();
            documents.comments.seat(start, &report, is_listed.then_some(self.objects.len()));
            if is_listed {
                self.objects.push(report);
            }
        }
        if is_kubernetes {
            documents.kubernetes += 1;
        } else {
            documents.foreign += 1;
        }
        if is_kubernetes {
            // Those of a list around objects.
            let findings = duplicates
                .into_iter()
                .filter_map(|key| podproof_policy::duplicate_key(wanted.profile, key));
            self.add_to_document(document, first, findings.collect());
        }
        if let Some(ignored) = read.ignored {
            let message = "the cluster never reads this: the document ended before it. \
                           Put `---` on a line of its own between objects";
            let finding = podproof_policy::unread_text(message.into(), Some(ignored));
            documents.ignored += 1;
            self.add_to_document(document, first, vec![finding]);
        }
    }

    /// Adds findings that concern no single object to the first one of the document, or as a report
    /// of their own.
    fn add_to_document(&mut self, document: usize, first: usize, findings: Vec<Finding>) {
        match self.objects.get_mut(first) {
            _ if findings.is_empty() => {}
            Some(object) => object.findings.extend(findings),
            None => {
                self.objects.push(ObjectReport { document, findings, ..ObjectReport::default() });
            }
        }
    }

    fn conclude(&mut self, documents: &Documents, text: &[u8]) {
        let nothing_read = documents.kubernetes == 0;
        self.is_template = documents.unread > 0 && documents.unread == documents.templates;
        // A broken file that never mentions these words is some other program's YAML.
        let may_be_kubernetes = || {
            let words: [&[u8]; 4] = [b"apiVersion", b"kind", b"\\x", b"\\u"];
            documents.unread > documents.broken || words.iter().any(|word| contains(text, word))
        };
        self.status = if nothing_read && (documents.unread == 0 || !may_be_kubernetes()) {
            return self.pass_over("no Kubernetes object in it");
        } else if nothing_read {
            Status::Unreadable
        } else if documents.unread + documents.ignored + documents.headless + documents.foreign > 0
        {
            Status::PartlyChecked
        } else {
            Status::Checked
        };
    }
}

/// What is to be found out about a file.
struct Wanted<'a> {
    profile: &'a Profile,
    /// What goes into fixes.
    answers: &'a Answers,
    /// Whether places to mask matter.
    masks: bool,
    /// Whether the report shows source lines and a verdict.
    for_people: bool,
}

/// The first key of a document: underlining all of it would help nobody.
fn first_key(root: &Node) -> Span {
    let first = root.as_map().and_then(|map| map.entries().first());
    first.map_or(root.span, |entry| entry.key_span)
}

/// Adds the findings for the keys that stand twice in an object, and takes them from the list.
fn add_duplicates(
    object: &Object<'_>,
    duplicates: &mut Vec<Span>,
    findings: &mut Vec<Finding>,
    profile: &Profile,
) {
    let span = object.node.span;
    let is_inside = |key: &mut Span| span.start <= key.start && key.end <= span.end;
    let inside = duplicates.extract_if(.., is_inside);
    let found = inside.filter_map(|key| podproof_policy::duplicate_key(profile, key));
    let mut found: Vec<Finding> = found.collect();
    if found.is_empty() {
        return;
    }
    podproof_policy::suppress::mark_others(object, profile, &mut found);
    findings.append(&mut found);
    findings.sort_by_key(|finding| finding.span);
}

/// Whether something says that it is an object of the cluster, or holds such a thing, although
/// perhaps not in the right way.
fn says_what_it_is(node: &Node) -> bool {
    let is_text = |key| node.get(key).is_some_and(|value| value.as_str().is_some());
    let items = node.as_list().unwrap_or_default();
    is_text("apiVersion") || is_text("kind") || items.iter().any(says_what_it_is)
}

fn contains(text: &[u8], word: &[u8]) -> bool {
    memchr::memmem::find(text, word).is_some()
}

impl ObjectReport {
    fn of(
        document: usize,
        object: &Object<'_>,
        source: Option<&PodSource<'_>>,
        wanted: &Wanted<'_>,
    ) -> Self {
        let owned = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let findings = check_and_fix(object, wanted.profile, Some(wanted.answers));
        let judged = source.filter(|_| wanted.for_people);
        Self {
            document,
            item: object.item,
            at: object.at.clone(),
            api_version: owned(object.api_version),
            kind: owned(object.kind),
            namespace: object.namespace().map(str::to_owned),
            name: object.name().map(str::to_owned),
            by_shape: source.is_some_and(|source| source.by_shape),
            findings,
            standing: judged.map(|source| Standing::of(&source.pod)),
        }
    }

    fn unread(document: usize, error: &Error) -> Self {
        let message = format!("{error}. Next step: {}", error.next_step());
        let finding = podproof_policy::unread_text(message, Some(error.span));
        Self { document, findings: vec![finding], ..Self::default() }
    }

    /// `Deployment web`: how a report names it.
    pub fn title(&self) -> String {
        title(self.kind.as_deref(), self.name.as_deref(), self.document)
    }
}

/// `Deployment web`: how a report names an object.
pub(crate) fn title(kind: Option<&str>, name: Option<&str>, document: usize) -> String {
    let kind = kind.unwrap_or("document");
    match name {
        Some(name) => format!("{kind} {name}"),
        None => format!("{kind} {document}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{FileReport, Role, Status};
    use podproof_policy::{Base, Profile, Version};

    fn report(text: &str) -> FileReport {
        let profile = Profile::new(Base::Restricted, Version::Latest);
        FileReport::of("test.yaml", text.as_bytes(), Role::Manifest, &profile)
    }

    #[test]
    fn a_key_that_stands_twice_is_found_in_its_object() {
        let profile = Profile::new(Base::Aks, Version::Latest);
        let duplicates = |text: &str| {
            let report = FileReport::of("test.yaml", text.as_bytes(), Role::Manifest, &profile);
            let mut found = Vec::new();
            for object in &report.objects {
                let own = object.findings.iter().filter(|found| found.rule.id == "duplicate-key");
                found.extend(own.map(|own| {
                    (object.item, own.span.map(|span| text[span.range()].to_owned()).unwrap())
                }));
            }
            found
        };
        let pod = "apiVersion: v1, kind: Pod, metadata: {name: a, name: b}";
        let name = || "name".to_owned();
        assert_eq!(duplicates(&format!("{{{pod}}}\n")), [(None, name())]);
        let list =
            format!("{{apiVersion: v1, kind: List, items: [{{}}], items: [{{}}, {{{pod}}}]}}");
        assert_eq!(duplicates(&list), [(Some(0), "items".to_owned()), (Some(1), name())]);
        let merged = "apiVersion: v1\nkind: Pod\nmetadata:\n  labels: &a {x: y}\n  annotations:\n    \
                      <<: *a\n    <<: {z: 1}\n    x: z\n    z: '2'\n";
        assert_eq!(duplicates(merged), []);
        assert_eq!(duplicates("{a: 1, a: 2}\n"), []);
    }

    #[test]
    fn what_could_not_be_judged_is_never_clean() {
        let unread = |text: &str| {
            let report = report(text);
            let findings = report.objects.iter().flat_map(|object| &object.findings);
            (report.status, findings.filter(|finding| finding.rule.id == "unread-text").count())
        };
        let namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n";
        assert_eq!(unread(namespace), (Status::Checked, 0));
        assert_eq!(unread(&format!("{namespace}...\nkind: Pod\n")), (Status::PartlyChecked, 1));
        assert_eq!(unread(&format!("{namespace}---\nspec: {{}}\n")), (Status::PartlyChecked, 1));
        assert_eq!(unread(&format!("{namespace}---\na: b: c\n")), (Status::PartlyChecked, 1));
        assert_eq!(unread("apiVersion: {{ x }}\n"), (Status::Unreadable, 1));
        assert_eq!(unread("on: push\njobs: []\n"), (Status::PassedOver, 0));
    }
}
