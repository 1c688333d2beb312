use proptest::prelude::*;

use super::*;

fn figure(value: f64) -> Figure {
    Figure::new(value, format!("{value} %"))
}

fn series(name: &str, values: &[Option<f64>]) -> Series {
    let figures = values.iter().map(|value| value.map_or_else(|| Figure::none("belum ada data"), figure));
    Series { name: name.into(), figures: figures.collect() }
}

/// Bars of that many values, each with a target.
pub(crate) fn bars(values: &[(Option<f64>, Option<f64>)]) -> Chart {
    let bar = |at: usize| Bar {
        label: format!("Laporan warga ≤ batas waktu di kecamatan nomor {}", at + 1),
        value: values[at].0.map_or_else(|| Figure::none("belum ada data"), figure),
        target: values[at].1.map(figure),
        tone: Tone::ALL[at % 6],
    };
    Chart::Bars(Bars {
        title: "Laporan tepat waktu".into(),
        summary: "Tiga dari enam kecamatan mencapai target.".into(),
        label_name: "Kecamatan".into(),
        value_name: "Sekarang".into(),
        target_name: "Target".into(),
        one_unit: true,
        bars: (0..values.len()).map(bar).collect(),
    })
}

pub(crate) fn trajectory(plan: &[Option<f64>], actual: &[Option<f64>]) -> Chart {
    Chart::Trajectory(Trajectory {
        title: "Penataan Sungai Masamba".into(),
        summary: "Realisasi di bawah rencana sejak triwulan II.".into(),
        period_name: "Triwulan".into(),
        periods: (0..plan.len()).map(|at| format!("TW {} {}", at % 4 + 1, 2025 + at / 4)).collect(),
        plan: series("Rencana", plan),
        actual: series("Realisasi", actual),
    })
}

pub(crate) fn radar(first: &[Option<f64>], second: Option<&[Option<f64>]>) -> Chart {
    let names = ["Governance", "Branding", "Economy", "Living", "Society", "Environment"];
    Chart::Radar(Radar {
        title: "Nilai per dimensi".into(),
        summary: "Nilai tertinggi pada Governance.".into(),
        axis_name: "Dimensi".into(),
        axes: (0..first.len()).map(|at| names[at % names.len()].to_owned()).collect(),
        max: Figure::new(4.0, "4"),
        first: series("2026", first),
        second: second.map(|values| series("2025", values)),
    })
}

pub(crate) fn roadmap(years: usize, items: &[(usize, usize)]) -> Chart {
    let item = |(at, (from, to)): (usize, &(usize, usize))| RoadmapItem {
        name: format!("Penerangan jalan poros tahap {}", at + 1),
        from: *from,
        to: *to,
        tone: Tone::ALL[at % 6],
        state: if at % 6 == 0 { String::new() } else { "Dikerjakan".into() },
    };
    let items: Vec<RoadmapItem> = items.iter().enumerate().map(item).collect();
    let half = items.len() / 2;
    let row = |label: &str, items: &[RoadmapItem]| RoadmapRow { label: label.into(), items: items.to_vec() };
    Chart::Roadmap(Roadmap {
        title: "Peta jalan".into(),
        summary: "Quick win menurut tahun dan dimensi.".into(),
        row_name: "Dimensi".into(),
        item_name: "Quick win".into(),
        years_name: "Tahun".into(),
        state_name: "Status".into(),
        nothing: "belum ada data".into(),
        years: (0..years).map(|at| (2025 + at).to_string()).collect(),
        rows: vec![row("Governance", &items[..half]), row("Branding", &[]), row("Living", &items[half..])],
    })
}

fn check(chart: &Chart) -> std::result::Result<(), TestCaseError> {
    for (width, size) in [(640.0, 16.0), (880.0, 18.0)] {
        let drawing = chart.draw(width, None, size);
        for (x, y) in drawing.corners() {
            prop_assert!((-0.01..=drawing.width + 0.01).contains(&x), "x {x} in {:?}", drawing.width);
            prop_assert!((-0.01..=drawing.height + 0.01).contains(&y), "y {y} in {:?}", drawing.height);
        }
    }
    let svg = chart.svg("g1", Lang::Id);
    prop_assert_eq!(&svg, &chart.svg("g1", Lang::Id));
    let elements = crate::package::tests::elements(svg.as_bytes());
    for (name, attributes) in &elements {
        prop_assert!(!attributes.contains_key("style"), "{name} has a style of its own");
        let numbers = attributes.values().filter(|value| value.contains("NaN") || value.contains("inf "));
        prop_assert_eq!(numbers.count(), 0);
    }
    prop_assert_eq!(elements[0].1["role"].as_str(), "img");
    let table = chart.table();
    prop_assert!(table.rows.iter().all(|row| row.len() == table.columns.len()));
    Ok(())
}

