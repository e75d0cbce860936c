//! Which interface a request is for.

use crate::error::{Code, Error};
use crate::text::concat;

/// An interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// `/v1/chat/completions`
    Chat,
}

/// The interfaces: the end of the path, the method, and what is meant.
const ROUTES: [(&str, &str, Route); 1] = [("/chat/completions", "POST", Route::Chat)];

impl Route {
    /// Reads method and path. What stands before the interface's own part does not matter: clients are given all kinds of base URLs.
    pub fn of(method: &str, path: &str) -> Result<Self, Error> {
        let path = path.trim_end_matches('/');
        match ROUTES.iter().find(|(end, ..)| path.ends_with(end)) {
            Some((_, own, route)) if *own == method => Ok(route.clone()),
            Some((end, own, _)) => Err(wrong_method(end, own)),
            None => Err(unknown()),
        }
    }
}

fn wrong_method(end: &str, own: &str) -> Error {
    let mut error = Error::new(Code::InvalidInput, concat(&["/v1", end, " is asked with ", own, "."]));
    error.status = Some(405);
    error
}

fn unknown() -> Error {
    let own = ROUTES.iter().map(|(end, ..)| concat(&["/v1", end])).collect::<Vec<_>>().join(", ");
    let mut error =
        Error::new(Code::NotFound, concat(&["There is no such interface. There are: ", &own, "."]));
    error.status = Some(404);
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_the_path_tells() {
        for path in [
            "/v1/chat/completions",
            "/chat/completions/",
            "/v1/v1/chat/completions",
            "/any/v1/chat/completions",
        ] {
            assert_eq!(Route::of("POST", path), Ok(Route::Chat), "{path}");
        }
        assert_eq!(Route::of("GET", "/v1/chat/completions").unwrap_err().status, Some(405));
        assert_eq!(Route::of("POST", "/v1/fine_tuning/jobs").unwrap_err().status, Some(404));
    }
}
