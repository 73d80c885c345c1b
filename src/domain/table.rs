//! [`Table`]: the rows of one resource in the order of their creation, found by ID, by group, or page by page.

use std::collections::HashMap;

use indexmap::set::Slice;
use indexmap::{IndexMap, IndexSet};

use serde::ser::{Serialize, Serializer};

use super::code::Refusal;
use super::protection_group::ProtectionGroup;
use super::resource::{Id, Resource};

/// The rows of one resource. Lists show the newest first; a page costs its own length, however far back it lies.
#[derive(Debug, Clone)]
pub struct Table<T> {
    rows: IndexMap<Id<T>, T>,
    by_group: HashMap<Id<ProtectionGroup>, IndexSet<Id<T>>>,
}

/// Which part of a list is asked for: how many rows after how many skipped ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Rows to skip.
    pub offset: usize,
    /// Rows to show at most.
    pub limit: usize,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self {
            rows: IndexMap::new(),
            by_group: HashMap::new(),
        }
    }
}

impl<T: Resource + PartialEq> PartialEq for Table<T> {
    fn eq(&self, other: &Self) -> bool {
        self.rows.values().eq(other.rows.values())
            && self.by_group.len() == other.by_group.len()
            && self
                .by_group
                .iter()
                .all(|(group, ids)| other.by_group.get(group).is_some_and(|others| ids.iter().eq(others)))
    }
}

impl<T: Resource> Serialize for Table<T> {
    /// A list, the newest row first, as the API shows it.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.newest_first())
    }
}

impl<T: Resource> Table<T> {
    /// Adds the newest row; its ID must not be in use.
    pub fn insert(&mut self, row: T) {
        if let Some(group) = row.group() {
            self.by_group.entry(group).or_default().insert(row.id());
        }
        self.rows.insert(row.id(), row);
    }

    /// Takes a row out, keeping the order of the others.
    pub fn remove(&mut self, id: Id<T>) -> Option<T> {
        let row = self.rows.shift_remove(&id)?;
        if let Some(group) = row.group()
            && let Some(ids) = self.by_group.get_mut(&group)
        {
            ids.shift_remove(&id);
            if ids.is_empty() {
                self.by_group.remove(&group);
            }
        }
        Some(row)
    }

    /// The row of this ID.
    pub fn find(&self, id: Id<T>) -> Option<&T> {
        self.rows.get(&id)
    }

    /// The same, to change it; its ID and its group stay.
    pub fn find_mut(&mut self, id: Id<T>) -> Option<&mut T> {
        self.rows.get_mut(&id)
    }

    /// The row that the URL names, or the refusal that says that there is none.
    pub fn get(&self, id: Id<T>) -> Result<&T, Refusal> {
        self.find(id).ok_or_else(|| T::NOT_FOUND.absent())
    }

    /// The row that a body names, or the refusal that says that there is none.
    pub fn named(&self, id: Id<T>) -> Result<&T, Refusal> {
        self.find(id)
            .ok_or_else(|| T::NOT_FOUND.because(format!("there is no {} {id}", T::NAME)))
    }

    /// Where the row that the URL names stands, for [`Table::at_mut`]; so finding it first copies nothing.
    pub fn position(&self, id: Id<T>) -> Result<usize, Refusal> {
        self.rows.get_index_of(&id).ok_or_else(|| T::NOT_FOUND.absent())
    }

    /// The row at a position that was just found.
    pub fn at_mut(&mut self, position: usize) -> &mut T {
        self.rows
            .get_index_mut(position)
            .expect("a position lives as long as the table is not changed")
            .1
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The rows, newest first.
    pub fn newest_first(&self) -> impl Iterator<Item = &T> {
        self.rows.values().rev()
    }

    /// The rows of a group, newest first.
    pub fn of_group(&self, group: Id<ProtectionGroup>) -> impl ExactSizeIterator<Item = &T> {
        self.ids_of_group(group).map(|id| &self.rows[id])
    }

    /// The IDs of the rows of a group, newest first.
    fn ids_of_group(&self, group: Id<ProtectionGroup>) -> impl ExactSizeIterator<Item = &Id<T>> {
        let ids = self.by_group.get(&group);
        ids.map_or(<&Slice<_>>::default(), IndexSet::as_slice).iter().rev()
    }

    /// Changes every row, oldest first.
    pub fn each_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.rows.values_mut()
    }

    /// How many rows pass the filter, and those of them that are on the page, newest first.
    ///
    /// Without a filter the rows outside the page are not looked at.
    pub fn page<'t>(
        &'t self,
        group: Option<Id<ProtectionGroup>>,
        filter: Option<&dyn Fn(&T) -> bool>,
        page: Page,
    ) -> (usize, Vec<&'t T>) {
        match (group, filter) {
            (None, None) => cut(self.rows.values().rev(), page),
            (Some(group), None) => {
                // Cut first, looked up then: what is skipped would be looked up too.
                let (count, ids) = cut(self.ids_of_group(group), page);
                (count, ids.into_iter().map(|id| &self.rows[id]).collect())
            }
            (None, Some(filter)) => sift(self.newest_first(), filter, page),
            (Some(group), Some(filter)) => sift(self.of_group(group), filter, page),
        }
    }
}

/// The page of an unfiltered list, at the cost of its own length.
fn cut<'t, T>(rows: impl ExactSizeIterator<Item = &'t T>, page: Page) -> (usize, Vec<&'t T>) {
    (rows.len(), rows.skip(page.offset).take(page.limit).collect())
}

/// The page of a filtered list; every row is looked at, for `count` counts them all.
pub fn sift<'t, T>(rows: impl Iterator<Item = &'t T>, filter: &dyn Fn(&T) -> bool, page: Page) -> (usize, Vec<&'t T>) {
    let mut count = 0;
    let mut shown = Vec::new();
    for row in rows.filter(|row| filter(row)) {
        if count >= page.offset && shown.len() < page.limit {
            shown.push(row);
        }
        count += 1;
    }
    (count, shown)
}
