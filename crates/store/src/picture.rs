//! Photos come in: looked at, decoded within limits, turned upright, made smaller and written anew, so that neither
//! hidden data (place, camera, thumbnails) nor a disguised file survives.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, Rgb};
use simpul_kernel::limits::{PHOTO_MAX_BYTES, PHOTO_MAX_PIXELS, PHOTO_UNPACKED_MAX_BYTES};

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
    /// More bytes than [`PHOTO_UNPACKED_MAX_BYTES`] once it is unpacked.
    #[error("the photo takes more than 150 MB once it is unpacked")]
    TooDeep,
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
    let largest = {
        let (picture, orientation) = decode(bytes)?;
        let mut largest = shrink(&picture, SIZES_PIXELS[0]);
        // Turned only now: turning the whole picture would take its memory twice.
        largest.apply_orientation(orientation);
        largest
    };
    sizes(&largest)
}

/// The photo with black boxes, each from its first two numbers up to its last two in pixels, in all sizes. What lay
/// under a box is in none of them: it is painted over before anything is made smaller. Slow work, as [`intake`].
pub fn cover(bytes: &[u8], boxes: &[(u32, u32, u32, u32)]) -> Result<Picture, PictureError> {
    let (picture, orientation) = decode(bytes)?;
    let mut turned = shrink(&picture, SIZES_PIXELS[0]);
    turned.apply_orientation(orientation);
    let mut largest = turned.into_rgb8();
    let (width, height) = largest.dimensions();
    for (left, top, right, bottom) in boxes {
        for y in *top..*bottom.min(&height) {
            for x in *left..*right.min(&width) {
                largest.put_pixel(x, y, Rgb([0, 0, 0]));
            }
        }
    }
    sizes(&DynamicImage::ImageRgb8(largest))
}

/// A picture in all its sizes.
fn sizes(largest: &DynamicImage) -> Result<Picture, PictureError> {
    let middle = shrink(largest, SIZES_PIXELS[1]);
    let small = shrink(&middle, SIZES_PIXELS[2]);
    let jpegs = [encode(largest)?, encode(&middle)?, encode(&small)?];
    Ok(Picture { width: largest.width(), height: largest.height(), jpegs })
}

/// The picture as the camera held it, and how it is to be turned.
fn decode(bytes: &[u8]) -> Result<(DynamicImage, Orientation), PictureError> {
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
    // A few hundred kilobytes may unpack to eight bytes a pixel.
    if decoder.total_bytes() > PHOTO_UNPACKED_MAX_BYTES {
        return Err(PictureError::TooDeep);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).map_err(|_| PictureError::Damaged)?;
    Ok((picture, orientation))
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_MAX_PIXELS);
    limits.max_image_height = Some(SIDE_MAX_PIXELS);
    limits.max_alloc = Some(PHOTO_UNPACKED_MAX_BYTES);
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

    /// The check of a PNG chunk.
    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
        })
    }

    /// A PNG whose head promises a picture of that size, eight bytes a pixel.
    fn deep_png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        DynamicImage::new_rgba16(1, 1).write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
        bytes[16..20].copy_from_slice(&width.to_be_bytes());
        bytes[20..24].copy_from_slice(&height.to_be_bytes());
        let check = crc(&bytes[12..29]);
        bytes[29..33].copy_from_slice(&check.to_be_bytes());
        bytes
    }

    #[test]
    fn deep_colours_take_no_more_memory_than_a_cameras() {
        assert_eq!(intake(&deep_png(7000, 7000)).unwrap_err(), PictureError::TooDeep);
        assert_eq!(intake(&deep_png(1, 1)).unwrap().width, 1);
    }

    #[test]
    fn a_photo_is_turned_upright() {
        let mut bytes = Vec::new();
        DynamicImage::new_rgb8(3200, 1600).write_to(&mut Cursor::new(&mut bytes), ImageFormat::Jpeg).unwrap();
        // An Exif block behind the first marker that says: turned by a quarter.
        let exif = b"\xff\xe1\x00\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        bytes.splice(2..2, exif.iter().copied());
        let picture = intake(&bytes).unwrap();
        assert_eq!((picture.width, picture.height), (800, 1600));
        let small = image::load_from_memory(&picture.jpegs[2]).unwrap();
        assert_eq!((small.width(), small.height()), (160, 320));
    }

    #[test]
    fn what_lies_under_a_box_is_in_no_size_of_the_picture() {
        let white = DynamicImage::ImageRgb8(image::RgbImage::from_pixel(1600, 1200, Rgb([255, 255, 255])));
        let picture = cover(&encode(&white).unwrap(), &[(400, 300, 800, 900), (1500, 1100, 9_000, 9_000)]).unwrap();
        for jpeg in &picture.jpegs {
            let seen = image::load_from_memory(jpeg).unwrap().to_rgb8();
            let at = |x: u32, y: u32| seen.get_pixel(x * seen.width() / 1600, y * seen.height() / 1200).0[0];
            for (x, y) in [(420, 320), (600, 600), (780, 880), (1590, 1190)] {
                assert!(at(x, y) < 16, "{x} {y}: {}", at(x, y));
            }
            assert!(at(100, 100) > 240 && at(1200, 600) > 240, "the rest is as it was");
        }
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
