// A model on fixed data: theta (p) -> outputs F (n), with the products of its derivatives that dynamics need.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "penchant/core/linear_map.h"
#include "penchant/core/predictor.h"
#include "penchant/models/spec.h"

namespace penchant {

// A run of parameters with a name of its own ("u", "v", "w_2"); dynamics hold a rate per block.
struct Block {
  std::string name;
  Index size = 0;
  Index offset = 0;
};

class Model {
 public:
  virtual ~Model() = default;
  virtual Index parameters() const = 0;                                          // p
  virtual std::vector<Block> blocks() const = 0;
  virtual void outputs(VecIn theta, VecOut f) const = 0;                         // f (n)
  virtual void vjp(VecIn theta, VecIn df, VecOut g) const = 0;                   // g = J^T df (p), J = dF/dtheta
  virtual void jvp(VecIn theta, VecIn dtheta, VecOut df) const = 0;              // df = J dtheta (n)
  virtual void hvp(VecIn theta, VecIn df, VecIn dtheta, VecOut out) const = 0;   // sum_i df_i (d2F_i / dtheta2) dtheta (p)
  virtual Predictor predictor(VecIn theta) const = 0;
};

// A model that is linear in its predictor: F(theta) = X beta(theta).
class PredictorModel : public Model {
 public:
  virtual void beta(VecIn theta, VecOut out) const = 0;
  // (dbeta/dtheta)^T h: the gradient of a function of beta with gradient h (d), in the parameters.
  virtual void pull_back(VecIn theta, VecIn h, VecOut g) const = 0;
  virtual Vector term_sizes(VecIn theta) const = 0;  // (d) the sum of |term| that beta_j is made of
};

// Blocks of a description without data: names, sizes and offsets for d features.
std::vector<Block> model_blocks(const ModelSpec& spec, Index features);
std::unique_ptr<Model> make_model(const ModelSpec& spec, MapPtr features);

}  // namespace penchant
