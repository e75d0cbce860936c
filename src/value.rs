//! Dynamically typed values: a caller's input and options, a service's answer.
//!
//! The client's rules read them through [`Value`], wherever they are stored: JavaScript's own objects in the
//! npm package (`crate::js::value::Js`), JSON in a plain Rust program and in tests ([`json`]). Reading does
//! not copy them.
//!
//! Values that are built from them are a [`Tree`]: new objects and lists with the caller's values as leaves.
//! Media that a model accepts in another form are leaves too, which are converted when the request is
//! written.

mod from_value;
pub mod json;

pub(crate) use from_value::answers;
pub use from_value::{FromValue, member};

/// A foreign value. Reads never fail: a member that cannot be read counts as absent.
pub trait Value: Clone {
    /// A member that is present: `null` counts, `undefined` does not.
    fn member(&self, name: &'static str) -> Option<Self>;
    /// True if it has a member of this name, even if that is `undefined`.
    fn has(&self, name: &'static str) -> bool {
        self.member(name).is_some()
    }
    /// Names and values of an object, of a `Headers`, of a list of pairs; an item that is no pair is returned
    /// as a name only. None for other values.
    fn pairs(&self) -> Option<Vec<(Self, Option<Self>)>>;
    /// The members of an object, in their order, except for those that are `undefined`.
    fn members(&self) -> Vec<(String, Self)>;
    /// The items of a list; empty for other values.
    fn items(&self) -> Vec<Self>;
    /// Its type. Linear in the length of a list, constant otherwise.
    fn shape(&self) -> Shape;
    /// A string.
    fn text(&self) -> Option<String>;
    /// The beginning of a string, at most [`HEAD`] UTF-16 units: enough for a name, a code or a URL's scheme.
    fn head(&self) -> Option<String>;
    /// A boolean.
    fn boolean(&self) -> Option<bool>;
    /// A number, including infinite ones and NaN.
    fn number(&self) -> Option<f64>;
    /// The form of its bytes, if it contains any.
    fn media(&self) -> Option<MediaForm>;
    /// The media type of a `Blob` or a `Response`, if it is not empty.
    fn stated_type(&self) -> Option<String>;
    /// Its type for a message: "a string", "an array". Never its contents.
    fn kind(&self) -> String;
    /// JSON text; none for values without one (a cycle, a BigInt).
    fn to_json(&self) -> Option<String>;
    /// The name of a getter of an object's class: it can be read, and is not sent.
    fn computed(&self) -> Option<String> {
        None
    }
    /// The name of a member that throws when it is read, which otherwise counts as absent.
    fn unreadable(&self) -> Option<String> {
        None
    }

    /// A member that is present and not `null`.
    fn get(&self, name: &'static str) -> Option<Self> {
        self.member(name).filter(|member| !member.is_null())
    }
    /// `null`
    fn is_null(&self) -> bool {
        matches!(self.shape(), Shape::Null)
    }
    /// True for an object with members that is not a list, bytes or a form.
    fn is_object(&self) -> bool {
        matches!(self.shape(), Shape::Object)
    }
    /// A list.
    fn is_list(&self) -> bool {
        matches!(self.shape(), Shape::List(_) | Shape::Texts(..) | Shape::Numbers(..))
    }
    /// The media type of a blob, a response or a data URL.
    fn media_type(&self) -> Option<String> {
        self.stated_type().or_else(|| {
            let head = self.head()?;
            let (stated, _) = head.strip_prefix("data:")?.split_once([';', ','])?;
            Some(stated.to_owned()).filter(|stated| !stated.is_empty())
        })
    }
    /// True if it is this string.
    fn is_text(&self, text: &str) -> bool {
        self.head().as_deref() == Some(text)
    }
}

/// Limit of [`Value::head`] in UTF-16 units.
pub const HEAD: usize = 256;

/// The type of a value.
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
    /// A list of strings, its length, and the index of the first empty one.
    Texts(usize, Option<usize>),
    /// A list of numbers, its length, and whether all of them are bytes: whole numbers from 0 to 255.
    Numbers(usize, bool),
    /// Another list, the empty one included.
    List(usize),
    /// Bytes in one of their forms, and their number if it is known; see [`Value::media`].
    Media(Option<usize>),
    /// A `FormData`.
    Form,
    /// An object with members.
    Object,
    /// A value that no service accepts: a function, a symbol, a BigInt.
    Other,
}

/// The forms of callers' bytes, except for strings and lists of numbers.
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

/// A new value, with values of type `V` as leaves.
#[derive(Debug, Clone, PartialEq)]
pub enum Tree<V> {
    /// An existing value. It is copied when it is written, so that later changes by the caller have no
    /// effect.
    Value(V),
    /// Media that are converted to another form.
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

/// The members of a new object, in their order.
pub type Members<V> = Vec<(String, Tree<V>)>;

/// Media as a part of a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Media<V> {
    /// The caller's value.
    pub value: V,
    /// The form that the model accepts.
    pub form: WireForm,
    /// Its media type, if declared; otherwise its first bytes determine it.
    pub media_type: Option<String>,
    /// The caller's name for it, for errors: `audio`, `image.1`.
    pub field: String,
}

/// The forms in which media are sent to the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WireForm {
    /// An array of numbers, one per byte.
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
    /// An object with these members.
    pub fn object<const N: usize>(members: [(&str, Tree<V>); N]) -> Self {
        Tree::Object(members.into_iter().map(|(name, member)| (name.to_owned(), member)).collect())
    }
}
