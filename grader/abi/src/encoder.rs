//! A buffer that wire forms are appended to.

/// Appends wire forms to a buffer.
#[derive(Debug, Default)]
pub struct Encoder {
    bytes: Vec<u8>,
}

impl Encoder {
    /// An empty buffer.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What has been written.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What has been written.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Forgets what has been written and keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
    }

    /// Appends bytes as they are.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Appends one byte.
    pub fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    /// Appends a count.
    ///
    /// # Panics
    /// When the count does not fit 32 bits: such a list has no wire form.
    pub fn length(&mut self, length: usize) {
        let length = u32::try_from(length).expect("a list of 2^32 items or more cannot cross the boundary");
        self.raw(&length.to_le_bytes());
    }

    /// Appends a text.
    pub fn text(&mut self, text: &str) {
        self.length(text.len());
        self.raw(text.as_bytes());
    }

    /// Appends the bits of a real number.
    pub fn f64(&mut self, real: f64) {
        self.raw(&real.to_bits().to_le_bytes());
    }

    /// Appends a block of real numbers.
    pub fn f64s(&mut self, reals: &[f64]) {
        self.bytes.reserve(reals.len() * 8);
        reals.iter().for_each(|real| self.f64(*real));
    }
}
