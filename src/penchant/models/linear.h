// f(x) = beta . x with theta = beta: outputs X beta, and no second derivative.
#pragma once

#include "penchant/models/model.h"

namespace penchant {

class LinearModel final : public Model {
 public:
  explicit LinearModel(MapPtr features) : features_(std::move(features)) {}

  Index parameters() const override { return features_->cols(); }
  std::vector<Block> blocks() const override;
  void outputs(VecIn theta, VecOut f) const override;
  void vjp(VecIn theta, VecIn df, VecOut g) const override;
  void jvp(VecIn theta, VecIn dtheta, VecOut df) const override;
  void hvp(VecIn theta, VecIn df, VecIn dtheta, VecOut out) const override;
  Predictor predictor(VecIn theta) const override;

 private:
  MapPtr features_;
};

}  // namespace penchant
