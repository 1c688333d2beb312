//! Photos come in: looked at, decoded within limits, turned upright, made smaller and written anew, so that neither
//! hidden data (place, camera, thumbnails) nor a disguised file survives.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use simpul_kernel::limits::{PHOTO_MAX_BYTES, PHOTO_MAX_PIXELS};

/// The longest sides of the pictures that are made of a photo, in pixels, largest first.
pub const SIZES_PIXELS: [u32; 3] = [1600, 960, 320];
/// JPEG quality: 72 keeps a pothole's edge and costs some 290 KB at 1600 pixels.
const JPEG_QUALITY: u8 = 72;
/// A side longer than this is a trap, not a photo, in pixels.
const SIDE_MAX_PIXELS: u32 = 20_000;

/// A photo, ready to be kept: JPEGs without metadata, in the order of [`SIZES_PIXELS`].
#[derive(Debug, Clone)]
pub struct Picture {
    /// Width of the largest, in pixels.
    pub width: u32,
    /// Height of the largest, in pixels.
    pub height: u32,
    /// The JPEG files, largest first.
    pub jpegs: [Vec<u8>; 3],
}

/// Why a photo is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// More bytes than [`PHOTO_MAX_BYTES`].
    #[error("the photo is larger than 8 MB")]
    TooLarge,
    /// More pixels than [`PHOTO_MAX_PIXELS`].
    #[error("the photo has more than 50 megapixels")]
    TooManyPixels,
    /// Neither JPEG, PNG nor WEBP, whatever its name says.
    #[error("the file is no JPG, PNG or WEBP photo")]
    WrongKind,
    /// It begins like a photo but can't be read.
    #[error("the photo is damaged")]
    Damaged,
}

/// Makes a photo ready. Slow work (some 100 ms): call it on a blocking thread.
pub fn intake(bytes: &[u8]) -> Result<Picture, PictureError> {
    if bytes.len() > PHOTO_MAX_BYTES {
        return Err(PictureError::TooLarge);
    }
    let upright = decode(bytes)?;
    let largest = shrink(&upright, SIZES_PIXELS[0]);
    let middle = shrink(&largest, SIZES_PIXELS[1]);
    let small = shrink(&middle, SIZES_PIXELS[2]);
    let jpegs = [encode(&largest)?, encode(&middle)?, encode(&small)?];
    Ok(Picture { width: largest.width(), height: largest.height(), jpegs })
}

fn decode(bytes: &[u8]) -> Result<DynamicImage, PictureError> {
    let kind = image::guess_format(bytes).map_err(|_| PictureError::WrongKind)?;
    if !matches!(kind, ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP) {
        return Err(PictureError::WrongKind);
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), kind);
    reader.limits(limits());
    let mut decoder = reader.into_decoder().map_err(|_| PictureError::Damaged)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PHOTO_MAX_PIXELS {
        return Err(PictureError::TooManyPixels);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| PictureError::Damaged)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_MAX_PIXELS);
    limits.max_image_height = Some(SIDE_MAX_PIXELS);
    // Four bytes a pixel, and as much again to work in.
    limits.max_alloc = Some(PHOTO_MAX_PIXELS * 8);
    limits
}

fn shrink(picture: &DynamicImage, longest_pixels: u32) -> DynamicImage {
    if picture.width().max(picture.height()) <= longest_pixels {
        return DynamicImage::ImageRgb8(picture.to_rgb8());
    }
    DynamicImage::ImageRgb8(picture.thumbnail(longest_pixels, longest_pixels).to_rgb8())
}

fn encode(picture: &DynamicImage) -> Result<Vec<u8>, PictureError> {
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY);
    picture.write_with_encoder(encoder).map_err(|_| PictureError::Damaged)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        let picture = DynamicImage::new_rgb8(width, height);
        picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
        bytes
    }

    #[test]
    fn a_photo_is_made_smaller_and_becomes_jpeg() {
        let picture = intake(&png(3200, 1600)).unwrap();
        assert_eq!((picture.width, picture.height), (1600, 800));
        assert!(picture.jpegs.iter().all(|jpeg| image::guess_format(jpeg).unwrap() == ImageFormat::Jpeg));
    }

    #[test]
    fn a_small_photo_is_not_blown_up() {
        assert_eq!(intake(&png(40, 30)).unwrap().width, 40);
    }

    #[test]
    fn a_disguised_file_is_refused() {
        assert_eq!(intake(b"<svg onload=alert(1)>").unwrap_err(), PictureError::WrongKind);
        assert_eq!(intake(b"GIF89a......").unwrap_err(), PictureError::WrongKind);
        assert_eq!(intake(&png(64, 64)[..40]).unwrap_err(), PictureError::Damaged);
        assert_eq!(intake(&vec![0; PHOTO_MAX_BYTES + 1]).unwrap_err(), PictureError::TooLarge);
    }

    #[test]
    fn a_bomb_of_pixels_is_refused_before_it_is_unpacked() {
        assert_eq!(intake(&png(9000, 6000)).unwrap_err(), PictureError::TooManyPixels);
    }

    #[test]
    fn what_stands_behind_the_picture_does_not_survive() {
        let mut bytes = Vec::new();
        DynamicImage::new_rgb8(50, 50).write_to(&mut Cursor::new(&mut bytes), ImageFormat::Jpeg).unwrap();
        bytes.extend_from_slice(b"<script>GPS 2.55S 120.33E</script>");
        let picture = intake(&bytes).unwrap();
        assert!(!picture.jpegs[0].windows(8).any(|window| window == b"<script>"));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..400), kind in 0..4usize) {
            let heads: [&[u8]; 4] = [b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"RIFF\x20\0\0\0WEBPVP8 ", b""];
            bytes.splice(0..0, heads[kind].iter().copied());
            let _ = intake(&bytes);
        }
    }
}
