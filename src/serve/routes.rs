//! Which endpoint a path belongs to: the templates of the table as a tree of their segments.
//!
//! Axum's router would write the parameters of each path down for extractors, which nothing here reads; that and the
//! boxes around its routes were a seventh of a rename.

use std::sync::Arc;

use super::endpoint::Endpoint;
use crate::api::{IDENTITY, OPERATIONS, Operation, places};
use crate::shared::Shared;

/// All paths of SDRS.
pub(super) struct Routes {
    root: Node,
    /// What answers a path that no operation has.
    unknown: Endpoint,
}

/// A place between two segments.
#[derive(Default)]
struct Node {
    literals: Vec<(&'static str, Node)>,
    /// Where any other segment leads.
    parameter: Option<Box<Node>>,
    /// What is here, if a path may end here.
    endpoint: Option<Endpoint>,
}

impl Routes {
    /// The endpoints of all operations.
    pub(super) fn new(shared: &Arc<Shared>) -> Self {
        let mut root = Node::default();
        let paths = |table: &'static [Operation]| table.chunk_by(|one, next| one.path == next.path);
        for operations in paths(OPERATIONS).chain(paths(IDENTITY)) {
            for place in places(operations[0].path) {
                let end = place.split('/').skip(1).fold(&mut root, Node::grow);
                end.endpoint = Some(Endpoint::new(Arc::clone(shared), operations));
            }
        }
        root.reserve(shared);
        let unknown = Endpoint::new(Arc::clone(shared), &[]);
        Self { root, unknown }
    }

    /// The endpoint that a path belongs to, if there is one.
    pub(super) fn find(&self, path: &str) -> Option<&Endpoint> {
        self.root.find(path.strip_prefix('/')?)
    }

    /// The endpoint that a path belongs to, be it that of no operation.
    pub(super) fn find_or_unknown(&self, path: &str) -> &Endpoint {
        self.find(path).unwrap_or(&self.unknown)
    }

    /// The endpoint of paths that no operation has.
    pub(super) fn unknown(&self) -> &Endpoint {
        &self.unknown
    }
}

impl Node {
    /// The place behind one segment of a template; made where it is not there yet.
    fn grow(&mut self, segment: &'static str) -> &mut Self {
        if segment.starts_with('{') {
            return self.parameter.get_or_insert_default();
        }
        let known = self.literals.iter().position(|(literal, _)| *literal == segment);
        let place = known.unwrap_or_else(|| {
            self.literals.push((segment, Self::default()));
            self.literals.len() - 1
        });
        &mut self.literals[place].1
    }

    /// Lets no word of a template be an ID where one may end a path: most have methods of their own, the others none.
    fn reserve(&mut self, shared: &Arc<Shared>) {
        let ends_in_id = self.parameter.as_ref().is_some_and(|node| node.endpoint.is_some());
        for (_, node) in &mut self.literals {
            if ends_in_id {
                node.endpoint
                    .get_or_insert_with(|| Endpoint::reserved(Arc::clone(shared)));
            }
            node.reserve(shared);
        }
        if let Some(node) = &mut self.parameter {
            node.reserve(shared);
        }
    }

    /// What the rest of a path leads to. A word of a template goes before a parameter in its place, but where the path
    /// does not go on behind it, the parameter is tried: an ID may be called as a collection is.
    fn find(&self, rest: &str) -> Option<&Endpoint> {
        let end = memchr::memchr(b'/', rest.as_bytes());
        let (segment, rest) = match end {
            Some(end) => (&rest[..end], Some(&rest[end + 1..])),
            None => (rest, None),
        };
        let literal = self.literals.iter().find(|(literal, _)| *literal == segment);
        let found = literal.and_then(|(_, node)| node.end_or_find(rest));
        // The last segment of a path that ends with a slash is no parameter.
        let is_parameter = rest.is_some() || !segment.is_empty();
        found.or_else(|| self.parameter.as_ref().filter(|_| is_parameter)?.end_or_find(rest))
    }

    fn end_or_find(&self, rest: Option<&str>) -> Option<&Endpoint> {
        match rest {
            None => self.endpoint.as_ref(),
            Some(rest) => self.find(rest),
        }
    }
}