#[test]
fn a_chart_without_data_or_with_one_number_is_drawn() {
    let some = Some(3.0);
    for chart in [
        bars(&[]),
        bars(&[(None, None)]),
        bars(&[(some, some)]),
        bars(&[(Some(0.0), Some(0.0))]),
        trajectory(&[], &[]),
        trajectory(&[some], &[]),
        trajectory(&[None, None], &[None, some]),
        radar(&[], None),
        radar(&[some], Some(&[None])),
        radar(&[some, some], Some(&[some, some])),
        roadmap(0, &[]),
        roadmap(0, &[(4, 2)]),
        roadmap(1, &[(0, 0)]),
    ] {
        check(&chart).unwrap();
    }
}

#[test]
fn a_state_is_told_by_shape_and_word_beside_its_colour() {
    let svg = bars(&[(Some(1.0), None), (Some(2.0), None), (Some(3.0), Some(4.0))]).svg("g", Lang::Id);
    assert!(svg.contains("◐ 3 %") && svg.contains("Target 4 %") && svg.contains("g-work"));
    let svg = trajectory(&[Some(1.0), Some(2.0)], &[Some(1.0), Some(1.5)]).svg("g", Lang::Id);
    assert!(svg.contains("stroke-dasharray") && svg.contains("<circle") && svg.contains("Rencana"));
}

#[test]
fn the_table_says_what_the_chart_says() {
    let table = trajectory(&[Some(10.0), Some(20.0)], &[Some(8.0)]).table();
    assert_eq!(table.columns, ["Triwulan", "Rencana", "Realisasi"]);
    assert_eq!(table.rows, [["TW 1 2025", "10 %", "8 %"], ["TW 2 2025", "20 %", ""]]);
    let table = roadmap(3, &[(0, 1), (2, 2)]).table();
    assert_eq!(table.rows[0][2], "2025–2026");
    assert_eq!(table.rows[1], ["Branding", "belum ada data", "", ""]);
}

#[test]
fn a_gap_in_the_data_is_a_gap_in_the_line() {
    let Chart::Trajectory(mut chart) = trajectory(&[], &[Some(1.0), Some(2.0), None, Some(3.0), Some(4.0)]) else {
        unreachable!()
    };
    chart.periods = (1..=5).map(|at| at.to_string()).collect();
    let drawing = Chart::Trajectory(chart).draw(640.0, None, 16.0);
    let lines = drawing
        .shapes
        .iter()
        .filter(|shape| matches!(shape, Shape::Path { points, ink: Ink::Actual, .. } if points[0].0 > 60.0));
    assert_eq!(lines.count(), 2);
}

#[test]
fn parts_of_a_long_chart_keep_its_scale() {
    let values: Vec<_> = (1..=40).map(|value| (Some(f64::from(value)), None)).collect();
    let parts = bars(&values).split(880.0, 360.0, 18.0);
    assert!(parts.len() > 3 && parts.iter().all(|part| part.height <= 360.0));
    let longest = |part: &Drawing| {
        let bars = part.shapes.iter().filter_map(|shape| match shape {
            Shape::Rect { width, ink, .. } if *ink != Ink::Ground => Some(*width),
            _ => None,
        });
        bars.fold(0.0, f64::max)
    };
    assert!(longest(&parts[0]) < longest(parts.last().unwrap()) / 4.0);
}

fn number() -> impl Strategy<Value = Option<f64>> {
    prop_oneof![
        Just(None),
        (0.0..100.0f64).prop_map(Some),
        any::<f64>().prop_filter("finite", |number| number.is_finite()).prop_map(Some),
        Just(Some(f64::MAX)),
        Just(Some(f64::MIN)),
        Just(Some(f64::NAN)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn every_point_is_in_the_view_box(
        one in prop::collection::vec(number(), 0..14),
        two in prop::collection::vec(number(), 0..14),
        items in prop::collection::vec((0usize..9, 0usize..9), 0..6),
        years in 0usize..8,
    ) {
        let pairs: Vec<_> = one.iter().copied().zip(two.iter().copied()).collect();
        check(&bars(&pairs))?;
        check(&trajectory(&one, &two))?;
        check(&radar(&one, Some(&two)))?;
        check(&roadmap(years, &items))?;
    }

    #[test]
    fn any_words_stand_in_a_chart(words in any::<String>()) {
        let Chart::Bars(mut chart) = bars(&[(Some(1.0), Some(2.0))]) else { unreachable!() };
        chart.bars[0].label.clone_from(&words);
        chart.title.clone_from(&words);
        check(&Chart::Bars(chart))?;
    }
}
