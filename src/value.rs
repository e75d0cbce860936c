//! Dynamically typed values: a caller's input and options, a service's answer.
//!
//! The client's rules read them through [`Value`], wherever they live: JavaScript's own objects in the npm package
//! (`crate::js::value::Js`), JSON in a plain Rust program and in tests ([`json`]). Nothing is copied to be looked at.
//!
//! What is made of them is a [`Tree`]: new objects and lists with the caller's own values as leaves, and media in the form that a
//! model wants as leaves that are converted when the request is written.

mod from_value;
pub mod json;

pub(crate) use from_value::answers;
pub use from_value::{FromValue, member};

/// A value of somebody else's. A read of one never fails: what cannot be read is not there.
pub trait Value: Clone {
    /// A member of an object that is there: `null` counts, `undefined` does not.
    fn member(&self, name: &'static str) -> Option<Self>;
    /// Has it a member of this name, be it `undefined`?
    fn has(&self, name: &'static str) -> bool {
        self.member(name).is_some()
    }
    /// Names and values of an object, of a `Headers`, of a list of pairs; what is no pair comes as a name alone. None where it is neither.
    fn pairs(&self) -> Option<Vec<(Self, Option<Self>)>>;
    /// The members of an object, in their order, those that are `undefined` left out.
    fn members(&self) -> Vec<(String, Self)>;
    /// The items of a list; none where it is not one.
    fn items(&self) -> Vec<Self>;
    /// What it is. Linear in the length of a list, constant otherwise.
    fn shape(&self) -> Shape;
    /// A string, all of it.
    fn text(&self) -> Option<String>;
    /// A string's beginning, at most [`HEAD`] UTF-16 units of it: enough for a name, a code or the scheme of an address.
    fn head(&self) -> Option<String>;
    /// A boolean.
    fn boolean(&self) -> Option<bool>;
    /// A number; infinite ones and NaN count.
    fn number(&self) -> Option<f64>;
    /// In which form it has bytes, if it has.
    fn media(&self) -> Option<MediaForm>;
    /// The media type that a `Blob` or a `Response` states; not empty.
    fn stated_type(&self) -> Option<String>;
    /// What it is, for a sentence: "a string", "an array". Never what it says.
    fn kind(&self) -> String;
    /// JSON text; none for what has no such form (a cycle, a BigInt).
    fn to_json(&self) -> Option<String>;
    /// The name of a member that an object's class computes: it can be read, and is not sent.
    fn computed(&self) -> Option<String> {
        None
    }
    /// The name of a member of an object that throws when it is read, which otherwise counts as absent.
    fn unreadable(&self) -> Option<String> {
        None
    }

    /// A member that is there and not `null`.
    fn get(&self, name: &'static str) -> Option<Self> {
        self.member(name).filter(|member| !member.is_null())
    }
    /// `null`
    fn is_null(&self) -> bool {
        matches!(self.shape(), Shape::Null)
    }
    /// An object with members, no list, no bytes, no form.
    fn is_object(&self) -> bool {
        matches!(self.shape(), Shape::Object)
    }
    /// A list.
    fn is_list(&self) -> bool {
        matches!(self.shape(), Shape::List(_) | Shape::Texts(..) | Shape::Numbers(..))
    }
    /// The media type that a blob, a response or a data URL names.
    fn media_type(&self) -> Option<String> {
        self.stated_type().or_else(|| {
            let head = self.head()?;
            let (stated, _) = head.strip_prefix("data:")?.split_once([';', ','])?;
            Some(stated.to_owned()).filter(|stated| !stated.is_empty())
        })
    }
    /// Is it this string?
    fn is_text(&self, text: &str) -> bool {
        self.head().as_deref() == Some(text)
    }
}

/// Most UTF-16 units that [`Value::head`] gives.
pub const HEAD: usize = 256;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shape {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean,
    /// A number.
    Number(f64),
    /// A string and its length in UTF-16 units.
    Text(usize),
    /// A list of strings, how many, and the place of the first empty one.
    Texts(usize, Option<usize>),
    /// A list of numbers, how many, and whether all of them are bytes: whole ones from 0 to 255.
    Numbers(usize, bool),
    /// Another list, the empty one included.
    List(usize),
    /// Bytes in one of their forms, and how many where that is known; see [`Value::media`].
    Media(Option<usize>),
    /// A `FormData`.
    Form,
    /// An object with members.
    Object,
    /// Something that no service takes: a function, a symbol, a BigInt.
    Other,
}

/// The forms in which callers have bytes, strings and lists of numbers apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaForm {
    /// An `ArrayBuffer`, a typed array, a `DataView`.
    Bytes,
    /// A `Blob` or a `File`.
    Blob,
    /// A `ReadableStream`; it can be read once.
    Stream,
    /// A `Response` and its status; it can be read once.
    Response(u16),
}

/// A value in the making, with values of type `V` as leaves.
#[derive(Debug, Clone, PartialEq)]
pub enum Tree<V> {
    /// A value as it is. Whoever writes it copies lists and plain objects, so that the caller's later changes have no effect.
    Value(V),
    /// Media in another form than the caller has it in.
    Media(Media<V>),
    /// A boolean.
    Boolean(bool),
    /// A number.
    Number(f64),
    /// A string.
    Text(String),
    /// A list.
    List(Vec<Tree<V>>),
    /// An object.
    Object(Members<V>),
}

/// The members of an object in the making, in their order.
pub type Members<V> = Vec<(String, Tree<V>)>;

/// Media as a part of a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Media<V> {
    /// The caller's value.
    pub value: V,
    /// The form in which the model takes it.
    pub form: WireForm,
    /// Its media type, where somebody has stated it; else its first bytes tell.
    pub media_type: Option<String>,
    /// The caller's name for it, for refusals: `audio`, `image.1`.
    pub field: String,
}

/// The forms in which media goes to the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WireForm {
    /// An array of numbers, one a byte.
    Numbers,
    /// A base64 string.
    Base64,
    /// A base64 data URL.
    DataUrl,
    /// `{ body: ReadableStream, contentType }`; the binding only.
    Stream,
    /// `{ body: base64, contentType }`; the binding through a gateway.
    Wrapped,
    /// The body of the request itself.
    Body,
    /// A part of a form.
    Part,
}

impl<V> Tree<V> {
    /// An object of some members.
    pub fn object<const N: usize>(members: [(&str, Tree<V>); N]) -> Self {
        Tree::Object(members.into_iter().map(|(name, member)| (name.to_owned(), member)).collect())
    }
}
