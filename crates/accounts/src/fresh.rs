//! Answers of GitLab that stay good for a while.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// How many answers are kept at most.
const MOST: usize = 10_000;

/// Remembers answers for a fixed time; an older one is never given.
pub(crate) struct Fresh<K, V> {
    keep: SignedDuration,
    answers: Mutex<HashMap<K, (V, Timestamp)>>,
}

impl<K: Hash + Eq, V: Clone> Fresh<K, V> {
    pub(crate) fn new(keep: SignedDuration) -> Self {
        Self {
            keep,
            answers: Mutex::default(),
        }
    }

    pub(crate) fn get(&self, key: &K, now: Timestamp) -> Option<V> {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let (answer, at) = answers.get(key)?;
        self.is_fresh(*at, now).then(|| answer.clone())
    }

    pub(crate) fn put(&self, key: K, answer: V, now: Timestamp) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if MOST <= answers.len() {
            answers.retain(|_, (_, at)| self.is_fresh(*at, now));
        }
        if MOST <= answers.len() {
            answers.clear();
        }
        answers.insert(key, (answer, now));
    }

    pub(crate) fn forget(&self, key: &K) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.remove(key);
    }

    fn is_fresh(&self, at: Timestamp, now: Timestamp) -> bool {
        now.duration_since(at) < self.keep
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn an_answer_is_given_until_it_is_too_old() {
        let answers = Fresh::new(SignedDuration::from_secs(60));
        answers.put("ana", 40, at(0));
        assert_eq!(answers.get(&"ana", at(59)), Some(40));
        assert_eq!(answers.get(&"ana", at(60)), None);
        assert_eq!(answers.get(&"ben", at(0)), None);
    }

    #[test]
    fn more_answers_than_fit_push_out_old_ones() {
        let answers = Fresh::new(SignedDuration::from_secs(60));
        for key in 0..MOST {
            answers.put(key, (), at(0));
        }
        answers.put(MOST, (), at(30));
        assert_eq!(answers.answers.lock().unwrap().len(), 1);
        assert_eq!(answers.get(&MOST, at(30)), Some(()));
    }
}
