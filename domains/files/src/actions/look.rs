//! Looking at what came: the type by its bytes, the size of a picture and a small copy of it, whether a sound is one.

use crate::{
    model::{FileKind, Said, ShownAs},
    rules::{self, sound},
};
use blob::{Blobs, Sha};
use fast_image_resize::{
    PixelType,
    images::{Image, ImageRef},
};
use image::{
    ColorType, DynamicImage, GrayAlphaImage, GrayImage, ImageDecoder, ImageReader, RgbImage,
    RgbaImage,
};
use kernel::{Error, Result};
use std::io::Cursor;
use tokio::{
    fs::File,
    io::{AsyncReadExt, AsyncSeekExt, SeekFrom},
    sync::Semaphore,
};

/// Pixels of a preview's longer side.
const PREVIEW: u32 = 720;

/// Pictures being drawn at the same time on this node.
static DRAWING: Semaphore = Semaphore::const_new(2);

/// What the bytes told.
pub(super) struct Looked {
    pub(super) mime: String,
    pub(super) kind: FileKind,
    pub(super) width: Option<i64>,
    pub(super) height: Option<i64>,
    pub(super) preview: Option<Sha>,
}

/// Reads the first bytes and, for pictures, the whole within limits.
pub(super) async fn look(blobs: &Blobs, sha: &Sha, name: &str, said: &Said) -> Result<Looked> {
    let (mut file, _) = blobs.open(sha).await?;
    let mut head = Vec::new();
    (&mut file).take(8192).read_to_end(&mut head).await?;
    let mut mime = rules::sniff(&head, name);
    // A recording of sound alone lies in the same box as a film.
    if (mime.starts_with("video/") || said.voice().is_some())
        && let Some(found) = sound_in(&mut file).await?
    {
        found.clone_into(&mut mime);
    } else if said.voice().is_some() {
        return Err(Error::field("shown_as", "files.not_sound"));
    }
    let kind = rules::kind_of(&mime);
    let mut looked = Looked {
        mime,
        kind,
        width: None,
        height: None,
        preview: None,
    };
    if kind == FileKind::Image && blobs.open(sha).await?.1 <= rules::MOST_ENCODED {
        // One after another beyond two: what is drawn takes many times the room of what was sent.
        let _turn = DRAWING.acquire().await.map_err(Error::fault)?;
        let bytes = blobs.bytes(sha).await?;
        let drawn = tokio::task::spawn_blocking(move || picture(&bytes))
            .await
            .map_err(Error::fault)?;
        match drawn {
            Some((width, height, preview)) => {
                looked.width = Some(i64::from(width));
                looked.height = Some(i64::from(height));
                looked.preview = Some(blobs.put_bytes(preview.into()).await?.sha256);
            }
            // It says it is a picture and cannot be drawn: an ordinary file.
            None => looked.kind = FileKind::File,
        }
    } else if kind == FileKind::Image {
        looked.kind = FileKind::File;
    }
    match said.shown_as {
        ShownAs::File => looked.kind = FileKind::File,
        ShownAs::Voice { .. } => looked.kind = FileKind::Voice,
        ShownAs::Itself => {}
    }
    Ok(looked)
}

/// The size of a picture and a small JPEG or PNG of it; `None` for what is broken or too large to decode safely.
fn picture(bytes: &[u8]) -> Option<(u32, u32, Vec<u8>)> {
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .ok()?;
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(rules::MOST_SIDE);
    limits.max_image_height = Some(rules::MOST_SIDE);
    limits.max_alloc = Some(rules::MOST_DRAWN);
    reader.limits(limits);
    let decoder = reader.into_decoder().ok()?;
    let (width, height) = decoder.dimensions();
    // What is drawn in more than eight bits a colour is copied once more before it is made small.
    let copy = match decoder.color_type() {
        ColorType::L8 | ColorType::La8 | ColorType::Rgb8 | ColorType::Rgba8 => 0,
        _ => 4 * u64::from(width) * u64::from(height),
    };
    if width == 0 || height == 0 || decoder.total_bytes().saturating_add(copy) > rules::MOST_DRAWN {
        return None;
    }
    let decoded = DynamicImage::from_decoder(decoder).ok()?;
    let scale = f64::from(PREVIEW) / f64::from(width.max(height));
    let small = if scale < 1.0 {
        shrink(&decoded, scale)?
    } else {
        decoded
    };
    let mut out = Cursor::new(Vec::new());
    if small.color().has_alpha() {
        small.write_to(&mut out, image::ImageFormat::Png).ok()?;
    } else {
        small
            .to_rgb8()
            .write_to(&mut out, image::ImageFormat::Jpeg)
            .ok()?;
    }
    Some((width, height, out.into_inner()))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sides are between 1 and 16000"
)]
fn shrink(picture: &DynamicImage, scale: f64) -> Option<DynamicImage> {
    let side = |s: u32| ((f64::from(s) * scale).round() as u32).max(1);
    let (width, height) = (side(picture.width()), side(picture.height()));
    // Read where it lies: a copy would double what a large picture takes.
    let copied;
    let (pixels, kind): (&[u8], _) = match picture {
        DynamicImage::ImageLuma8(p) => (p.as_raw(), PixelType::U8),
        DynamicImage::ImageLumaA8(p) => (p.as_raw(), PixelType::U8x2),
        DynamicImage::ImageRgb8(p) => (p.as_raw(), PixelType::U8x3),
        DynamicImage::ImageRgba8(p) => (p.as_raw(), PixelType::U8x4),
        other => {
            copied = other.to_rgba8();
            (copied.as_raw(), PixelType::U8x4)
        }
    };
    let source = ImageRef::new(picture.width(), picture.height(), pixels, kind).ok()?;
    let mut target = Image::new(width, height, kind);
    fast_image_resize::Resizer::new()
        .resize(&source, &mut target, None)
        .ok()?;
    let small = target.into_vec();
    Some(match kind {
        PixelType::U8 => GrayImage::from_raw(width, height, small)?.into(),
        PixelType::U8x2 => GrayAlphaImage::from_raw(width, height, small)?.into(),
        PixelType::U8x3 => RgbImage::from_raw(width, height, small)?.into(),
        _ => RgbaImage::from_raw(width, height, small)?.into(),
    })
}

/// The type of the sound a file holds, when it holds sound and nothing to see.
pub(super) async fn sound_in(file: &mut File) -> Result<Option<&'static str>> {
    let mut head = Vec::new();
    file.seek(SeekFrom::Start(0)).await?;
    (&mut *file)
        .take(sound::HEAD)
        .read_to_end(&mut head)
        .await?;
    if !sound::is_mp4(&head) {
        return Ok(sound::kind(&head));
    }
    // The table of an MP4 may stand behind the sound itself.
    let mut at = 0;
    for _ in 0..sound::MOST_BOXES {
        let mut start = Vec::new();
        file.seek(SeekFrom::Start(at)).await?;
        (&mut *file).take(16).read_to_end(&mut start).await?;
        let Some((name, size)) = sound::mp4_box(&start) else {
            break;
        };
        if &name == b"moov" {
            let mut table = Vec::new();
            file.seek(SeekFrom::Start(at)).await?;
            (&mut *file)
                .take(size.min(sound::MOST_TABLE))
                .read_to_end(&mut table)
                .await?;
            return Ok(sound::mp4_sound(&table));
        }
        at = at.saturating_add(size);
    }
    Ok(None)
}
