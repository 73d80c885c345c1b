//! The parameters of a path, found where the route's template says that they are.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// Where a route's template has a parameter, so that no request searches the template again.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    name: &'static str,
    /// Bytes between the parameter before it, or the start, and this one: the same in every path that matched.
    before: usize,
    /// Whether nothing follows it, so that it is the rest of the path.
    last: bool,
}

impl Place {
    /// The places of all parameters, which the template's braces tell.
    pub fn all(mut template: &'static str) -> Vec<Self> {
        let mut places = Vec::new();
        while let Some((before, rest)) = template.split_once('{')
            && let Some((name, rest)) = rest.split_once('}')
        {
            let (before, last) = (before.len(), rest.is_empty());
            places.push(Self { name, before, last });
            template = rest;
        }
        places
    }
}

/// One parameter of a path.
#[derive(Debug, Clone, Copy)]
pub struct Parameter<'r> {
    /// What the route calls it.
    pub name: &'static str,
    written: &'r str,
}

impl<'r> Parameter<'r> {
    /// Its value; bytes that are not UTF-8 become a replacement character, which no ID may have.
    pub fn text(&self) -> Cow<'r, str> {
        if self.written.as_bytes().contains(&b'%') {
            percent_decode_str(self.written).decode_utf8_lossy()
        } else {
            Cow::Borrowed(self.written)
        }
    }

    /// Its value, if it is UTF-8: for what may hold a replacement character of its own.
    pub fn exact(&self) -> Option<Cow<'r, str>> {
        percent_decode_str(self.written).decode_utf8().ok()
    }
}

/// The parameters of a path in the order of their places.
pub struct Parameters<'r> {
    places: std::slice::Iter<'r, Place>,
    path: &'r str,
}

impl<'r> Parameters<'r> {
    /// The parameters that the path has at these places.
    pub fn new(places: &'r [Place], path: &'r str) -> Self {
        let places = places.iter();
        Self { places, path }
    }
}

impl<'r> Iterator for Parameters<'r> {
    type Item = Parameter<'r>;

    fn next(&mut self) -> Option<Parameter<'r>> {
        let place = self.places.next()?;
        let rest = self.path.get(place.before..)?;
        let end = if place.last {
            None
        } else {
            memchr::memchr(b'/', rest.as_bytes())
        };
        let (written, path) = rest.split_at(end.unwrap_or(rest.len()));
        self.path = path;
        let name = place.name;
        Some(Parameter { name, written })
    }
}
