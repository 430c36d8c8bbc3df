mod cuts; mod instance; mod model; mod program; mod roster; mod search; mod tree;
pub use instance::*;
use model::Model; use search::Search;
use crate::monitor::Monitor;
#[derive(Default)] pub struct DesignOptions { pub time: Option<std::time::Duration>, pub seed: u64 }
pub struct Design { pub cost: u64, pub bound: u64, pub steps: u64, pub shifts: Vec<u32> }
pub fn design_shifts(d: &ShiftDesign, o: &DesignOptions, m: &dyn Monitor) -> Result<Design, Vec<DesignFinding>> {
  let f = d.findings(); if !f.is_empty() { return Err(f); }
  let model = Model::new(d);
  let mut s = Search::new(&model, 1);
  let lim = o.time.unwrap();
  let mut n=0;
  while s.idle < 60 && m.elapsed() < lim/4 { s.step(); n+=1; }
  eprintln!("search {} {:?} steps {n}", s.best_cost * model.unit as i64, m.elapsed());
  let mut t = tree::Tree::new(&model);
  let mut b = s.best_cost;
  loop {
    let mut stop = || m.elapsed() >= lim;
    let go = t.step(&mut s, &mut stop);
    n += 1;
    let lb = t.bound().min(s.best_cost);
    if t.nodes % 20 == 0 || t.nodes==1 { eprintln!("  node {} lb {} ub {} {:?}", t.nodes, lb*model.unit as i64, s.best_cost*model.unit as i64, m.elapsed()); }
    if t.nodes % 8 == 0 { s.step(); }
    if s.best_cost < b { b = s.best_cost; eprintln!("  ub {} {:?}", b*model.unit as i64, m.elapsed()); }
    if !go || lb >= s.best_cost || m.elapsed() >= lim { break; }
  }
  Ok(Design { cost: s.best_cost as u64*model.unit, bound: t.bound().min(s.best_cost) as u64*model.unit, steps: n, shifts: vec![] })
}
