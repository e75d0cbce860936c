//! The service's numbers for readers. Nothing in a call needs them, since the service sends both itself; a linker drops them where nothing
//! uses them.

/// What is documented of a number.
#[derive(Debug, Clone, Copy)]
pub struct Meaning {
    /// The service's number.
    pub number: u32,
    /// The HTTP statuses that come with it, the most frequent one first; none where it varies.
    pub statuses: &'static [u16],
    /// Its meaning.
    pub text: &'static str,
}

const fn row(number: u32, statuses: &'static [u16], text: &'static str) -> Meaning {
    Meaning { number, statuses, text }
}

/// One for each row of [`super::TABLE`], in the same order.
pub const MEANINGS: &[Meaning] = &[
    row(1001, &[400], "Invalid input"),
    row(1015, &[429], "The edge limits the rate of requests"),
    row(1031, &[], "The edge could not reach the service"),
    row(1101, &[500], "The Worker in between threw an exception"),
    row(2003, &[429], "The gateway's rate limit is reached"),
    row(2005, &[], "The model can't be routed"),
    row(2009, &[401, 503], "The provider rejected the gateway's credentials"),
    row(2014, &[], "The provider behind the gateway took too long"),
    row(2016, &[424], "Guardrails blocked the prompt"),
    row(2017, &[424, 422], "Guardrails blocked the response"),
    row(2021, &[402], "There are not enough credits"),
    row(2029, &[], "Data loss prevention blocked the prompt"),
    row(2030, &[], "Data loss prevention blocked the response"),
    row(2041, &[429], "The gateway's spend limit is used up"),
    row(3003, &[400], "The request is incomplete"),
    row(3006, &[413], "The request is too large"),
    row(3007, &[408], "The request timed out"),
    row(3008, &[408], "The service aborted the request"),
    row(3023, &[403], "The service is not available to this account"),
    row(3030, &[400], "The sequence is too long"),
    row(3036, &[429], "The free daily allocation is used up"),
    row(3039, &[400], "The finetune lacks required files"),
    row(3040, &[429], "The model is out of capacity"),
    row(3041, &[403], "The model is private"),
    row(3042, &[404], "The model id is invalid"),
    row(3046, &[408], "The request timed out"),
    row(4006, &[429], "The free daily neurons are used up"),
    row(5004, &[400], "The data is not valid base64"),
    row(5005, &[405], "The model does not take LoRA adapters"),
    row(5006, &[400], "The input does not fit the model's schema"),
    row(5007, &[400], "There is no such model or task"),
    row(5012, &[422], "The model server refused the input"),
    row(5016, &[403], "The model's licence has not been accepted"),
    row(5018, &[403], "The model is private"),
    row(5019, &[405], "The SDK version is deprecated"),
    row(5021, &[413], "Input and answer exceed the context window"),
    row(5023, &[400], "JSON Schema mode is not supported with streaming"),
    row(5024, &[403, 400], "JSON mode could not be met"),
    row(5025, &[400], "The model does not support JSON schemas"),
    row(5028, &[410], "The model has been removed"),
    row(5035, &[403], "The model needs the Workers Paid plan"),
    row(6003, &[400], "The request's headers are invalid"),
    row(6103, &[400], "The authorization header is malformed"),
    row(6111, &[400], "The authorization header is malformed"),
    row(7000, &[404, 400], "There is no route for that address"),
    row(7001, &[404], "The model server was not found"),
    row(7002, &[404], "There is no such log entry"),
    row(7003, &[404], "There is no such route"),
    row(7013, &[503], "The guardrails service failed"),
    row(7505, &[429], "Too many requests"),
    row(8001, &[400], "The model server refused the input"),
    row(8006, &[400, 500], "The forced tool call could not be finished"),
    row(8007, &[400], "The input exceeds the context window"),
    row(9106, &[400], "Credentials are missing"),
    row(9109, &[403], "The access token is invalid"),
    row(10000, &[401, 403], "Authentication failed"),
];

/// The HTTP statuses that come with a number.
pub fn statuses(number: u32) -> &'static [u16] {
    MEANINGS.iter().find(|row| row.number == number).map_or(&[], |row| row.statuses)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::TABLE;

    #[test]
    fn every_number_has_its_own_meaning() {
        assert_eq!(TABLE.len(), MEANINGS.len());
        for (row, meaning) in TABLE.iter().zip(MEANINGS) {
            assert_eq!(row.number, meaning.number);
            assert!(!meaning.text.is_empty() && !meaning.text.ends_with('.'), "{}", row.number);
        }
    }
}
