//! Drawn pictures for the demo: no real place, no face, no number plate. Each scene as it was and as it became.

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};

use super::texts::Scene;

const WIDTH: u32 = 960;
const HEIGHT: u32 = 720;

type Colour = [u8; 3];

/// A PNG of the scene, before or after the repair; `variant` moves things about.
pub fn draw(scene: Scene, after: bool, variant: u32) -> Vec<u8> {
    let mut picture = RgbImage::new(WIDTH, HEIGHT);
    let night = scene == Scene::Lamp;
    backdrop(&mut picture, night);
    let shift = i64::from(variant % 5) * 40;
    match scene {
        Scene::Lamp => lamp(&mut picture, after, shift),
        Scene::Road => road(&mut picture, after, shift),
        Scene::Rubbish => rubbish(&mut picture, after, shift),
        Scene::Water => water(&mut picture, after, shift),
        Scene::Tree => tree(&mut picture, after, shift),
        Scene::Building => building(&mut picture, after, shift),
    }
    stripes(&mut picture);
    let mut bytes = Vec::new();
    // Writing a picture of our own size into memory has no way to fail that a retry would mend.
    let _ = picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png);
    bytes
}

fn backdrop(picture: &mut RgbImage, night: bool) {
    let (top, bottom): (Colour, Colour) =
        if night { ([12, 18, 40], [34, 40, 62]) } else { ([150, 196, 226], [222, 236, 240]) };
    for (_, y, pixel) in picture.enumerate_pixels_mut() {
        let mixed = |channel: usize| {
            let (from, to) = (u32::from(top[channel]), u32::from(bottom[channel]));
            u8::try_from((from * (HEIGHT - y) + to * y) / HEIGHT).unwrap_or(u8::MAX)
        };
        *pixel = Rgb([mixed(0), mixed(1), mixed(2)]);
    }
    let grass = if night { [20, 34, 26] } else { [104, 148, 84] };
    rectangle(picture, 0, 470, 960, 250, grass);
}

fn rectangle(picture: &mut RgbImage, x: i64, y: i64, width: i64, height: i64, colour: Colour) {
    paint(picture, x, y, width, height, colour, |_, _| true);
}

fn ellipse(picture: &mut RgbImage, x: i64, y: i64, radius_x: i64, radius_y: i64, colour: Colour) {
    let inside = move |px: i64, py: i64| {
        let (dx, dy) = (px - x, py - y);
        dx * dx * radius_y * radius_y + dy * dy * radius_x * radius_x <= radius_x * radius_x * radius_y * radius_y
    };
    paint(picture, x - radius_x, y - radius_y, 2 * radius_x, 2 * radius_y, colour, inside);
}

fn paint(
    picture: &mut RgbImage,
    x: i64,
    y: i64,
    width: i64,
    height: i64,
    colour: Colour,
    inside: impl Fn(i64, i64) -> bool,
) {
    for py in y.max(0)..(y + height).min(i64::from(HEIGHT)) {
        for px in x.max(0)..(x + width).min(i64::from(WIDTH)) {
            if inside(px, py)
                && let (Ok(px), Ok(py)) = (u32::try_from(px), u32::try_from(py))
            {
                picture.put_pixel(px, py, Rgb(colour));
            }
        }
    }
}

fn lamp(picture: &mut RgbImage, lit: bool, shift: i64) {
    rectangle(picture, 0, 560, 960, 120, [46, 48, 56]);
    if lit {
        ellipse(picture, 420 + shift, 560, 300, 90, [120, 112, 72]);
        ellipse(picture, 420 + shift, 190, 90, 60, [250, 226, 140]);
    }
    rectangle(picture, 280 + shift, 170, 14, 400, [90, 94, 104]);
    rectangle(picture, 280 + shift, 170, 150, 10, [90, 94, 104]);
    ellipse(picture, 420 + shift, 186, 36, 14, if lit { [255, 244, 196] } else { [70, 72, 80] });
}

fn road(picture: &mut RgbImage, mended: bool, shift: i64) {
    rectangle(picture, 0, 500, 960, 200, [96, 96, 100]);
    for index in 0..6 {
        rectangle(picture, index * 170 + 20, 594, 90, 10, [224, 224, 216]);
    }
    let patch = if mended { [72, 72, 78] } else { [58, 48, 40] };
    ellipse(picture, 360 + shift, 620, 120, 46, patch);
    if !mended {
        ellipse(picture, 366 + shift, 628, 84, 28, [126, 110, 88]);
    }
}

fn rubbish(picture: &mut RgbImage, cleared: bool, shift: i64) {
    rectangle(picture, 0, 600, 960, 90, [120, 116, 108]);
    rectangle(picture, 560, 420, 130, 160, [70, 110, 80]);
    if cleared {
        return;
    }
    let bags: [Colour; 4] = [[40, 42, 48], [190, 190, 196], [86, 120, 150], [170, 90, 70]];
    for index in 0..9i64 {
        let colour = bags[usize::try_from(index % 4).unwrap_or(0)];
        ellipse(picture, 190 + shift + index * 38, 590 - (index % 3) * 34, 46, 34, colour);
    }
}

fn water(picture: &mut RgbImage, mended: bool, shift: i64) {
    rectangle(picture, 0, 540, 960, 20, [150, 146, 138]);
    rectangle(picture, 0, 640, 960, 20, [150, 146, 138]);
    let stream = if mended { [92, 138, 168] } else { [128, 106, 76] };
    rectangle(picture, 0, 560, 960, 80, stream);
    if !mended {
        for index in 0..7 {
            ellipse(picture, 160 + shift + index * 60, 590 + (index % 3) * 14, 40, 18, [92, 76, 52]);
        }
    }
}

fn tree(picture: &mut RgbImage, mended: bool, shift: i64) {
    rectangle(picture, 430 + shift, 300, 46, 300, [96, 70, 46]);
    ellipse(picture, 450 + shift, 260, if mended { 110 } else { 210 }, 120, [60, 108, 58]);
    if !mended {
        rectangle(picture, 180 + shift, 560, 330, 22, [96, 70, 46]);
        ellipse(picture, 220 + shift, 560, 90, 44, [72, 120, 66]);
    }
}

fn building(picture: &mut RgbImage, mended: bool, shift: i64) {
    rectangle(picture, 240 + shift, 320, 420, 260, [226, 214, 190]);
    rectangle(picture, 220 + shift, 270, 460, 60, [150, 74, 58]);
    for index in 0..3 {
        rectangle(picture, 280 + shift + index * 130, 390, 70, 80, [120, 150, 170]);
    }
    rectangle(picture, 420 + shift, 480, 70, 100, [110, 84, 60]);
    if !mended {
        ellipse(picture, 520 + shift, 296, 60, 24, [40, 36, 34]);
    }
}

/// A band across the corner shows even without words that this is no photo of a real place.
fn stripes(picture: &mut RgbImage) {
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        if y < 36 {
            let dark = ((x + y) / 18) % 2 == 0;
            *pixel = Rgb(if dark { [29, 112, 184] } else { [255, 255, 255] });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scene_looks_different_before_and_after_and_is_taken_in() {
        for scene in [Scene::Lamp, Scene::Road, Scene::Rubbish, Scene::Water, Scene::Tree, Scene::Building] {
            let (before, after) = (draw(scene, false, 0), draw(scene, true, 0));
            assert_ne!(before, after, "{scene:?}");
            assert!(simpul_store::picture::intake(&before).is_ok());
        }
    }
}
