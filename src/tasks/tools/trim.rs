//! Selects the messages to drop from a conversation that is too long: the oldest whole turns. A turn is a
//! user message and all messages up to the user's next one, so no call loses its result and no answer its
//! question. System messages are kept, and so is the last turn; if that alone is too long, its oldest rounds
//! (the model's calls with their results) are dropped, but never the last round.

/// The relevant properties of a message.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// The role.
    pub role: Role,
    /// Its length in tokens.
    pub tokens: f64,
}

/// The role of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The developer.
    System,
    /// A person.
    User,
    /// The model.
    Assistant,
    /// A tool.
    Tool,
}

impl Role {
    /// By its name; an unknown role counts as the user.
    pub fn named(name: &str) -> Self {
        match name {
            "system" | "developer" => Role::System,
            "assistant" => Role::Assistant,
            "tool" | "function" => Role::Tool,
            _ => Role::User,
        }
    }
}

/// The result of trimming.
#[derive(Debug, Clone, PartialEq)]
pub struct Trimmed {
    /// The indexes of the dropped messages, in order.
    pub dropped: Vec<usize>,
    /// The tokens of the kept messages.
    pub tokens: f64,
}

/// Drops messages until at most `limit` tokens are kept, if possible; drops at least `least` turns or rounds,
/// if there are that many.
pub fn trim(messages: &[Measured], limit: f64, least: usize) -> Trimmed {
    let mut tokens: f64 = messages.iter().map(|message| message.tokens).sum();
    let mut dropped = Vec::new();
    for (count, unit) in units(messages).into_iter().enumerate() {
        if tokens <= limit && count >= least {
            break;
        }
        tokens -=
            unit.iter().filter_map(|place| messages.get(*place)).map(|message| message.tokens).sum::<f64>();
        dropped.extend(unit);
    }
    Trimmed { dropped, tokens }
}

/// The indexes of messages that are dropped together, the oldest first.
fn units(messages: &[Measured]) -> Vec<Vec<usize>> {
    let is = |place: usize, role: Role| messages.get(place).is_some_and(|message| message.role == role);
    let last_turn = (0..messages.len()).rfind(|place| is(*place, Role::User)).unwrap_or(0);
    let mut units: Vec<Vec<usize>> = Vec::new();
    for place in (0..last_turn).filter(|place| !is(*place, Role::System)) {
        // Messages before the user's first one are a turn as well.
        if is(place, Role::User) || units.is_empty() {
            units.push(Vec::new());
        }
        if let Some(unit) = units.last_mut() {
            unit.push(place);
        }
    }
    let mut rounds: Vec<Vec<usize>> = Vec::new();
    for place in last_turn..messages.len() {
        if is(place, Role::Assistant) {
            rounds.push(vec![place]);
        } else if is(place, Role::Tool)
            && let Some(round) = rounds.last_mut()
        {
            round.push(place);
        }
    }
    rounds.pop();
    units.extend(rounds);
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(roles: &str) -> Vec<Measured> {
        let role = |sign| match sign {
            's' => Role::System,
            'a' => Role::Assistant,
            't' => Role::Tool,
            _ => Role::User,
        };
        roles.chars().map(|sign| Measured { role: role(sign), tokens: 10.0 }).collect()
    }

    fn kept(roles: &str, limit: f64, least: usize) -> String {
        let trimmed = trim(&messages(roles), limit, least);
        let kept: String = roles
            .chars()
            .enumerate()
            .filter(|(place, _)| !trimmed.dropped.contains(place))
            .map(|(_, role)| role)
            .collect();
        assert_eq!(trimmed.tokens, kept.len() as f64 * 10.0);
        kept
    }

    #[test]
    fn the_oldest_turns_go_as_a_whole() {
        assert_eq!(kept("suauau", 60.0, 0), "suauau");
        assert_eq!(kept("suauau", 59.0, 0), "suau");
        assert_eq!(kept("suauau", 0.0, 0), "su");
        assert_eq!(kept("suattaua", 60.0, 0), "sua");
        assert_eq!(kept("ausau", 30.0, 0), "su");
    }

    #[test]
    fn at_least_one_goes_where_one_is_required() {
        assert_eq!(kept("uaua", 1_000.0, 1), "ua");
        assert_eq!(kept("u", 0.0, 5), "u");
        assert_eq!(kept("", 0.0, 5), "");
    }

    #[test]
    fn rounds_of_the_last_turn_go_but_the_last() {
        assert_eq!(kept("suatattat", 0.0, 0), "suat");
        assert_eq!(kept("suatattat", 70.0, 0), "suattat");
        assert_eq!(kept("uauatat", 50.0, 0), "uatat");
        assert_eq!(kept("ua", 0.0, 0), "ua");
    }
}
