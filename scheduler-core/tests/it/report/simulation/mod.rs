//! What people and programs read of simulations.

mod runs;
mod svg;
mod tables;

const SITES: [&str; 2] = ["Bürgerbüro Mitte", "Bürgerbüro Nord"];

/// The sites and another, whose name is markup.
const MORE: [&str; 3] = ["Bürgerbüro Mitte", "Bürgerbüro Nord", "Mobil \"Häfen\" <Ost> & Süd"];

const VARIANTS: [(&str, &[&str], f64); 5] = [
    ("Bremerhaven", &SITES, 1.0),
    ("More by appointment, fewer walk-ins", &SITES, 0.8),
    ("Two mobile clerks in Leherheide and Grünhöfe", &MORE, 0.7),
    ("Status quo", &SITES, 1.0),
    ("Register extracts, resident parking and vehicles online", &SITES, 1.002),
];
