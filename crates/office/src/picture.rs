//! Photos that go into slides and letters: JPEG or PNG bytes, of which only the head is read.

use simpul_kernel::limits::PHOTO_MAX_BYTES;

/// A kind of photo that every office program shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PictureKind {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
}

impl PictureKind {
    /// The end of its name.
    pub fn extension(self) -> &'static str {
        match self {
            PictureKind::Jpeg => "jpg",
            PictureKind::Png => "png",
        }
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            PictureKind::Jpeg => "image/jpeg",
            PictureKind::Png => "image/png",
        }
    }
}

/// Why a photo can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// More bytes than a photo may have.
    #[error("the photo is larger than {PHOTO_MAX_BYTES} bytes")]
    TooLarge,
    /// Neither JPEG nor PNG, or without a size.
    #[error("the photo is neither JPEG nor PNG, or its head is damaged")]
    Unreadable,
}

/// A photo with its size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    bytes: Vec<u8>,
    kind: PictureKind,
    width: u32,
    height: u32,
}

impl Picture {
    /// Reads the head of a photo.
    ///
    /// # Errors
    /// When it is too large, of another kind, or has no size.
    pub fn read(bytes: Vec<u8>) -> Result<Picture, PictureError> {
        if bytes.len() > PHOTO_MAX_BYTES {
            return Err(PictureError::TooLarge);
        }
        let (kind, (width, height)) = png_size(&bytes)
            .map(|size| (PictureKind::Png, size))
            .or_else(|| jpeg_size(&bytes).map(|size| (PictureKind::Jpeg, size)))
            .filter(|(_, (width, height))| *width > 0 && *height > 0)
            .ok_or(PictureError::Unreadable)?;
        Ok(Picture { bytes, kind, width, height })
    }

    /// The bytes as they came.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its kind.
    pub fn kind(&self) -> PictureKind {
        self.kind
    }

    /// The largest width and height of its own proportion within the box.
    pub fn within(&self, width: f64, height: f64) -> (f64, f64) {
        let (own_width, own_height) = (f64::from(self.width), f64::from(self.height));
        let scale = (width / own_width).min(height / own_height);
        (own_width * scale, own_height * scale)
    }
}

fn be16(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from(*bytes.get(at)?) << 8 | u32::from(*bytes.get(at + 1)?))
}

fn png_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let head = bytes.get(..24)?;
    if !head.starts_with(b"\x89PNG\r\n\x1a\n") || &head[12..16] != b"IHDR" {
        return None;
    }
    let number = |at: usize| Some(be16(head, at)? << 16 | be16(head, at + 2)?);
    Some((number(16)?, number(20)?))
}

/// Walks the segments to the one that begins the picture (SOF, ITU T.81 B.2.2).
fn jpeg_size(bytes: &[u8]) -> Option<(u32, u32)> {
    if !bytes.starts_with(&[0xff, 0xd8]) {
        return None;
    }
    let mut at = 2;
    loop {
        if *bytes.get(at)? != 0xff {
            return None;
        }
        match *bytes.get(at + 1)? {
            // A marker may be filled up, and some stand alone.
            0xff => at += 1,
            0x01 | 0xd0..=0xd8 => at += 2,
            // C4, C8 and CC are tables, not pictures.
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                return Some((be16(bytes, at + 7)?, be16(bytes, at + 5)?));
            }
            0xd9 | 0xda => return None,
            _ => at += 2 + usize::try_from(be16(bytes, at + 2)?).ok()?,
        }
    }
}

#[cfg(test)]
pub mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A PNG of one colour, `side` pixels wide and high, uncompressed.
    pub fn png(width: u32, height: u32) -> Vec<u8> {
        let mut raw = Vec::new();
        for row in 0..height {
            raw.push(0);
            raw.extend((0..width).flat_map(|column| [(column * 255 / width) as u8, (row * 255 / height) as u8, 140]));
        }
        let adler = raw.iter().fold((1u32, 0u32), |(a, b), byte| {
            let a = (a + u32::from(*byte)) % 65_521;
            (a, (b + a) % 65_521)
        });
        let mut data = vec![0x78, 0x01];
        let blocks = raw.chunks(65_535).count();
        for (index, block) in raw.chunks(65_535).enumerate() {
            data.push(u8::from(index + 1 == blocks));
            data.extend((block.len() as u16).to_le_bytes());
            data.extend((!(block.len() as u16)).to_le_bytes());
            data.extend(block);
        }
        data.extend((adler.1 << 16 | adler.0).to_be_bytes());
        let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
        let mut chunk = |name: &[u8], body: &[u8]| {
            let named: Vec<u8> = name.iter().chain(body).copied().collect();
            let crc = named.iter().fold(!0u32, |crc, byte| {
                (0..8).fold(crc ^ u32::from(*byte), |crc, _| crc >> 1 ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
            });
            out.extend((body.len() as u32).to_be_bytes());
            out.extend(named);
            out.extend((!crc).to_be_bytes());
        };
        let mut head = Vec::new();
        head.extend(width.to_be_bytes());
        head.extend(height.to_be_bytes());
        head.extend([8, 2, 0, 0, 0]);
        chunk(b"IHDR", &head);
        chunk(b"IDAT", &data);
        chunk(b"IEND", &[]);
        out
    }

    #[test]
    fn a_photo_keeps_its_proportion() {
        let picture = Picture::read(png(80, 40)).unwrap();
        assert_eq!((picture.kind(), picture.width, picture.height), (PictureKind::Png, 80, 40));
        assert_eq!(picture.within(100.0, 100.0), (100.0, 50.0));
        assert_eq!(picture.within(100.0, 10.0), (20.0, 10.0));
    }

    #[test]
    fn a_jpeg_is_measured_behind_its_tables() {
        let jpeg = [
            &[0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xff, 0xc4, 0, 2][..],
            &[0xff, 0xc2, 0, 17, 8, 0x01, 0x00, 0x02, 0x00, 3],
        ]
        .concat();
        let picture = Picture::read(jpeg.clone()).unwrap();
        assert_eq!((picture.kind(), picture.width, picture.height), (PictureKind::Jpeg, 512, 256));
        assert_eq!(Picture::read(jpeg[..15].to_vec()), Err(PictureError::Unreadable));
    }

    #[test]
    fn what_is_no_photo_is_refused() {
        for wrong in [Vec::new(), b"GIF89a".to_vec(), png(0, 3), vec![0xff, 0xd8, 0xff, 0xda]] {
            assert_eq!(Picture::read(wrong), Err(PictureError::Unreadable));
        }
        assert_eq!(Picture::read(vec![0; PHOTO_MAX_BYTES + 1]), Err(PictureError::TooLarge));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Picture::read(bytes.clone());
            bytes.splice(..0, [0xff, 0xd8, 0xff]);
            let _ = Picture::read(bytes);
        }
    }
}
