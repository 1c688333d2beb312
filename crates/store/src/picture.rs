//! Photos come in: looked at, decoded within limits, turned upright, made smaller and written anew, so that neither
//! hidden data (place, camera, thumbnails) nor a disguised file survives.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, Rgb};
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
    let mut decoder = reader.into_decoder().map_err(|error| match error {
        // A side that no camera has: the picture is whole, and too large.
        ImageError::Limits(_) => PictureError::TooManyPixels,
        _ => PictureError::Damaged,
    })?;
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

    /// What somebody hides in a picture, and what would run or open if it came out again.
    const HIDDEN: [&[u8]; 3] = [b"<script>alert(1)</script>", b"PK\x03\x04\x14\0\0\0evil.exe", b"%PDF-1.7 /OpenAction"];

    fn written(picture: &DynamicImage, kind: ImageFormat) -> Vec<u8> {
        let mut bytes = Vec::new();
        picture.write_to(&mut Cursor::new(&mut bytes), kind).unwrap();
        bytes
    }

    fn assert_clean(bytes: &[u8], what: &str) {
        let picture = intake(bytes).unwrap_or_else(|error| panic!("{what}: {error}"));
        for jpeg in &picture.jpegs {
            assert_eq!(image::guess_format(jpeg).unwrap(), ImageFormat::Jpeg, "{what}");
            assert!(jpeg.ends_with(b"\xff\xd9"), "{what}: something stands behind the picture's end");
            assert_eq!(jpeg.windows(2).filter(|pair| pair == b"\xff\xd8").count(), 1, "{what}: a picture in it");
            for hidden in HIDDEN {
                assert!(!jpeg.windows(hidden.len()).any(|window| window == hidden), "{what}");
            }
        }
    }

    #[test]
    fn of_a_file_that_is_two_things_only_the_picture_survives() {
        let plain = DynamicImage::new_rgb8(50, 50);
        for kind in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            for hidden in HIDDEN {
                assert_clean(&[&written(&plain, kind)[..], hidden].concat(), "behind the end");
            }
        }
        let mut jpeg = written(&plain, ImageFormat::Jpeg);
        let comment = [&[0xff, 0xfe, 0, HIDDEN[0].len() as u8 + 2], HIDDEN[0]].concat();
        jpeg.splice(2..2, comment);
        assert_clean(&jpeg, "in a comment");
        let mut png = written(&plain, ImageFormat::Png);
        png.splice(33..33, chunk(b"tEXt", &[b"Comment\0", HIDDEN[0]].concat()));
        assert_clean(&png, "in a chunk of text");
        // What begins otherwise is no photo, wherever a picture stands in it.
        for hidden in HIDDEN {
            let turned = [hidden, &written(&plain, ImageFormat::Jpeg)].concat();
            assert_eq!(intake(&turned).unwrap_err(), PictureError::WrongKind);
        }
    }

    /// A chunk of PNG.
    fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
        let named = [&name[..], data].concat();
        [&(data.len() as u32).to_be_bytes()[..], &named, &crc(&named).to_be_bytes()].concat()
    }

    /// A PNG of two pictures after each other.
    fn moving_png() -> Vec<u8> {
        let mut png = written(&DynamicImage::new_rgb8(8, 8), ImageFormat::Png);
        let data = png.windows(4).position(|window| window == b"IDAT").unwrap() - 4;
        let length = u32::from_be_bytes(png[data..data + 4].try_into().unwrap()) as usize;
        let pixels = png[data + 8..data + 8 + length].to_vec();
        let control = |turn: u32| {
            let sizes = [turn, 8, 8, 0, 0].map(u32::to_be_bytes).concat();
            chunk(b"fcTL", &[&sizes[..], &[0, 1, 0, 10, 0, 0]].concat())
        };
        let second = [control(1), chunk(b"fdAT", &[&2u32.to_be_bytes()[..], &pixels].concat())].concat();
        png.splice(data + 12 + length..data + 12 + length, second);
        png.splice(33..33, [chunk(b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0]), control(0)].concat());
        png
    }

    /// A WEBP of two pictures after each other.
    fn moving_webp() -> Vec<u8> {
        let part = |name: &[u8], data: &[u8]| [name, &(data.len() as u32).to_le_bytes(), data].concat();
        let still = written(&DynamicImage::new_rgb8(8, 8), ImageFormat::WebP);
        let frame = [&[0, 0, 0, 0, 0, 0, 7, 0, 0, 7, 0, 0, 100, 0, 0, 0], &still[12..]].concat();
        let head = [part(b"VP8X", &[2, 0, 0, 0, 7, 0, 0, 7, 0, 0]), part(b"ANIM", &[0; 6])].concat();
        let all = [b"WEBP".to_vec(), head, part(b"ANMF", &frame), part(b"ANMF", &frame)].concat();
        part(b"RIFF", &all)
    }

    #[test]
    fn of_a_picture_that_moves_the_first_stands_still_and_a_gif_is_no_photo() {
        for (bytes, what) in [(moving_png(), "APNG"), (moving_webp(), "WEBP")] {
            assert_clean(&bytes, what);
            assert_eq!(intake(&bytes).unwrap().width, 8, "{what}");
        }
        let gif = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xff\x0bNETSCAPE2.0\x03\x01\0\0\0\
            ,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
        assert_eq!(intake(gif).unwrap_err(), PictureError::WrongKind);
    }

    /// A JPEG of four inks, as printers make it: eight by eight pixels of middle grey.
    fn four_inks() -> Vec<u8> {
        let grey = DynamicImage::ImageLuma8(image::GrayImage::from_pixel(8, 8, image::Luma([128])));
        let mut bytes = written(&grey, ImageFormat::Jpeg);
        let at = |bytes: &[u8], mark: u8| bytes.windows(2).position(|pair| pair == [0xff, mark]).unwrap();
        let frame = at(&bytes, 0xc0);
        let inks = (1..=4).flat_map(|ink| [ink, 0x11, 0]);
        bytes.splice(frame..frame + 13, [0xff, 0xc0, 0, 20, 8, 0, 8, 0, 8, 4].into_iter().chain(inks));
        let scan = at(&bytes, 0xda);
        bytes.truncate(scan);
        bytes.extend([0xff, 0xda, 0, 14, 4, 1, 0, 2, 0, 3, 0, 4, 0, 0, 63, 0]);
        // Four times "as before, and nothing more".
        bytes.extend([0x28, 0xa2, 0x8a, 0xff, 0xd9]);
        bytes
    }

    #[test]
    fn printers_inks_and_deep_colours_become_a_plain_photo() {
        assert_clean(&four_inks(), "CMYK");
        for deep in [DynamicImage::new_luma16(9, 9), DynamicImage::new_rgb16(9, 9), DynamicImage::new_rgba16(9, 9)] {
            assert_clean(&written(&deep, ImageFormat::Png), "sixteen bits");
        }
    }

    #[test]
    fn a_side_that_no_camera_has_is_too_large_and_a_part_of_a_file_is_damaged() {
        assert_eq!(intake(&deep_png(100_000, 1)).unwrap_err(), PictureError::TooManyPixels);
        assert_eq!(intake(&deep_png(u32::MAX >> 1, u32::MAX >> 1)).unwrap_err(), PictureError::TooManyPixels);
        assert_eq!(intake(&deep_png(0, 0)).unwrap_err(), PictureError::Damaged);
        let plain = DynamicImage::new_rgb8(64, 64);
        for kind in [ImageFormat::Png, ImageFormat::WebP] {
            let whole = written(&plain, kind);
            for end in [12, whole.len() / 3, whole.len() / 2] {
                assert_eq!(intake(&whole[..end]).unwrap_err(), PictureError::Damaged, "{kind:?} {end}");
            }
        }
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
