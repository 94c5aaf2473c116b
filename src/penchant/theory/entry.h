// One entry per theorem: when it applies, which facts it reads, what it predicts, and its rows of the atlas.
#pragma once

#include <string_view>
#include <vector>

#include "penchant/theory/prediction.h"

namespace penchant {

// What an entry may read. Measured arrays are of a run; its weights are not among them.
struct Training {
  const Problem& problem;
  const Dynamics& dynamics;
  const Facts& facts;
  const Measured& measured;
};

// Predictions, or the reason there are none; both empty for an entry that only adds to another (C.rich beside C.flow).
struct EntryResult {
  std::vector<Prediction> predictions;
  std::optional<Refusal> refusal;

  static EntryResult of(Prediction prediction) { return {{std::move(prediction)}, {}}; }
  static EntryResult of(Refusal refusal) { return {{}, std::move(refusal)}; }
};

struct Entry {
  bool (*applies)(const Problem&, const Dynamics&);
  std::vector<Fact> facts;
  EntryResult (*predict)(const Training&);
  std::vector<AtlasRow> rows;
  bool with_decay = false;  // speaks of runs with weight decay, and of no others
};

// In the order in which a refusal is preferred: the most specific first.
const std::vector<Entry>& entries();

// Entries, one function each in theory/entries/.
Entry least_squares_gradient();        // A1
Entry least_squares_krylov();          // A2
Entry least_squares_stochastic();      // A2
Entry stagewise_regression();          // A3, small steps, stopped anywhere
Entry coordinate_descent_regression(); // A3
Entry sign_descent_regression();       // A3: refused
Entry mirror_projection();             // B
Entry mirror_margin();                 // B, classification: refused unless the norm is l2
Entry diagonal_flow();                 // C
Entry diagonal_rich();                 // C, start -> 0
Entry diagonal_kernel();               // C, start -> infinity
Entry diagonal_steps();                // C6
Entry diagonal_small_step();           // C, step -> 0
Entry diagonal_label_noise();          // C8
Entry diagonal_random_step();           // C8, at the last step size
Entry ridge_by_decay();                // A1 with weight decay
Entry diagonal_decay();                // C3 with weight decay
Entry margin_decay();                  // refused
Entry diagonal_other_methods();        // refused
Entry normalised_flow();               // C7
Entry normalised_rich();               // C7, rate of the radius -> 0
Entry normalised_steps();              // C7 with real steps, depth 2
Entry normalised_small_step();         // C7, step -> 0
Entry normalised_other();              // refused
Entry margin_gradient();               // D1
Entry margin_heavy_ball();             // D2
Entry margin_stochastic();             // fixed step
Entry margin_other_norms();            // D2: refused
Entry margin_other_methods();          // refused
Entry diagonal_margin();               // D6, D7: refused

// Results this program cites and does not compute.
std::vector<AtlasRow> cited_rows();

}  // namespace penchant
